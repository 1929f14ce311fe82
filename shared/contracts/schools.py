"""Sites, people, calendars, rosters and consents: what may be asked of the schools service, and what it announces."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Base64Bytes, Field, StringConstraints, model_validator

from shared.contracts.codes import ClockKind, GradeBand, RedFlag, Role, Tier, Urgency
from shared.contracts.ids import BatchId, ConsentId, DistrictId, ProgramId, SchoolId, StaffKey, StudentKey
from shared.contracts.interventions import Intensity
from shared.contracts.messages import (
    Classification,
    Code,
    Event,
    Instant,
    Lane,
    Page,
    Record,
    Request,
    View,
)

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
"""A name as people write it. Encrypted where it is a person's, and never part of an event."""

Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254, pattern=r"^\S+@\S+$")]
"""An e-mail address."""

Phone = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=40)]
"""A telephone or short-code number as it is dialled: `988`, `(305) 995-1000`."""

NcesId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
"""A school in the national directory; its first 7 digits are the district's LEAID."""

LeaId = Annotated[str, StringConstraints(pattern=r"^[0-9]{7}$")]

CHUNK_BYTES = 256 * 1024
"""The most that one `AddImportChunk` carries."""


# --- Words of this room -------------------------------------------------------------------------------------------

class SchoolStatus(StrEnum):
    """What the national directory says of a school. Listed means known, not rolled out."""

    OPEN = "open"
    NEW = "new"
    ADDED = "added"
    FUTURE = "future"
    CLOSED = "closed"

    @property
    def active(self) -> bool:
        """Is this a school that students go to?"""
        return self in {SchoolStatus.OPEN, SchoolStatus.NEW, SchoolStatus.ADDED}


class SchoolLevel(StrEnum):
    PREKINDERGARTEN = "prekindergarten"
    ELEMENTARY = "elementary"
    MIDDLE = "middle"
    SECONDARY = "secondary"
    HIGH = "high"
    UNGRADED = "ungraded"
    ADULT = "adult"
    OTHER = "other"
    NOT_REPORTED = "not_reported"


class ClockUnit(StrEnum):
    """What a clock counts: the wall's seconds, or the school's staffed minutes and days."""

    SECONDS = "seconds"
    SCHOOL_MINUTES = "school_minutes"
    SCHOOL_DAYS = "school_days"
    SAME_SCHOOL_DAY = "same_school_day"


class EscalationTarget(StrEnum):
    """Who is told when nobody has answered."""

    OWNER = "owner"
    BACKUP = "backup"
    NEXT_ON_ROTA = "next_on_rota"
    DESIGNEE = "designee"
    COORDINATOR = "coordinator"
    DISTRICT_LEAD = "district_lead"
    CRISIS_LEAD = "crisis_lead"


class SurveyConsentMode(StrEnum):
    """How a survey on mental health may be held (20 USC 1232h)."""

    NOTICE_AND_OPT_OUT = "notice_and_opt_out"
    PRIOR_WRITTEN_CONSENT = "prior_written_consent"


class ConsentKind(StrEnum):
    """Whose consent it is."""

    GUARDIAN = "guardian"
    STUDENT_ASSENT = "student_assent"
    MINOR_SELF = "minor_self"
    ELIGIBLE_STUDENT = "eligible_student"


class ConsentStatus(StrEnum):
    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    NOT_REQUIRED = "not_required"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ConsentMethod(StrEnum):
    """How the consent was given; electronic is allowed when it is signed and dated (34 CFR 99.30)."""

    PAPER = "paper"
    ELECTRONIC = "electronic"
    SPOKEN = "spoken"


class ImportKind(StrEnum):
    SCHOOLS = "schools"
    ROSTER = "roster"


class ImportDialect(StrEnum):
    """What the file turned out to be."""

    HIFLD_CSV = "hifld_csv"
    ELSI_CSV = "elsi_csv"
    ONEROSTER_1_1 = "oneroster_1_1"
    ONEROSTER_1_2 = "oneroster_1_2"
    MICROSOFT_SDS = "microsoft_sds"


