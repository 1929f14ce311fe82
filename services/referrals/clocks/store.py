"""Where clocks are kept, and with them what they are counted by: schools' time zones, staffed hours, the policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Time,
    Uuid,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Session

from services.referrals.clocks.model import USUAL_CHAINS, USUAL_LIMITS, Clock, Link, Span
from services.referrals.referrals.moves import USUAL_FLOORS
from services.referrals.schema import OPEN, mapper, metadata, words
from shared.columns import id_column, moment
from shared.contracts.codes import ClockKind, RedFlag, Urgency
from shared.contracts.referrals import Channel
from shared.contracts.schools import (
    CalendarPublished,
    ClockRule,
    ClockUnit,
    DistrictPolicyChanged,
    EscalationRule,
    EscalationTarget,
    FloorRule,
)
from shared.work import Transaction

known_schools = Table(
    "known_schools", metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("tz", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("open", Boolean, nullable=False),
    info=OPEN | {"worker": "SELECT"},
)

calendars = Table(
    "calendars", metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("year", SmallInteger, primary_key=True),
    Column("version", Integer, nullable=False),
    info=OPEN | {"worker": "SELECT"},
)

school_days = Table(
    "school_days", metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("year", SmallInteger, nullable=False),
    Column("opens", Time, nullable=False),
    Column("closes", Time, nullable=False),
    info=OPEN | {"worker": "SELECT"},
)

policies = Table(
    "policies", metadata,
    Column("district_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("clocks", JSONB, nullable=False),
    Column("escalations", JSONB, nullable=False),
    Column("floors", JSONB, nullable=False),
    info={"worker": "SELECT"},
)

referral_clocks = Table(
    "referral_clocks", metadata,
    Column("referral_id", Uuid, primary_key=True),
    Column("kind", words(ClockKind), primary_key=True),
    Column("school_id", Uuid, nullable=False),
    moment("started_at", nullable=False),
    Column("urgency", words(Urgency), nullable=False),
    Column("unit", words(ClockUnit), nullable=False),
    Column("amount", Integer, nullable=False),
    moment("due_at", nullable=False),
    Column("limit_minutes", Float, nullable=False),
    moment("next_due_at"),
    moment("stopped_at"),
    Column("minutes", Float),
    moment("breached_at"),
    moment("base_at"),
    Column("called", ARRAY(SmallInteger), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["referral_id"], ["referrals.referrals.id"], name="referral_clocks_referral"),
    info={"worker": "SELECT, INSERT, UPDATE"},
)
Index("referral_clocks_due", referral_clocks.c.next_due_at, postgresql_where=referral_clocks.c.stopped_at.is_(None))
Index("referral_clocks_school", referral_clocks.c.school_id)

escalation_steps = Table(
    "escalation_steps", metadata,
    Column("referral_id", Uuid, primary_key=True),
    Column("kind", words(ClockKind), primary_key=True),
    Column("step_no", Integer, primary_key=True),
    Column("school_id", Uuid, nullable=False),
    Column("urgency", words(Urgency), nullable=False),
    Column("to", words(EscalationTarget), nullable=False),
    Column("to_key", Uuid),
    Column("channel", words(Channel), nullable=False),
    moment("due_at", nullable=False),
    moment("at", nullable=False),
    ForeignKeyConstraint(["referral_id"], ["referrals.referrals.id"], name="escalation_steps_referral"),
    info={"worker": "SELECT, INSERT"},
)

watchdog_ticks = Table(
    "watchdog_ticks", metadata,
    id_column(),
    moment("at", nullable=False),
    info={"worker": "SELECT, INSERT, UPDATE, DELETE"},
)

mapper.map_imperatively(Clock, referral_clocks)


class Policy:
    """The district's rules for clocks, chains and red flags; ours where it has not said."""

    def __init__(self, clocks: Sequence[ClockRule] = (), escalations: Sequence[EscalationRule] = (),
                 floors: Sequence[FloorRule] = ()) -> None:
        self._limits = {(rule.urgency, rule.kind): Span(rule.unit, rule.amount) for rule in clocks}
        self._chains: dict[tuple[Urgency, ClockKind], list[Link]] = {}
        for rule in sorted(escalations, key=lambda each: each.step_no):
            self._chains.setdefault((rule.urgency, rule.kind), []).append(_link(rule))
        self.floors: Mapping[RedFlag, Urgency] = {**USUAL_FLOORS, **{rule.code: rule.floor for rule in floors}}

    def limit(self, urgency: Urgency, kind: ClockKind) -> Span:
        return self._limits.get((urgency, kind)) or USUAL_LIMITS[urgency][kind]

    def chain(self, urgency: Urgency, kind: ClockKind) -> Sequence[Link]:
        chain = (self._chains.get((urgency, kind)) or self._chains.get((urgency, ClockKind.ACKNOWLEDGE))
                 or USUAL_CHAINS[urgency])
        if any(link.at_limit or link.repeats for link in chain):
            return chain
        return (*chain, Link(0, EscalationTarget.COORDINATOR))     # a limit that calls nobody is no limit


