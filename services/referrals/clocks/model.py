"""A clock runs for what a student waits for; when it runs out, the next person of the chain is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.contracts.codes import ClockKind, Urgency
from shared.contracts.schools import ClockUnit, EscalationTarget


@dataclass(frozen=True)
class Span:
    """A length of time as a rule counts it. `same_school_day` is closing time, but at least 60 staffed minutes."""

    unit: ClockUnit
    amount: int


@dataclass(frozen=True)
class Link:
    """One step of an escalation chain: when it is due and whom it calls."""

    no: int
    to: EscalationTarget
    after: Span = Span(ClockUnit.SECONDS, 0)
    percent: int = 100
    repeats: bool = False

    @property
    def at_limit(self) -> bool:
        return self.percent == 100 and self.after.amount == 0 and self.after.unit is not ClockUnit.SAME_SCHOOL_DAY


class SchoolTime(Protocol):
    """Time as one school counts it, by the district's rules. The database does the counting."""

    def limit(self, urgency: Urgency, kind: ClockKind) -> Span: ...

    def chain(self, urgency: Urgency, kind: ClockKind) -> Sequence[Link]: ...

    def due(self, since: datetime, span: Span) -> datetime: ...

    def minutes(self, since: datetime, until: datetime, unit: ClockUnit) -> float: ...

    def share(self, since: datetime, due: datetime, unit: ClockUnit, share: float) -> datetime: ...

    def closing(self, at: datetime) -> datetime:
        """The first closing time that is not before this moment."""
        ...


@dataclass(eq=False)
class Clock:
    """What a student waits for since `started_at`. Its start never changes, and a breach stays written."""

    referral_id: UUID
    school_id: UUID
    kind: ClockKind
    started_at: datetime
    urgency: Urgency
    unit: ClockUnit = field(init=False)
    amount: int = field(init=False)
    due_at: datetime = field(init=False)
    limit_minutes: float = field(init=False)
    next_due_at: datetime | None = None
    stopped_at: datetime | None = None
    minutes: float | None = None
    breached_at: datetime | None = None
    base_at: datetime | None = None
    """The moment that later links count from: the limit, or in a repeating chain the last call."""
    called: list[int] = field(default_factory=list)
    """Which links of the chain have been called since the urgency was set."""
    turn: int = 0
    """How many people a repeating chain has called."""
    steps: int = 0
    version: int = 0

    @classmethod
    def started(cls, referral_id: UUID, school_id: UUID, kind: ClockKind, at: datetime,
                urgency: Urgency, time: SchoolTime) -> Clock:
        clock = cls(referral_id, school_id, kind, at, urgency)
        clock.set(urgency, time)
        return clock

    @property
    def running(self) -> bool:
        return self.stopped_at is None

    @property
    def met(self) -> bool:
        return self.breached_at is None

    def set(self, urgency: Urgency, time: SchoolTime) -> None:
        """Count again from the same start, by the rule of this urgency; its chain begins anew."""
        span = time.limit(urgency, self.kind)
        self.urgency, self.unit, self.amount = urgency, span.unit, span.amount
        self.called, self.turn, self.base_at = [], 0, None
        self.recount(time)

    def recount(self, time: SchoolTime) -> None:
        """Count again from the same start, by the same rule: the calendar has changed."""
        self.due_at = time.due(self.started_at, Span(self.unit, self.amount))
        self.limit_minutes = time.minutes(self.started_at, self.due_at, self.unit)
        self._plan(time)

    def stop(self, at: datetime, time: SchoolTime) -> None:
        """What it waited for has come, in time or not."""
        self.stopped_at, self.next_due_at = at, None
        self.minutes = time.minutes(self.started_at, at, self.unit)
        if at > self.due_at:
            self.breached_at = self.breached_at or self.due_at
        self.version += 1

    def resume(self, time: SchoolTime) -> None:
        """It never came, and is awaited again since the same start."""
        self.stopped_at = self.minutes = None
        self._plan(time)

    def call(self, at: datetime, time: SchoolTime) -> Link | None:
        """The link of the chain that is due, counted as a step; plans the next. None: nothing is due."""
        if not self.running or self.next_due_at is None or self.next_due_at > at:
            return None
        link = min(self._awaited(time), key=lambda each: each[1])[0]
        if link.at_limit or link.repeats:
            self.breached_at = self.breached_at or self.due_at
            self.base_at = self._called_at(link, at, time)
        if link.no not in self.called:
            self.called = [*self.called, link.no]
        self.steps, self.turn = self.steps + 1, self.turn + link.repeats
        self._plan(time)
        return link

    def _plan(self, time: SchoolTime) -> None:
        self.next_due_at = min((at for _, at in self._awaited(time)), default=None) if self.running else None
        self.version += 1

    def _called_at(self, link: Link, at: datetime, time: SchoolTime) -> datetime:
        # A watchdog that was away calls one person now and the next an interval later, not all at once.
        planned = self.next_due_at or at
        return at if at >= time.due(planned, self._interval(link, time)) else planned

    def _awaited(self, time: SchoolTime) -> list[tuple[Link, datetime]]:
        chain = time.chain(self.urgency, self.kind)
        one_by_one = [link for link in chain if link.repeats]
        return [(link, self._at(link, time)) for link in one_by_one or chain if self._pending(link)]

    def _pending(self, link: Link) -> bool:
        if link.repeats:
            return True
        past_limit = self.base_at is not None
        return link.no not in self.called and past_limit != (link.at_limit or link.percent < 100)

    def _at(self, link: Link, time: SchoolTime) -> datetime:
        if link.percent < 100:
            return time.share(self.started_at, self.due_at, self.unit, link.percent / 100)
        if self.base_at is None:
            return self.due_at
        if link.repeats:
            return time.due(self.base_at, self._interval(link, time))
        if link.after.unit is ClockUnit.SAME_SCHOOL_DAY:
            return time.closing(self.base_at)
        return time.due(self.base_at, link.after)

    def _interval(self, link: Link, time: SchoolTime) -> Span:
        if link.repeats and link.after.amount:
            return link.after
        return time.limit(Urgency.EMERGENCY, ClockKind.ACKNOWLEDGE)