class ImportStatus(StrEnum):
    """`receiving` until all chunks are in; `previewed` waits for a person; `rejected` names its errors."""

    RECEIVING = "receiving"
    READING = "reading"
    PREVIEWED = "previewed"
    REJECTED = "rejected"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"


# --- District and policy ------------------------------------------------------------------------------------------

class ClockRule(Record):
    """How long one urgency may wait for one thing. No national standard sets these: a district does."""

    urgency: Urgency
    kind: ClockKind
    unit: ClockUnit
    amount: int = Field(ge=0)
    source: Code = "our_choice"
    reviewed_on: date | None = None


class EscalationRule(Record):
    """Whom an unanswered clock tells, and when: at a share of the limit, or some time after it."""

    urgency: Urgency
    kind: ClockKind
    step_no: int = Field(ge=1)
    at_percent: int = Field(100, ge=1, le=100, description="Share of the limit; 100 is the limit itself.")
    after_unit: ClockUnit = Field(ClockUnit.SECONDS, description="`same_school_day` is closing time.")
    after: int = Field(0, ge=0, description="How long after the limit, or after the step before when this one repeats.")
    to: EscalationTarget
    repeats: bool = Field(False, description="One by one, until nobody is left.")
    source: Code = "our_choice"
    reviewed_on: date | None = None


class FloorRule(Record):
    """The least urgency a red flag starts with; only credentialed staff may go below it."""

    code: RedFlag
    floor: Urgency
    emergency_when: tuple[Code, ...] = ()
    mandated_report: bool = False
    source: Code = "seed-004"
    reviewed_on: date | None = None


class IntensityRule(Record):
    """What a kind of peer support demands of its supporters and of those who supervise them."""

    intensity: Intensity
    supporters_per_supervisor: int = Field(ge=1)
    training_minutes: int = Field(ge=0)
    training_weeks: int = Field(0, ge=0)
    clinical_supervision: bool = False
    source: Code = "our_choice"
    reviewed_on: date | None = None


class ConsentRule(Record):
    """Whose consent a tier needs in a state. A minor may consent alone from `minor_self_from_age`, if at all."""

    state: Code
    tier: Tier
    guardian: bool
    student_assent: bool
    minor_self_from_age: int | None = None
    source: Code = "our_choice"
    reviewed_on: date | None = None


class RetentionRule(Record):
    """How long a kind of record is kept, counted from an end such as `school_year_end`."""

    record: Code
    days: int = Field(ge=0)
    counted_from: Code
    source: Code = "our_choice"
    reviewed_on: date | None = None


class CrisisLine(View):
    """A number that answers at any hour, as it is shown on every crisis card."""

    code: Code
    name: Name
    phone: Phone
    text_to: Phone | None = None


class FallbackContact(View):
    """Whom the gateway and the services tell when nobody else can be told."""

    role: Role
    name: Name
    email: Address | None = None
    phone: Phone | None = None
    hours: Name = "any time"


class PolicyView(View):
    """The district's policy in force; each row says where it comes from and when it was last looked at."""

    district_id: DistrictId
    policy_version: int
    version: int
    effective_on: date
    n_min: int
    clocks: tuple[ClockRule, ...]
    escalations: tuple[EscalationRule, ...]
    floors: tuple[FloorRule, ...]
    intensities: tuple[IntensityRule, ...]
    consents: tuple[ConsentRule, ...]
    retention: tuple[RetentionRule, ...]
    crisis_lines: tuple[CrisisLine, ...]
    fallback_contacts: tuple[FallbackContact, ...]
    check_in_interval_days: int
    load_cap_matches: int
    load_cap_minutes: int
    survey_consent_mode: SurveyConsentMode


class DistrictView(View):
    district_id: DistrictId
    version: int
    name: Name
    nces_leaid: LeaId | None
    state: Code
    tz: Code
    lead_key: StaffKey


class DistrictPolicy(Request[PolicyView]):
    """The policy in force."""


