"""One message, one transaction: what it changes, announces and leaves in the audit log is kept together or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from time import perf_counter
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Engine, MetaData, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from shared.contracts.codes import Role
from shared.contracts.messages import Event, Request
from shared.crash_points import crash_point
from shared.domain import Aggregate, NotFound, Stale
from shared.messaging.codec import Fact
from shared.messaging.outbox import Announcement, post
from shared.metrics import DB_TRANSACTION
from shared.security.audit import Entry, Trail, audit_key
from shared.security.fields import FieldKeys, Sealer
from shared.security.policy import Reach, Scope, authorize, database_scope, permitted, policy, rule_of, scope_filter
from shared.security.principal import NOBODY, Principal, as_service
from shared.settings import Settings

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T", bound="Transaction")
V = TypeVar("V")

OPEN = text("""SELECT set_config('app.actor', :actor, true), set_config('app.schools', :schools, true),
                      set_config('app.scope', :scope, true), clock_timestamp()""")


class Asking(Protocol):
    """How another service is asked; absent where a process has no broker."""

    def __call__(self, request: Request[V], correlation_id: str) -> V: ...


@dataclass(frozen=True)
class Errand:
    """Why a transaction is made: who acts, doing what, how far they reach, and what caused it.

    `place` names its crash points.
    """

    principal: Principal
    action: str
    reaches: tuple[Reach, ...]
    changes: bool = True
    audited: bool = False
    cause: Fact[Any] | None = None
    correlation_id: str = field(default_factory=lambda: str(uuid4()))
    place: str = "write"

    @classmethod
    def asked(cls, principal: Principal, action: str, *, changes: bool, correlation_id: str) -> Errand:
        """A caller asks; raises Forbidden when none of their roles includes the action."""
        audited = changes or rule_of(action).audited
        return cls(principal, action, permitted(principal, action), changes, audited, None, correlation_id)

    @classmethod
    def denied(cls, principal: Principal, action: str, correlation_id: str) -> Errand:
        """Writes down that the caller was refused, and can do nothing else."""
        role = next(iter(sorted(principal.roles)), Role.PUBLIC)
        return cls(principal, action, (Reach(role, Scope.SCHOOL, frozenset()),), correlation_id=correlation_id)

    @classmethod
    def heard(cls, service: str, cause: Fact[Any], consumer: str, place: str = "inbox") -> Errand:
        """The service hears an event, in the scope of its school."""
        correlation_id = cause.correlation_id or str(cause.id)
        schools = None if cause.school_id is None else frozenset({cause.school_id})
        return replace(cls._own(service, consumer, correlation_id, schools), cause=cause, place=place)

    @classmethod
    def own(cls, service: str, action: str, *, audited: bool = False, place: str = "timer") -> Errand:
        """The service acts for itself, in the whole district: a timer, a batch, the watchdog."""
        return replace(cls._own(service, action, str(uuid4()), None), audited=audited, place=place)

    def entry(self, at: datetime, outcome: str = "done") -> Entry:
        """What the audit log says of this errand, whatever it was about."""
        rule = policy().get(self.action)
        return Entry(
            at=at, actor_key=self.principal.actor, actor_role=self.reaches[0].role.value, action=self.action,
            object_type=self.action.partition(".")[0], purpose=rule.purpose if rule else None, outcome=outcome,
            request_id=self.principal.request_id, break_glass_id=self.principal.break_glass)

    @classmethod
    def _own(cls, service: str, action: str, correlation_id: str, schools: frozenset[UUID] | None) -> Errand:
        principal = as_service(service, request_id=correlation_id, schools=schools)
        reach = Reach(Role.SERVICE, Scope.DISTRICT if schools is None else Scope.SCHOOL, schools)
        return cls(principal, action, (reach,), correlation_id=correlation_id)


class Transaction:
    """What a handler works with. Subclasses name the service's tables and its repositories."""

    metadata: ClassVar[MetaData]

    def __init__(self, session: Session, errand: Errand, database: Database[Any]) -> None:
        self.session, self.errand, self._database = session, errand, database
        self.principal, self.action, self.cause = errand.principal, errand.action, errand.cause
        self.actor: UUID = errand.principal.actor
        self.role: Role = errand.reaches[0].role
        self.now: datetime = self._open()
        self._held: list[Aggregate] = []
        self._announced: list[Announcement] = []
        self._seen: list[Entry] = []

    def announce(
        self, event: Event, *, about: UUID, school_id: UUID | None, version: int = 0, replay_of: UUID | None = None,
    ) -> None:
        """Tell something that no aggregate recorded, or, with `replay_of`, something that was told before."""
        self._announced.append(Announcement(event, event.owner(), about, school_id, version, replay_of))

    def ask(self, request: Request[V]) -> V:
        """Ask another service, in this service's own name. Ask first: nothing may be locked while we wait.

        Raises the refusal that came back, or Unavailable.
        """
        if self._database.asking is None:
            raise RuntimeError(f"{self.action} runs where nobody can be asked")
        return self._database.asking(request, self.errand.correlation_id)

    def permit(self, thing: Aggregate) -> None:
        """Raises NotFound when the thing is out of the caller's reach for this action."""
        if self.principal.actor == NOBODY and self.role is Role.SERVICE:
            return      # what a service may see, row level security has decided already
        self.role = authorize(self.principal, self.action, thing).role

    def in_scope(self, school: ColumnElement[Any], **ties: ColumnElement[bool]) -> ColumnElement[bool]:
        """The rows of a list within the caller's reach; `ties` says in SQL which rows are own, assigned, match…"""
        return scope_filter(self.errand.reaches, school, ties)

    def saw(
        self, kind: str, id: UUID, *,
        student: UUID | None = None, school: UUID | None = None, fields: Sequence[str] = (),
    ) -> None:
        """Write down that the caller was shown a person's data."""
        self._seen.append(self._entry(kind, id, student, school, tuple(fields)))

    def denied(self, outcome: str) -> None:
        """Write down that the caller was refused."""
        self._seen.append(self.errand.entry(self.now, outcome))

    def seal(self, kind: str, id: UUID, field: str, text: str) -> bytes:
        """The text, readable only at this field of this record."""
        return self.sealer.seal(kind, id, field, text)

    def unseal(self, kind: str, id: UUID, field: str, sealed: bytes) -> str:
        return self.sealer.unseal(kind, id, field, sealed)

    def prepare_seals(self, kind: str, ids: Iterable[UUID], *, create: bool = True) -> None:
        """Fetch (and, before writing, make) the keys of many records in one statement."""
        self.sealer.prepare(kind, ids, create=create)

    def blind_index(self, value: str) -> bytes:
        """What a sealed value is found by: equal for equal values, else meaningless."""
        return self.sealer.blind_index(value)

    def shred(self, kind: str, id: UUID) -> None:
        """Destroy a record's key, and with it everything sealed under it."""
        self.sealer.shred(kind, id, at=self.now)

    @cached_property
    def sealer(self) -> Sealer:
        keys = self.metadata.tables[f"{self.metadata.schema}.record_keys"]
        return Sealer(self.session, keys, self._database.keys)

    def closed(self, data: bytes, place: str) -> bytes:
        """Data that belongs to no record, readable only at its place."""
        return self._database.keys.wrap(data, place)

    def opened(self, closed: bytes, place: str) -> bytes:
        return self._database.keys.unwrap(closed, place)

    def hold(self, thing: Aggregate) -> None:
        """Keep a strong reference until what it recorded is written; a session alone would let it go."""
        if not any(held is thing for held in self._held):
            self._held.append(thing)

    def close(self) -> None:
        """Write what was recorded into the outbox and, last, what was done into the audit log."""
        self.session.flush()
        post(self.session, self._recorded() + self._announced, self.errand, self.now, self._database.district_id)
        if entries := self._entries():
            self._database.trail.append(self.session, entries)

    def _open(self) -> datetime:
        scope, schools = database_scope(self.errand.reaches)
        given = {"actor": str(self.actor), "scope": scope, "schools": schools}
        now: datetime = self.session.execute(OPEN, given).one()[3]
        return now

    def _recorded(self) -> list[Announcement]:
        return [Announcement.of(thing, event) for thing in self._held for event in thing.recorded()]

    def _entries(self) -> list[Entry]:
        if not self.errand.audited:
            return self._seen
        shown = {entry.object_id for entry in self._seen}
        told = self._seen + [self._entry_about(thing) for thing in self._held if thing.id not in shown]
        return told or [self._entry(self.action.partition(".")[0])]

    def _entry_about(self, thing: Aggregate) -> Entry:
        student = getattr(thing, "student_key", None)
        return self._entry(type(thing).__name__.lower(), thing.id, student, thing.school_id)

    def _entry(
        self, kind: str, id: UUID | None = None, student: UUID | None = None, school: UUID | None = None,
        fields: tuple[str, ...] = (),
    ) -> Entry:
        return replace(self.errand.entry(self.now), actor_role=self.role.value, object_type=kind, object_id=id,
                       student_key=student, school_id=school, fields=fields)


