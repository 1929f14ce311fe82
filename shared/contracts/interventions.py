"""What interventions answers and announces: programs, peer supporters, matches, sessions, concerns, activities."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.codes import ConcernDomain, GradeBand, Modality, PeerView, RedFlag, StudentTold, Tier, Urgency
from shared.contracts.ids import (
    ActivityId,
    ActorKey,
    ConcernId,
    MatchId,
    ProgramId,
    SchoolId,
    SessionId,
    StaffKey,
    StudentKey,
    SupporterId,
    TrainingId,
)
from shared.contracts.messages import Classification, Code, Event, Instant, Lane, Message, Page, Record, Request, View

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
"""A person's own words. Kept by the service, shown to few, never announced."""

Limit = Annotated[int, Field(ge=1, le=200)]
Minutes = Annotated[int, Field(ge=1, le=720)]
Count = Annotated[int, Field(ge=0, le=100_000)]

# --- words ------------------------------------------------------------------------------------------------------------


class Intensity(StrEnum):
    """How much is asked of supporters: A awareness, B education, C listening and mentoring, D counseling."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class DeliveryMethod(StrEnum):
    """With whom at once; Ed-Fi's words."""

    INDIVIDUAL = "individual"
    SMALL_GROUP = "small_group"
    WHOLE_CLASS = "whole_class"
    WHOLE_SCHOOL = "whole_school"


class ProgramStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class ElementStatus(StrEnum):
    """Where one of the ten elements of a program stands."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    IN_PLACE = "in_place"


class SafeguardCode(StrEnum):
    """The seven safeguards without which no peer mentoring or counseling starts."""

    SCOPE = "scope"
    RED_FLAGS = "red_flags"
    DOCUMENTATION = "documentation"
    BOUNDARIES = "boundaries"
    PRACTICE = "practice"
    STAFF_TIME = "staff_time"
    STAFF_TRAINING = "staff_training"


class Step(StrEnum):
    """The step of a program that a gate guards."""

    SUBMIT = "submit"
    APPROVE = "approve"
    ACTIVATE = "activate"
    CLOSE = "close"


class SupporterStatus(StrEnum):
    NOMINATED = "nominated"
    APPLIED = "applied"
    SELECTED = "selected"
    NOT_SELECTED = "not_selected"
    DECLINED = "declined"
    IN_TRAINING = "in_training"
    CERTIFIED = "certified"
    ACTIVE = "active"
    CHECK_IN_OVERDUE = "check_in_overdue"
    REFRESHER_DUE = "refresher_due"
    LAPSED = "lapsed"
    ON_BREAK = "on_break"
    SUSPENDED = "suspended"
    REMOVED = "removed"
    RETIRED = "retired"


class Selection(StrEnum):
    """What came of a nomination or an application."""

    SELECTED = "selected"
    NOT_SELECTED = "not_selected"
    DECLINED = "declined"


class PulseBand(StrEnum):
    """How a supporter is doing, as far as staff may know."""

    LOW = "low"
    MID = "mid"
    HIGH = "high"


class SupervisionKind(StrEnum):
    ROUTINE = "routine"
    DEBRIEF = "debrief"


class MatchStatus(StrEnum):
    REQUESTED = "requested"
    PROPOSED = "proposed"
    CONSENTED = "consented"
    DECLINED = "declined"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"


class CareStatus(StrEnum):
    """Is a participant also on the way to professional care? A referral does not close a match."""

    NONE = "none"
    REFERRED = "referred"
    IN_CARE = "in_care"


class Party(StrEnum):
    """Who agrees to a match."""

    SUPPORTER = "supporter"
    PARTICIPANT = "participant"


class EndReason(StrEnum):
    """Why a match ended before its time."""

    PARTICIPANT_CHOICE = "participant_choice"
    SUPPORTER_CHOICE = "supporter_choice"
    NO_SHOWS = "no_shows"
    MOVED = "moved"
    STEPPED_UP_TO_TIER3 = "stepped_up_to_tier3"
    SAFETY = "safety"


class Constraint(StrEnum):
    """What must hold before a supporter may be matched."""

    SUPPORTER_ACTIVE = "supporter_active"
    LOAD = "load"
    MINUTES = "minutes"
    RATIO = "ratio"
    LANGUAGE = "language"
    GRADE_GAP = "grade_gap"
    CONFLICT = "conflict"
    OPEN_CRISIS = "open_crisis"
    SAME_PERSON = "same_person"


class ConsentMissing(StrEnum):
    """Whose yes a match still waits for."""

    SUPPORTER = "supporter"
    PARTICIPANT = "participant"
    GUARDIAN = "guardian"
    STUDENT_ASSENT = "student_assent"


class SessionStatus(StrEnum):
    SCHEDULED = "scheduled"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    UNMARKED = "unmarked"
    DOCUMENTATION_OVERDUE = "documentation_overdue"
    DOCUMENTED = "documented"
    REVIEWED = "reviewed"


class SessionMark(StrEnum):
    """What became of a planned session."""

    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class Topic(StrEnum):
    """What came up, in a word; never a narrative."""

    SCHOOL_STRESS = "school_stress"
    FRIENDS = "friends"
    FAMILY = "family"
    SADNESS = "sadness"
    WORRY = "worry"
    GRIEF = "grief"
    IDENTITY = "identity"
    OTHER = "other"


class Answer(StrEnum):
    """The answer to a red-flag question. There is no default."""

    YES = "yes"
    NO = "no"


class ConcernSource(StrEnum):
    PEER_SUPPORTER = "peer_supporter"
    STAFF = "staff"
    FAMILY = "family"


class ConcernStatus(StrEnum):
    RAISED = "raised"
    RECEIVED = "received"
    CONTACTED = "contacted"
    CLOSED = "closed"


class ToldReason(StrEnum):
    """Why a student was not told that an adult will know."""

    NOT_SAFE = "not_safe"
    NO_TIME = "no_time"
    ASKED_FOR_SECRECY = "asked_for_secrecy"
    OTHER = "other"


class TaskKind(StrEnum):
    """What waits for a person on `/today`."""

    PROGRAM_RETURNED = "program_returned"
    PROGRAM_TO_APPROVE = "program_to_approve"
    PROGRAM_TO_ACTIVATE = "program_to_activate"
    PROGRAM_PAUSED = "program_paused"
    RATIO_BREACHED = "ratio_breached"
    SUPPORTER_TO_SELECT = "supporter_to_select"
    SUPPORTER_TO_ACTIVATE = "supporter_to_activate"
    CHECK_IN_DUE = "check_in_due"
    MATCH_TO_PROPOSE = "match_to_propose"
    MATCH_TO_ACTIVATE = "match_to_activate"
    SESSION_UNMARKED = "session_unmarked"
    SESSION_TO_DOCUMENT = "session_to_document"


# --- programs ---------------------------------------------------------------------------------------------------------


class DosagePlan(Record):
    """How much support a participant is meant to get."""

    sessions_per_week: Annotated[int, Field(ge=1, le=10)]
    minutes: Minutes
    weeks: Annotated[int, Field(ge=1, le=52)]


class ElementRule(Record):
    """One of the ten elements: what is asked, and whether Tier 2 needs it in place before it starts."""

    no: int
    code: Code
    questions: tuple[Code, ...]
    needed_for_tier2: bool


class ProgramTypeView(View):
    """A kind of program a school may register, and what it brings with it."""

    type_code: Code
    tiers: tuple[Tier, ...]
    intensity: Intensity
    delivery_methods: tuple[DeliveryMethod, ...]
    online: bool
    matches_people: bool
    capacity: int
    dosage_plan: DosagePlan | None
    training_hours: float
    training_weeks: int
    supervision_limit: int


class ProgramTypesView(View):
    """Everything the registration form chooses from."""

    types: tuple[ProgramTypeView, ...]
    elements: tuple[ElementRule, ...]
    safeguards: tuple[SafeguardCode, ...]


class ElementView(View):
    """`status` is None until somebody answered."""

    no: int
    code: Code
    status: ElementStatus | None
    answers: dict[str, str]
    evidence: str
    owner_key: StaffKey | None
    updated_at: Instant | None
    needed_for_tier2: bool


class SafeguardView(View):
    code: SafeguardCode
    met: bool
    evidence: str
    updated_at: Instant | None


class GateView(View):
    """One condition of a step, and whether it holds now. `code` is stable; `detail` a number or word for the page."""

    code: Code
    step: Step
    met: bool
    detail: Code | None = None


class SignatureView(View):
    """Who agreed to a program, for whom, and when."""

    role: Code
    staff_key: StaffKey
    at: Instant


class ProgramView(View):
    """A program as a list shows it."""

    program_id: ProgramId
    version: int
    school_id: SchoolId
    type_code: Code
    tier: Tier
    intensity: Intensity
    title: str
    status: ProgramStatus
    pilot: bool
    capacity: int
    elements_in_place: int
    elements_in_progress: int
    safeguards_met: int
    active_supporters: int
    active_matches: int
    ratio: float | None
    ratio_limit: int
    ratio_breached: bool
    updated_at: Instant


class ProgramDetailView(ProgramView):
    """A whole program: what was answered, who stands behind it, and what is still unmet."""

    languages: tuple[Code, ...]
    director_key: StaffKey | None
    advisor_keys: tuple[StaffKey, ...]
    clinical_supervisor_key: StaffKey | None
    moderator_key: StaffKey | None
    delivery_method: DeliveryMethod
    modality: Modality
    escalation_rule: bool
    dosage_plan: DosagePlan | None
    starts_on: date | None
    ends_on: date | None
    affiliation: str
    branding: str
    elements: tuple[ElementView, ...]
    safeguards: tuple[SafeguardView, ...]
    signatures: tuple[SignatureView, ...]
    return_comment: str | None
    gates: tuple[GateView, ...]
    unmet: tuple[Code, ...]
    allowed: tuple[Code, ...]
    created_at: Instant


class ProgramTypes(Request[ProgramTypesView]):
    """What kinds of program exist, and what each asks for."""


class RegisterProgram(Request[ProgramDetailView]):
    """Begin to register a peer program at a school; it is a draft until it is submitted."""

    school_id: SchoolId
    type_code: Code
    title: Title
    tier: Tier | None = None
    pilot: bool = False
    languages: tuple[Code, ...] = ()


class ProgramStep(Message):
    """A step on one program, taken on the version the caller has seen (None: whichever it is)."""

    program_id: ProgramId
    expected_version: int | None = None


class EditProgram(ProgramStep, Request[ProgramDetailView]):
    """Save one step of the registration. What is left out stays as it is."""

    title: Title | None = None
    pilot: bool | None = None
    languages: tuple[Code, ...] | None = None
    delivery_method: DeliveryMethod | None = None
    modality: Modality | None = None
    capacity: Annotated[int, Field(ge=1, le=10_000)] | None = None
    dosage_plan: DosagePlan | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    director_key: StaffKey | None = None
    advisor_keys: tuple[StaffKey, ...] | None = None
    clinical_supervisor_key: StaffKey | None = None
    moderator_key: StaffKey | None = None
    escalation_rule: bool | None = None
    affiliation: Annotated[str, StringConstraints(max_length=120)] | None = None
    branding: Annotated[str, StringConstraints(max_length=120)] | None = None


class PutElement(ProgramStep, Request[ProgramDetailView]):
    """Answer one of the ten elements: where it stands, and what shows it."""

    no: Annotated[int, Field(ge=1, le=10)]
    status: ElementStatus
    answers: dict[Code, Text] = Field(default_factory=dict)
    evidence: Text = ""
    owner_key: StaffKey | None = None


class PutSafeguard(ProgramStep, Request[ProgramDetailView]):
    """Say whether one of the seven safeguards is met, and what shows it."""

    code: SafeguardCode
    met: bool
    evidence: Text = ""


class SubmitProgram(ProgramStep, Request[ProgramDetailView]):
    """Ask principal and district for their signatures."""


class WithdrawProgram(ProgramStep, Request[ProgramDetailView]):
    """Take a registration back before it is approved."""


class ApproveProgram(ProgramStep, Request[ProgramDetailView]):
    """Sign for the school or for the district, by the role of the caller. The second signature approves."""


class ReturnProgram(ProgramStep, Request[ProgramDetailView]):
    """Give a submitted program back with a comment."""

    comment: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class ReviseProgram(ProgramStep, Request[ProgramDetailView]):
    """Take up a returned program again as a draft. Editing it does the same."""


class ActivateProgram(ProgramStep, Request[ProgramDetailView]):
    """Start an approved program."""


class PauseProgram(ProgramStep, Request[ProgramDetailView]):
    """Stop new matches; open ones go on under the named advisor."""

    reason_code: Code


class ResumeProgram(ProgramStep, Request[ProgramDetailView]):
    """Take new matches again."""


class BeginClosing(ProgramStep, Request[ProgramDetailView]):
    """Let the open matches come to their end and take no new one."""

    reason_code: Code


class CloseProgram(ProgramStep, Request[ProgramDetailView]):
    """End a program that has no open match left."""


class ProgramList(Request[Page[ProgramView]]):
    """The programs within the caller's scope."""

    school_id: SchoolId | None = None
    status: ProgramStatus | None = None
    tier: Tier | None = None
    limit: Limit = 50
    cursor: str | None = None


