"""One school's numbers for its own staff: live, exact, and never for anyone else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.metrics.indicators import referring
from services.metrics.indicators.dosage import Dose, on_dose
from services.metrics.indicators.limits import Limit, limits
from services.metrics.indicators.shares import Ending, Share, pooled
from services.metrics.measures.places import Place
from services.metrics.measures.programs import Matched, Running
from services.metrics.measures.raised import Raised
from services.metrics.measures.referred import Referred
from services.metrics.measures.rules import Rules
from services.metrics.measures.weekly import Weekly
from services.metrics.snapshots.overview import completeness
from services.metrics.snapshots.waits import funnel, p90_by_week
from shared.contracts.codes import ClockKind, Tier, Urgency
from shared.contracts.ids import ProgramId, SchoolId
from shared.contracts.metrics import (
    NOT_AVAILABLE,
    NOT_REACHED,
    Figure,
    GapView,
    ProgramNumbers,
    SchoolDashboardView,
    SchoolWait,
    WeekView,
)
from shared.contracts.schools import SchoolLevel


@dataclass(frozen=True, slots=True)
class Numbers:
    """All that was counted for one school."""

    since: date
    today: date
    weeks: Sequence[date]
    rules: Rules
    place: Place
    referred: Sequence[Referred]
    weekly: Sequence[Weekly]
    weekly_students: Mapping[date, int]
    raised: Raised
    programs: Sequence[Running]
    matched: Sequence[Matched]
    gaps: Sequence[tuple[datetime, datetime]]
    waiting: int
    past_clock: int


def dashboard(counted: Numbers, as_of: datetime) -> SchoolDashboardView:
    place = counted.place
    doses = [_dose(match) for match in counted.matched]
    return SchoolDashboardView(
        school_id=SchoolId(place.school_id), as_of=as_of, level=SchoolLevel(place.level),
        enrollment=place.enrollment, since=counted.since, t1_contacts=place.contacts, t2_students=place.t2_students,
        t2_reach=Figure.of(Share(place.t2_students, place.enrollment or 0).percent), t3_students=place.t3_students,
        supporters_active=place.supporters, completion=Figure.of(_ending(counted.matched).share.percent),
        matches_open=sum(match.status in {"active", "paused"} for match in counted.matched),
        dosage_sessions=Figure.of(pooled(dose.sessions for dose in doses).percent),
        dosage_minutes=Figure.of(pooled(dose.minutes for dose in doses).percent),
        completeness=completeness([place], Figure.of),
        waiting_now=counted.waiting, past_clock_now=counted.past_clock,
        programs=tuple(_program(program, counted.matched) for program in counted.programs),
        funnel=funnel(counted.raised, counted.referred, Figure.of, exact_quantile),
        waits=tuple(_wait(urgency, counted) for urgency in Urgency),
        gaps=tuple(GapView(starts_at=starts_at, ends_at=ends_at) for starts_at, ends_at in counted.gaps),
        weeks=_weeks(counted))


def exact_quantile(value: float | None, n: int) -> Figure:
    if n == 0:
        return NOT_AVAILABLE
    return NOT_REACHED if value is None else Figure.of(value)


def _dose(match: Matched) -> Dose:
    return Dose(due=match.due, held=match.held, marked=match.marked, due_minutes=match.due_minutes,
                held_minutes=match.held_minutes)


def _ending(matched: Sequence[Matched]) -> Ending:
    statuses = [match.status for match in matched]
    return Ending(completed=statuses.count("completed"), ended_early=statuses.count("ended_early"),
                  n_open=statuses.count("active") + statuses.count("paused"))


def _program(program: Running, matched: Sequence[Matched]) -> ProgramNumbers:
    own = [match for match in matched if match.program_id == program.program_id]
    ripe = on_dose(_dose(match) for match in own if match.ripe)
    return ProgramNumbers(
        program_id=ProgramId(program.program_id), type_code=program.type_code, tier=Tier(program.tier),
        status=program.status, elements_in_place=program.elements, safeguards_failing=tuple(program.failing),
        contacts=program.contacts, students=program.students, supporters_active=program.supporters,
        ratio=program.ratio, ratio_limit=program.ratio_limit,
        matches_active=sum(match.status == "active" for match in own), matches_on_dose=int(ripe.num),
        matches_ripe=int(ripe.den), sessions_held=program.sessions_held, sessions_due=program.sessions_due,
        sessions_marked=program.sessions_marked, sessions_documented_in_time=program.documented_in_time)


def _wait(urgency: Urgency, counted: Numbers) -> SchoolWait:
    rows = [row for row in counted.referred if row.urgency == urgency]
    waits, kept = referring.until_acknowledged(rows), referring.punctuality(rows)
    limit = _limits(counted.rules).get(urgency)
    return SchoolWait(
        urgency=urgency, limit_minutes=limit and limit.minutes, n=len(rows),
        p50_minutes=exact_quantile(referring.quantile(waits, 0.5), len(waits)),
        p90_minutes=exact_quantile(referring.quantile(waits, 0.9), len(waits)),
        n_open=sum(not row.acknowledged and not row.ended for row in rows),
        n_met=kept.met, n_breached=kept.late + kept.open_past, n_pending=kept.pending)


def _limits(rules: Rules) -> dict[Urgency, Limit]:
    return limits(rules.clocks, ClockKind.ACKNOWLEDGE, rules.school_day_minutes)


def _weeks(counted: Numbers) -> tuple[WeekView, ...]:
    sessions = {row.week: row.sessions for row in counted.weekly}
    p90 = p90_by_week(counted.referred, counted.weeks, exact_quantile)
    return tuple(
        WeekView(starts_on=week, sessions=Figure.of(sessions.get(week, 0)), ack_p90_minutes=p90[i],
                 referrals=Figure.of(sum(row.week == week for row in counted.referred)),
                 t2_students=Figure.of(counted.weekly_students.get(week, 0)),
                 complete=week + timedelta(days=7) <= counted.today)
        for i, week in enumerate(counted.weeks))