class ChangePolicy(Request[PolicyView]):
    """Change rows of the policy, from today. What is not sent stays; a row sent replaces the row of the same key."""

    expected_version: int | None = None
    n_min: int | None = Field(None, ge=5, le=100)
    clocks: tuple[ClockRule, ...] = ()
    escalations: tuple[EscalationRule, ...] | None = None
    floors: tuple[FloorRule, ...] = ()
    intensities: tuple[IntensityRule, ...] = ()
    consents: tuple[ConsentRule, ...] = ()
    retention: tuple[RetentionRule, ...] = ()
    crisis_lines: tuple[CrisisLine, ...] | None = None
    fallback_contacts: tuple[FallbackContact, ...] | None = None
    check_in_interval_days: int | None = Field(None, ge=1, le=90)
    load_cap_matches: int | None = Field(None, ge=1, le=10)
    load_cap_minutes: int | None = Field(None, ge=10, le=600)
    survey_consent_mode: SurveyConsentMode | None = None


class FoundDistrict(Request[DistrictView]):
    """Begin: the district, its first policy and its first lead. Said twice, it answers with what is there."""

    district_id: DistrictId
    name: Name
    nces_leaid: LeaId | None = None
    state: Code
    tz: Code
    crisis_phone: Phone | None = None
    lead_given_name: Name
    lead_family_name: Name
    lead_email: Address
    lead_phone: Phone | None = None


# --- Sites --------------------------------------------------------------------------------------------------------

class SchoolView(View):
    school_id: SchoolId
    version: int
    ncesid: NcesId | None
    name: Name
    level: SchoolLevel
    grade_span: Code | None
    enrollment: int | None
    status: SchoolStatus
    tz: Code
    active_from: date | None
    roster_count: int | None = Field(None, description="Active students on the roster, where the caller may know.")
    calendar_until: date | None = Field(None, description="The last day for which staffed hours are published.")
    rota_gap_minutes: int | None = Field(None, description="Staffed minutes of the rota without anybody on duty.")


class SchoolName(View):
    school_id: SchoolId
    name: Name
    tz: Code
    status: SchoolStatus


class SchoolNamesView(View):
    items: tuple[SchoolName, ...]
    district_name: Name | None = None


class Schools(Request[Page[SchoolView]]):
    """The schools of the district, by name."""

    status: SchoolStatus | None = None
    level: SchoolLevel | None = None
    q: str | None = Field(None, max_length=60, description="Part of the name, or an NCES id.")
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = None


class School(Request[SchoolView]):
    """One school."""

    school_id: SchoolId


class SchoolNames(Request[SchoolNamesView]):
    """The name of every school, for lists that hold ids."""


class RegisterSchool(Request[SchoolView]):
    """Add a school that no directory lists yet."""

    ncesid: NcesId | None = None
    name: Name
    level: SchoolLevel
    grade_span: Code | None = Field(None, pattern=r"^(PK|KG|[0-9]{2})-(PK|KG|[0-9]{2})$")
    enrollment: int | None = Field(None, ge=0)
    status: SchoolStatus = SchoolStatus.OPEN
    tz: Code | None = Field(None, description="An IANA time zone; the district's when absent.")
    active_from: date | None = None


class UpdateSchool(Request[SchoolView]):
    """Correct what is known of a school. What is not sent stays."""

    school_id: SchoolId
    expected_version: int | None = None
    name: Name | None = None
    level: SchoolLevel | None = None
    grade_span: Code | None = Field(None, pattern=r"^(PK|KG|[0-9]{2})-(PK|KG|[0-9]{2})$")
    enrollment: int | None = Field(None, ge=0)
    status: SchoolStatus | None = None
    tz: Code | None = None


class SchoolDay(Record):
    """One day on which the school is staffed, by the school's own clock."""

    date: date
    opens: time
    closes: time


class CalendarView(View):
    school_id: SchoolId
    version: int
    year: int
    tz: Code
    days: tuple[SchoolDay, ...]


