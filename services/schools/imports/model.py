"""An import: a file that arrives in pieces, is read and shown, and is applied when a person says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from shared.contracts.ids import ActorKey, BatchId, SchoolId
from shared.contracts.schools import (
    CHUNK_BYTES,
    Diagnostic,
    ImportCounts,
    ImportDialect,
    ImportKind,
    ImportStatus,
    SchoolLeaving,
    Tally,
)
from shared.domain import Aggregate, GateUnmet, Invalid, NotPossible

LEASE = timedelta(seconds=60)
"""A worker that has said nothing for so long is gone; another takes its place."""

WORKED_ON = frozenset({ImportStatus.READING, ImportStatus.APPLYING})


@dataclass(frozen=True)
class Result:
    """What reading a file has shown, or applying it has done."""

    dialect: ImportDialect | None = None
    counts: ImportCounts = field(default_factory=ImportCounts)
    by_status: tuple[Tally, ...] = ()
    errors: tuple[Diagnostic, ...] = ()
    errors_total: int = 0
    warnings: tuple[Diagnostic, ...] = ()
    warnings_total: int = 0
    needs_confirmation: tuple[SchoolLeaving, ...] = ()


@dataclass(eq=False)
class Import(Aggregate):
    kind: ImportKind
    school_id: SchoolId | None
    strict: bool
    size_bytes: int
    started_by: ActorKey
    created_at: datetime
    updated_at: datetime
    status: ImportStatus = ImportStatus.RECEIVING
    chunks: int = 0
    received_bytes: int = 0
    progress: float = 0.0
    result: Result = field(default_factory=Result)
    confirmed: bool = False
    problem: str | None = None
    lease_until: datetime | None = None
    version: int = 1
    id: BatchId = field(default_factory=lambda: BatchId(uuid4()))

    def receive(self, number: int, size: int, *, at: datetime) -> bool:
        """Take the next piece; False when it came before. With the last one the reading begins."""
        if number < self.chunks:
            return False
        self._expect(ImportStatus.RECEIVING, "receive")
        if number > self.chunks:
            raise NotPossible(f"import {self.id} waits for piece {self.chunks}, not {number}", expected=self.chunks)
        left = self.size_bytes - self.received_bytes
        if size > left or (size < left and size < CHUNK_BYTES):
            raise Invalid(f"piece {number} has {size} bytes where {min(left, CHUNK_BYTES)} are expected", errors=[
                {"pointer": "/data", "code": "wrong_size", "message": "not the size that was announced"}])
        self.chunks, self.received_bytes = self.chunks + 1, self.received_bytes + size
        self._moved(ImportStatus.READING if size == left else ImportStatus.RECEIVING, at)
        return True

    def show(self, result: Result, *, at: datetime) -> None:
        """The file is read: it waits for a person, or is refused."""
        self._expect(ImportStatus.READING, "show")
        self.result = result
        self._moved(ImportStatus.REJECTED if result.errors_total else ImportStatus.PREVIEWED, at)

    def begin(self, *, confirmed: bool, at: datetime) -> None:
        """A person says that it shall be applied. Saying so twice is harmless."""
        if self.status in {ImportStatus.APPLYING, ImportStatus.APPLIED}:
            return
        self._expect(ImportStatus.PREVIEWED, "apply")
        if self.result.needs_confirmation and not confirmed:
            raise GateUnmet(f"import {self.id} would take many students from a school: that must be confirmed",
                            unmet=["confirm_leaving"])
        self.confirmed = confirmed
        self._moved(ImportStatus.APPLYING, at)

    def finish(self, result: Result, *, at: datetime) -> None:
        """All of it is applied."""
        self._expect(ImportStatus.APPLYING, "finish")
        self.result, self.progress = result, 1.0
        self._moved(ImportStatus.APPLIED, at)

    def look_again(self, result: Result, *, at: datetime) -> None:
        """Since the preview something changed that a person must see first."""
        self._expect(ImportStatus.APPLYING, "show again")
        self.result = result
        self._moved(ImportStatus.REJECTED if result.errors_total else ImportStatus.PREVIEWED, at)

    def fail(self, problem: str, *, at: datetime) -> None:
        self.problem = problem
        self._moved(ImportStatus.FAILED, at)

    def lease(self, *, at: datetime) -> None:
        """A worker has it in hand."""
        self.lease_until = at + LEASE

    def allowed(self) -> tuple[str, ...]:
        return ("apply",) if self.status is ImportStatus.PREVIEWED else ()

    def _expect(self, status: ImportStatus, verb: str) -> None:
        if self.status is not status:
            raise NotPossible(f"import {self.id} is {self.status}, it cannot {verb}",
                              **{"from": self.status, "allowed": list(self.allowed())})

    def _moved(self, status: ImportStatus, at: datetime) -> None:
        if status is not self.status:
            self.progress = 0.0 if status in WORKED_ON else 1.0
            self.lease_until = None
        self.status, self.updated_at = status, at
        self.version += 1
