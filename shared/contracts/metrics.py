"""What the metrics service answers and announces: the district's and the schools' numbers, as they may be shown."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import model_validator

from shared.contracts.codes import Tier, Urgency
from shared.contracts.ids import ProgramId, SchoolId, SnapshotId
from shared.contracts.messages import Code, Event, Instant, Request, View
from shared.contracts.schools import ClockUnit, SchoolLevel, SchoolStatus


class Shown(StrEnum):
    """What a reader may see in a cell."""

    NUMBER = "number"
    BELOW = "below"                    # 1 to n_min - 1 people
    HIDDEN = "hidden"                  # would reveal a cell that is below, by subtraction
    FEW = "few"                        # a share or a quantile of fewer than n_min
    NOT_AVAILABLE = "not_available"    # nothing to divide by, or nobody has told us
    NOT_REACHED = "not_reached"        # fewer than that share have been served so far


class Bound(StrEnum):
    EXACT = "exact"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"


WITHHELD = frozenset({Shown.BELOW, Shown.HIDDEN, Shown.FEW})


class Figure(View):
    """One number as it may be shown. A withheld one is `*` everywhere: there is no field in which it could travel."""

    shown: Shown = Shown.NUMBER
    value: int | float | Literal["*"] | None = None
    bound: Bound = Bound.EXACT

    @model_validator(mode="after")
    def _nothing_behind_the_star(self) -> Self:
        numeric = isinstance(self.value, (int, float))
        if numeric != (self.shown is Shown.NUMBER) or (self.value == "*") != (self.shown in WITHHELD):
            raise ValueError(f"a figure that is {self.shown} cannot be {type(self.value).__name__}")
        return self

    @classmethod
    def of(cls, value: float | None, bound: Bound = Bound.EXACT) -> Figure:
        """A number that anyone who may see the page may see; None is "not available", never 0."""
        return cls(value=value, bound=bound) if value is not None else NOT_AVAILABLE

    @classmethod
    def withheld(cls, why: Shown) -> Figure:
        return cls(shown=why, value="*")

    @property
    def number(self) -> float | None:
        """For a chart: the number when it is shown exactly, else None, which breaks the line."""
        return float(self.value) if isinstance(self.value, (int, float)) and self.bound is Bound.EXACT else None


NOT_AVAILABLE = Figure(shown=Shown.NOT_AVAILABLE)
NOT_REACHED = Figure(shown=Shown.NOT_REACHED)


class AttentionKind(StrEnum):
    """Why a school is on the district lead's list."""

    REFERRAL_PAST_CLOCK = "referral_past_clock"
    ON_CALL_GAP = "on_call_gap"
    SAFEGUARD_FAILING = "safeguard_failing"
    RATIO_BREACHED = "ratio_breached"
    PROGRAM_PAUSED = "program_paused"
    AWAITING_APPROVAL = "awaiting_approval"
    SCHOOL_SILENT = "school_silent"


class FunnelStep(StrEnum):
    """From red flag to care."""

    RED_FLAGS = "red_flags"
    CONCERNS = "concerns"
    REFERRALS = "referrals"
    ACKNOWLEDGED = "acknowledged"
    CONTACTED = "contacted"
    SERVED = "served"


class Direction(StrEnum):
    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"
    NEITHER = "neither"


class Sensitivity(StrEnum):
    """Which rule of suppression a share falls under."""

    SERVICE_USE = "service_use"
    OPINION = "opinion"
    OPERATIONS = "operations"


# Views

class TierView(View):
    """How many a tier has reached. Tier 1 counts contacts, so it has no share of enrollment."""

    tier: Tier
    count: Figure
    percent: Figure
    programs: int | None = None
    schools: int | None = None


class FunnelView(View):
    """One step from red flag to care; `p50_minutes` is the median from the referral, open ones counted as waiting."""

    step: FunnelStep
    count: Figure
    percent_of_previous: Figure
    p50_minutes: Figure


class WaitView(View):
    """The time to acknowledge at one urgency, in staffed minutes (emergency: wall clock), by Kaplan-Meier."""

    urgency: Urgency
    limit_amount: int | None
    limit_unit: ClockUnit | None
    limit_minutes: float | None
    p50_minutes: Figure
    p90_minutes: Figure
    n: Figure
    n_open: Figure
    within_limit: Figure
    n_pending: Figure


class AttentionPlace(View):
    """Where something needs attention, and since when."""

    school_id: SchoolId | None
    program_id: ProgramId | None = None
    code: Code | None = None
    since: Instant | None = None


class AttentionView(View):
    """One kind of thing that needs attention: the first few places, and how many there are in all."""

    kind: AttentionKind
    places: tuple[AttentionPlace, ...]
    total: int


