"""Tier 3: what may be asked of the referrals service, what it shows, and what it announces."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.contracts.codes import (
    ClockKind,
    ConcernDomain,
    GradeBand,
    PeerView,
    RedFlag,
    ReferralStatus,
    Role,
    StudentTold,
    Urgency,
)
from shared.contracts.ids import (
    ActorKey,
    ConcernId,
    NoticeId,
    ProgramId,
    ReferralId,
    SchoolId,
    StaffKey,
    StudentKey,
)
from shared.contracts.messages import (
    Classification,
    Code,
    Event,
    Instant,
    Lane,
    Message,
    Page,
    Record,
    Request,
    View,
)

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
"""What a person wrote. Encrypted where it is kept, and never part of an event."""


# --- Words of this room -------------------------------------------------------------------------------------------

class Source(StrEnum):
    """Who brought the worry."""

    PEER_SUPPORTER = "peer_supporter"
    ANONYMOUS = "anonymous"
    STAFF = "staff"
    SELF = "self"
    FAMILY = "family"
    SCREENER = "screener"


class Queue(StrEnum):
    """Which part of the inbox."""

    WAITING = "waiting"
    MINE = "mine"
    SCHOOLS = "schools"
    CLOSED = "closed"


class UrgencyReason(StrEnum):
    """Why the urgency of a referral was changed."""

    NEW_INFORMATION = "new_information"
    DANGER_NOW = "danger_now"
    SEEN_IN_PERSON = "seen_in_person"
    ALREADY_SAFE = "already_safe"
    ENTERED_IN_ERROR = "entered_in_error"


class DeclineReason(StrEnum):
    """Why a referral is not taken on. `not_tier3` needs a Tier 1 or Tier 2 offer by name."""

    WRONG_SCHOOL = "wrong_school"
    DUPLICATE = "duplicate"
    NOT_TIER3 = "not_tier3"


class RerouteReason(StrEnum):
    """Why another person becomes the owner."""

    WRONG_PERSON = "wrong_person"
    WORKLOAD = "workload"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    LANGUAGE = "language"
    ON_LEAVE = "on_leave"
    OWNER_DEACTIVATED = "owner_deactivated"


class HoldReason(StrEnum):
    """What an accepted student waits for."""

    WAITLIST = "waitlist"
    AWAITING_CONSENT = "awaiting_consent"
    ABSENT = "absent"


class Setting(StrEnum):
    """Where or how a student was met or served."""

    SCHOOL = "school"
    SCHOOL_HEALTH_CENTER = "school_health_center"
    COMMUNITY = "community"
    HOSPITAL = "hospital"
    CRISIS_SERVICE = "crisis_service"
    HOME = "home"
    PHONE = "phone"
    ONLINE = "online"


class Outcome(StrEnum):
    """How a referral ended; each maps to one FHIR Task status (`FHIR_ENDINGS`)."""

    CONNECTED_SCHOOL_SERVICE = "connected_school_service"
    CONNECTED_COMMUNITY_SERVICE = "connected_community_service"
    CRISIS_RESPONSE = "crisis_response"
    ALREADY_IN_CARE = "already_in_care"
    RESOLVED_WITHOUT_SERVICE = "resolved_without_service"
    COULD_NOT_REACH = "could_not_reach"
    NO_SERVICE_AVAILABLE = "no_service_available"
    STUDENT_DECLINED = "student_declined"
    GUARDIAN_DECLINED = "guardian_declined"
    ENTERED_IN_ERROR = "entered_in_error"


FHIR_ENDINGS = {
    Outcome.CONNECTED_SCHOOL_SERVICE: "completed",
    Outcome.CONNECTED_COMMUNITY_SERVICE: "completed",
    Outcome.CRISIS_RESPONSE: "completed",
    Outcome.ALREADY_IN_CARE: "completed",
    Outcome.RESOLVED_WITHOUT_SERVICE: "completed",
    Outcome.COULD_NOT_REACH: "failed",
    Outcome.NO_SERVICE_AVAILABLE: "failed",
    Outcome.STUDENT_DECLINED: "cancelled",
    Outcome.GUARDIAN_DECLINED: "cancelled",
    Outcome.ENTERED_IN_ERROR: "cancelled",
}


class WaiverReason(StrEnum):
    """Why a closed referral has no follow-up planned."""

    IN_OTHER_CARE = "in_other_care"
    DECLINED = "declined"
    LEFT_DISTRICT = "left_district"
    NOT_NEEDED = "not_needed"
    ENTERED_IN_ERROR = "entered_in_error"


class ReopenReason(StrEnum):
    """Why the same episode goes on."""

    STUDENT_RETURNED = "student_returned"
    NEW_INFORMATION = "new_information"
    SERVICE_FELL_THROUGH = "service_fell_through"
    CLOSED_IN_ERROR = "closed_in_error"


class FollowUpResult(StrEnum):
    """What a follow-up found."""

    DOING_WELL = "doing_well"
    STILL_IN_CARE = "still_in_care"
    NEEDS_MORE = "needs_more"
    COULD_NOT_REACH = "could_not_reach"


class Channel(StrEnum):
    """How a notice travels."""

    MAIL = "mail"
    PAGE = "page"
    CHAT = "chat"


class NoticeStatus(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    CONFIRMED = "confirmed"
    EXHAUSTED = "exhausted"


# --- What it shows ------------------------------------------------------------------------------------------------

class ReferralView(View):
    """A referral without its content: what a list, or the answer to a step, may show."""

    referral_id: ReferralId
    case_number: Code
    version: int
    status: ReferralStatus
    urgency: Urgency
    urgency_floor: Urgency
    school_id: SchoolId
    student_key: StudentKey | None
    """None when a worry named no one who is on the roster."""
    grade_band: GradeBand | None
    concern_domain: ConcernDomain
    source: Source
    program_id: ProgramId | None
    concern_id: ConcernId | None
    student_told: StudentTold
    owner_key: StaffKey | None
    backup_key: StaffKey | None
    submitted_at: Instant
    received_at: Instant
    acknowledged_at: Instant | None
    first_contact_at: Instant | None
    first_service_at: Instant | None
    closed_at: Instant | None
    outcome_code: Outcome | None
    review_on: date | None
    next_clock: ClockKind | None
    """The clock that runs out first; None when nothing is awaited."""
    due_at: Instant | None
    percent_used: int | None
    """Of that clock's time, in the time it counts: 80 is four fifths, 130 is long overdue."""
    overdue: bool
    allowed: tuple[Code, ...]
    """The steps that its state allows now."""


