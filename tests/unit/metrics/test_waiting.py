"""Waiting times count those who still wait, on worked examples and on real cases."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from services.metrics.indicators.shares import Punctuality
from services.metrics.indicators.waiting import (
    End,
    Wait,
    cumulative_incidence,
    kaplan_meier,
    served_until,
    still_waiting,
    time_until,
    usable,
)


def waits(*served: float, open_: tuple[float, ...] = (), ended: tuple[float, ...] = ()) -> list[Wait]:
    return ([Wait(time, End.SERVED) for time in served] + [Wait(time, End.OPEN) for time in open_]
            + [Wait(time, End.ENDED) for time in ended])


K1 = waits(1, 2, 2, 3, 5, 8, open_=(9, 9, 9, 9))
K2 = waits(2, 4, 4, 7, 12, open_=(3, 6, 10, 15, 15))
K3 = waits(1, 2, 2, 3, 5, 8, open_=(9, 9), ended=(4, 4))


def test_the_median_counts_open_waits_as_waiting():
    curve = kaplan_meier(K1)

    assert [(step.time, round(step.waiting, 10)) for step in curve] == [(1, .9), (2, .7), (3, .6), (5, .5), (8, .4)]
    assert time_until(curve, 0.5) == 5         # of the closed ones alone it would be 2.5


def test_a_quantile_that_too_few_have_reached_is_not_reached():
    assert time_until(kaplan_meier(K1), 0.9) is None


def test_waits_that_stop_being_watched_leave_the_count():
    curve = kaplan_meier(K2)

    assert [(step.time, round(step.waiting, 10)) for step in curve] == [(2, .9), (4, .675), (7, .54), (12, .36)]
    assert [round(step.error, 6) for step in curve] == [.094868, .155071, .173118, .186869]
    assert time_until(curve, 0.5) == 12


def test_closing_without_service_is_an_end_and_no_pause():
    curve = cumulative_incidence(K3)

    assert [(step.time, round(step.served, 10)) for step in curve] == [(1, .1), (2, .3), (3, .4), (5, .5), (8, .6)]
    assert served_until(curve, 0.5) == 5


def test_retention_is_what_is_left_of_those_who_started():
    stayed = waits(2, 4, 6, 9, open_=(6, 12, 12, 12, 12, 12, 5, 8))

    curve = kaplan_meier(stayed)

    assert [(step.time, round(step.waiting, 4)) for step in curve] == [(2, .9167), (4, .8333), (6, .7407), (9, .6173)]
    assert round(still_waiting(curve, 12), 4) == .6173
    assert still_waiting(curve, 1) == 1


def test_nobody_served_gives_no_median():
    assert kaplan_meier(waits(open_=(1, 2, 3))) == []
    assert time_until([], 0.5) is None


def test_the_last_one_served_leaves_nobody_waiting():
    (step,) = kaplan_meier(waits(4, 4))

    assert (step.waiting, step.error) == (0, 0)


def test_a_wait_that_was_over_before_it_began_is_an_error_of_the_data():
    good, errors = usable([Wait(-1, End.SERVED), Wait(0, End.SERVED), Wait(3, End.OPEN)])

    assert (len(good), errors) == (2, 1)


class Cases:
    """A city's service requests of three years, seen from the first of January 2017: later closings are not known."""

    as_of = datetime(2017, 1, 1)

    def __init__(self, file: Path) -> None:
        with file.open(newline="") as lines:
            self.rows = list(csv.DictReader(lines))

    def waits(self) -> list[Wait]:
        return [Wait((self.closed(row) or self.as_of).timestamp() - self.created(row).timestamp(),
                     End.SERVED if self.closed(row) else End.OPEN) for row in self.rows]

    def punctuality(self) -> Punctuality:
        dated = [row for row in self.rows if row["due"]]
        met = sum(self.on_time(row) is True for row in dated)
        late = sum(self.on_time(row) is False for row in dated)
        still = [row for row in dated if self.closed(row) is None]
        past = sum(datetime.fromisoformat(row["due"]) < self.as_of for row in still)
        return Punctuality(met, late, past, len(still) - past)

    def created(self, row: dict[str, str]) -> datetime:
        return datetime.fromisoformat(row["created"])

    def closed(self, row: dict[str, str]) -> datetime | None:
        closed = datetime.fromisoformat(row["closed"]) if row["closed"] else None
        return closed if closed and closed < self.as_of else None

    def on_time(self, row: dict[str, str]) -> bool | None:
        closed = self.closed(row)
        return None if closed is None else closed <= datetime.fromisoformat(row["due"])


@pytest.fixture(scope="module")
def cases(real_data: Path) -> Cases:
    return Cases(real_data / "events" / "baltimore311_2014_2016.csv")


def test_a_citys_requests_take_as_long_as_published(cases: Cases):
    curve = kaplan_meier(cases.waits())

    assert len(cases.rows) == 5638
    assert sum(cases.closed(row) is None for row in cases.rows) == 100
    assert time_until(curve, 0.5) == 167_831
    assert time_until(curve, 0.9) == 2_591_277


def test_a_citys_requests_keep_their_due_date_as_often_as_published(cases: Cases):
    kept = cases.punctuality()

    assert (kept.met, kept.late, kept.open_past) == (4461, 941, 58)
    assert round(kept.share.value or 0, 4) == .8170
    assert sum(not row["due"] for row in cases.rows) == 160
