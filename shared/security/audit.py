"""Who did or saw what: rows chained by a key the database does not hold, so that a change to the past shows.

Each service keeps sixteen chains by school. A row carries the code of the one before it; the head row of the chain
says where it ends, and is locked last before the commit.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Uuid,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from shared.columns import moment

CHAINS = 16
START = b""
CODES = ("prev_mac", "mac")


@dataclass(frozen=True)
class Entry:
    """One act or one look: keys and codes only, never a name or a text."""

    at: datetime
    actor_key: UUID
    actor_role: str
    action: str
    object_type: str | None = None
    object_id: UUID | None = None
    student_key: UUID | None = None
    school_id: UUID | None = None
    purpose: str | None = None
    fields: tuple[str, ...] = ()
    outcome: str = "done"
    request_id: str | None = None
    break_glass_id: UUID | None = None

    @property
    def chain(self) -> int:
        """The chain of its school; what belongs to no school goes to the first."""
        return self.school_id.int % CHAINS if self.school_id else 0


@dataclass(frozen=True)
class Head:
    """Where a chain ends. Written down elsewhere, it shows later that nothing was cut off."""

    chain: int
    seq: int
    mac: bytes


@dataclass(frozen=True)
class Finding:
    """A place where the record no longer tells the truth."""

    chain: int
    seq: int
    what: str

    def __str__(self) -> str:
        return f"chain {self.chain}, entry {self.seq}: {self.what}"


def audit_tables(metadata: MetaData) -> tuple[Table, Table]:
    """The log and its heads. The service may add and read rows of the log, and move heads; nothing else."""
    log = Table(
        "audit_log",
        metadata,
        Column("chain", SmallInteger, primary_key=True),
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        moment("at", nullable=False),
        Column("actor_key", Uuid, nullable=False),
        Column("actor_role", String(32), nullable=False),
        Column("action", String(64), nullable=False),
        Column("object_type", String(64)),
        Column("object_id", Uuid),
        Column("student_key", Uuid),
        Column("school_id", Uuid),
        Column("purpose", String(64)),
        Column("fields", ARRAY(String(64)), nullable=False),
        Column("outcome", String(64), nullable=False),
        Column("request_id", String(64)),
        Column("break_glass_id", Uuid),
        Column("prev_mac", LargeBinary, nullable=False),
        Column("mac", LargeBinary, nullable=False),
    )
    Index("audit_log_student", log.c.student_key, log.c.at, postgresql_where=log.c.student_key.is_not(None))
    Index("audit_log_actor", log.c.actor_key, log.c.at)
    Index("audit_log_school", log.c.school_id)
    heads = Table(
        "audit_heads",
        metadata,
        Column("chain", SmallInteger, primary_key=True),
        Column("seq", BigInteger, nullable=False),
        Column("mac", LargeBinary, nullable=False),
    )
    return log, heads


def audit_key(service: str, secrets: Path) -> bytes:
    """The key of the file `audit_key_<service>`, which the database never sees."""
    return base64.b64decode((secrets / f"audit_key_{service}").read_text())


class Trail:
    """The audit trail of one service."""

    def __init__(self, log: Table, heads: Table, key: bytes) -> None:
        self._log, self._heads, self._key = log, heads, key

    def append(self, session: Session, entries: Iterable[Entry]) -> None:
        """Add the rows of one transaction: the last thing it does before it commits."""
        by_chain: dict[int, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_chain[entry.chain].append(entry)
        if by_chain:
            rows = [row for head in self._locked(session, sorted(by_chain)) for row in self._chained(head, by_chain)]
            session.execute(insert(self._log), rows)
            self._move_heads(session, rows)

    def heads(self, session: Session) -> list[Head]:
        """Where every chain ends now, to be kept outside the database."""
        found = session.execute(select(self._heads).order_by(self._heads.c.chain))
        return [Head(row.chain, row.seq, row.mac) for row in found]

    def verify(self, session: Session, anchors: Iterable[Head] = ()) -> list[Finding]:
        """Every break of every chain, first to last: altered, missing, reordered, or cut off at its end."""
        heads = {head.chain: head for head in self.heads(session)}
        kept: dict[int, list[Head]] = defaultdict(list)
        for anchor in anchors:
            kept[anchor.chain].append(anchor)
        return [
            finding
            for chain in range(CHAINS)
            for finding in self._broken(session, chain, heads.get(chain, Head(chain, 0, START)), kept[chain])
        ]

    def _locked(self, session: Session, chains: Sequence[int]) -> list[Head]:
        """The ends of these chains, locked in their order, so that two transactions never wait for each other."""
        theirs = select(self._heads).where(self._heads.c.chain.in_(chains)).order_by(self._heads.c.chain)
        found = session.execute(theirs.with_for_update()).all()
        if len(found) < len(chains):
            start = [{"chain": chain, "seq": 0, "mac": START} for chain in range(CHAINS)]
            session.execute(upsert(self._heads).on_conflict_do_nothing(), start)
            return self._locked(session, chains)
        return [Head(row.chain, row.seq, row.mac) for row in found]

    def _chained(self, head: Head, by_chain: Mapping[int, Sequence[Entry]]) -> Iterator[dict[str, object]]:
        previous = head.mac
        for seq, entry in enumerate(by_chain[head.chain], start=head.seq + 1):
            place = {"chain": head.chain, "seq": seq, "prev_mac": previous}
            row = {**place, **asdict(entry), "fields": list(entry.fields)}
            previous = self._code(row)
            yield {**row, "mac": previous}

    def _move_heads(self, session: Session, rows: Sequence[Mapping[str, object]]) -> None:
        for row in {row["chain"]: row for row in rows}.values():
            moved = update(self._heads).where(self._heads.c.chain == row["chain"])
            session.execute(moved.values(seq=row["seq"], mac=row["mac"]))

    def _broken(self, session: Session, chain: int, head: Head, anchors: Sequence[Head]) -> Iterator[Finding]:
        seq, previous, codes = 0, START, {0: START}
        rows = session.execute(
            select(self._log).where(self._log.c.chain == chain).order_by(self._log.c.seq),
            execution_options={"yield_per": 1000},
        )
        for row in rows.mappings():
            seq += 1
            if row["seq"] != seq:
                yield Finding(chain, seq, "is missing")
                seq = row["seq"]
            elif row["prev_mac"] != previous:
                yield Finding(chain, seq, "does not follow the one before it")
            if not hmac.compare_digest(self._code(dict(row)), row["mac"]):
                yield Finding(chain, seq, "was altered")
            previous = row["mac"]
            codes[seq] = previous
        for end in (head, *anchors):
            if codes.get(end.seq) != end.mac:
                yield Finding(chain, end.seq, "is where the chain was known to stand, and no longer stands so")

    def _code(self, row: Mapping[str, object]) -> bytes:
        content = {column.name: _plain(row[column.name]) for column in self._log.c if column.name not in CODES}
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
        previous = row["prev_mac"]
        if not isinstance(previous, bytes):
            raise TypeError("prev_mac is bytes")
        return hmac.new(self._key, previous + canonical, hashlib.sha256).digest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    return list(value) if isinstance(value, tuple | list) else value