class Repository(Generic[A]):
    """Where one kind of aggregate is kept. What it hands out is locked, within the caller's reach, and remembered."""

    kind: ClassVar[type[Any]]

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx

    def get(self, id: UUID, version: int | None = None) -> A:
        """Raises NotFound, and Stale when the caller acted on another version than the stored one."""
        thing = self.find(id)
        if thing is None:
            raise NotFound(f"there is no {self.kind.__name__.lower()} {id}")
        if version is not None and version != thing.version:
            raise Stale(f"{self.kind.__name__.lower()} {id} is at version {thing.version}, not {version}",
                        version=thing.version)
        return thing

    def find(self, id: UUID) -> A | None:
        thing: A | None = self.tx.session.get(self.kind, id, with_for_update=self.tx.errand.changes or None)
        if thing is not None:
            self.tx.permit(thing)
            self.tx.hold(thing)
        return thing

    def add(self, thing: A) -> A:
        self.tx.session.add(thing)
        self.tx.hold(thing)
        return thing


class Database(Generic[T]):
    """A service's own schema, under one role; makes its transactions."""

    def __init__(
        self, settings: Settings, service: str, kind: type[T], *, role: str = "app", pool_size: int = 8,
    ) -> None:
        self.service, self.kind, self.district_id = service, kind, settings.district_id
        self.keys, self.trail = FieldKeys.of(service, settings.secrets), trail_of(service, kind.metadata, settings)
        self.asking: Asking | None = None
        self.engine = engine(settings, f"{service}_{role}", service, pool_size)

    @contextmanager
    def begin(self, errand: Errand) -> Iterator[T]:
        """Commits when the block ends well; whatever is raised inside undoes everything."""
        started, outcome = perf_counter(), "rollback"
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                tx = self.kind(session, errand, self)
                yield tx
                tx.close()
                crash_point(f"{errand.place}.before_commit")
                session.commit()
                outcome = "commit"
        finally:
            DB_TRANSACTION.labels(self.service, outcome).observe(perf_counter() - started)

    def check(self) -> None:
        """Raises when the database does not answer."""
        with self.engine.connect() as db:
            db.execute(text("SELECT 1"))


def trail_of(service: str, metadata: MetaData, settings: Settings) -> Trail:
    log, heads = (metadata.tables[f"{metadata.schema}.{name}"] for name in ("audit_log", "audit_heads"))
    return Trail(log, heads, audit_key(service, settings.secrets))


def engine(settings: Settings, role: str, schema: str, pool_size: int) -> Engine:
    # hide_parameters: an exception's text must not quote a person's data.
    return create_engine(
        settings.database(role).replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size, max_overflow=0, pool_timeout=25, pool_use_lifo=True, hide_parameters=True,
        connect_args={"options": f"-c search_path={schema}", "application_name": role, "connect_timeout": 3})


GONE = ("08", "53300", "57P01", "57P02", "57P03")
"""SQLSTATEs of a server that is away, full, or on its way up or down."""


def lost(error: BaseException) -> bool:
    """Did the database go away, rather than refuse?"""
    if isinstance(error, NoConnectionFree):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    unreached = state is None and isinstance(error, OperationalError)
    return error.connection_invalidated or unreached or (state or "").startswith(GONE)