class SchoolComparison(View):
    """One school beside the others; the district's row has no `school_id`."""

    school_id: SchoolId | None
    level: SchoolLevel | None
    status: SchoolStatus | None
    enrollment: int | None
    rolled_out: bool
    programs_tier1: int
    programs_tier2: int
    elements_percent: Figure
    t1_contacts: Figure
    t2_students: Figure
    t2_reach: Figure
    t3_students: Figure
    supporters: Figure
    supporters_per_100: Figure
    ack_p50_minutes: Figure
    ack_p90_minutes: Figure
    within_limit: Figure
    documented: Figure
    sessions_by_week: tuple[int | Literal["*"], ...]


class WeekView(View):
    """One week, Monday to Sunday on the district's clock."""

    starts_on: date
    sessions: Figure
    t2_students: Figure
    referrals: Figure
    ack_p90_minutes: Figure
    complete: bool


class CompletenessView(View):
    """How much of what should have been written down was."""

    sessions_due: Figure
    sessions_marked: Figure
    percent: Figure


class DistrictOverviewView(View):
    """The last snapshot of the district; every figure in it obeys the privacy rules."""

    snapshot_id: SnapshotId
    as_of: Instant
    published_at: Instant
    sha256: str
    n_min: int
    policy_version: int | None
    tz: Code
    since: date
    schools: int
    schools_rolled_out: int
    enrollment: int
    schools_without_enrollment: int
    coverage_t1: Figure
    tiers: tuple[TierView, ...]
    funnel: tuple[FunnelView, ...]
    waits: tuple[WaitView, ...]
    attention: tuple[AttentionView, ...]
    comparison: tuple[SchoolComparison, ...]
    district: SchoolComparison
    weeks: tuple[WeekView, ...]
    completeness: CompletenessView
    suppressed_count: int
    waiting_now: int | None = None     # live and exact; only for those who act on it


class ProgramNumbers(View):
    """What one program of a school does, in exact numbers."""

    program_id: ProgramId
    type_code: Code
    tier: Tier
    status: Code
    elements_in_place: int
    safeguards_failing: tuple[Code, ...]
    contacts: int
    students: int
    supporters_active: int
    ratio: float | None
    ratio_limit: int | None
    matches_active: int
    matches_on_dose: int
    matches_ripe: int
    sessions_held: int
    sessions_due: int
    sessions_marked: int
    sessions_documented_in_time: int


class SchoolWait(View):
    """The exact time to acknowledge at one urgency of one school."""

    urgency: Urgency
    limit_minutes: float | None
    p50_minutes: Figure
    p90_minutes: Figure
    n: int
    n_open: int
    n_met: int
    n_breached: int
    n_pending: int


class GapView(View):
    """Staffed hours for which nobody is on call."""

    starts_at: Instant
    ends_at: Instant


class SchoolDashboardView(View):
    """One school's live, exact numbers, for its own staff; each reading is logged."""

    school_id: SchoolId
    as_of: Instant
    level: SchoolLevel | None
    enrollment: int | None
    since: date
    t1_contacts: int
    t2_students: int
    t2_reach: Figure
    t3_students: int
    supporters_active: int
    completion: Figure
    matches_open: int
    dosage_sessions: Figure
    dosage_minutes: Figure
    completeness: CompletenessView
    waiting_now: int
    past_clock_now: int
    programs: tuple[ProgramNumbers, ...]
    funnel: tuple[FunnelView, ...]
    waits: tuple[SchoolWait, ...]
    gaps: tuple[GapView, ...]
    weeks: tuple[WeekView, ...]


class IndicatorView(View):
    """What a number means, how it is computed and who may see it."""

    code: Code
    version: int
    title: str
    numerator: str
    denominator: str | None
    unit: str
    direction: Direction
    sensitivity: Sensitivity
    edge_cases: str
    source: str


class IndicatorsView(View):
    indicators: tuple[IndicatorView, ...]


# Requests

class DistrictOverview(Request[DistrictOverviewView]):
    """The district at a glance, from the last snapshot."""


class SchoolDashboard(Request[SchoolDashboardView]):
    """One school's live numbers."""

    school_id: SchoolId


class IndicatorDefinitions(Request[IndicatorsView]):
    """Every indicator's definition; all of them, or the one named."""

    code: Code | None = None


# Events

class SnapshotPublished(Event):
    """The district's numbers were computed anew from the facts up to `as_of`, and differ from those before."""

    snapshot_id: SnapshotId
    as_of: Instant
    indicator_count: int
    suppressed_count: int