class PublishCalendar(Request[CalendarView]):
    """Say on which days and hours a school is staffed. A day that is missing is no school day."""

    school_id: SchoolId
    expected_version: int | None = None
    year: int = Field(ge=2000, le=2100, description="The year in which the school year begins.")
    days: tuple[SchoolDay, ...] = Field(max_length=366)


class CalendarOf(Request[CalendarView]):
    """A school's staffed hours; the newest year when none is named."""

    school_id: SchoolId
    year: int | None = None


# --- People -------------------------------------------------------------------------------------------------------

class Assignment(Record):
    """A role within a school, or in the district when no school is named."""

    role: Role
    school_id: SchoolId | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class StaffView(View):
    staff_key: StaffKey
    version: int
    given_name: Name
    family_name: Name
    email: Address | None
    phone: Phone | None
    credentials: tuple[Code, ...]
    active: bool
    assignments: tuple[Assignment, ...]
    allowed: tuple[str, ...] = ()


class StaffName(View):
    staff_key: StaffKey
    given_name: Name
    family_name: Name


class StaffNamesView(View):
    items: tuple[StaffName, ...]


class StaffList(Request[Page[StaffView]]):
    """The people of a school or the district, with what they may do."""

    school_id: SchoolId | None = None
    role: Role | None = None
    active: bool | None = True
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = None


class StaffMember(Request[StaffView]):
    """One member of the staff."""

    staff_key: StaffKey


class StaffNames(Request[StaffNamesView]):
    """Who these keys are. Keys that are unknown or out of scope are left out."""

    staff_keys: tuple[StaffKey, ...] = Field(max_length=500)


class AddStaff(Request[StaffView]):
    """Add a member of the staff, with the roles they begin with."""

    given_name: Name
    family_name: Name
    email: Address
    phone: Phone | None = None
    credentials: tuple[Code, ...] = ()
    assignments: tuple[Assignment, ...] = ()


class AssignRoles(Request[StaffView]):
    """Say which roles a person holds, all of them: what is not named ends."""

    staff_key: StaffKey
    expected_version: int | None = None
    assignments: tuple[Assignment, ...] = Field(max_length=200)


class DeactivateStaff(Request[StaffView]):
    """A person leaves: sessions end, open referrals go to the next in line."""

    staff_key: StaffKey
    expected_version: int | None = None
    reason_code: Code


class RotaShift(Record):
    """Who is on duty from one moment to another: the first in `order`, then the next, then the back-up."""

    starts_at: Instant
    ends_at: Instant
    order: tuple[StaffKey, ...] = Field(min_length=1, max_length=12)
    backup_key: StaffKey | None = None


class Gap(Record):
    """Staffed hours in which nobody is on duty."""

    starts_at: Instant
    ends_at: Instant


class RotaView(View):
    school_id: SchoolId
    version: int
    starts_at: Instant | None
    ends_at: Instant | None
    shifts: tuple[RotaShift, ...]
    gaps: tuple[Gap, ...] = Field(description="Within the published period, against the calendar's staffed hours.")
    gap_minutes: int


class PublishRota(Request[RotaView]):
    """Say who is on duty when. The whole rota of a school: what was published before is replaced."""

    school_id: SchoolId
    expected_version: int | None = None
    shifts: tuple[RotaShift, ...] = Field(min_length=1, max_length=250)


class RotaOf(Request[RotaView]):
    """A school's rota with its gaps."""

    school_id: SchoolId


class PathwayStep(Record):
    """A person, or whoever holds a role at the school."""

    staff_key: StaffKey | None = None
    role: Role | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> PathwayStep:
        if (self.staff_key is None) == (self.role is None):
            raise ValueError("a step names a person or a role, and not both")
        return self


class PathwayView(View):
    school_id: SchoolId
    version: int
    order: tuple[PathwayStep, ...]


class PublishPathway(Request[PathwayView]):
    """Say who receives a school's referrals, in order."""

    school_id: SchoolId
    expected_version: int | None = None
    order: tuple[PathwayStep, ...] = Field(min_length=1, max_length=12)