class ClockView(View):
    """One thing a student waits for. Minutes are staffed minutes, for an emergency minutes by the wall clock."""

    kind: ClockKind
    started_at: Instant
    due_at: Instant
    stopped_at: Instant | None
    breached_at: Instant | None
    minutes: float
    percent_used: int
    within_limit: bool


class HistoryLine(View):
    """One step of a referral: who, when, from where to where, why."""

    at: Instant
    verb: Code
    actor_key: ActorKey
    actor_role: Role
    status_from: ReferralStatus | None
    status_to: ReferralStatus
    urgency_from: Urgency | None
    urgency_to: Urgency
    reason_code: Code | None


class EscalationView(View):
    """One step of an escalation chain that was taken."""

    at: Instant
    clock: ClockKind
    step_no: int
    to_key: StaffKey | None
    channel: Channel


class NoticeView(View):
    """A notice that was sent, or is still trying."""

    notice_id: NoticeId
    kind: Code
    channel: Channel
    to_key: StaffKey
    status: NoticeStatus
    attempts: int
    sent_at: Instant | None


class FollowUpView(View):
    n: int
    due_on: date
    done_on: date | None
    result_code: FollowUpResult | None


class ReferralDetailView(View):
    """Everything a counselor may know of a referral; opening it is written down."""

    version: int
    referral: ReferralView
    red_flag_codes: tuple[RedFlag, ...]
    summary: str | None
    """None while the concern's own words have not arrived yet (`content_awaited`), or when none were written."""
    content_awaited: bool
    raised_by: ActorKey | None
    """The person who can be asked what they saw; a staff member, or the peer supporter."""
    clocks: tuple[ClockView, ...]
    history: tuple[HistoryLine, ...]
    escalations: tuple[EscalationView, ...]
    notices: tuple[NoticeView, ...]
    follow_ups: tuple[FollowUpView, ...]
    follow_ups_waived: WaiverReason | None
    outcome_setting: Setting | None
    peer_sees: PeerView


