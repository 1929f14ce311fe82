"""Shares beside a count: what the count does not show, its share must not show either."""

from __future__ import annotations

from services.metrics.indicators.shares import Share
from shared.contracts.metrics import NOT_AVAILABLE, WITHHELD, Bound, Figure


def percent_beside(count: Figure, share: Share) -> Figure:
    """The whole percent of a shown count. Somebody is never none: less than half a percent is "at most 1"."""
    return _beside(count, share.percent, somebody=share.num > 0)


def per_100_beside(count: Figure, share: Share) -> Figure:
    """So many for every hundred."""
    return _beside(count, share.per(100), somebody=False)


def _beside(count: Figure, value: float | None, somebody: bool) -> Figure:
    if count.shown in WITHHELD:
        return Figure.withheld(count.shown)
    if value is None:
        return NOT_AVAILABLE
    return Figure.of(1, Bound.AT_MOST) if somebody and value == 0 else Figure.of(value)