class PathwayOf(Request[PathwayView]):
    """Who receives a school's referrals."""

    school_id: SchoolId


class OnDutyView(View):
    """Who is on duty at a moment. Outside staffed hours nobody is, whatever the rota says."""

    school_id: SchoolId
    at: Instant
    staffed: bool
    order: tuple[StaffKey, ...]
    backup_key: StaffKey | None
    closes_at: Instant | None
    next_opens_at: Instant | None


class OnDuty(Request[OnDutyView]):
    """Who is on duty now, or at a moment."""

    school_id: SchoolId
    at: Instant | None = None


class DutyPerson(View):
    """An adult who can be reached now; shown to people who are signed in."""

    staff_key: StaffKey
    given_name: Name
    family_name: Name
    phone: Phone | None


class CrisisCardView(View):
    """Numbers that always answer, and, while the school is staffed, who is there. It never claims more."""

    school_id: SchoolId | None
    as_of: Instant
    staffed: bool
    closes_at: Instant | None
    next_opens_at: Instant | None
    on_duty: tuple[DutyPerson, ...]
    lines: tuple[CrisisLine, ...]
    fallback_contacts: tuple[FallbackContact, ...] = Field(description="For staff and services; empty for the public.")


class CrisisCard(Request[CrisisCardView]):
    """What to show a person in danger: the numbers, and the adult on duty at a school."""

    school_id: SchoolId | None = None


class DutyContact(View):
    """Where a member of the duty staff is reached. Kept encrypted by whoever receives it."""

    staff_key: StaffKey
    given_name: Name
    family_name: Name
    email: Address | None
    phone: Phone | None
    school_ids: tuple[SchoolId, ...]


class DutyContactsView(View):
    items: tuple[DutyContact, ...]
    next_cursor: str | None = None
    fallback_contacts: tuple[FallbackContact, ...] = ()


class DutyContacts(Request[DutyContactsView]):
    """Addresses of all who stand in a rota or a pathway or hold a role that notices go to. For services only."""

    school_id: SchoolId | None = None
    limit: int = Field(500, ge=1, le=500)
    cursor: str | None = None


# --- Roster -------------------------------------------------------------------------------------------------------

class StudentRow(View):
    student_key: StudentKey
    school_id: SchoolId
    given_name: Name
    family_name: Name
    grade: Code | None
    grade_band: GradeBand
    language: Code | None
    active: bool


class FoundStudents(View):
    items: tuple[StudentRow, ...]
    more: bool = Field(False, description="There are more than were asked for.")


class SearchStudents(Request[FoundStudents]):
    """Find students of one school by a part of their name."""

    school_id: SchoolId
    name: str = Field(min_length=2, max_length=60)
    limit: int = Field(20, ge=1, le=50)


class StudentName(View):
    student_key: StudentKey
    given_name: Name
    family_name: Name | None = Field(None, description="Absent for a peer supporter.")
    initials: Name
    grade: Code | None = None


class StudentNamesView(View):
    items: tuple[StudentName, ...]


class StudentNames(Request[StudentNamesView]):
    """Who these students are: full names for staff, the first name for a peer supporter. Each is written down."""

    student_keys: tuple[StudentKey, ...] = Field(max_length=200)


class ConsentView(View):
    consent_id: ConsentId
    version: int
    school_id: SchoolId
    student_key: StudentKey
    program_id: ProgramId
    kind: ConsentKind
    status: ConsentStatus
    basis_code: Code | None
    method: ConsentMethod | None
    at: Instant
    expires_on: date | None
    allowed: tuple[str, ...] = ()


class RecordConsent(Request[ConsentView]):
    """Write down that consent to take part was asked for, given, refused, or is not needed (and why)."""

    student_key: StudentKey
    program_id: ProgramId
    kind: ConsentKind
    status: ConsentStatus
    basis_code: Code | None = Field(None, description="Needed for `not_required`.")
    method: ConsentMethod | None = Field(None, description="Needed for `granted`.")
    expires_on: date | None = None