class ProgramDetail(Request[ProgramDetailView]):
    """One program with its gates."""

    program_id: ProgramId


# --- supporters -------------------------------------------------------------------------------------------------------


class TrainingView(View):
    training_id: TrainingId
    course_code: Code
    module_code: Code
    hours: float
    held_on: date
    scenario_score: float | None
    passed: bool
    trainer_key: StaffKey | None


class SupporterView(View):
    """A peer supporter as a list shows them; the gateway adds the name for staff who may read it."""

    supporter_id: SupporterId
    version: int
    program_id: ProgramId
    school_id: SchoolId
    student_key: StudentKey
    status: SupporterStatus
    supervisor_key: StaffKey | None
    hours_done: float
    hours_required: float
    scenario_passed: bool
    certified_at: Instant | None
    expires_on: date | None
    open_matches: int
    load_cap: int
    next_checkin_due: date | None
    pulse_band: PulseBand | None
    updated_at: Instant


class SupporterDetailView(SupporterView):
    languages: tuple[Code, ...]
    minutes_cap: int
    minutes_this_week: int
    trainings: tuple[TrainingView, ...]
    training_weeks: float
    weeks_required: int
    scenario_pass_mark: float
    conduct_signed_on: date | None
    last_checkin_on: date | None
    unmet: tuple[Code, ...]
    allowed: tuple[Code, ...]


class NominateSupporter(Request[SupporterDetailView]):
    """Name a student as a possible peer supporter, or hand in their own application."""

    program_id: ProgramId
    student_key: StudentKey
    applied: bool = False
    languages: tuple[Code, ...] = ()