class CounselorDayView(View):
    """A counselor's own day, by the school's calendar day."""

    acknowledged: int
    median_minutes: float | None
    past_target: int
    first_contacts_due: int


class PathwayTestView(View):
    """A test notice along a school's pathway, and whether a person answered it."""

    test_id: UUID
    school_id: SchoolId
    sent_at: Instant
    recipients: tuple[StaffKey, ...]
    acknowledged_at: Instant | None
    acknowledged_by: StaffKey | None


class WatchdogView(View):
    """Is someone watching the clocks? `late` when the last look is more than 15 seconds old."""

    last_tick_at: Instant | None
    late: bool


class VersionOf(View):
    referral_id: ReferralId
    version: int


class OpenVersionsView(View):
    items: tuple[VersionOf, ...]


class RepublishedView(View):
    count: int


# --- What may be asked --------------------------------------------------------------------------------------------

class SubmitReferral(Request[ReferralView]):
    """Refer a student to Tier 3. The urgency is at least what the red flags demand."""

    school_id: SchoolId
    student_key: StudentKey
    source: Source = Source.STAFF
    program_id: ProgramId | None = None
    concern_domain: ConcernDomain
    red_flag_codes: tuple[RedFlag, ...] = ()
    urgency: Urgency
    summary: Words = ""
    student_told: StudentTold = StudentTold.UNANSWERED


class OpenReferrals(Request[Page[ReferralView]]):
    """One part of the inbox, most urgent and longest waiting first."""

    view: Queue = Queue.WAITING
    urgency: Urgency | None = None
    school_id: SchoolId | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = None


class ReferralDetail(Request[ReferralDetailView]):
    """Open a referral."""

    referral_id: ReferralId


class AcknowledgeReferral(Request[ReferralView]):
    """Take responsibility for a Tier 3 referral. The second to try is refused with `taken` and the owner's key."""

    referral_id: ReferralId


class Step(Message):
    """A step on one referral, taken on the version the caller has seen (None: whichever it is)."""

    referral_id: ReferralId
    expected_version: int | None = None


class TriageReferral(Step, Request[ReferralView]):
    """Settle what it is about, how urgent it is and who owns it. For an emergency: after first contact."""

    concern_domain: ConcernDomain
    urgency: Urgency
    owner_key: StaffKey | None = None
    """None: the owner stays."""
    reason_code: UrgencyReason | None = None
    """Needed when the urgency becomes lower."""


class RaiseUrgency(Step, Request[ReferralView]):
    """Make it more urgent. Anyone on the staff may."""

    urgency: Urgency
    reason_code: UrgencyReason


class LowerUrgency(Step, Request[ReferralView]):
    """Make it less urgent. Only a credentialed counselor may; what was missed stays missed."""

    urgency: Urgency
    reason_code: UrgencyReason


class AcceptReferral(Step, Request[ReferralView]):
    """The owner takes the student on."""


class DeclineReferral(Step, Request[ReferralView]):
    """Not a Tier 3 case, or not here; `not_tier3` names the program that is offered instead."""

    reason_code: DeclineReason
    offered_program_id: ProgramId | None = None


class RerouteReferral(Step, Request[ReferralView]):
    """Give it to another person. The clocks keep running."""

    owner_key: StaffKey
    backup_key: StaffKey | None = None
    reason_code: RerouteReason