class WithdrawConsent(Request[ConsentView]):
    """Take a consent back. The match pauses at once."""

    consent_id: ConsentId
    expected_version: int | None = None
    reason_code: Code | None = None


class Consents(Request[Page[ConsentView]]):
    """The consents of a student, a program or a school."""

    student_key: StudentKey | None = None
    program_id: ProgramId | None = None
    school_id: SchoolId | None = None
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = None


# --- Imports ------------------------------------------------------------------------------------------------------

class Diagnostic(View):
    """What is wrong with a file, and where. Never what stands there."""

    code: Code
    file: Annotated[str, StringConstraints(max_length=64)]
    line: int | None = Field(None, description="The line of the file; the header is line 1.")
    column: Annotated[str, StringConstraints(max_length=64)] | None = None
    count: int = Field(1, description="How often it was found; the place is the first.")


class Tally(Record):
    code: Code
    count: int


class ImportCounts(View):
    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left: int = 0
    schools_added: int = 0


class SchoolLeaving(View):
    """A school of which an import would deactivate many students."""

    school_id: SchoolId
    leaving: int
    active: int


class ImportJob(View):
    """Where an import stands."""

    import_id: BatchId
    version: int
    school_id: SchoolId | None
    kind: ImportKind
    status: ImportStatus
    dialect: ImportDialect | None
    strict: bool
    size_bytes: int
    received_bytes: int
    progress: float = Field(description="Share of the work done, 0 to 1.")
    counts: ImportCounts
    by_status: tuple[Tally, ...] = Field((), description="Schools by status, for a directory.")
    errors: tuple[Diagnostic, ...] = ()
    errors_total: int = 0
    warnings: tuple[Diagnostic, ...] = ()
    warnings_total: int = 0
    needs_confirmation: tuple[SchoolLeaving, ...] = ()
    problem: Code | None = Field(None, description="Why it failed, as a code.")
    allowed: tuple[str, ...] = ()


class StartSchoolImport(Request[ImportJob]):
    """Begin to send a directory of schools (NCES: HIFLD CSV or ELSI export)."""

    size_bytes: int = Field(ge=1, le=200 * 1024 * 1024)
    strict: bool = False


class StartRosterImport(Request[ImportJob]):
    """Begin to send a roster (OneRoster 1.1 or 1.2, or Microsoft School Data Sync), as one zip."""

    school_id: SchoolId | None = Field(None, description="One school's own roster; the whole district's when absent.")
    size_bytes: int = Field(ge=1, le=200 * 1024 * 1024)
    strict: bool = Field(False, description="Refuse what would otherwise be a warning.")


