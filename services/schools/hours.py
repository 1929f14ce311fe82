"""Staffed hours: from a school's own clock to moments, and what of them a rota leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from shared.contracts.schools import Gap, SchoolDay


@dataclass(frozen=True, order=True)
class Span:
    """From a moment until, but without, another."""

    start: datetime
    end: datetime

    def covers(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def within(self, other: Span) -> Span | None:
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    @property
    def minutes(self) -> int:
        return int((self.end - self.start) / timedelta(minutes=1))


def staffed(days: Iterable[SchoolDay], tz: str) -> list[Span]:
    """The moments between opening and closing, in order. A day of 25 hours is no special case: the zone knows."""
    zone = ZoneInfo(tz)
    return sorted(
        Span(datetime.combine(day.date, day.opens, zone).astimezone(UTC),
             datetime.combine(day.date, day.closes, zone).astimezone(UTC))
        for day in days)


def uncovered(hours: Sequence[Span], shifts: Iterable[Span]) -> list[Span]:
    """What of the staffed hours no shift covers."""
    merged = union(shifts)
    return [hole for span in hours for hole in _holes(span, merged)]


def union(spans: Iterable[Span]) -> list[Span]:
    """The same moments as spans that neither touch nor overlap."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def as_gaps(spans: Iterable[Span]) -> tuple[Gap, ...]:
    return tuple(Gap(starts_at=span.start, ends_at=span.end) for span in spans)


def _holes(span: Span, covered: Sequence[Span]) -> list[Span]:
    inside = [part for one in covered if (part := one.within(span))]
    edges = [span.start, *(edge for part in inside for edge in (part.start, part.end)), span.end]
    return [Span(start, end) for start, end in list(pairwise(edges))[::2] if start < end]
