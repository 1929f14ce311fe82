"""Staffed hours on the school's own clock, and the gaps that a rota leaves in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.schools.hours import Span, staffed, uncovered, union
from services.schools.people.model import Rota
from shared.contracts.schools import OnCallGapDetected, OnCallRotaChanged, SchoolDay
from shared.domain import Invalid, Stale
from tests.unit.schools.builders import ANA, BEN, NINE, NORTH, a_shift

EIGHT_TO_HALF_PAST_THREE = time(8), time(15, 30)


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def span(start: int, end: int) -> Span:
    return Span(at(start), at(end))


def a_day(day: date) -> SchoolDay:
    opens, closes = EIGHT_TO_HALF_PAST_THREE
    return SchoolDay(date=day, opens=opens, closes=closes)


def test_hours_follow_the_clock_of_the_school_over_the_change_of_the_year() -> None:
    before, after = staffed([a_day(date(2026, 10, 30)), a_day(date(2026, 11, 2))], "America/New_York")

    assert before == Span(datetime(2026, 10, 30, 12, 0, tzinfo=UTC), datetime(2026, 10, 30, 19, 30, tzinfo=UTC))
    assert after == Span(datetime(2026, 11, 2, 13, 0, tzinfo=UTC), datetime(2026, 11, 2, 20, 30, tzinfo=UTC))
    assert before.minutes == after.minutes == 450


def test_what_touches_is_one_span() -> None:
    assert union([span(10, 12), span(8, 10), span(11, 13), span(15, 16)]) == [span(8, 13), span(15, 16)]


@pytest.mark.parametrize(("shifts", "gaps"), [
    ([], [span(8, 15)]),
    ([span(8, 15)], []),
    ([span(0, 23)], []),
    ([span(9, 10), span(12, 13)], [span(8, 9), span(10, 12), span(13, 15)]),
    ([span(0, 9)], [span(9, 15)]),
    ([span(14, 23)], [span(8, 14)]),
    ([span(16, 20)], [span(8, 15)]),
])
def test_a_gap_is_what_no_shift_covers(shifts: list[Span], gaps: list[Span]) -> None:
    assert uncovered([span(8, 15)], shifts) == gaps


def a_rota(*shifts: tuple[int, int]) -> Rota:
    rota = Rota(NORTH)
    publish(rota, *shifts)
    return rota


def publish(rota: Rota, *shifts: tuple[int, int], active: set[object] | None = None) -> None:
    rota.publish([a_shift(at(start), at(end)) for start, end in shifts], hours=[span(8, 15)], active={ANA, BEN},
                 at=NINE, expected_version=None)


def test_a_rota_without_gaps_announces_itself_alone() -> None:
    rota = a_rota((8, 15))

    assert [type(event) for event in rota.recorded()] == [OnCallRotaChanged]
    assert (rota.version, rota.gap_minutes) == (1, 0)


def test_a_rota_with_a_gap_announces_it_and_later_that_it_is_covered() -> None:
    rota = a_rota((8, 12), (13, 15))
    first = rota.recorded()

    publish(rota, (8, 15))

    assert rota.gaps == ()
    [changed, gap] = first
    assert isinstance(changed, OnCallRotaChanged)
    assert isinstance(gap, OnCallGapDetected)
    assert (gap.starts_at, gap.ends_at, gap.gap_minutes, gap.covered) == (at(12), at(13), 60, False)
    closed = rota.recorded()[-1]
    assert isinstance(closed, OnCallGapDetected)
    assert closed.covered


def test_the_same_rota_again_is_no_news() -> None:
    rota = a_rota((8, 15))
    rota.recorded()

    publish(rota, (8, 15))

    assert rota.recorded() == []
    assert rota.version == 1


def test_staffed_hours_after_the_last_shift_are_no_gap_yet() -> None:
    assert a_rota((8, 12)).gaps == ()


def test_a_shift_of_somebody_who_left_covers_nothing() -> None:
    rota = a_rota((8, 15))
    rota.recorded()

    rota.look_for_gaps(hours=[span(8, 15)], active={BEN}, at=NINE)

    assert rota.gap_minutes == 7 * 60


@pytest.mark.parametrize(("shifts", "code"), [
    ([(10, 9)], "ends_before_it_starts"), ([(8, 12), (11, 15)], "overlaps")])
def test_a_rota_that_cannot_be_kept_is_refused(shifts: list[tuple[int, int]], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_rota(*shifts)

    assert code in {error["code"] for error in refusal.value.more["errors"]}  # type: ignore[attr-defined]


def test_a_rota_is_replaced_by_who_has_seen_it() -> None:
    rota = a_rota((8, 15))

    with pytest.raises(Stale):
        rota.publish([], hours=[], active=set(), at=NINE, expected_version=0)


def test_who_is_on_duty_until_the_shift_ends() -> None:
    rota = a_rota((8, 12), (12, 15))

    assert rota.on_duty(at(12) - timedelta(seconds=1)) is rota.shifts[0]
    assert rota.on_duty(at(12)) is rota.shifts[1]
    assert rota.on_duty(at(15)) is None