class SupporterStep(Message):
    """A step on one peer supporter, taken on the version the caller has seen (None: whichever it is)."""

    supporter_id: SupporterId
    expected_version: int | None = None


class SelectSupporter(SupporterStep, Request[SupporterDetailView]):
    """Say what came of the vetting."""

    selection: Selection = Selection.SELECTED
    reason_code: Code


class RecordTraining(SupporterStep, Request[SupporterDetailView]):
    """Hours of training done, and the score of a red-flag scenario where one was played (0 to 100)."""

    module_code: Code
    hours: Annotated[float, Field(ge=0, le=40)]
    held_on: date
    course_code: Code = "peer_support_basics"
    scenario_score: Annotated[float, Field(ge=0, le=100)] | None = None


class CertifySupporter(SupporterStep, Request[SupporterDetailView]):
    """Confirm that hours, scenario and code of conduct are complete."""

    code_of_conduct_signed: bool


class ActivateSupporter(SupporterStep, Request[SupporterDetailView]):
    """Let a certified supporter be matched, under a named supervisor."""

    supervisor_key: StaffKey | None = None


class SuspendSupporter(SupporterStep, Request[SupporterDetailView]):
    """Stop a supporter's work at once, for safety or a boundary report."""

    reason_code: Code


class ReinstateSupporter(SupporterStep, Request[SupporterDetailView]):
    """Take a suspended supporter back after a recorded review."""

    reason_code: Code


class RemoveSupporter(SupporterStep, Request[SupporterDetailView]):
    """End a suspended supporter's part in the program after a recorded review."""

    reason_code: Code


class RetireSupporter(SupporterStep, Request[SupporterDetailView]):
    """A supporter stops for good: graduation, end of term, own wish."""

    reason_code: Code | None = None


class TakeBreak(SupporterStep, Request[SupporterDetailView]):
    """A supporter steps back for a while. Nobody asks them why; an advisor may say rotation or pulse_high."""

    reason_code: Code | None = None


class ReturnFromBreak(SupporterStep, Request[SupporterDetailView]):
    """A supporter comes back, after a check-in."""


class CheckInSupporter(SupporterStep, Request[SupporterDetailView]):
    """Ask a supporter how they are: energy for the role and what weighs on them, 0 to 4 each."""

    energy: Annotated[int, Field(ge=0, le=4)]
    weighing: Annotated[int, Field(ge=0, le=4)]
    action_code: Code | None = None


class SupporterList(Request[Page[SupporterView]]):
    """The peer supporters within the caller's scope."""

    program_id: ProgramId | None = None
    school_id: SchoolId | None = None
    status: SupporterStatus | None = None
    limit: Limit = 50
    cursor: str | None = None


class SupporterDetail(Request[SupporterDetailView]):
    supporter_id: SupporterId


class SupervisionView(View):
    """A supervision meeting, and how the program's ratio stands after it."""

    supervision_id: TrainingId
    program_id: ProgramId
    supervisor_key: StaffKey
    held_at: Instant
    minutes: int
    kind: SupervisionKind
    supporter_ids: tuple[SupporterId, ...]
    ratio: float | None
    ratio_limit: int
    ratio_breached: bool


class RecordSupervision(Request[SupervisionView]):
    """An advisor met their supporters, as a routine or after a hard session."""

    program_id: ProgramId
    supporter_ids: Annotated[tuple[SupporterId, ...], Field(min_length=1)]
    minutes: Minutes
    kind: SupervisionKind = SupervisionKind.ROUTINE
    held_at: Instant | None = None
    supervisor_key: StaffKey | None = None


# --- matches and sessions ---------------------------------------------------------------------------------------------


class MatchView(View):
    """A match as a list shows it. `card_code` is what the supporter knows the participant by on paper."""

    match_id: MatchId
    version: int
    program_id: ProgramId
    school_id: SchoolId
    card_code: Code
    supporter_ids: tuple[SupporterId, ...]
    supporter_student_keys: tuple[StudentKey, ...]
    participant_keys: tuple[StudentKey, ...]
    status: MatchStatus
    care_status: CareStatus
    planned_sessions: int
    planned_minutes: int
    held_sessions: int
    held_minutes: int
    starts_on: date | None
    planned_end: date | None
    waiting_for: tuple[ConsentMissing, ...]
    updated_at: Instant


class SessionView(View):
    """A session without its content: when, how long, and whether a red flag was seen."""

    session_id: SessionId
    version: int
    program_id: ProgramId
    school_id: SchoolId
    match_id: MatchId | None
    card_code: Code | None
    scheduled_at: Instant | None
    held_at: Instant | None
    minutes: int
    modality: Modality
    attended_count: int
    status: SessionStatus
    topic_codes: tuple[Topic, ...]
    red_flag: Answer | None
    recorded_by: ActorKey | None
    documented_at: Instant | None


class MatchDetailView(MatchView):
    reason_code: Code
    languages: tuple[Code, ...]
    close_reason: Code | None
    agreed: tuple[Party, ...]
    sessions: tuple[SessionView, ...]
    allowed: tuple[Code, ...]
    created_at: Instant