# --- Our choice, until the district's policy arrives: no national standard sets these numbers ----------------------

def _seconds(minutes: int) -> Span:
    return Span(ClockUnit.SECONDS, minutes * 60)


def _days(n: int) -> Span:
    return Span(ClockUnit.SCHOOL_DAYS, n)


HOUR = Span(ClockUnit.SCHOOL_MINUTES, 60)
SAME_DAY = Span(ClockUnit.SAME_SCHOOL_DAY, 1)

USUAL_LIMITS: Mapping[Urgency, Mapping[ClockKind, Span]] = {
    urgency: dict(zip((ClockKind.ACKNOWLEDGE, ClockKind.CONTACT, ClockKind.SERVICE), spans, strict=True))
    for urgency, spans in {
        Urgency.EMERGENCY: (_seconds(5), _seconds(15), _seconds(60)),
        Urgency.URGENT: (HOUR, SAME_DAY, _days(1)),
        Urgency.PRIORITY: (_days(1), _days(2), _days(5)),
        Urgency.ROUTINE: (_days(2), _days(5), _days(10)),
    }.items()
}

USUAL_CHAINS: Mapping[Urgency, Sequence[Link]] = {
    Urgency.EMERGENCY: (
        Link(1, EscalationTarget.NEXT_ON_ROTA, after=_seconds(5), repeats=True),
        Link(2, EscalationTarget.DESIGNEE),
        Link(3, EscalationTarget.CRISIS_LEAD),
    ),
    Urgency.URGENT: (
        Link(1, EscalationTarget.BACKUP),
        Link(2, EscalationTarget.DESIGNEE, after=HOUR),
        Link(3, EscalationTarget.DISTRICT_LEAD, after=SAME_DAY),
    ),
    Urgency.PRIORITY: (
        Link(1, EscalationTarget.OWNER, percent=80),
        Link(2, EscalationTarget.COORDINATOR),
        Link(3, EscalationTarget.DISTRICT_LEAD, after=_days(1)),
    ),
    Urgency.ROUTINE: (Link(1, EscalationTarget.COORDINATOR),),
}
"""A chain with a repeating link calls one person at a time: its targets in order, and round again until one answers."""
