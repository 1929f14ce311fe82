"""Referrals as a test wants them, at a school that is staffed day and night."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.referrals.clocks.model import USUAL_CHAINS, USUAL_LIMITS, Link, Span
from services.referrals.referrals.model import Referral
from services.referrals.referrals.parts import Actor, Background
from shared.contracts.codes import ClockKind, ConcernDomain, Role, Urgency
from shared.contracts.ids import ConcernId, ProgramId, ReferralId, SchoolId, StaffKey, StudentKey
from shared.contracts.messages import Event
from shared.contracts.referrals import Outcome, Setting, Source, WaiverReason
from shared.contracts.schools import ClockUnit

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SCHOOL = SchoolId(UUID("11111111-1111-4111-8111-111111111111"))
COUNSELOR = Actor(UUID("22222222-2222-4222-8222-222222222222"), Role.COUNSELOR)
ANOTHER_COUNSELOR = Actor(UUID("33333333-3333-4333-8333-333333333333"), Role.COUNSELOR)
SYSTEM = Actor(UUID(int=0), Role.SERVICE)
SECONDS = {ClockUnit.SECONDS: 1, ClockUnit.SCHOOL_MINUTES: 60, ClockUnit.SCHOOL_DAYS: 86_400}


class EveryHour:
    """The time of a school that never closes: an hour is an hour, a day is 24."""

    def __init__(self, chains: dict[Urgency, Sequence[Link]] | None = None) -> None:
        self.chains = {**USUAL_CHAINS, **(chains or {})}

    def limit(self, urgency: Urgency, kind: ClockKind) -> Span:
        return USUAL_LIMITS[urgency][kind]

    def chain(self, urgency: Urgency, kind: ClockKind) -> Sequence[Link]:
        return self.chains[urgency]

    def due(self, since: datetime, span: Span) -> datetime:
        if span.unit is ClockUnit.SAME_SCHOOL_DAY:
            return max(self.closing(since), since + timedelta(hours=1))
        return since + span.amount * timedelta(seconds=SECONDS[span.unit])

    def minutes(self, since: datetime, until: datetime, unit: ClockUnit) -> float:
        return max(0.0, (until - since).total_seconds() / 60)

    def share(self, since: datetime, due: datetime, unit: ClockUnit, share: float) -> datetime:
        return since + (due - since) * share

    def closing(self, at: datetime) -> datetime:
        """Four in the afternoon, when the office goes home all the same."""
        today = at.replace(hour=16, minute=0, second=0, microsecond=0)
        return today if at <= today else today + timedelta(days=1)


def a_referral(urgency: Urgency = Urgency.URGENT, *, acknowledged_by: Actor | None = None, accepted: bool = False,
               contacted: bool = False, closed: bool = False, from_concern: bool = False, owner: UUID | None = None,
               time: EveryHour | None = None, **given: Any) -> Referral:
    """Submitted at nine; each further step is taken one minute later. What it recorded so far is forgotten."""
    referral = Referral(
        id=ReferralId(uuid4()), school_id=SCHOOL, case_number="7C2F8KQW", source=Source.STAFF,
        student_key=StudentKey(uuid4()), concern_domain=ConcernDomain.MOOD, urgency=urgency,
        urgency_floor=given.pop("urgency_floor", Urgency.ROUTINE), submitted_at=NINE, received_at=NINE,
        concern_id=ConcernId(uuid4()) if from_concern else None, program_id=ProgramId(uuid4()), **given)
    referral.submit(by=SYSTEM, at=NINE, owner=StaffKey(owner or COUNSELOR.key), backup=None, of=Background(),
                    time=time or EveryHour())
    by, at = acknowledged_by or COUNSELOR, NINE
    if acknowledged_by or accepted or contacted or closed:
        referral.acknowledge(by=by, at=(at := at + timedelta(minutes=1)))
    if accepted or contacted:
        referral.accept(by=by, at=(at := at + timedelta(minutes=1)))
    if contacted:
        referral.first_contact(by=by, at=(at := at + timedelta(minutes=1)), setting=Setting.SCHOOL)
    if closed:
        referral.close(by=by, at=at + timedelta(minutes=1), outcome=Outcome.RESOLVED_WITHOUT_SERVICE,
                       waived=WaiverReason.NOT_NEEDED)
    referral.recorded()
    return referral


def told(referral: Referral, kind: type[Event]) -> Any:
    """The one event of this kind that it recorded."""
    (event,) = [event for event in referral.recorded() if isinstance(event, kind)]
    return event
