"""The sample district of the specimens: views with believable content. All people are made up."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID, uuid4

from shared.contracts import interventions as i
from shared.contracts import referrals as r
from shared.contracts import schools as s
from shared.contracts.messages import Page
from tests.e2e.made_up import NOW, TODAY, TZ, a, ago, ahead, on

ADAMS, RINCON, EASTLAKE, CHAVEZ = (uuid4() for _ in range(4))
SCHOOL_NAMES = {
    ADAMS: "Adams High",
    RINCON: "Rincon Middle",
    EASTLAKE: "Eastlake Middle",
    CHAVEZ: "César Chávez K–8",
}
REYES, ANAND, OKAFOR, KIM, BROOKS, NAVARRO = (uuid4() for _ in range(6))
STAFF = {
    REYES: "Dana Reyes",
    ANAND: "Priya Anand",
    OKAFOR: "Ada Okafor",
    KIM: "Soo-ah Kim",
    BROOKS: "Harriet Brooks",
    NAVARRO: "Luz Navarro",
}
STUDENT_NAMES = (
    "Kai Wong",
    "Maya Rivera",
    "Jonas Tate",
    "Dina Cole",
    "Asha Singh",
    "Luis Vargas",
    "Tam Nguyen",
    "Noor Haddad",
)
STUDENTS = {uuid4(): name for name in STUDENT_NAMES}
KAI, MAYA, JONAS, DINA, ASHA, LUIS, TAM, NOOR = STUDENTS


def page_of(*items: Any, next_cursor: str | None = None) -> Page[Any]:
    return Page(items=items, next_cursor=next_cursor)


def school(key: UUID, **given: Any) -> s.SchoolView:
    known = {
        "school_id": key,
        "name": SCHOOL_NAMES[key],
        "level": "high",
        "grade_span": "09-12",
        "enrollment": 1842,
        "status": "open",
        "tz": TZ,
        "ncesid": "060123400217",
        "roster_count": 1803,
        "calendar_until": on(200),
        "rota_gap_minutes": 0,
    }
    return a(s.SchoolView, **known | given)


SCHOOLS = (
    school(ADAMS),
    school(RINCON, level="middle", grade_span="06-08", enrollment=690, rota_gap_minutes=150),
    school(EASTLAKE, level="middle", grade_span="06-08", enrollment=744, rota_gap_minutes=None, calendar_until=None),
    school(
        CHAVEZ,
        level="other",
        grade_span="KG-08",
        enrollment=None,
        status="future",
        roster_count=None,
        rota_gap_minutes=None,
        calendar_until=None,
    ),
)
BOOK = tuple(a(s.SchoolName, school_id=key, name=name, tz=TZ) for key, name in SCHOOL_NAMES.items())


def member(key: UUID, role: str, **given: Any) -> s.StaffView:
    first, last = STAFF[key].split(" ", 1)
    return a(
        s.StaffView,
        staff_key=key,
        given_name=first,
        family_name=last,
        active=True,
        email="person@example.org",
        phone="(415) 555-0114",
        assignments=(a(s.Assignment, role=role, school_id=ADAMS),),
        **given,
    )


CREW = page_of(
    member(REYES, "counselor", credentials=("LCSW",)),
    member(ANAND, "counselor", credentials=("PPS",)),
    member(OKAFOR, "advisor"),
    member(KIM, "site_coordinator"),
    member(BROOKS, "principal"),
)

SHIFTS = tuple(
    a(s.RotaShift, starts_at=ahead(days=n), ends_at=ahead(days=n, hours=7), order=(REYES, ANAND), backup_key=BROOKS)
    for n in range(3)
)
ROTA = a(
    s.RotaView, school_id=ADAMS, version=4, starts_at=NOW, ends_at=ahead(days=20), shifts=SHIFTS, gaps=(), gap_minutes=0
)
GAPPY = ROTA.model_copy(
    update={"gaps": (a(s.Gap, starts_at=ahead(days=1), ends_at=ahead(days=1, hours=2.5)),), "gap_minutes": 150}
)
CALENDAR = a(
    s.CalendarView,
    school_id=ADAMS,
    version=2,
    year=TODAY.year,
    tz=TZ,
    days=tuple(
        a(s.SchoolDay, date=on(n), opens=time(8), closes=time(15, 30)) for n in range(14) if on(n).weekday() < 5
    ),
)
PATHWAY = a(
    s.PathwayView,
    school_id=ADAMS,
    version=1,
    order=(a(s.PathwayStep, staff_key=REYES), a(s.PathwayStep, staff_key=ANAND), a(s.PathwayStep, role="principal")),
)
TEST = a(
    r.PathwayTestView, school_id=ADAMS, sent_at=ago(hours=3), acknowledged_at=ago(hours=2.9), acknowledged_by=REYES
)

LINES = (
    a(s.CrisisLine, code="988", name="988 Lifeline", phone="988"),
    a(s.CrisisLine, code="911", name="Emergency", phone="911"),
    a(s.CrisisLine, code="district", name="District crisis line", phone="(415) 555-0100"),
)
CARD = a(
    s.CrisisCardView,
    school_id=ADAMS,
    as_of=NOW,
    staffed=True,
    closes_at=ahead(hours=3),
    lines=LINES,
    on_duty=(
        a(s.DutyPerson, staff_key=REYES, given_name="Dana", family_name="Reyes", phone="(415) 555-0114"),
        a(s.DutyPerson, staff_key=ANAND, given_name="Priya", family_name="Anand"),
    ),
)
NIGHT_CARD = CARD.model_copy(
    update={"staffed": False, "on_duty": (), "closes_at": None, "next_opens_at": ahead(hours=14)}
)

ELEMENT_RULES = tuple(
    a(i.ElementRule, no=no, code="element", questions=questions, needed_for_tier2=no in (4, 7))
    for no, questions in enumerate(
        (
            ("need", "data_used", "assessed_on"),
            ("why", "need", "data", "partners", "success"),
            ("goals", "scope"),
            ("director", "faculty_supervisors", "protected_hours"),
            ("principal", "faculty"),
            ("services",),
            ("code_of_conduct", "confidentiality_limits", "crisis_plan", "documentation", "ethics"),
            ("members", "meetings"),
            ("instruments", "waves", "owner"),
            ("sources", "budget", "sustained_until"),
        ),
        1,
    )
)
TYPES = a(
    i.ProgramTypesView,
    elements=ELEMENT_RULES,
    safeguards=tuple(i.SafeguardCode),
    types=(
        a(
            i.ProgramTypeView,
            type_code="peer_mentoring",
            tiers=(2,),
            intensity="C",
            delivery_methods=("individual", "small_group"),
            training_hours=12.0,
            supervision_limit=10,
            matches_people=True,
        ),
        a(
            i.ProgramTypeView,
            type_code="mental_health_club",
            tiers=(1,),
            intensity="A",
            delivery_methods=("small_group",),
            training_hours=0.0,
            supervision_limit=30,
        ),
    ),
)
STANDS = (
    "in_place",
    "in_place",
    "in_place",
    "in_progress",
    "in_place",
    "in_progress",
    None,
    "in_place",
    "in_progress",
    None,
)
ELEMENTS = tuple(
    a(
        i.ElementView,
        no=no,
        code="element",
        status=stands,
        answers={},
        owner_key=KIM if stands else None,
        evidence="Spring climate survey, 412 answers" if stands == "in_place" else "",
        needed_for_tier2=no in (4, 7),
    )
    for no, stands in enumerate(STANDS, 1)
)
SAFEGUARDS = tuple(
    a(i.SafeguardView, code=code, met=n < 5, evidence="Handbook, page 4" if n < 5 else "", updated_at=ago(days=2))
    for n, code in enumerate(i.SafeguardCode)
)
GATES = (
    *(a(i.GateView, code=f"element_{no}_answered", step="submit", met=no not in (7, 10)) for no in range(1, 11)),
    *(a(i.GateView, code=f"safeguard_{code}", step="approve", met=n < 5) for n, code in enumerate(i.SafeguardCode)),
    *(
        a(i.GateView, code=code, step="activate", met=False)
        for code in (
            "element_4_in_place",
            "certified_supporter",
            "rota_covers_staffed_hours",
            "pathway_test_acknowledged",
        )
    ),
)


def program(**given: Any) -> i.ProgramDetailView:
    known: dict[str, Any] = {
        "version": 7,
        "school_id": EASTLAKE,
        "type_code": "peer_mentoring",
        "tier": 2,
        "intensity": "C",
        "title": "Wellness Mentors",
        "status": "draft",
        "capacity": 20,
        "elements_in_place": 5,
        "elements_in_progress": 3,
        "safeguards_met": 5,
        "ratio": 6.0,
        "ratio_limit": 10,
        "languages": ("en", "es"),
        "director_key": KIM,
        "advisor_keys": (OKAFOR,),
        "delivery_method": "individual",
        "elements": ELEMENTS,
        "safeguards": SAFEGUARDS,
        "gates": GATES,
        "unmet": tuple(g.code for g in GATES if not g.met),
        "allowed": ("submit", "withdraw"),
        "dosage_plan": a(i.DosagePlan, sessions_per_week=1, minutes=30, weeks=10),
        "updated_at": ago(minutes=4),
        "affiliation": "",
        "branding": "",
    }
    return a(i.ProgramDetailView, **known | given)


DRAFT = program()
SUBMITTED = program(
    status="submitted",
    allowed=("approve", "return", "withdraw"),
    signatures=(a(i.SignatureView, role="principal", staff_key=BROOKS, at=ago(hours=5)),),
)
ACTIVE = program(
    status="active", allowed=("pause", "begin_closing"), active_supporters=6, active_matches=9, safeguards_met=7
)
BREACHED = program(status="active", allowed=("pause", "begin_closing"), ratio=12.0, ratio_breached=True)
CLUB = program(
    tier=1, type_code="mental_health_club", title="Bring Change Club", status="active", safeguards=(), intensity="A"
)


def supporter(**given: Any) -> i.SupporterDetailView:
    known: dict[str, Any] = {
        "student_key": TAM,
        "program_id": ACTIVE.program_id,
        "school_id": EASTLAKE,
        "status": "active",
        "version": 3,
        "supervisor_key": OKAFOR,
        "hours_done": 12.5,
        "hours_required": 12.0,
        "scenario_passed": True,
        "open_matches": 2,
        "load_cap": 3,
        "expires_on": on(300),
        "certified_at": ago(days=60),
        "next_checkin_due": on(5),
        "pulse_band": "mid",
        "languages": ("en", "vi"),
        "minutes_cap": 120,
        "minutes_this_week": 45,
        "training_weeks": 3.0,
        "weeks_required": 2,
        "scenario_pass_mark": 80.0,
        "conduct_signed_on": on(-60),
        "last_checkin_on": on(-9),
        "allowed": ("break", "suspend", "retire", "train", "check_in"),
        "trainings": (
            a(
                i.TrainingView,
                module_code="active_listening",
                hours=4.0,
                held_on=on(-80),
                passed=True,
                trainer_key=OKAFOR,
            ),
            a(
                i.TrainingView,
                module_code="red_flag_scenario",
                hours=2.0,
                held_on=on(-70),
                scenario_score=92.0,
                passed=True,
            ),
        ),
    }
    return a(i.SupporterDetailView, **known | given)


SUPPORTER = supporter()
TRAINEE = supporter(
    student_key=NOOR,
    status="in_training",
    hours_done=6.0,
    scenario_passed=False,
    certified_at=None,
    expires_on=None,
    conduct_signed_on=None,
    allowed=("certify", "suspend", "retire", "train"),
    unmet=("training_hours", "scenario_passed", "code_of_conduct"),
    next_checkin_due=on(-2),
)
SESSIONS = tuple(
    a(
        i.SessionView,
        program_id=ACTIVE.program_id,
        school_id=EASTLAKE,
        card_code="BLUE-14",
        held_at=ago(days=7 * n + 1),
        minutes=30,
        modality="in_person",
        status="documented",
        red_flag="yes" if n == 1 else "no",
    )
    for n in range(3)
)


def match(**given: Any) -> i.MatchDetailView:
    known: dict[str, Any] = {
        "program_id": ACTIVE.program_id,
        "school_id": EASTLAKE,
        "card_code": "BLUE-14",
        "participant_keys": (MAYA,),
        "supporter_ids": (SUPPORTER.supporter_id,),
        "supporter_student_keys": (TAM,),
        "status": "active",
        "planned_sessions": 10,
        "planned_minutes": 300,
        "held_sessions": 3,
        "held_minutes": 90,
        "care_status": "none",
        "reason_code": "new_at_school",
        "sessions": SESSIONS,
        "allowed": ("pause", "complete", "end"),
        "starts_on": on(-20),
        "planned_end": on(50),
        "languages": ("en",),
        "agreed": ("supporter", "participant"),
        "waiting_for": (),
    }
    return a(i.MatchDetailView, **known | given)


MATCH = match(care_status="referred")
REQUESTED = match(
    card_code="GREEN-03",
    status="requested",
    supporter_ids=(),
    supporter_student_keys=(),
    sessions=(),
    held_sessions=0,
    held_minutes=0,
    agreed=(),
    waiting_for=("supporter", "participant", "guardian"),
    allowed=("propose", "end"),
    participant_keys=(JONAS,),
)
SUGGESTED = a(
    i.SuggestionsView,
    match_id=REQUESTED.match_id,
    items=(
        a(
            i.Suggestion,
            student_key=TAM,
            rank=1,
            score=90,
            shared_languages=("en",),
            same_grade_band=True,
            open_matches=2,
            load_cap=3,
        ),
        a(i.Suggestion, student_key=NOOR, rank=2, score=40, open_matches=3, load_cap=3, failed=("load", "language")),
    ),
)
PROPOSED = match(
    status="proposed", allowed=("consent", "end"), agreed=("supporter",), waiting_for=("participant", "guardian")
)
CONSENTS = (
    a(
        s.ConsentView,
        kind="guardian",
        status="granted",
        method="paper",
        at=ago(days=12),
        expires_on=on(200),
        student_key=MAYA,
        allowed=("withdraw",),
    ),
)
ACTIVITIES = page_of(
    a(
        i.ActivityView,
        type_code="club_meeting",
        held_on=on(-3),
        minutes=45,
        headcount_total=31,
        school_id=EASTLAKE,
        headcount_by_grade_band={"middle": 31},
    ),
    a(
        i.ActivityView,
        type_code="awareness_event",
        held_on=on(-12),
        minutes=90,
        headcount_total=240,
        school_id=ADAMS,
        headcount_by_grade_band={"high": 228, "other": 12},
    ),
)

ROLE = a(
    i.MyRoleView,
    program_id=ACTIVE.program_id,
    program_title="Wellness Mentors",
    school_id=EASTLAKE,
    status="active",
    supervisor_key=OKAFOR,
    hours_done=12.5,
    hours_required=12.0,
    expires_on=on(300),
    next_checkin_due=on(5),
    minutes_this_week=45,
    minutes_cap=120,
)
MY_MATCHES = (
    a(
        i.MyMatchView,
        card_code="BLUE-14",
        participant_keys=(MAYA,),
        status="active",
        planned_sessions=10,
        held_sessions=3,
        next_at=ahead(hours=20),
    ),
    a(
        i.MyMatchView,
        card_code="GREEN-03",
        participant_keys=(JONAS,),
        status="proposed",
        planned_sessions=10,
        held_sessions=0,
        needs_my_answer=True,
    ),
)
RAISED = a(i.ConcernView, school_id=EASTLAKE, raised_at=ago(minutes=1), urgency_floor="urgent", tell_an_adult_now=False)
RECEIVED = RAISED.model_copy(update={"seen": "received", "received_at": NOW, "raised_at": ago(days=1)})
CONTACTED = RECEIVED.model_copy(update={"seen": "contacted"})
UNHEARD = RAISED.model_copy(update={"tell_an_adult_now": True})
DAY = a(
    i.MyDayView,
    roles=(ROLE,),
    matches=MY_MATCHES,
    next_session=a(i.SessionView, scheduled_at=ahead(hours=20), card_code="BLUE-14"),
    concerns=(CONTACTED,),
    to_document=(a(i.SessionView, scheduled_at=ago(days=1), card_code="BLUE-14"),),
)
NO_DAY = a(i.MyDayView)
FLAGGED = {
    "minutes": "30",
    "topic_codes": ["sadness", "worry"],
    "red_flag_answers.suicide_or_self_harm": "yes",
    **{
        f"red_flag_answers.{q}": "no"
        for q in ("being_hurt_or_unsafe", "harm_to_others", "overdose_or_use_alone", "not_eating_or_sleeping")
    },
}


def referral(**given: Any) -> r.ReferralView:
    known: dict[str, Any] = {
        "case_number": "K7PM2XQ4",
        "school_id": ADAMS,
        "student_key": KAI,
        "status": "submitted",
        "grade_band": "high",
        "source": "peer_supporter",
        "submitted_at": ago(seconds=5),
        "received_at": ago(seconds=4),
        "student_told": "unanswered",
        "next_clock": "acknowledge",
        "owner_key": REYES,
        "backup_key": ANAND,
        "percent_used": 2,
        "overdue": False,
        "allowed": ("acknowledge", "triage", "raise_urgency"),
    }
    return a(r.ReferralView, **known | given)


EMERGENCY = referral(urgency="emergency", concern_domain="safety_self", due_at=ahead(seconds=295), student_told="told")
QUEUE = page_of(
    EMERGENCY,
    referral(
        urgency="urgent",
        case_number="RB93WZTC",
        school_id=RINCON,
        student_key=MAYA,
        grade_band="middle",
        percent_used=83,
        concern_domain="mood",
        due_at=ahead(minutes=10),
        submitted_at=ago(minutes=50),
    ),
    referral(
        urgency="urgent",
        case_number="HH2D8VNA",
        student_key=JONAS,
        concern_domain="safety_home",
        due_at=ahead(minutes=39),
        percent_used=34,
        submitted_at=ago(minutes=21),
    ),
    referral(
        urgency="priority",
        case_number="VW5T3MKE",
        student_key=DINA,
        concern_domain="loss",
        due_at=ahead(hours=4),
        percent_used=49,
        submitted_at=ago(hours=4),
        status="triaged",
    ),
    referral(
        urgency="routine",
        case_number="C4XN7RFY",
        school_id=CHAVEZ,
        student_key=LUIS,
        concern_domain="belonging",
        grade_band="elementary",
        due_at=ahead(days=2),
        percent_used=14,
        submitted_at=ago(hours=2),
        source="self",
    ),
)
MINE = page_of(
    referral(
        urgency="urgent",
        status="in_progress",
        next_clock="service",
        due_at=ahead(days=1),
        percent_used=41,
        concern_domain="mood",
        submitted_at=ago(days=1),
    ),
    referral(
        urgency="priority",
        status="accepted",
        next_clock="contact",
        due_at=ago(hours=1),
        percent_used=104,
        overdue=True,
        concern_domain="loss",
        submitted_at=ago(days=2),
        case_number="VW5T3MKE",
    ),
)
WATCH = a(r.WatchdogView, last_tick_at=NOW, late=False)
LATE = a(r.WatchdogView, last_tick_at=ago(seconds=40), late=True)
INBOX = {
    "view": "waiting",
    "queue": QUEUE,
    "watchdog": WATCH,
    "now": NOW,
    "day": a(r.CounselorDayView, acknowledged=9, median_minutes=8.0, past_target=0, first_contacts_due=3),
}


def line(verb: str, status: str, by: UUID, role: str, minutes: float, **given: Any) -> r.HistoryLine:
    return a(
        r.HistoryLine, verb=verb, status_to=status, actor_key=by, actor_role=role, at=ago(minutes=minutes), **given
    )


def detail(view: r.ReferralView, **given: Any) -> r.ReferralDetailView:
    known: dict[str, Any] = {
        "referral": view,
        "red_flag_codes": ("suicide_ideation", "persistent_symptoms"),
        "summary": "Said twice today that nobody would miss them. I stayed until the bell.",
        "content_awaited": False,
        "clocks": (
            a(
                r.ClockView,
                kind="acknowledge",
                due_at=ago(hours=1),
                stopped_at=ago(hours=1.2),
                minutes=12.0,
                within_limit=True,
            ),
            a(r.ClockView, kind="contact", due_at=ahead(hours=2), minutes=40.0, percent_used=41, within_limit=True),
            a(r.ClockView, kind="service", due_at=ahead(days=1), minutes=40.0, percent_used=9, within_limit=True),
        ),
        "history": (
            line("submit", "submitted", TAM, "peer_supporter", 90),
            line("acknowledge", "acknowledged", REYES, "counselor", 78),
            line("accept", "accepted", REYES, "counselor", 70),
        ),
        "escalations": (a(r.EscalationView, at=ago(minutes=80), clock="acknowledge", step_no=1, to_key=ANAND),),
        "notices": (a(r.NoticeView, kind="escalation", to_key=ANAND, status="sent", sent_at=ago(minutes=80)),),
        "peer_sees": "received",
        "raised_by": TAM,
    }
    return a(r.ReferralDetailView, **known | given)


ACCEPTED = referral(
    urgency="urgent",
    status="accepted",
    next_clock="contact",
    due_at=ahead(hours=2),
    student_told="told",
    acknowledged_at=ago(minutes=78),
    submitted_at=ago(minutes=90),
    concern_domain="safety_self",
    allowed=("reroute", "raise_urgency", "lower_urgency", "first_contact", "close"),
)
CLOSED = referral(
    urgency="urgent",
    status="closed",
    closed_at=ago(days=1),
    outcome_code="connected_school_service",
    next_clock=None,
    due_at=None,
    percent_used=None,
    concern_domain="mood",
    allowed=("reopen", "follow_up"),
)

JOB = {
    "import_id": uuid4(),
    "kind": "roster",
    "dialect": "oneroster_1_1",
    "size_bytes": 912_000,
    "received_bytes": 912_000,
    "progress": 1.0,
    "counts": a(s.ImportCounts, rows=3204, added=1812, changed=14, unchanged=1240, left=61, schools_added=1),
}
PREVIEW = a(
    s.ImportJob,
    **JOB,
    status="previewed",
    allowed=("apply",),
    warnings_total=212,
    warnings=tuple(
        a(s.Diagnostic, code="row.field_forbidden_in_bulk", file="users.csv", line=n, column="status")
        for n in range(2, 6)
    ),
    needs_confirmation=(a(s.SchoolLeaving, school_id=RINCON, leaving=83, active=690),),
)
READING = a(s.ImportJob, **JOB | {"progress": 0.42}, status="reading")
REJECTED = a(
    s.ImportJob,
    **JOB,
    status="rejected",
    errors_total=2,
    errors=(
        a(s.Diagnostic, code="row.duplicate_sourced_id", file="users.csv", line=18, column="sourcedId"),
        a(s.Diagnostic, code="row.reference_missing", file="enrollments.csv", line=4, column="userSourcedId"),
    ),
)
APPLIED = a(
    s.ImportJob,
    **JOB | {"kind": "schools", "dialect": "hifld_csv"},
    status="applied",
    by_status=(
        a(s.Tally, code="open", count=514),
        a(s.Tally, code="closed", count=9),
        a(s.Tally, code="future", count=8),
    ),
)

POLICY = a(
    s.PolicyView,
    policy_version=3,
    effective_on=on(-30),
    n_min=10,
    crisis_lines=LINES,
    clocks=(
        a(s.ClockRule, urgency="emergency", kind="acknowledge", unit="seconds", amount=300),
        a(s.ClockRule, urgency="urgent", kind="acknowledge", unit="school_minutes", amount=60),
        a(s.ClockRule, urgency="urgent", kind="contact", unit="same_school_day", amount=0),
        a(s.ClockRule, urgency="routine", kind="acknowledge", unit="school_days", amount=2),
    ),
    floors=(
        a(s.FloorRule, code="suicide_ideation", floor="urgent"),
        a(s.FloorRule, code="missing_friend", floor="emergency"),
        a(s.FloorRule, code="grief_trauma", floor="priority"),
        a(s.FloorRule, code="other", floor="routine"),
    ),
    load_cap_matches=3,
    load_cap_minutes=120,
    check_in_interval_days=14,
)

FOUND = a(
    s.FoundStudents,
    more=True,
    items=tuple(
        a(
            s.StudentRow,
            student_key=key,
            school_id=EASTLAKE,
            given_name=STUDENTS[key].split()[0],
            family_name=STUDENTS[key].split()[1],
            grade="08",
        )
        for key in (MAYA, NOOR, LUIS)
    ),
)
TASKS = a(
    i.TasksView,
    items=tuple(
        a(
            i.TaskView,
            kind=kind,
            about_id=uuid4(),
            school_id=ADAMS if n % 2 else EASTLAKE,
            since=ago(days=n + 1),
            due_on=on(1) if n == 2 else None,
        )
        for n, kind in enumerate(i.TaskKind)
    ),
)
