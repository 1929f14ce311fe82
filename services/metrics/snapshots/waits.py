"""From red flag to care, and the time to acknowledge, as they may be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from services.metrics.indicators import referring
from services.metrics.indicators.limits import Limit
from services.metrics.indicators.shares import Share
from services.metrics.measures.raised import Raised
from services.metrics.measures.referred import Referred
from services.metrics.snapshots.figures import percent_beside
from services.metrics.snapshots.suppression import (
    Cube,
    shown_count,
    shown_counts,
    shown_percent,
    shown_quantile,
    suppress,
)
from shared.contracts.codes import Urgency
from shared.contracts.metrics import NOT_AVAILABLE, WITHHELD, Figure, FunnelStep, FunnelView, Sensitivity, WaitView

Count = Callable[[int], Figure]
Quantile = Callable[[float | None, int], Figure]


def funnel(raised: Raised, referred: Sequence[Referred], count: Count, quantile: Quantile) -> tuple[FunnelView, ...]:
    """Each step's count, its share of the step before, and the median wait from the referral."""
    rows = [row for row in referred if row.from_concern]
    seen, met, served = (waits(rows) for waits in (
        referring.until_acknowledged, referring.until_contacted, referring.until_served))
    steps = [
        (FunnelStep.RED_FLAGS, raised.red_flags, NOT_AVAILABLE),
        (FunnelStep.CONCERNS, raised.concerns, NOT_AVAILABLE),
        (FunnelStep.REFERRALS, len(rows), NOT_AVAILABLE),
        (FunnelStep.ACKNOWLEDGED, sum(r.acknowledged for r in rows), quantile(referring.quantile(seen, .5), len(seen))),
        (FunnelStep.CONTACTED, sum(r.contacted for r in rows), quantile(referring.quantile(met, .5), len(met))),
        (FunnelStep.SERVED, sum(r.served for r in rows),
         quantile(referring.quantile_of_service(served, .5), len(served))),
    ]
    before = [NOT_AVAILABLE, *(_of_previous(steps[i - 1][1], steps[i][1], count) for i in range(1, len(steps)))]
    return tuple(
        FunnelView(step=step, count=count(number), percent_of_previous=share, p50_minutes=median)
        for (step, number, median), share in zip(steps, before, strict=True))


def _of_previous(before: int, now: int, count: Count) -> Figure:
    # One session may raise more than one worry, and a worry may come without a session: then there is no share.
    if now > before:
        return NOT_AVAILABLE
    shown = count(before)
    return Figure.withheld(shown.shown) if shown.shown in WITHHELD else percent_beside(count(now), Share(now, before))


def acknowledgement(
    referred: Sequence[Referred], limits: Mapping[Urgency, Limit], n_min: int,
) -> tuple[WaitView, ...]:
    """The time to acknowledge by urgency, the most urgent first."""
    by_urgency = {urgency: [row for row in referred if row.urgency == urgency] for urgency in Urgency}
    counts = Cube.column([len(rows) for rows in by_urgency.values()])
    shown = shown_counts(counts, suppress(counts, n_min), len(by_urgency))
    return tuple(_wait(urgency, rows, limits.get(urgency), n, n_min)
                 for (urgency, rows), n in zip(by_urgency.items(), shown, strict=True))


def _wait(urgency: Urgency, rows: Sequence[Referred], limit: Limit | None, n: Figure, n_min: int) -> WaitView:
    waits, kept = referring.until_acknowledged(rows), referring.punctuality(rows)
    share = kept.share
    return WaitView(
        urgency=urgency, limit_amount=limit and limit.amount, limit_unit=limit and limit.unit,
        limit_minutes=limit and limit.minutes, n=n,
        p50_minutes=shown_quantile(referring.quantile(waits, 0.5), len(waits), n_min),
        p90_minutes=shown_quantile(referring.quantile(waits, 0.9), len(waits), n_min),
        n_open=shown_count(sum(not row.acknowledged and not row.ended for row in rows), n_min),
        within_limit=shown_percent(int(share.num), int(share.den), Sensitivity.OPERATIONS, n_min),
        n_pending=shown_count(kept.pending, n_min))


def referrals_by_week(referred: Sequence[Referred], weeks: Sequence[date], n_min: int) -> list[Figure]:
    """Referrals of each week. Whoever knows their sum must not find out a small week."""
    cube = Cube.column([sum(row.week == week for row in referred) for week in weeks])
    return shown_counts(cube, suppress(cube, n_min), len(weeks))


def p90_by_week(referred: Sequence[Referred], weeks: Sequence[date], quantile: Quantile) -> list[Figure]:
    """Urgent referrals: the 90th percentile of the time to acknowledge, by the week of the referral."""
    urgent = [row for row in referred if row.urgency == Urgency.URGENT]
    by_week = [referring.until_acknowledged(row for row in urgent if row.week == week) for week in weeks]
    return [quantile(referring.quantile(waits, 0.9), len(waits)) for waits in by_week]
