"""The rules a district begins with: our choice where no standard sets a number, and all of it rows that it may edit."""

from __future__ import annotations

from shared.contracts.codes import ClockKind, RedFlag, Role, Tier, Urgency
from shared.contracts.interventions import Intensity
from shared.contracts.schools import (
    ClockRule,
    ClockUnit,
    ConsentRule,
    CrisisLine,
    EscalationRule,
    EscalationTarget,
    FallbackContact,
    FloorRule,
    IntensityRule,
    RetentionRule,
)

EMERGENCY, URGENT, PRIORITY, ROUTINE = Urgency.EMERGENCY, Urgency.URGENT, Urgency.PRIORITY, Urgency.ROUTINE
ACKNOWLEDGE, CONTACT, SERVICE = ClockKind.ACKNOWLEDGE, ClockKind.CONTACT, ClockKind.SERVICE
SECONDS, SCHOOL_MINUTES, SCHOOL_DAYS = ClockUnit.SECONDS, ClockUnit.SCHOOL_MINUTES, ClockUnit.SCHOOL_DAYS
SAME_DAY = ClockUnit.SAME_SCHOOL_DAY

CLOCKS = tuple(
    ClockRule(urgency=urgency, kind=kind, unit=unit, amount=amount)
    for urgency, kind, unit, amount in (
        (EMERGENCY, ACKNOWLEDGE, SECONDS, 5 * 60),
        (EMERGENCY, CONTACT, SECONDS, 15 * 60),
        (EMERGENCY, SERVICE, SECONDS, 60 * 60),
        (URGENT, ACKNOWLEDGE, SCHOOL_MINUTES, 60),
        (URGENT, CONTACT, SAME_DAY, 0),
        (URGENT, SERVICE, SCHOOL_DAYS, 1),
        (PRIORITY, ACKNOWLEDGE, SCHOOL_DAYS, 1),
        (PRIORITY, CONTACT, SCHOOL_DAYS, 2),
        (PRIORITY, SERVICE, SCHOOL_DAYS, 5),
        (ROUTINE, ACKNOWLEDGE, SCHOOL_DAYS, 2),
        (ROUTINE, CONTACT, SCHOOL_DAYS, 5),
        (ROUTINE, SERVICE, SCHOOL_DAYS, 10),
    )
)

ESCALATIONS = (
    EscalationRule(urgency=EMERGENCY, kind=ACKNOWLEDGE, step_no=1, after=5 * 60, repeats=True,
                   to=EscalationTarget.NEXT_ON_ROTA),
    EscalationRule(urgency=EMERGENCY, kind=ACKNOWLEDGE, step_no=2, to=EscalationTarget.DESIGNEE),
    EscalationRule(urgency=EMERGENCY, kind=ACKNOWLEDGE, step_no=3, to=EscalationTarget.CRISIS_LEAD),
    EscalationRule(urgency=URGENT, kind=ACKNOWLEDGE, step_no=1, to=EscalationTarget.BACKUP),
    EscalationRule(urgency=URGENT, kind=ACKNOWLEDGE, step_no=2, after_unit=SCHOOL_MINUTES, after=60,
                   to=EscalationTarget.DESIGNEE),
    EscalationRule(urgency=URGENT, kind=ACKNOWLEDGE, step_no=3, after_unit=SAME_DAY, to=EscalationTarget.DISTRICT_LEAD),
    EscalationRule(urgency=PRIORITY, kind=ACKNOWLEDGE, step_no=1, at_percent=80, to=EscalationTarget.OWNER),
    EscalationRule(urgency=PRIORITY, kind=ACKNOWLEDGE, step_no=2, to=EscalationTarget.COORDINATOR),
    EscalationRule(urgency=PRIORITY, kind=ACKNOWLEDGE, step_no=3, after_unit=SCHOOL_DAYS, after=1,
                   to=EscalationTarget.DISTRICT_LEAD),
    EscalationRule(urgency=ROUTINE, kind=ACKNOWLEDGE, step_no=1, to=EscalationTarget.COORDINATOR),
)