class Suggestion(View):
    """A possible supporter for a participant: better ones first; one with a failed constraint cannot be proposed."""

    supporter_id: SupporterId
    student_key: StudentKey
    rank: int
    score: int
    shared_languages: tuple[Code, ...]
    same_grade_band: bool
    open_matches: int
    load_cap: int
    failed: tuple[Constraint, ...]


class SuggestionsView(View):
    match_id: MatchId
    items: tuple[Suggestion, ...]


class RequestMatch(Request[MatchDetailView]):
    """Ask for a peer supporter for a student, or for a small group."""

    program_id: ProgramId
    participant_keys: Annotated[tuple[StudentKey, ...], Field(min_length=1, max_length=12)]
    reason_code: Code
    planned_sessions: Annotated[int, Field(ge=1, le=200)] | None = None
    planned_minutes: Annotated[int, Field(ge=1, le=20_000)] | None = None
    starts_on: date | None = None
    planned_end: date | None = None
    languages: tuple[Code, ...] = ()
    not_with: tuple[SupporterId, ...] = ()


class MatchStep(Message):
    """A step on one match, taken on the version the caller has seen (None: whichever it is)."""

    match_id: MatchId
    expected_version: int | None = None


class ProposeMatch(MatchStep, Request[MatchDetailView]):
    """A person picks the supporter; every constraint is checked again."""

    supporter_ids: Annotated[tuple[SupporterId, ...], Field(min_length=1, max_length=3)]


class ConsentToMatch(MatchStep, Request[MatchDetailView]):
    """The supporter or the participant says yes or no. A supporter answers only for themselves."""

    party: Party
    agreed: bool = True


class ActivateMatch(MatchStep, Request[MatchDetailView]):
    """Let the two begin."""


class PauseMatch(MatchStep, Request[MatchDetailView]):
    """Let a match rest."""

    reason_code: Code


class ResumeMatch(MatchStep, Request[MatchDetailView]):
    """Let a resting match go on."""


class CompleteMatch(MatchStep, Request[MatchDetailView]):
    """The plan was carried out: at least 80 % of the sessions, or the term is over and the minimum was held."""


class EndMatch(MatchStep, Request[MatchDetailView]):
    """The match ends before its plan was carried out; why is always said."""

    reason_code: EndReason


class MatchList(Request[Page[MatchView]]):
    program_id: ProgramId | None = None
    school_id: SchoolId | None = None
    status: MatchStatus | None = None
    limit: Limit = 50
    cursor: str | None = None


class MatchDetail(Request[MatchDetailView]):
    match_id: MatchId


class MatchSuggestions(Request[SuggestionsView]):
    """Who could support this participant, ranked, with the constraints that fail."""

    match_id: MatchId


class RedFlagAnswers(Record):
    """The red-flag check. Every question is answered; when unsure, yes."""

    suicide_or_self_harm: Answer
    being_hurt_or_unsafe: Answer
    harm_to_others: Answer
    overdose_or_use_alone: Answer
    not_eating_or_sleeping: Answer

    def any_yes(self) -> bool:
        return Answer.YES in self.model_dump().values()


class ConcernGiven(Message):
    """What a person worried about a student passes on. A peer may raise the urgency, never lower it."""

    student_key: StudentKey | None = None
    red_flag_codes: tuple[RedFlag, ...] = ()
    urgency: Urgency | None = None
    danger_now: bool = False
    student_told: StudentTold = StudentTold.UNANSWERED
    told_reason: ToldReason | None = None
    note: Text = ""


class ConcernView(View):
    """All the person who raised a concern sees of it.

    `seen` is None until referrals has confirmed that it has it. `tell_an_adult_now` is true when nobody has
    confirmed within a minute: the card then says to go to the adult on duty in person.
    """

    concern_id: ConcernId
    version: int
    school_id: SchoolId
    match_id: MatchId | None
    raised_at: Instant
    received_at: Instant | None
    urgency_floor: Urgency
    seen: PeerView | None
    tell_an_adult_now: bool


class SessionLoggedView(View):
    """The saved session and, when a red flag was seen, the concern that is on its way."""

    session: SessionView
    concern: ConcernView | None


class ScheduleSession(Request[SessionView]):
    """Plan the next meeting of a match."""

    match_id: MatchId
    scheduled_at: Instant
    minutes: Minutes = 30
    modality: Modality = Modality.IN_PERSON


