"""Events as the services announce them, with defaults: a test names only what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.codes import (
    ClockKind,
    ConcernDomain,
    GradeBand,
    Modality,
    PeerView,
    ReferralStatus,
    Tier,
    Urgency,
)
from shared.contracts.interventions import (
    ActivityHeld,
    Answer,
    BandCount,
    CareStatus,
    Intensity,
    MatchActivated,
    MatchCompleted,
    MatchEnded,
    MatchState,
    MatchStatus,
    ProgramActivated,
    ProgramPaused,
    ProgramState,
    ProgramStatus,
    ProgramSubmitted,
    SessionDocumented,
    SessionHeld,
    SessionMissed,
    SessionScheduled,
    SessionState,
    SessionStatus,
    SessionUnmarked,
    SupporterActivated,
    SupporterState,
    SupporterStatus,
)
from shared.contracts.messages import Event
from shared.contracts.referrals import (
    ConcernReceived,
    Outcome,
    ReferralAcknowledged,
    ReferralClosed,
    ReferralFirstContactMade,
    ReferralFirstServiceDelivered,
    ReferralState,
    ReferralSubmitted,
    Setting,
    Source,
)
from shared.contracts.schools import (
    CalendarPublished,
    ClockRule,
    ClockUnit,
    DistrictPolicyChanged,
    SchoolDay,
    SchoolLevel,
    SchoolRegistered,
    SchoolStatus,
    SurveyConsentMode,
)
from shared.messaging.codec import Fact

DISTRICT = UUID("6d0c8b4e-3b8e-4f0a-9a53-0d2f3c1b7a10")
CLOCKS = (
    (Urgency.EMERGENCY, ClockUnit.SECONDS, 300),
    (Urgency.URGENT, ClockUnit.SCHOOL_MINUTES, 60),
    (Urgency.PRIORITY, ClockUnit.SCHOOL_DAYS, 1),
    (Urgency.ROUTINE, ClockUnit.SCHOOL_DAYS, 2),
)


def a_fact(event: Event, at: datetime | None = None) -> Fact[Any]:
    school = getattr(event, "school_id", None)
    return Fact(uuid4(), at or datetime.now(UTC), event, subject=school or DISTRICT, school_id=school)


def a_policy(n_min: int = 10, tz: str = "America/New_York", version: int = 1) -> DistrictPolicyChanged:
    return DistrictPolicyChanged(
        district_id=DISTRICT, version=version, policy_version=version, effective_on=date(2020, 1, 1), tz=tz,
        state="FL", n_min=n_min, escalations=(), floors=(), intensities=(), consents=(), check_in_interval_days=14,
        load_cap_matches=3, load_cap_minutes=120, survey_consent_mode=SurveyConsentMode.NOTICE_AND_OPT_OUT,
        clocks=tuple(ClockRule(urgency=urgency, kind=ClockKind.ACKNOWLEDGE, unit=unit, amount=amount)
                     for urgency, unit, amount in CLOCKS))


def a_school(
    school_id: UUID | None = None, *, enrollment: int | None = 600, level: SchoolLevel = SchoolLevel.HIGH,
    status: SchoolStatus = SchoolStatus.OPEN, version: int = 1, tz: str = "America/New_York",
) -> SchoolRegistered:
    return SchoolRegistered(
        school_id=school_id or uuid4(), version=version, ncesid=None, level=level, grade_span="09-12",
        enrollment=enrollment, tz=tz, status=status)


def a_calendar(school_id: UUID, days: Sequence[date], version: int = 1) -> CalendarPublished:
    return CalendarPublished(
        school_id=school_id, version=version, year=2026, tz="America/New_York",
        days=tuple(SchoolDay(date=day, opens=time(8), closes=time(15, 30)) for day in days))


class AProgram:
    """One program of a school and what is done in it."""

    def __init__(self, school_id: UUID, tier: Tier = Tier.TARGETED) -> None:
        self.school_id, self.tier, self.program_id, self.version = school_id, tier, uuid4(), 0

    def active(self) -> ProgramActivated:
        return ProgramActivated(**self._move(ProgramStatus.APPROVED, ProgramStatus.ACTIVE))

    def submitted(self) -> ProgramSubmitted:
        return ProgramSubmitted(**self._move(ProgramStatus.DRAFT, ProgramStatus.SUBMITTED))

    def paused(self) -> ProgramPaused:
        return ProgramPaused(**self._move(ProgramStatus.ACTIVE, ProgramStatus.PAUSED))

    def activity(self, held_on: date, headcount: int) -> ActivityHeld:
        return ActivityHeld(
            activity_id=uuid4(), program_id=self.program_id, school_id=self.school_id, type_code="club_meeting",
            held_on=held_on, minutes=45, modality=Modality.IN_PERSON, resources_shared=0,
            headcount_by_band=(BandCount(grade_band=GradeBand.HIGH, count=headcount),))

    def supporter(self) -> SupporterActivated:
        state = SupporterState(
            student_key=uuid4(), status=SupporterStatus.ACTIVE, expires_on=None, hours_total=12, hours_required=12,
            next_checkin_due=None)
        return SupporterActivated(supporter_id=uuid4(), program_id=self.program_id, school_id=self.school_id,
                                  version=1, state=state)

    def match(self, students: int = 1, starts_on: date | None = None) -> AMatch:
        return AMatch(self, tuple(uuid4() for _ in range(students)), starts_on)

    def _move(self, before: ProgramStatus, after: ProgramStatus) -> dict[str, Any]:
        self.version += 1
        state = ProgramState(
            status=after, type_code="peer_mentoring", tier=self.tier, intensity=Intensity.C, capacity=20,
            pilot=False, elements_in_place=8, safeguards_met=7)
        return {
            "program_id": self.program_id, "school_id": self.school_id, "version": self.version, "state": state,
            "type_code": "peer_mentoring", "tier": self.tier, "from_status": before, "to_status": after,
            "elements_complete": 8, "effective_on": date(2026, 9, 1)}


class AMatch:
    """One match and its sessions: ten of half an hour are planned."""

    def __init__(self, program: AProgram, participants: tuple[UUID, ...], starts_on: date | None) -> None:
        self.program, self.participants, self.starts_on = program, participants, starts_on
        self.match_id, self.version = uuid4(), 0

    def active(self) -> MatchActivated:
        return MatchActivated(**self._state(MatchStatus.ACTIVE))

    def completed(self) -> MatchCompleted:
        return MatchCompleted(**self._state(MatchStatus.COMPLETED))

    def ended(self) -> MatchEnded:
        return MatchEnded(**self._state(MatchStatus.ENDED_EARLY))

    def held(self, at: datetime, minutes: int = 30) -> SessionHeld:
        return SessionHeld(**self._session(at, SessionStatus.HELD, minutes, uuid4(), version=2))

    def missed(self, at: datetime) -> SessionMissed:
        return SessionMissed(**self._session(at, SessionStatus.NO_SHOW, 0, uuid4(), version=2))

    def unmarked(self, at: datetime) -> SessionUnmarked:
        return SessionUnmarked(**self._session(at, SessionStatus.UNMARKED, 0, uuid4(), version=2))

    def scheduled(self, at: datetime) -> SessionScheduled:
        return SessionScheduled(**self._session(at, SessionStatus.SCHEDULED, 0, uuid4(), version=1))

    def documented(self, held: SessionHeld, *, red_flag: bool = False, days: int = 1) -> SessionDocumented:
        at = held.held_at or held.scheduled_at
        assert at is not None
        given = self._session(at, SessionStatus.DOCUMENTED, held.minutes, held.session_id, version=held.version + 1)
        return SessionDocumented(
            **given, days_to_document=days, red_flag=Answer.YES if red_flag else Answer.NO, quality_score=None,
            satisfaction=None)

    def _session(self, at: datetime, status: SessionStatus, minutes: int, id: UUID, version: int) -> dict[str, Any]:
        held_at = at if status in {SessionStatus.HELD, SessionStatus.DOCUMENTED} else None
        attended = len(self.participants) if held_at else 0
        state = SessionState(status=status, scheduled_at=at, held_at=held_at, minutes=minutes, attended_count=attended)
        return {
            "session_id": id, "match_id": self.match_id, "program_id": self.program.program_id,
            "school_id": self.program.school_id, "version": version, "state": state, "tier": self.program.tier,
            "scheduled_at": at, "held_at": held_at, "minutes": minutes, "modality": Modality.IN_PERSON,
            "attended_count": attended}

    def _state(self, status: MatchStatus) -> dict[str, Any]:
        self.version += 1
        return {
            "match_id": self.match_id, "program_id": self.program.program_id, "school_id": self.program.school_id,
            "version": self.version, "supporter_ids": (uuid4(),), "participant_keys": self.participants,
            "state": MatchState(status=status, care_status=CareStatus.NONE, sessions_held=0), "planned_sessions": 10,
            "planned_minutes": 300, "starts_on": self.starts_on, "planned_end": None, "status": status}


class AReferral:
    """One referral on its way; each step is the event that tells it."""

    def __init__(
        self, school_id: UUID, submitted_at: datetime, *, urgency: Urgency = Urgency.URGENT,
        limit: timedelta = timedelta(hours=1), concern: bool = True,
    ) -> None:
        self.school_id, self.submitted_at, self.urgency, self.limit = school_id, submitted_at, urgency, limit
        self.referral_id, self.student_key = uuid4(), uuid4()
        self.concern_id = uuid4() if concern else None
        self.version, self.stamps = 0, dict[str, Any]()

    def received(self) -> ConcernReceived:
        assert self.concern_id is not None
        return ConcernReceived(concern_id=self.concern_id, referral_id=self.referral_id, school_id=self.school_id,
                               received_at=self.submitted_at)

    def submitted(self) -> ReferralSubmitted:
        return ReferralSubmitted(
            **self._state(ReferralStatus.SUBMITTED), concern_id=self.concern_id, student_key=self.student_key,
            program_id=None, source=Source.PEER_SUPPORTER, urgency=self.urgency, concern_domain=ConcernDomain.MOOD,
            first_ever=True, from_tier2=True, grade_band=GradeBand.HIGH, subgroup_codes=())

    def acknowledged(self, minutes: float) -> ReferralAcknowledged:
        self.stamps["acknowledged_at"] = self.submitted_at + timedelta(minutes=minutes)
        return ReferralAcknowledged(
            **self._state(ReferralStatus.ACKNOWLEDGED), urgency=self.urgency, clock_minutes=minutes,
            within_limit=minutes <= self.limit.total_seconds() / 60)

    def contacted(self, minutes: float) -> ReferralFirstContactMade:
        self.stamps["first_contact_at"] = self.submitted_at + timedelta(minutes=minutes)
        return ReferralFirstContactMade(**self._state(ReferralStatus.IN_PROGRESS), clock_minutes=minutes,
                                        within_limit=True, setting=Setting.SCHOOL)

    def served(self, minutes: float) -> ReferralFirstServiceDelivered:
        self.stamps["first_service_at"] = self.submitted_at + timedelta(minutes=minutes)
        return ReferralFirstServiceDelivered(**self._state(ReferralStatus.IN_PROGRESS), clock_minutes=minutes,
                                             within_limit=True, setting=Setting.SCHOOL)

    def closed(self, minutes: float, outcome: Outcome = Outcome.CONNECTED_SCHOOL_SERVICE) -> ReferralClosed:
        self.stamps |= {"closed_at": self.submitted_at + timedelta(minutes=minutes), "outcome_code": outcome}
        return ReferralClosed(**self._state(ReferralStatus.CLOSED), outcome_code=outcome, clock_minutes=minutes)

    def _state(self, status: ReferralStatus) -> dict[str, Any]:
        self.version += 1
        stamps = dict.fromkeys(("acknowledged_at", "first_contact_at", "first_service_at", "closed_at", "outcome_code"))
        state = ReferralState(
            status=status, urgency=self.urgency, concern_id=self.concern_id, program_id=None, owner_key=None,
            backup_key=None, acknowledge_due_at=self.submitted_at + self.limit, contact_due_at=None,
            service_due_at=None, submitted_at=self.submitted_at, peer_sees=PeerView.RECEIVED,
            **{**stamps, **self.stamps})
        return {"referral_id": self.referral_id, "school_id": self.school_id, "version": self.version, "state": state}
