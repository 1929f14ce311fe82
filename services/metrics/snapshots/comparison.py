"""The schools side by side: one fixed cube, made safe as a whole before any of it is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.metrics.indicators import referring
from services.metrics.indicators.shares import Share
from services.metrics.measures.places import Place
from services.metrics.measures.referred import Referred
from services.metrics.measures.weekly import Weekly
from services.metrics.snapshots.figures import per_100_beside, percent_beside
from services.metrics.snapshots.suppression import (
    Cube,
    shown_counts,
    shown_percent,
    shown_quantile,
    shown_total,
    suppress,
)
from shared.contracts.ids import SchoolId
from shared.contracts.metrics import Figure, SchoolComparison, Sensitivity
from shared.contracts.schools import SchoolLevel, SchoolStatus

ELEMENTS = 10

Week = int | Literal["*"]


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of people of one row, as they may be shown."""

    contacts: Figure
    t2: Figure
    t3: Figure
    supporters: Figure


def compare(
    places: Sequence[Place], referred: Sequence[Referred], weekly: Sequence[Weekly], weeks: Sequence[date], n_min: int,
) -> tuple[list[SchoolComparison], SchoolComparison, list[Figure]]:
    """A row for each school, the district's row, and the district's sessions of each week."""
    waits: dict[UUID, list[Referred]] = defaultdict(list)
    for row in referred:
        waits[row.school_id].append(row)
    by_week, per_week = sessions_by_week(places, weekly, weeks, n_min)
    *of_schools, of_district = _counts(places, n_min)
    rows = [_row(place, counts, waits[place.school_id], by_week[place.school_id], n_min)
            for place, counts in zip(places, of_schools, strict=True)]
    return rows, _district(places, of_district, referred, per_week, n_min), per_week


def _counts(places: Sequence[Place], n_min: int) -> list[Counts]:
    """The counts of each school and, last, of the district."""
    contacts = _column(Cube.column([place.contacts for place in places]), len(places), n_min)
    t2, t3, supporters = (_column(_served(places, count), len(places), n_min) for count in (
        lambda place: place.t2_students, lambda place: place.t3_students, lambda place: place.supporters))
    return [Counts(*row) for row in zip(contacts, t2, t3, supporters, strict=True)]


def _served(places: Sequence[Place], count: Callable[[Place], int]) -> Cube:
    """Students served, beside those not served, whose number anyone can subtract from the enrollment."""
    return Cube.served([count(place) for place in places], [place.enrollment for place in places])


def _column(cube: Cube, size: int, n_min: int) -> list[Figure]:
    """The first `size` cells, and their sum."""
    hidden = suppress(cube, n_min)
    return [*shown_counts(cube, hidden, size), shown_total(cube, range(size), hidden, n_min)]


def sessions_by_week(
    places: Sequence[Place], weekly: Sequence[Weekly], weeks: Sequence[date], n_min: int,
) -> tuple[dict[UUID, tuple[Week, ...]], list[Figure]]:
    """Sessions of each school and week. The district's sum of each week is published, so each week is one line."""
    at = {(row.school_id, row.week): row.sessions for row in weekly}
    counts = tuple(at.get((place.school_id, week), 0) for place in places for week in weeks)
    width = len(weeks)
    cube = Cube(counts, tuple(tuple(range(w, len(counts), width)) for w in range(width)))
    hidden = suppress(cube, n_min)
    shown = shown_counts(cube, hidden, len(counts))
    active = {row.school_id for row in weekly}
    rows = {place.school_id: tuple(_week(figure) for figure in shown[i * width:(i + 1) * width])
            if place.school_id in active else () for i, place in enumerate(places)}
    return rows, [shown_total(cube, line, hidden, n_min) for line in cube.lines]


def _week(figure: Figure) -> Week:
    return "*" if figure.value == "*" else int(figure.value or 0)


def _row(
    place: Place, counts: Counts, waits: Sequence[Referred], weeks: tuple[Week, ...], n_min: int,
) -> SchoolComparison:
    enrolled = place.enrollment or 0
    return SchoolComparison(
        school_id=SchoolId(place.school_id), level=SchoolLevel(place.level), status=SchoolStatus(place.status),
        enrollment=place.enrollment, rolled_out=place.programs_running > 0,
        programs_tier1=place.programs_tier1, programs_tier2=place.programs_tier2,
        elements_percent=_elements(place.elements, place.programs_running),
        t1_contacts=counts.contacts, t2_students=counts.t2, t3_students=counts.t3, supporters=counts.supporters,
        t2_reach=percent_beside(counts.t2, Share(place.t2_students, enrolled)),
        supporters_per_100=per_100_beside(counts.supporters, Share(place.supporters, enrolled)),
        documented=shown_percent(place.documented_in_time, place.documented, Sensitivity.OPERATIONS, n_min),
        sessions_by_week=weeks, **_waits(waits, n_min))


def _district(
    places: Sequence[Place], counts: Counts, referred: Sequence[Referred], per_week: Sequence[Figure], n_min: int,
) -> SchoolComparison:
    """The sums, pooled: never the mean of the schools' rates."""
    enrolled = [place for place in places if place.enrollment]
    enrollment = sum(place.enrollment or 0 for place in enrolled)
    running = sum(place.programs_running for place in places)
    return SchoolComparison(
        school_id=None, level=None, status=None, enrollment=enrollment, rolled_out=running > 0,
        programs_tier1=sum(place.programs_tier1 for place in places),
        programs_tier2=sum(place.programs_tier2 for place in places),
        elements_percent=_elements(sum(place.elements for place in places), running),
        t1_contacts=counts.contacts, t2_students=counts.t2, t3_students=counts.t3, supporters=counts.supporters,
        t2_reach=percent_beside(counts.t2, Share(sum(place.t2_students for place in enrolled), enrollment)),
        supporters_per_100=per_100_beside(
            counts.supporters, Share(sum(place.supporters for place in enrolled), enrollment)),
        documented=shown_percent(sum(place.documented_in_time for place in places),
                                 sum(place.documented for place in places), Sensitivity.OPERATIONS, n_min),
        sessions_by_week=tuple(_week(figure) for figure in per_week), **_waits(referred, n_min))


def _elements(in_place: int, programs: int) -> Figure:
    """How many of the ten elements are in place, over all programs that run."""
    return Figure.of(Share(in_place, ELEMENTS * programs).percent)


def _waits(referred: Sequence[Referred], n_min: int) -> dict[str, Figure]:
    waits = referring.until_acknowledged(referred)
    kept = referring.punctuality(referred).share
    return {
        "ack_p50_minutes": shown_quantile(referring.quantile(waits, 0.5), len(waits), n_min),
        "ack_p90_minutes": shown_quantile(referring.quantile(waits, 0.9), len(waits), n_min),
        "within_limit": shown_percent(int(kept.num), int(kept.den), Sensitivity.OPERATIONS, n_min)}