class LogSession(Request[SessionLoggedView]):
    """Record a session that was held: with a match, or as a drop-in of a program.

    `session_id` names a planned session that this one documents. A yes to any red-flag question needs `concern`,
    which is saved in the same transaction.
    """

    match_id: MatchId | None = None
    program_id: ProgramId | None = None
    session_id: SessionId | None = None
    held_at: Instant | None = None
    minutes: Minutes
    modality: Modality
    topic_codes: Annotated[tuple[Topic, ...], Field(max_length=8)] = ()
    attended_count: Annotated[int, Field(ge=1, le=60)] = 1
    resources_shared: Annotated[int, Field(ge=0, le=50)] = 0
    satisfaction: tuple[
        Annotated[int, Field(ge=1, le=5)], Annotated[int, Field(ge=1, le=5)], Annotated[int, Field(ge=1, le=5)]
    ] | None = None
    next_at: Instant | None = None
    red_flag_answers: RedFlagAnswers
    concern: ConcernGiven | None = None

    @model_validator(mode="after")
    def _belongs_somewhere(self) -> Self:
        if self.match_id is None and self.program_id is None and self.session_id is None:
            raise ValueError("a session belongs to a match, a program or a planned session")
        return self

    @model_validator(mode="after")
    def _a_yes_is_passed_on(self) -> Self:
        if self.red_flag_answers.any_yes() and self.concern is None:
            raise ValueError("a yes to a red-flag question needs a concern")
        return self


class SessionStep(Message):
    """A step on one session, taken on the version the caller has seen (None: whichever it is)."""

    session_id: SessionId
    expected_version: int | None = None


class MarkSession(SessionStep, Request[SessionView]):
    """Say what became of a planned session: held, no show, cancelled."""

    mark: SessionMark
    minutes: Minutes | None = None


class ReviewSession(SessionStep, Request[SessionView]):
    """An advisor has read a documented session."""


class SessionList(Request[Page[SessionView]]):
    match_id: MatchId | None = None
    program_id: ProgramId | None = None
    school_id: SchoolId | None = None
    status: SessionStatus | None = None
    limit: Limit = 50
    cursor: str | None = None


class SessionsToMark(Request[Page[SessionView]]):
    """Sessions past their time of which nobody has said what became of them, or which nobody has documented."""

    program_id: ProgramId | None = None
    limit: Limit = 50
    cursor: str | None = None


# --- concerns ---------------------------------------------------------------------------------------------------------


class RaiseConcern(ConcernGiven, Request[ConcernView]):
    """Pass a worry about a student on to the counselors, outside a session."""

    school_id: SchoolId | None = None
    match_id: MatchId | None = None
    program_id: ProgramId | None = None

    @model_validator(mode="after")
    def _somebody_can_be_reached(self) -> Self:
        if self.school_id is None and self.match_id is None and self.program_id is None:
            raise ValueError("a concern belongs to a school, a program or a match")
        return self


class MyConcern(Request[ConcernView]):
    """How far a concern has come, as the person who raised it may know."""

    concern_id: ConcernId


class ConcernDetailView(View):
    """What a concern says, for referrals alone. Restricted."""

    concern_id: ConcernId
    version: int
    school_id: SchoolId
    program_id: ProgramId | None
    match_id: MatchId | None
    student_key: StudentKey | None
    raised_by: ActorKey
    source: ConcernSource
    raised_at: Instant
    red_flag_codes: tuple[RedFlag, ...]
    danger_now: bool
    urgency_floor: Urgency
    concern_domain: ConcernDomain
    student_told: StudentTold
    told_reason: ToldReason | None
    note: str


class ConcernDetail(Request[ConcernDetailView]):
    """The content of a concern; answered only to referrals' own key."""

    concern_id: ConcernId


# --- the peer supporter's own page, and what waits for a person -------------------------------------------------------


class MyMatchView(View):
    """One of my matches."""

    match_id: MatchId
    version: int
    program_id: ProgramId
    card_code: Code
    participant_keys: tuple[StudentKey, ...]
    status: MatchStatus
    planned_sessions: int
    held_sessions: int
    next_at: Instant | None
    needs_my_answer: bool


class MyRoleView(View):
    """My part in one program."""

    supporter_id: SupporterId
    version: int
    program_id: ProgramId
    program_title: str
    school_id: SchoolId
    status: SupporterStatus
    supervisor_key: StaffKey | None
    hours_done: float
    hours_required: float
    expires_on: date | None
    next_checkin_due: date | None
    minutes_this_week: int
    minutes_cap: int


class MyDayView(View):
    """What a peer supporter sees first: next session, what is to be written down, own worries passed on."""

    roles: tuple[MyRoleView, ...]
    matches: tuple[MyMatchView, ...]
    next_session: SessionView | None
    to_document: tuple[SessionView, ...]
    concerns: tuple[ConcernView, ...]


class MyDay(Request[MyDayView]):
    """The caller's own page, by the student key in the principal."""


class TaskView(View):
    """One line of work: what, where, since when."""

    kind: TaskKind
    about_id: ProgramId | SupporterId | MatchId | SessionId
    school_id: SchoolId
    program_id: ProgramId
    since: Instant
    due_on: date | None = None


class TasksView(View):
    items: tuple[TaskView, ...]


class TasksOf(Request[TasksView]):
    """What waits for the caller, in their roles and schools."""

    limit: Limit = 50


# --- activities -------------------------------------------------------------------------------------------------------


class BandCount(Record):
    """How many people of a grade band."""

    grade_band: GradeBand
    count: Count