class AddImportChunk(Request[ImportJob]):
    """The next piece of the file, counted from 0. With the last one the reading begins by itself."""

    import_id: BatchId
    number: int = Field(ge=0)
    data: Base64Bytes = Field(max_length=4 * (CHUNK_BYTES // 3 + 1), description="At most 256 KiB, as base64.")


class ImportStatusOf(Request[ImportJob]):
    """Where an import stands: its progress, and what it would change."""

    import_id: BatchId


class ApplySchoolImport(Request[ImportJob]):
    """Do what the preview of a school directory showed."""

    import_id: BatchId


class ApplyRosterImport(Request[ImportJob]):
    """Do what the preview of a roster showed. Many students leaving a school must be confirmed."""

    import_id: BatchId
    confirm_leaving: bool = False


# --- Events -------------------------------------------------------------------------------------------------------

class DistrictPolicyChanged(Event):
    """The district changed its rules: clocks, red-flag floors, limits and caps, whole and in force."""

    district_id: DistrictId
    version: int
    policy_version: int
    effective_on: date
    tz: Code
    state: Code
    n_min: int
    clocks: tuple[ClockRule, ...]
    escalations: tuple[EscalationRule, ...]
    floors: tuple[FloorRule, ...]
    intensities: tuple[IntensityRule, ...]
    consents: tuple[ConsentRule, ...]
    check_in_interval_days: int
    load_cap_matches: int
    load_cap_minutes: int
    survey_consent_mode: SurveyConsentMode


class SchoolFacts(Record):
    """What every announcement of a school carries: its public state."""

    school_id: SchoolId
    version: int
    ncesid: Code | None
    level: SchoolLevel
    grade_span: Code | None
    enrollment: int | None
    tz: Code
    status: SchoolStatus


class SchoolRegistered(SchoolFacts, Event):
    """A school became known. Known is not rolled out."""


class SchoolUpdated(SchoolFacts, Event):
    """Something about a school changed."""


class SchoolDeactivated(SchoolFacts, Event):
    """A school closed, or is not open yet any more."""


class CalendarPublished(Event):
    """A school's staffed days and hours of one school year, by its own clock; they replace what was published."""

    school_id: SchoolId
    version: int
    year: int
    tz: Code
    days: tuple[SchoolDay, ...]


class RosterSynced(Event):
    """A roster was taken in: how many students a school has now, who came and who left, as counts."""

    lane: ClassVar[Lane] = Lane.BULK

    school_id: SchoolId
    batch_id: BatchId
    version: int
    active_count: int
    added: int
    left: int
    by_grade: tuple[Tally, ...]
    by_subgroup: tuple[Tally, ...]


class RosterStudentChanged(Event):
    """What other services may know of a student: the schools, a band of grades, a language, codes of subgroups."""

    lane: ClassVar[Lane] = Lane.BULK
    classification: ClassVar[Classification] = Classification.CONFIDENTIAL

    student_key: StudentKey
    school_id: SchoolId
    version: int
    school_ids: tuple[SchoolId, ...]
    grade_band: GradeBand
    language: Code | None
    subgroup_codes: tuple[Code, ...]
    active: bool


class StaffAssigned(Event):
    """Which roles a member of the staff holds now, all of them; `school_id` is the school if there is only one."""

    lane: ClassVar[Lane] = Lane.URGENT

    staff_key: StaffKey
    school_id: SchoolId | None
    version: int
    assignments: tuple[Assignment, ...]
    credentials: tuple[Code, ...]


class StaffDeactivated(Event):
    """A member of the staff left: sessions end and what they owned goes on to others."""

    lane: ClassVar[Lane] = Lane.URGENT

    staff_key: StaffKey
    school_id: SchoolId | None
    version: int
    school_ids: tuple[SchoolId, ...]


class PathwayChanged(Event):
    """Who receives a school's referrals, in order."""

    school_id: SchoolId
    version: int
    order: tuple[PathwayStep, ...]


class OnCallRotaChanged(Event):
    """Who is on duty when, from the first shift to the last; it replaces the school's rota."""

    school_id: SchoolId
    version: int
    starts_at: Instant
    ends_at: Instant
    shifts: tuple[RotaShift, ...]


class OnCallGapDetected(Event):
    """Staffed hours have nobody on duty; with `covered`, a gap that was announced is closed."""

    lane: ClassVar[Lane] = Lane.URGENT

    school_id: SchoolId
    version: int
    starts_at: Instant
    ends_at: Instant
    gap_minutes: int
    covered: bool


class ConsentRecorded(Event):
    """What was said about taking part in a program, by whom, and until when it holds."""

    classification: ClassVar[Classification] = Classification.CONFIDENTIAL

    consent_id: ConsentId
    school_id: SchoolId
    version: int
    student_key: StudentKey
    program_id: ProgramId
    kind: ConsentKind
    status: ConsentStatus
    expires_on: date | None


class ConsentWithdrawn(Event):
    """A consent was taken back: the match pauses at once."""

    lane: ClassVar[Lane] = Lane.URGENT
    classification: ClassVar[Classification] = Classification.CONFIDENTIAL

    consent_id: ConsentId
    school_id: SchoolId
    version: int
    student_key: StudentKey
    program_id: ProgramId
    kind: ConsentKind
    status: ConsentStatus