def _link(rule: EscalationRule) -> Link:
    return Link(rule.step_no, rule.to, Span(rule.after_unit, rule.after), rule.at_percent, rule.repeats)


CLOCKS, CHAINS, FLOORS = (TypeAdapter(list[kind]) for kind in (ClockRule, EscalationRule, FloorRule))  # type: ignore[valid-type]


def policy_in_force(session: Session) -> Policy:
    row = session.execute(select(policies).order_by(policies.c.version.desc()).limit(1)).first()
    if row is None:
        return Policy()
    return Policy(CLOCKS.validate_python(row.clocks), CHAINS.validate_python(row.escalations),
                  FLOORS.validate_python(row.floors))


class DatabaseTime:
    """The time of one school, counted by the database that compares it (`migrations/school_time.sql`)."""

    def __init__(self, session: Session, school_id: UUID, policy: Policy) -> None:
        self.session, self.school_id, self.policy = session, school_id, policy

    def limit(self, urgency: Urgency, kind: ClockKind) -> Span:
        return self.policy.limit(urgency, kind)

    def chain(self, urgency: Urgency, kind: ClockKind) -> Sequence[Link]:
        return self.policy.chain(urgency, kind)

    def due(self, since: datetime, span: Span) -> datetime:
        found: datetime = self._count("due_at", since, span.unit.value, span.amount)
        return found

    def minutes(self, since: datetime, until: datetime, unit: ClockUnit) -> float:
        found: float = self._count("minutes_between", since, until, unit.value)
        return found

    def share(self, since: datetime, due: datetime, unit: ClockUnit, share: float) -> datetime:
        found: datetime = self._count("share_at", since, due, unit.value, share)
        return found

    def closing(self, at: datetime) -> datetime:
        found: datetime = self._count("closing_time", at)
        return found

    def today(self, at: datetime) -> Any:
        """The school's calendar day."""
        return self._count("local_day", at)

    def _count(self, function: str, *given: Any) -> Any:
        counted = getattr(func.referrals, function)(self.school_id, *given)
        return self.session.scalar(select(counted))


class TimeCopies:
    """Keeps what schools says of zones, staffed hours and the policy. An older word never overwrites a newer one."""

    def __init__(self, tx: Transaction) -> None:
        self.session = tx.session

    def school(self, school_id: UUID, version: int, tz: str, *, open: bool) -> bool:
        """True when the zone is another than before: what runs must be counted again."""
        before = self.session.scalar(select(known_schools.c.tz).where(known_schools.c.school_id == school_id))
        taken = self._newer(known_schools, {"school_id": school_id}, version, tz=tz, open=open)
        return taken and before != tz

    def calendar(self, said: CalendarPublished) -> bool:
        """Replace the days of one school year; False when a newer calendar is there already."""
        if not self._newer(calendars, {"school_id": said.school_id, "year": said.year}, said.version):
            return False
        self._zone(said.school_id, said.tz)
        self.session.execute(delete(school_days).where(
            school_days.c.school_id == said.school_id,
            or_(school_days.c.year == said.year, school_days.c.day.in_([day.date for day in said.days]))))
        if said.days:
            self.session.execute(school_days.insert(), [
                {"school_id": said.school_id, "year": said.year, "day": day.date, "opens": day.opens,
                 "closes": day.closes} for day in said.days])
        return True

    def policy(self, said: DistrictPolicyChanged) -> None:
        rules = {name: [rule.model_dump(mode="json") for rule in getattr(said, name)]
                 for name in ("clocks", "escalations", "floors")}
        self._newer(policies, {"district_id": said.district_id}, said.version, tz=said.tz, **rules)

    def tick(self, id: UUID, at: datetime) -> None:
        """A watchdog has looked; ticks of watchdogs that are gone are swept away."""
        self.session.execute(insert(watchdog_ticks).values(id=id, at=at).on_conflict_do_update(
            index_elements=["id"], set_={"at": at}))
        self.session.execute(delete(watchdog_ticks).where(watchdog_ticks.c.at < at - timedelta(hours=1)))

    def last_tick(self) -> datetime | None:
        last: datetime | None = self.session.scalar(select(func.max(watchdog_ticks.c.at)))
        return last

    def _zone(self, school_id: UUID, tz: str) -> None:
        # The calendar may come before its school.
        self.session.execute(insert(known_schools).values(
            school_id=school_id, tz=tz, version=0, open=True).on_conflict_do_nothing())

    def _newer(self, table: Table, key: dict[str, Any], version: int, **values: Any) -> bool:
        row = {**key, "version": version, **values}
        taken = self.session.execute(insert(table).values(row).on_conflict_do_update(
            index_elements=list(key), set_=row, where=table.c.version < version).returning(table.c.version))
        return taken.first() is not None