class ActivityView(View):
    """Something for everyone: counts by grade band, never names."""

    activity_id: ActivityId
    version: int
    program_id: ProgramId
    school_id: SchoolId
    type_code: Code
    held_on: date
    minutes: int
    headcount_by_grade_band: dict[GradeBand, int]
    headcount_total: int
    modality: Modality
    resources_shared: int
    raised_cents: int | None
    story_consents: int | None


class RecordActivity(Request[ActivityView]):
    """Record a Tier 1 activity that was held."""

    program_id: ProgramId
    type_code: Code
    held_on: date
    minutes: Minutes
    headcount_by_grade_band: Annotated[dict[GradeBand, Count], Field(min_length=1)]
    modality: Modality = Modality.IN_PERSON
    resources_shared: Count = 0
    raised_cents: Annotated[int, Field(ge=0)] | None = None
    story_consents: Count | None = None


class ActivityList(Request[Page[ActivityView]]):
    program_id: ProgramId | None = None
    school_id: SchoolId | None = None
    limit: Limit = 50
    cursor: str | None = None


# --- events: programs -------------------------------------------------------------------------------------------------


class ProgramState(Record):
    """What everyone may know of a program now."""

    status: ProgramStatus
    type_code: Code
    tier: Tier
    intensity: Intensity
    capacity: int
    pilot: bool
    elements_in_place: int
    safeguards_met: int


class OfProgram(Message):
    """What every event of a program carries."""

    program_id: ProgramId
    school_id: SchoolId
    version: int
    state: ProgramState


class ProgramRegistered(OfProgram, Event):
    """A school began to register a peer program."""

    type_code: Code
    tier: Tier
    intensity: Intensity
    capacity: int
    pilot: bool


class ProgramMove(OfProgram):
    """From where to where, and why."""

    type_code: Code
    tier: Tier
    from_status: ProgramStatus
    to_status: ProgramStatus
    reason_code: Code | None = None
    elements_complete: int
    effective_on: date


class ProgramSubmitted(ProgramMove, Event):
    """A site coordinator asked principal and district for their signatures."""


class ProgramReturned(ProgramMove, Event):
    """Principal or district gave a program back with a comment."""


class ProgramRevised(ProgramMove, Event):
    """A returned program is worked on again."""


class ProgramApproved(ProgramMove, Event):
    """Principal and district both signed."""


class ProgramActivated(ProgramMove, Event):
    """A program started: every gate held."""


class ProgramPaused(ProgramMove, Event):
    """No new matches for now, by a person's decision or because a safeguard failed."""


class ProgramResumed(ProgramMove, Event):
    """New matches are possible again."""


class ProgramClosing(ProgramMove, Event):
    """The program takes no new matches and lets the open ones end."""


class ProgramClosed(ProgramMove, Event):
    """The program is over."""


class ProgramWithdrawn(ProgramMove, Event):
    """A registration was taken back before approval."""


class ProgramElementUpdated(OfProgram, Event):
    """One of the ten elements was answered anew."""

    element_no: int
    status: ElementStatus


class ProgramSafeguardFailed(OfProgram, Event):
    """A condition of safe peer support no longer holds."""

    safeguard_code: Code
    detail_code: Code


class ProgramSafeguardRestored(OfProgram, Event):
    """A condition of safe peer support holds again."""

    safeguard_code: Code
    detail_code: Code


class SupervisionRatioBreached(OfProgram, Event):
    """Too many active supporters for the advisors who supervise them; new matches stop."""

    active_supporters: int
    advisors: int
    ratio: float | None
    limit: int


class SupervisionRatioRestored(OfProgram, Event):
    """There are enough supervising advisors again."""

    active_supporters: int
    advisors: int
    ratio: float | None
    limit: int


class SupervisionHeld(Event):
    """An advisor met peer supporters."""

    supervision_id: TrainingId
    program_id: ProgramId
    school_id: SchoolId
    supervisor_key: StaffKey
    held_at: Instant
    minutes: int
    kind: SupervisionKind
    supporters_count: int


# --- events: supporters -----------------------------------------------------------------------------------------------


class SupporterState(Record):
    """What staff's services may know of a supporter now."""

    student_key: StudentKey
    status: SupporterStatus
    expires_on: date | None
    hours_total: float
    hours_required: float
    next_checkin_due: date | None


class OfSupporter(Message):
    """What every event of a peer supporter carries."""

    supporter_id: SupporterId
    program_id: ProgramId
    school_id: SchoolId
    version: int
    state: SupporterState
    reason_code: Code | None = None


class SupporterNominated(OfSupporter, Event):
    """A student was nominated, or applied, as a peer supporter."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class SupporterSelected(OfSupporter, Event):
    """Vetting ended well; training may begin."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class SupporterNotSelected(OfSupporter, Event):
    """The student was not selected, or said no."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class TrainingCompleted(OfSupporter, Event):
    """A supporter finished a module of training."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL

    training_id: TrainingId
    course_code: Code
    module_code: Code
    hours: float
    passed: bool


class SupporterCertified(OfSupporter, Event):
    """Hours, scenario and code of conduct are complete."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL

    expires_on: date
    hours_total: float


class SupporterRefresherDue(OfSupporter, Event):
    """A certificate ends within thirty days."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL

    expires_on: date
    hours_total: float


