"""What a district may register: kinds of program, the ten elements, the seven safeguards. Data, not code."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.codes import Tier
from shared.contracts.interventions import DeliveryMethod, DosagePlan, ElementRule, Intensity, SafeguardCode
from shared.domain import NotFound

ONE, GROUP, CLASS, SCHOOL = (
    DeliveryMethod.INDIVIDUAL, DeliveryMethod.SMALL_GROUP, DeliveryMethod.WHOLE_CLASS, DeliveryMethod.WHOLE_SCHOOL,
)
A, B, C, D = Intensity.A, Intensity.B, Intensity.C, Intensity.D
T1, T2 = (Tier.UNIVERSAL,), (Tier.TARGETED,)


@dataclass(frozen=True)
class ProgramType:
    """A kind of program, and the plan a new one starts from."""

    code: str
    tiers: tuple[Tier, ...]
    intensity: Intensity
    methods: tuple[DeliveryMethod, ...]
    capacity: int
    plan: DosagePlan | None = None
    online: bool = False
    matches_people: bool = False


def weekly(minutes: int, weeks: int, per_week: int = 1) -> DosagePlan:
    return DosagePlan(sessions_per_week=per_week, minutes=minutes, weeks=weeks)


# The plans are starting points a school edits; no standard sets them.
PROGRAM_TYPES = (
    ProgramType("mental_health_club", T1, A, (GROUP, SCHOOL), 40),
    ProgramType("peer_health_education", T1, B, (CLASS,), 30, weekly(45, 6)),
    ProgramType("wellness_peers", (*T1, *T2), B, (GROUP, SCHOOL), 30),
    ProgramType("mental_health_ambassadors", T1, B, (SCHOOL, CLASS), 20),
    ProgramType("student_ambassadors", T1, B, (SCHOOL,), 20),
    ProgramType("peer_coaches", T1, B, (GROUP, CLASS), 20),
    ProgramType("teen_mental_health_first_aid", T1, B, (CLASS,), 30, weekly(90, 3)),
    ProgramType("peer_led_mindfulness", T1, A, (CLASS, GROUP), 30, weekly(20, 8)),
    ProgramType("positive_school_climate", T1, A, (SCHOOL,), 40),
    ProgramType("stigma_campaign", T1, A, (SCHOOL,), 40),
    ProgramType("listening_circle", T1, B, (GROUP,), 15, weekly(45, 8)),
    ProgramType("peer_mentoring", T2, C, (ONE, GROUP), 20, weekly(30, 10), matches_people=True),
    ProgramType("cross_age_mentoring", T2, C, (ONE,), 20, weekly(30, 10), matches_people=True),
    ProgramType("transition_mentoring", T2, C, (ONE, GROUP), 20, weekly(30, 8), matches_people=True),
    ProgramType("peer_counseling", T2, D, (ONE,), 10, weekly(45, 10), matches_people=True),
    ProgramType("restorative_justice_leaders", T2, C, (GROUP,), 16, weekly(45, 6), matches_people=True),
    ProgramType("culture_keepers", T2, C, (GROUP,), 16, weekly(45, 10), matches_people=True),
    ProgramType("peer_listening", T2, C, (ONE,), 16, weekly(30, 6), matches_people=True),
    ProgramType("warmline", T2, D, (ONE,), 12, online=True),
    ProgramType("moderated_forum", T2, C, (GROUP,), 60, online=True),
    ProgramType("tele_mentoring", T2, C, (ONE,), 20, weekly(30, 10), online=True, matches_people=True),
)
BY_CODE = {kind.code: kind for kind in PROGRAM_TYPES}

ELEMENTS = tuple(
    ElementRule(no=no, code=code, questions=questions, needed_for_tier2=needed)
    for no, code, questions, needed in (
        (1, "needs_assessment", ("need", "data_used", "assessed_on"), False),
        (2, "purpose_and_mission", ("why", "need", "data", "partners", "success"), False),
        (3, "goals_and_objectives", ("goals", "scope"), False),
        (4, "staffing", ("director", "faculty_supervisors", "clinical_supervisor", "protected_hours"), True),
        (5, "administrative_support", ("principal", "faculty"), False),
        (6, "service_options", ("services",), False),
        (7, "policies", ("code_of_conduct", "confidentiality_limits", "crisis_plan", "documentation", "ethics"), True),
        (8, "advisory_group", ("members", "meetings"), False),
        (9, "evaluation", ("instruments", "waves", "owner"), False),
        (10, "funding", ("sources", "budget", "sustained_until"), False),
    )
)
ELEMENT_BY_NO = {rule.no: rule for rule in ELEMENTS}
SAFEGUARDS = tuple(SafeguardCode)


def type_of(code: str) -> ProgramType:
    try:
        return BY_CODE[code]
    except KeyError:
        raise NotFound(f"there is no program type {code}") from None