FLOORS = tuple(
    FloorRule(code=code, floor=floor, emergency_when=when, mandated_report=report)
    for code, floor, when, report in (
        (RedFlag.SUICIDE_IDEATION, URGENT, ("plan", "means", "attempt"), False),
        (RedFlag.SELF_INJURY, URGENT, ("medical_care_now",), False),
        (RedFlag.HARM_TO_OTHERS, URGENT, ("weapon", "named_target"), False),
        (RedFlag.ABUSE_NEGLECT, URGENT, ("happening_now",), True),
        (RedFlag.SEXUAL_ASSAULT, URGENT, ("happening_now",), True),
        (RedFlag.DATING_VIOLENCE, URGENT, ("happening_now",), False),
        (RedFlag.OVERDOSE_INTOXICATION, EMERGENCY, (), False),
        (RedFlag.MISSING_FRIEND, EMERGENCY, (), False),
        (RedFlag.PSYCHOSIS_LIKE, URGENT, ("danger_now",), False),
        (RedFlag.DISORDERED_EATING_MEDICAL, URGENT, ("danger_now",), False),
        (RedFlag.UNSAFE_TONIGHT, URGENT, ("danger_now",), False),
        (RedFlag.GRIEF_TRAUMA, PRIORITY, (), False),
        (RedFlag.SUBSTANCE_USE, PRIORITY, (), False),
        (RedFlag.PERSISTENT_SYMPTOMS, PRIORITY, (), False),
        (RedFlag.ISOLATION_BULLYING, PRIORITY, (), False),
        (RedFlag.OTHER, ROUTINE, (), False),
    )
)

INTENSITIES = (
    IntensityRule(intensity=Intensity.A, supporters_per_supervisor=20, training_minutes=2 * 60),
    IntensityRule(intensity=Intensity.B, supporters_per_supervisor=10, training_minutes=270,
                  source="Sources-of-Strength"),
    IntensityRule(intensity=Intensity.C, supporters_per_supervisor=8, training_minutes=12 * 60, training_weeks=4),
    IntensityRule(intensity=Intensity.D, supporters_per_supervisor=6, training_minutes=30 * 60,
                  clinical_supervision=True),
)

CALIFORNIA = ConsentRule(
    state="CA", tier=Tier.TARGETED, guardian=True, student_assent=True, minor_self_from_age=12,
    source="CA-FAM-6924-AB665")
"""From 2024-07-01: from 12, if mature enough."""


def consents_of(state: str) -> tuple[ConsentRule, ...]:
    """Tier 1 needs nobody's consent; Tier 2 a guardian's and the student's own, unless the state's row says more."""
    tier_2 = CALIFORNIA if state == "CA" else ConsentRule(
        state=state, tier=Tier.TARGETED, guardian=True, student_assent=True)
    return (ConsentRule(state=state, tier=Tier.UNIVERSAL, guardian=False, student_assent=False), tier_2)


RETENTION = tuple(
    RetentionRule(record=record, days=days, counted_from=counted_from)
    for record, days, counted_from in (
        ("session", 365, "school_year_end"),
        ("match", 365, "school_year_end"),
        ("activity", 365, "school_year_end"),
        ("referral", 5 * 365, "student_exit"),
        ("handoff", 5 * 365, "student_exit"),
        ("crisis", 5 * 365, "student_exit"),
        ("anonymous_concern", 90, "not_actionable"),
        ("survey_answer", 365, "scored"),
        ("check_in_answers", 365, "check_in"),
        ("certificate", 5 * 365, "student_exit"),
        ("audit", 7 * 365, "written"),
        ("fact", 7 * 365, "written"),
        ("messages", 30, "written"),
    )
)

CRISIS_LINES = (
    CrisisLine(code="988", name="988 Suicide & Crisis Lifeline", phone="988", text_to="988"),
    CrisisLine(code="911", name="Emergency services", phone="911"),
)


def lines_of(crisis_phone: str | None) -> tuple[CrisisLine, ...]:
    """988 and 911 always; the district's own number where it has one."""
    if crisis_phone is None:
        return CRISIS_LINES
    return (*CRISIS_LINES, CrisisLine(code="district", name="District crisis line", phone=crisis_phone))


def first_fallback(name: str, email: str, phone: str | None) -> FallbackContact:
    """Until a district names others, its first lead is told what nobody else took."""
    return FallbackContact(role=Role.DISTRICT_LEAD, name=name, email=email, phone=phone)