class RecordFirstContact(Step, Request[ReferralView]):
    """Someone has spoken with the student."""

    setting: Setting


class RecordFirstService(Step, Request[ReferralView]):
    """The student has received a first service."""

    setting: Setting


class HoldReferral(Step, Request[ReferralView]):
    """Nothing can be done until the review day."""

    reason_code: HoldReason
    review_on: date


class ResumeReferral(Step, Request[ReferralView]):
    """Go on after a hold."""


class CloseReferral(Step, Request[ReferralView]):
    """End it with an outcome; follow-ups are planned, or waived with a reason."""

    outcome_code: Outcome
    outcome_setting: Setting | None = None
    follow_ups: tuple[date, ...] = ()
    follow_ups_waived: WaiverReason | None = None


class ReopenReferral(Step, Request[ReferralView]):
    """The same episode goes on, within 60 days; its first stamps are kept."""

    reason_code: ReopenReason


class MarkFollowUp(Step, Request[ReferralView]):
    """A planned follow-up was done."""

    n: int = Field(ge=1)
    result_code: FollowUpResult


class MyDayOfCounselor(Request[CounselorDayView]):
    """How my day stands: what I acknowledged, how fast, and whom I must still meet."""


class TestPathway(Request[PathwayTestView]):
    """Send a test notice along a school's pathway, to see whether a person answers."""

    __test__: ClassVar[bool] = False        # pytest is not to take it for a test

    school_id: SchoolId


class AcknowledgePathwayTest(Request[PathwayTestView]):
    """I have received the test notice."""

    test_id: UUID


class LatestPathwayTest(Request[PathwayTestView]):
    """The last test of a school's pathway."""

    school_id: SchoolId


class WatchdogState(Request[WatchdogView]):
    """Are the clocks being watched?"""


class OpenVersions(Request[OpenVersionsView]):
    """Which referrals of a school are open, at which version; for a read copy that may have missed something."""

    school_id: SchoolId


class Republish(Request[RepublishedView]):
    """Announce the present state of these referrals again."""

    referral_ids: tuple[ReferralId, ...] = Field(max_length=200)


# --- What it announces --------------------------------------------------------------------------------------------

class ReferralState(Record):
    """A referral as everyone may know it: no student, no words, no red flags."""

    status: ReferralStatus
    urgency: Urgency
    concern_id: ConcernId | None
    program_id: ProgramId | None
    owner_key: StaffKey | None
    backup_key: StaffKey | None
    acknowledge_due_at: Instant | None
    contact_due_at: Instant | None
    service_due_at: Instant | None
    submitted_at: Instant
    acknowledged_at: Instant | None
    first_contact_at: Instant | None
    first_service_at: Instant | None
    closed_at: Instant | None
    outcome_code: Outcome | None
    peer_sees: PeerView


class OfReferral(Message):
    """What every event of a referral carries."""

    referral_id: ReferralId
    school_id: SchoolId
    version: int
    state: ReferralState


class ConcernReceived(Event):
    """A peer supporter's worry has become a referral; this is the system's receipt, not yet a person's."""

    lane: ClassVar[Lane] = Lane.URGENT

    concern_id: ConcernId
    referral_id: ReferralId
    school_id: SchoolId
    received_at: Instant


class ReferralSubmitted(OfReferral, Event):
    """A student was referred to Tier 3 and waits for a person to take responsibility."""

    lane: ClassVar[Lane] = Lane.URGENT
    classification: ClassVar[Classification] = Classification.CONFIDENTIAL

    concern_id: ConcernId | None
    student_key: StudentKey | None
    program_id: ProgramId | None
    source: Source
    urgency: Urgency
    concern_domain: ConcernDomain
    first_ever: bool
    from_tier2: bool
    grade_band: GradeBand | None
    subgroup_codes: tuple[Code, ...]


