"""A referral: someone must take responsibility, meet the student, and see that care begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from services.referrals.clocks.model import Clock, Link, SchoolTime
from services.referrals.referrals.moves import ENDED, MOVES, OWN_WORK, PASSIVE, WAITING, Verb
from services.referrals.referrals.parts import Actor, Background, FollowUp, Mark, Step
from shared.contracts import referrals as told
from shared.contracts.codes import (
    SEVERITY,
    ClockKind,
    ConcernDomain,
    GradeBand,
    PeerView,
    RedFlag,
    ReferralStatus,
    StudentTold,
    Urgency,
)
from shared.contracts.ids import ActorKey, ConcernId, ProgramId, ReferralId, SchoolId, StaffKey, StudentKey
from shared.contracts.messages import Code
from shared.contracts.referrals import (
    DeclineReason,
    FollowUpResult,
    HoldReason,
    Outcome,
    Setting,
    Source,
    WaiverReason,
)
from shared.domain import Aggregate, Invalid, NotPossible

REOPEN_WITHIN = timedelta(days=60)
AWAITED = (ClockKind.ACKNOWLEDGE, ClockKind.CONTACT, ClockKind.SERVICE)


@dataclass(eq=False)
class Referral(Aggregate):
    """Tier 3: one student, one episode."""

    id: ReferralId
    school_id: SchoolId
    case_number: str
    source: Source
    student_key: StudentKey | None
    concern_domain: ConcernDomain
    urgency: Urgency
    urgency_floor: Urgency
    submitted_at: datetime
    received_at: datetime
    student_told: StudentTold = StudentTold.UNANSWERED
    concern_id: ConcernId | None = None
    program_id: ProgramId | None = None
    submitted_by: ActorKey | None = None
    grade_band: GradeBand | None = None
    status: ReferralStatus = ReferralStatus.SUBMITTED
    version: int = 0
    owner_key: StaffKey | None = None
    backup_key: StaffKey | None = None
    assignments: int = 0
    red_flags: bytes | None = None
    summary: bytes | None = None
    content_awaited: bool = False
    acknowledged_at: datetime | None = None
    first_contact_at: datetime | None = None
    first_service_at: datetime | None = None
    closed_at: datetime | None = None
    hold_reason: HoldReason | None = None
    review_on: date | None = None
    decline_reason: DeclineReason | None = None
    offered_program_id: ProgramId | None = None
    outcome_code: Outcome | None = None
    outcome_setting: Setting | None = None
    follow_ups_waived: WaiverReason | None = None
    peer_told: PeerView = PeerView.RECEIVED
    """What the peer supporter was told last; ConcernReceived told them the first."""
    created_at: datetime = field(init=False)
    updated_at: datetime = field(init=False)
    clocks: dict[ClockKind, Clock] = field(default_factory=dict)
    history: list[Step] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)

    time: SchoolTime = field(init=False, repr=False)
    """How the school counts time; given by whoever fetches or makes the referral, and never stored."""

    def ties(self, actor: UUID) -> Iterable[str]:
        if actor in (self.owner_key, self.backup_key):
            yield "assigned"
        if actor == self.submitted_by:
            yield "own"
        if self.urgency is Urgency.EMERGENCY:
            yield "emergency"

    # --- In ------------------------------------------------------------------------------------------------------

    def submit(self, *, by: Actor, at: datetime, owner: StaffKey | None, backup: StaffKey | None,
               of: Background, time: SchoolTime) -> None:
        """It waits from now on. Its owner is asked, and not responsible before saying so."""
        if not self.urgency.at_least(self.urgency_floor):
            raise Invalid("the red flags demand more urgency", errors=[_wrong("urgency", "below_floor")])
        self.time, self.created_at, self.grade_band = time, at, of.grade_band
        self.owner_key, self.backup_key, self.assignments = owner, backup, int(owner is not None)
        for kind in AWAITED:
            self.clocks[kind] = Clock.started(self.id, self.school_id, kind, self.submitted_at, self.urgency, time)
        self._moved(Verb.SUBMIT, by, at)
        self.record(told.ReferralSubmitted(
            **self._mark(), concern_id=self.concern_id, student_key=self.student_key, program_id=self.program_id,
            source=self.source, urgency=self.urgency, concern_domain=self.concern_domain, first_ever=of.first_ever,
            from_tier2=of.from_tier2, grade_band=of.grade_band, subgroup_codes=of.subgroup_codes))
        self.record(told.ReferralAssigned(**self._mark(), owner_key=owner, assignments=self.assignments))

    def triage(self, *, by: Actor, at: datetime, domain: ConcernDomain, urgency: Urgency,
               owner: StaffKey | None = None, reason: Code | None = None) -> None:
        """What it is about, how urgent, whose. An emergency is acknowledged first and triaged after contact."""
        before = self.urgency
        self._check_triage_of_emergency()
        if SEVERITY[urgency] < SEVERITY[before] and not reason:
            raise Invalid("a lower urgency needs a reason", errors=[_wrong("reason_code", "missing")])
        target = self._target(Verb.TRIAGE)
        self.concern_domain = domain
        self._set_urgency(urgency)
        if owner and owner != self.owner_key:
            self.owner_key, self.assignments = owner, self.assignments + 1
        self._moved(Verb.TRIAGE, by, at, target, reason, before)
        self.record(told.ReferralTriaged(
            **self._mark(), urgency_from=before, urgency_to=urgency, reason_code=reason,
            clock_minutes=self._waited(at)))

    # --- Responsibility ------------------------------------------------------------------------------------------

    def acknowledge(self, *, by: Actor, at: datetime) -> None:
        """Take responsibility. Saying so twice is harmless; taking over is not possible."""
        if self.status is ReferralStatus.ACKNOWLEDGED and self.owner_key == by.key:
            return
        if self.acknowledged_at and self.status not in (*WAITING, *ENDED):
            raise NotPossible(
                f"referral {self.case_number} is {self.status}, it cannot become acknowledged: someone else has it",
                taken=True, owner_key=str(self.owner_key), acknowledged_at=self.acknowledged_at.isoformat(),
                **self._refusal(Verb.ACKNOWLEDGE))
        target = self._target(Verb.ACKNOWLEDGE)
        if self.owner_key != by.key:
            self.backup_key, self.owner_key = self.owner_key, StaffKey(by.key)
            self.assignments += 1
        self.acknowledged_at = self.acknowledged_at or at
        clock = self._stop(ClockKind.ACKNOWLEDGE, at)
        self._moved(Verb.ACKNOWLEDGE, by, at, target)
        self.record(told.ReferralAcknowledged(
            **self._mark(), urgency=self.urgency, clock_minutes=clock.minutes or 0, within_limit=clock.met))

    def accept(self, *, by: Actor, at: datetime) -> None:
        if self.status is ReferralStatus.ACCEPTED:
            return
        self._move(Verb.ACCEPT, by, at)
        self.record(told.ReferralAccepted(**self._mark(), clock_minutes=self._waited(at)))

    def decline(self, *, by: Actor, at: datetime, reason: DeclineReason, offer: ProgramId | None = None) -> None:
        """Wrong school, a duplicate, or better served at another tier, which is then named."""
        if reason is DeclineReason.NOT_TIER3 and offer is None:
            raise Invalid("name the Tier 1 or Tier 2 program that is offered instead",
                          errors=[_wrong("offered_program_id", "missing")])
        target = self._target(Verb.DECLINE)
        self.decline_reason, self.offered_program_id, self.closed_at = reason, offer, at
        self._stop_all(at)
        self._moved(Verb.DECLINE, by, at, target, reason)
        self.record(told.ReferralDeclined(**self._mark(), clock_minutes=self._waited(at), reason_code=reason))

    def reroute(self, *, by: Actor, at: datetime, owner: StaffKey | None, backup: StaffKey | None,
                reason: Code) -> None:
        """Another person becomes the owner, or only the back-up changes. The clocks keep running."""
        target = self._target(Verb.REROUTE)
        if owner == self.owner_key:
            target = self.status
        else:
            self.owner_key, self.assignments = owner, self.assignments + 1
        self.backup_key = backup
        self._moved(Verb.REROUTE, by, at, target, reason)
        self.record(told.ReferralRerouted(
            **self._mark(), owner_key=owner, assignments=self.assignments, reason_code=reason))

    def raise_urgency(self, *, by: Actor, at: datetime, to: Urgency, reason: Code) -> None:
        """Due times are counted again from the same start."""
        self._check_direction(to, higher=True)
        self._change_urgency(Verb.RAISE_URGENCY, by, at, to, reason)

    def lower_urgency(self, *, by: Actor, at: datetime, to: Urgency, reason: Code) -> None:
        """Due times are counted again from the same start; what was missed stays missed."""
        self._check_direction(to, higher=False)
        self._change_urgency(Verb.LOWER_URGENCY, by, at, to, reason)

    # --- Care ----------------------------------------------------------------------------------------------------

    def first_contact(self, *, by: Actor, at: datetime, setting: Setting) -> None:
        """Someone has spoken with the student."""
        if self.status is ReferralStatus.IN_PROGRESS and self.first_contact_at:
            return
        target = self._target(Verb.FIRST_CONTACT)
        self.first_contact_at = self.first_contact_at or at
        clock = self._stop(ClockKind.CONTACT, at)
        self._moved(Verb.FIRST_CONTACT, by, at, target)
        self.record(told.ReferralFirstContactMade(
            **self._mark(), clock_minutes=clock.minutes or 0, within_limit=clock.met, setting=setting))

    def first_service(self, *, by: Actor, at: datetime, setting: Setting) -> None:
        """The student has received a first service."""
        if self.first_service_at:
            return
        target = self._target(Verb.FIRST_SERVICE)
        self.first_service_at = at
        clock = self._stop(ClockKind.SERVICE, at)
        self._moved(Verb.FIRST_SERVICE, by, at, target)
        self.record(told.ReferralFirstServiceDelivered(
            **self._mark(), clock_minutes=clock.minutes or 0, within_limit=clock.met, setting=setting))

    def hold(self, *, by: Actor, at: datetime, reason: HoldReason, until: date) -> None:
        target = self._target(Verb.HOLD)
        self.hold_reason, self.review_on = reason, until
        self._moved(Verb.HOLD, by, at, target, reason)
        self.record(told.ReferralPutOnHold(**self._mark(), reason_code=reason, review_on=until))

    def resume(self, *, by: Actor, at: datetime) -> None:
        if self.status is ReferralStatus.IN_PROGRESS:
            return
        target = self._target(Verb.RESUME)
        self.hold_reason = self.review_on = None
        self._moved(Verb.RESUME, by, at, target)
        self.record(told.ReferralResumed(**self._mark()))

    def close(self, *, by: Actor, at: datetime, outcome: Outcome, setting: Setting | None = None,
              follow_ups: Sequence[date] = (), waived: WaiverReason | None = None) -> None:
        """It ends with an outcome, and someone asks again later, or a reason says why nobody does."""
        if bool(follow_ups) == bool(waived):
            raise Invalid("plan follow-ups or say why there are none",
                          errors=[_wrong("follow_ups", "one_of_two"), _wrong("follow_ups_waived", "one_of_two")])
        target = self._target(Verb.CLOSE)
        self.outcome_code, self.outcome_setting, self.follow_ups_waived = outcome, setting, waived
        self.closed_at, self.hold_reason, self.review_on = at, None, None
        planned = len(self.follow_ups)
        self.follow_ups += [FollowUp(self.id, self.school_id, planned + n, due)
                            for n, due in enumerate(sorted(follow_ups), start=1)]
        self._stop_all(at)
        self._moved(Verb.CLOSE, by, at, target, outcome)
        self.record(told.ReferralClosed(**self._mark(), outcome_code=outcome, clock_minutes=self._waited(at)))

    def reopen(self, *, by: Actor, at: datetime, reason: Code) -> None:
        """The same episode goes on: first stamps stay, and what never came is awaited since the same start."""
        target = self._target(Verb.REOPEN)
        if self.closed_at and at - self.closed_at > REOPEN_WITHIN:
            raise NotPossible(f"referral {self.case_number} ended more than {REOPEN_WITHIN.days} days ago",
                              **self._refusal(Verb.REOPEN))
        outcome, self.outcome_code, self.outcome_setting = self.outcome_code, None, None
        self.closed_at = self.decline_reason = self.offered_program_id = self.follow_ups_waived = None
        self.owner_key, self.acknowledged_at = StaffKey(by.key), self.acknowledged_at or at
        for kind, came in ((ClockKind.CONTACT, self.first_contact_at), (ClockKind.SERVICE, self.first_service_at)):
            if not came:
                self.clocks[kind].resume(self.time)
        self._moved(Verb.REOPEN, by, at, target, reason)
        self.record(told.ReferralReopened(**self._mark(), outcome_code=outcome, clock_minutes=self._waited(at)))

    def follow_up(self, n: int, *, by: Actor, at: datetime, on: date, result: FollowUpResult) -> None:
        """Somebody asked again how the student is."""
        planned = next((each for each in self.follow_ups if each.n == n), None)
        if planned is None:
            raise NotPossible(f"referral {self.case_number} has no follow-up {n}", **self._refusal(Verb.FOLLOW_UP))
        if planned.done_on:
            return
        target = self._target(Verb.FOLLOW_UP)
        planned.done_on, planned.result_code = on, result
        self._moved(Verb.FOLLOW_UP, by, at, target, result)
        self.record(told.FollowUpDone(**self._mark(), n=n, days_late=max(0, (on - planned.due_on).days)))

    # --- Time ----------------------------------------------------------------------------------------------------

    def escalate(self, kind: ClockKind, *, at: datetime) -> Link | None:
        """Call the next link of a clock's chain, if one is due."""
        clock = self.clocks[kind]
        breached_before = clock.breached_at
        link = clock.call(at, self.time)
        if link is None:
            return None
        # The steps of a chain are a history of their own; here they only make a new version.
        self.version, self.updated_at = self.version + 1, at
        events: list[type[told.ReferralClockWarned | told.ReferralClockBreached | told.ReferralEscalated]] = (
            [told.ReferralClockWarned] if link.percent < 100 else [told.ReferralEscalated])
        if clock.breached_at and not breached_before:
            events.insert(0, told.ReferralClockBreached)
        for event in events:
            self.record(event(**self._mark(), clock=kind, urgency=self.urgency, step_no=clock.steps))
        return link

    def recount(self, *, by: Actor, at: datetime) -> None:
        """The school's calendar changed: count what still runs again, from the same start."""
        due = [clock.due_at for clock in self._running()]
        for clock in self._running():
            clock.recount(self.time)
        if due == [clock.due_at for clock in self._running()]:
            return
        self._moved(Verb.CALENDAR, by, at)
        self.record(told.ReferralUrgencyChanged(
            **self._mark(), urgency_from=self.urgency, urgency_to=self.urgency, reason_code="calendar_changed",
            clock_minutes=self._waited(at)))

    # --- What others may know ------------------------------------------------------------------------------------

    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows now."""
        return tuple(verb for verb, moves in MOVES.items()
                     if self.status in moves and verb not in OWN_WORK and self._offered(verb))

    def next_clock(self) -> Clock | None:
        """The clock that runs out first."""
        return min(self._running(), key=lambda clock: clock.due_at, default=None)

    def peer_sees(self) -> PeerView:
        """Exactly this, for the peer supporter who brought the worry."""
        if self.status in ENDED:
            return PeerView.CLOSED
        return PeerView.CONTACTED if self.first_contact_at else PeerView.RECEIVED

    def public_state(self) -> told.ReferralState:
        due = {kind: clock.due_at for kind, clock in self.clocks.items()}
        return told.ReferralState(
            status=self.status, urgency=self.urgency, concern_id=self.concern_id, program_id=self.program_id,
            owner_key=self.owner_key, backup_key=self.backup_key,
            acknowledge_due_at=due.get(ClockKind.ACKNOWLEDGE), contact_due_at=due.get(ClockKind.CONTACT),
            service_due_at=due.get(ClockKind.SERVICE), submitted_at=self.submitted_at,
            acknowledged_at=self.acknowledged_at, first_contact_at=self.first_contact_at,
            first_service_at=self.first_service_at, closed_at=self.closed_at, outcome_code=self.outcome_code,
            peer_sees=self.peer_sees())

    # --- How it moves --------------------------------------------------------------------------------------------

    def _move(self, verb: Verb, by: Actor, at: datetime, reason: Code | None = None) -> None:
        self._moved(verb, by, at, self._target(verb), reason)

    def _target(self, verb: Verb) -> ReferralStatus:
        """What this step makes of it; refuses a step that its state does not allow."""
        target = MOVES[verb].get(self.status)
        if target is None:
            raise NotPossible(f"referral {self.case_number} is {self.status}, it cannot {PASSIVE[verb]}",
                              **self._refusal(verb))
        return target

    def _moved(self, verb: Verb, by: Actor, at: datetime, to: ReferralStatus | None = None,
               reason: Code | None = None, urgency_from: Urgency | None = None) -> None:
        before = self.status if self.version else None
        self.status = to or self.status
        self.version, self.updated_at = self.version + 1, at
        self.history.append(Step(
            self.id, self.school_id, len(self.history) + 1, at, verb, by.key, by.role, before, self.status,
            urgency_from or (self.urgency if self.version > 1 else None), self.urgency, reason))
        if self.concern_id and self.peer_told is not self.peer_sees():
            self.peer_told = self.peer_sees()
            self.record(told.ReferralLoopClosed(
                **self._mark(), concern_id=self.concern_id, status_for_referrer=self.peer_told))

    def _mark(self) -> Mark:
        return Mark(referral_id=self.id, school_id=self.school_id, version=self.version, state=self.public_state())

    def _refusal(self, verb: Verb) -> dict[str, object]:
        becomes = sorted(set(MOVES[verb].values()) - {self.status})
        return {"from": self.status.value, "to": becomes[0].value if becomes else self.status.value,
                "allowed": list(self.allowed())}

    def _offered(self, verb: Verb) -> bool:
        emergency = self.urgency is Urgency.EMERGENCY
        if verb is Verb.TRIAGE:
            return emergency == (self.status is not ReferralStatus.SUBMITTED)
        if verb is Verb.RAISE_URGENCY:
            return not emergency
        if verb is Verb.LOWER_URGENCY:
            return self.urgency is not Urgency.ROUTINE
        if verb is Verb.FIRST_SERVICE:
            return self.first_service_at is None
        return verb is not Verb.FOLLOW_UP or any(not each.done_on for each in self.follow_ups)

    def _check_triage_of_emergency(self) -> None:
        if self.urgency is Urgency.EMERGENCY and not self.first_contact_at:
            raise NotPossible(
                f"referral {self.case_number} is an emergency: it is acknowledged first and triaged after contact",
                **self._refusal(Verb.TRIAGE))
        if self.urgency is not Urgency.EMERGENCY and self.status is not ReferralStatus.SUBMITTED:
            raise NotPossible(f"referral {self.case_number} is {self.status}, it cannot be triaged",
                              **self._refusal(Verb.TRIAGE))

    def _check_direction(self, to: Urgency, *, higher: bool) -> None:
        if to is not self.urgency and (SEVERITY[to] > SEVERITY[self.urgency]) != higher:
            raise NotPossible(
                f"referral {self.case_number} is {self.urgency}: {to} is not {'more' if higher else 'less'} urgent",
                **self._refusal(Verb.RAISE_URGENCY if higher else Verb.LOWER_URGENCY))

    def _change_urgency(self, verb: Verb, by: Actor, at: datetime, to: Urgency, reason: Code) -> None:
        if to is self.urgency:
            return
        before, target = self.urgency, self._target(verb)
        self._set_urgency(to)
        self._moved(verb, by, at, target, reason, before)
        self.record(told.ReferralUrgencyChanged(
            **self._mark(), urgency_from=before, urgency_to=to, reason_code=reason, clock_minutes=self._waited(at)))

    def _set_urgency(self, urgency: Urgency) -> None:
        if urgency is self.urgency:
            return
        self.urgency = urgency
        for clock in self._running():
            clock.set(urgency, self.time)

    def _running(self) -> list[Clock]:
        return [clock for clock in self.clocks.values() if clock.running]

    def _stop(self, kind: ClockKind, at: datetime) -> Clock:
        clock = self.clocks[kind]
        if clock.running:
            clock.stop(at, self.time)
        return clock

    def _stop_all(self, at: datetime) -> None:
        for clock in self._running():
            clock.stop(at, self.time)

    def _waited(self, at: datetime) -> float:
        unit = self.time.limit(self.urgency, ClockKind.ACKNOWLEDGE).unit
        return self.time.minutes(self.submitted_at, at, unit)


def floor_of(flags: Iterable[RedFlag], floors: Mapping[RedFlag, Urgency]) -> Urgency:
    """The least urgency that these red flags demand; the most severe wins."""
    return max((floors[flag] for flag in flags), key=SEVERITY.__getitem__, default=Urgency.ROUTINE)


def _wrong(field: str, code: str) -> dict[str, str]:
    return {"pointer": f"/{field}", "code": code, "message": code.replace("_", " ")}