class SupporterLapsed(OfSupporter, Event):
    """A certificate ended; the advisor covers the matches."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL

    expires_on: date
    hours_total: float


class SupporterActivated(OfSupporter, Event):
    """A supporter may be matched from now on."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class SupporterOnBreak(OfSupporter, Event):
    """A supporter steps back for a while; a break of one's own wish carries no reason."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class SupporterReturned(OfSupporter, Event):
    """A supporter is back from a break or a suspension."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class SupporterSuspended(OfSupporter, Event):
    """A supporter's work was stopped at once."""

    lane: ClassVar[Lane] = Lane.URGENT
    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class SupporterRemoved(OfSupporter, Event):
    """After a review, a supporter does not come back."""

    lane: ClassVar[Lane] = Lane.URGENT
    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class SupporterRetired(OfSupporter, Event):
    """A supporter stopped for good."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class SupporterCheckInCompleted(OfSupporter, Event):
    """Somebody asked a supporter how they are."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL

    due_on: date | None
    days_overdue: int
    pulse_band: PulseBand


class SupporterCheckInOverdue(OfSupporter, Event):
    """Nobody has asked a supporter how they are for too long."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL

    due_on: date
    days_overdue: int


# --- events: matches, sessions, concerns ------------------------------------------------------------------------------


class MatchState(Record):
    """What other services may know of a match now."""

    status: MatchStatus
    care_status: CareStatus
    sessions_held: int


class OfMatch(Message):
    """What every event of a match carries."""

    match_id: MatchId
    program_id: ProgramId
    school_id: SchoolId
    version: int
    state: MatchState
    supporter_ids: tuple[SupporterId, ...]
    participant_keys: tuple[StudentKey, ...]
    planned_sessions: int
    planned_minutes: int
    starts_on: date | None
    planned_end: date | None
    status: MatchStatus
    reason_code: Code | None = None


class MatchRequested(OfMatch, Event):
    """A student asked, or was asked for, a peer supporter."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class MatchProposed(OfMatch, Event):
    """A person picked a supporter; every constraint held."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class MatchConsented(OfMatch, Event):
    """Supporter, participant and, where policy says so, a guardian agreed."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class MatchDeclined(OfMatch, Event):
    """Supporter or participant said no."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class MatchActivated(OfMatch, Event):
    """The two begin."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class MatchPaused(OfMatch, Event):
    """The match rests."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class MatchResumed(OfMatch, Event):
    """The match goes on."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class MatchCompleted(OfMatch, Event):
    """The plan was carried out."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class MatchEnded(OfMatch, Event):
    """The match ended before its plan was carried out."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class MatchCareChanged(OfMatch, Event):
    """A participant of an open match was referred to care, is in care, or no longer is."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL


class SessionState(Record):
    """What other services may know of a session now."""

    status: SessionStatus
    scheduled_at: Instant | None
    held_at: Instant | None
    minutes: int
    attended_count: int


class OfSession(Message):
    """What every event of a session carries."""

    session_id: SessionId
    match_id: MatchId | None
    program_id: ProgramId
    school_id: SchoolId
    version: int
    state: SessionState
    tier: Tier
    scheduled_at: Instant | None
    held_at: Instant | None
    minutes: int
    modality: Modality
    attended_count: int


class SessionScheduled(OfSession, Event):
    """A match has a date."""


class SessionHeld(OfSession, Event):
    """Supporter and participant met."""


class SessionMissed(OfSession, Event):
    """The participant did not come."""


class SessionCancelled(OfSession, Event):
    """The session was called off."""


class SessionUnmarked(OfSession, Event):
    """A day after its time nobody has said what became of a session."""


class SessionDocumentationOverdue(OfSession, Event):
    """Two school days after it was held, a session is not documented."""


class SessionDocumented(OfSession, Event):
    """Every red-flag question about a session was answered."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL

    days_to_document: int
    red_flag: Answer
    quality_score: float | None
    satisfaction: float | None


class ConcernState(Record):
    status: ConcernStatus
    urgency_floor: Urgency


class ConcernRaised(Event):
    """Somebody is worried about a student and passed it on. What the worry is stays in the service."""

    lane: ClassVar[Lane] = Lane.URGENT
    classification: ClassVar[Classification] = Classification.RESTRICTED

    concern_id: ConcernId
    school_id: SchoolId
    version: int
    state: ConcernState
    program_id: ProgramId | None
    match_id: MatchId | None
    tier: Tier | None
    student_key: StudentKey | None
    source: ConcernSource
    urgency_floor: Urgency
    concern_domain: ConcernDomain
    student_told: StudentTold
    raised_at: Instant


# --- events: activities -----------------------------------------------------------------------------------------------


class ActivityHeld(Event):
    """A school held something for everyone."""

    activity_id: ActivityId
    program_id: ProgramId
    school_id: SchoolId
    type_code: Code
    held_on: date
    minutes: int
    headcount_by_band: tuple[BandCount, ...]
    modality: Modality
    resources_shared: int