class ReferralTriaged(OfReferral, Event):
    """A counselor settled what it is about, how urgent it is and who owns it."""

    urgency_from: Urgency
    urgency_to: Urgency
    reason_code: Code | None
    clock_minutes: float


class ReferralUrgencyChanged(OfReferral, Event):
    """Due times were counted again from the same start: it became more or less urgent, or the calendar changed."""

    lane: ClassVar[Lane] = Lane.URGENT

    urgency_from: Urgency
    urgency_to: Urgency
    reason_code: Code
    clock_minutes: float


class ReferralAssigned(OfReferral, Event):
    """A referral has its first owner, who is asked but not yet responsible."""

    owner_key: StaffKey | None
    assignments: int


class ReferralRerouted(OfReferral, Event):
    """A referral was given to another person; its clocks keep running."""

    owner_key: StaffKey | None
    assignments: int
    reason_code: Code


class ReferralAcknowledged(OfReferral, Event):
    """A counselor took responsibility; the student is no longer waiting for an answer."""

    lane: ClassVar[Lane] = Lane.URGENT

    urgency: Urgency
    clock_minutes: float
    within_limit: bool


class ReferralAccepted(OfReferral, Event):
    """The owner took the student on."""

    clock_minutes: float


class ReferralDeclined(OfReferral, Event):
    """A referral was not taken on: wrong school, a duplicate, or better served at another tier."""

    clock_minutes: float
    reason_code: Code


class ReferralFirstContactMade(OfReferral, Event):
    """Someone has spoken with the student."""

    clock_minutes: float
    within_limit: bool
    setting: Setting


class ReferralFirstServiceDelivered(OfReferral, Event):
    """The student has received a first service."""

    clock_minutes: float
    within_limit: bool
    setting: Setting


class ReferralPutOnHold(OfReferral, Event):
    """A referral rests until its review day."""

    reason_code: Code
    review_on: date


class ReferralResumed(OfReferral, Event):
    """A referral goes on after a hold."""


class ReferralClockWarned(OfReferral, Event):
    """Four fifths of a clock's time have passed; the owner was reminded."""

    clock: ClockKind
    urgency: Urgency
    step_no: int


class ReferralClockBreached(OfReferral, Event):
    """A clock ran out before what it waits for had happened."""

    lane: ClassVar[Lane] = Lane.URGENT

    clock: ClockKind
    urgency: Urgency
    step_no: int


class ReferralEscalated(OfReferral, Event):
    """The next person of the chain was called."""

    lane: ClassVar[Lane] = Lane.URGENT

    clock: ClockKind
    urgency: Urgency
    step_no: int


class ReferralClosed(OfReferral, Event):
    """A referral ended with an outcome."""

    outcome_code: Outcome
    clock_minutes: float


class ReferralReopened(OfReferral, Event):
    """A closed or declined referral goes on as the same episode."""

    outcome_code: Outcome | None
    clock_minutes: float


class ReferralLoopClosed(OfReferral, Event):
    """What the peer supporter who brought the worry may see has changed; they see this and no more."""

    concern_id: ConcernId
    status_for_referrer: PeerView


class FollowUpDone(OfReferral, Event):
    """A planned follow-up was done; days late is 0 when it was in time."""

    n: int
    days_late: int


class NoticeExhausted(Event):
    """A notice could not be delivered to one person; the next of the chain is told instead."""

    lane: ClassVar[Lane] = Lane.URGENT

    notice_id: NoticeId
    school_id: SchoolId
    kind: Code
    channel: Channel
    attempts: int


class PathwayTestAcknowledged(Event):
    """A person answered the test notice of a school's pathway."""

    school_id: SchoolId
    at: Instant


class OpenReferralsDigested(Event):
    """A fingerprint of a school's open referrals, for read copies to compare with their own.

    `xor_of_hashes` is the exclusive or of the first 64 bits, signed, of sha256 of `<referral_id>:<version>`.
    """

    lane: ClassVar[Lane] = Lane.BULK

    school_id: SchoolId
    count: int
    max_version: int
    xor_of_hashes: int
