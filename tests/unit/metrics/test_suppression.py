"""Small cells stay hidden, and so does whatever would give one away by subtraction."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.metrics.snapshots.suppression import (
    Cube,
    shown_count,
    shown_counts,
    shown_percent,
    shown_quantile,
    suppress,
)
from shared.contracts.metrics import Bound, Figure, Sensitivity, Shown

N_MIN = 10


def hidden_in(table: list[list[int]]) -> list[tuple[int, int]]:
    width = len(table[0])
    return sorted(divmod(cell, width) for cell in suppress(Cube.table(table), N_MIN))


@pytest.mark.parametrize(("table", "expected"), [
    ([[42, 6, 31, 18], [25, 14, 22, 12], [3, 11, 40, 27]],
     [(0, 1), (0, 3), (1, 0), (1, 3), (2, 0), (2, 1)]),
    ([[3, 29, 36, 36], [9, 16, 9, 28], [33, 39, 25, 9], [28, 16, 9, 7]],
     [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)]),
    ([[46, 2, 40], [29, 13, 0], [0, 0, 75]],
     [(0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (2, 2)]),
])
def test_worked_tables(table: list[list[int]], expected: list[tuple[int, int]]):
    assert hidden_in(table) == expected


def test_a_table_without_small_cells_is_shown_whole():
    assert hidden_in([[40, 31], [25, 22]]) == []


def test_zeros_are_told_apart_from_small_numbers():
    assert shown_count(0, N_MIN) == Figure.of(0)
    assert shown_count(1, N_MIN) == Figure.withheld(Shown.BELOW)
    assert shown_count(9, N_MIN) == Figure.withheld(Shown.BELOW)
    assert shown_count(10, N_MIN) == Figure.of(10)


def test_no_policy_makes_the_threshold_smaller_than_five():
    assert shown_count(4, 2).shown is Shown.BELOW
    assert shown_count(5, 2) == Figure.of(5)


def test_a_column_that_adds_up_to_a_small_number_is_hidden_whole():
    cube = Cube((0, 4, 3, 0), ((0, 1, 2, 3),))

    shown = shown_counts(cube, suppress(cube, N_MIN), 4)

    assert [figure.shown for figure in shown] == [Shown.HIDDEN, Shown.BELOW, Shown.BELOW, Shown.HIDDEN]


def test_everyone_but_a_few_is_a_small_cell_too():
    cube = Cube.served([95, 40, 30], [100, 100, 100])

    shown = shown_counts(cube, suppress(cube, N_MIN), 3)

    assert shown[0].shown is Shown.HIDDEN       # 5 of 100 were not served
    assert sum(figure.shown is Shown.HIDDEN for figure in shown) == 2


def test_a_school_without_an_enrollment_has_no_row_to_subtract_from():
    cube = Cube.served([12, 40, 30], [None, 100, 100])

    assert suppress(cube, N_MIN) == {}


counts = st.integers(0, 60)
tables = st.integers(2, 6).flatmap(
    lambda width: st.lists(st.lists(counts, min_size=width, max_size=width), min_size=2, max_size=6))


@given(tables)
def test_no_line_gives_a_hidden_cell_away(table: list[list[int]]):
    cube = Cube.table(table)

    hidden = suppress(cube, N_MIN)

    assert_nothing_follows(cube, hidden)


@given(st.lists(st.tuples(counts, st.none() | st.integers(1, 90)), min_size=1, max_size=12))
def test_no_school_can_be_computed_from_the_others_and_the_total(schools: list[tuple[int, int | None]]):
    served = [count if enrolled is None else min(count, enrolled) for count, enrolled in schools]
    cube = Cube.served(served, [enrolled for _, enrolled in schools])

    hidden = suppress(cube, N_MIN)

    assert_nothing_follows(cube, hidden)
    assert not any(0 < (figure.number or 0) < N_MIN for figure in shown_counts(cube, hidden, len(served)))


def assert_nothing_follows(cube: Cube, hidden: dict[int, Any]) -> None:
    """Every small cell is hidden; a line with a hidden cell has another, and together they are no small number,
    unless the whole line is hidden, its total with it."""
    assert {cell for cell, count in enumerate(cube.counts) if 0 < count < N_MIN} <= hidden.keys()
    for line in cube.lines:
        out = [cell for cell in line if cell in hidden]
        if out and len(out) < len(line):
            assert len(out) >= 2
            assert sum(cube.counts[cell] for cell in out) >= N_MIN


@pytest.mark.parametrize(("k", "n", "opinion", "service_use"), [
    (1, 9, "*", "*"), (7, 15, "47", "*"), (3, 25, "12", "<=40"), (12, 25, "48", "48"), (2, 50, "<=5", "<=20"),
    (37, 40, "93", ">=75"), (0, 12, "<=20", "*"), (4, 120, "3", "<=9"), (299, 300, ">=99", ">=96"), (31, 900, "3", "3"),
])
def test_worked_percents(k: int, n: int, opinion: str, service_use: str):
    assert said(shown_percent(k, n, Sensitivity.OPINION, N_MIN)) == opinion
    assert said(shown_percent(k, n, Sensitivity.SERVICE_USE, N_MIN)) == service_use


def said(figure: Figure) -> str:
    return {Bound.EXACT: "", Bound.AT_MOST: "<=", Bound.AT_LEAST: ">="}[figure.bound] + str(figure.value)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_percent_of_service_use_times_the_public_enrollment_is_never_a_small_number(pair: tuple[int, int]):
    k, n = pair

    figure = shown_percent(k, n, Sensitivity.SERVICE_USE, N_MIN)

    if figure.number is not None:
        assert k >= N_MIN
        assert n - k >= N_MIN


def test_quantiles_need_enough_people_and_enough_of_them_served():
    assert shown_quantile(5, 10, N_MIN) == Figure.of(5)
    assert shown_quantile(5, 9, N_MIN) == Figure.withheld(Shown.FEW)
    assert shown_quantile(None, 10, N_MIN).shown is Shown.NOT_REACHED
    assert shown_quantile(None, 0, N_MIN).shown is Shown.NOT_AVAILABLE


@pytest.mark.parametrize("values", [
    {"shown": Shown.BELOW, "value": 4}, {"shown": Shown.NUMBER, "value": "*"},
    {"shown": Shown.NOT_AVAILABLE, "value": 0}, {"shown": Shown.FEW, "value": None},
])
def test_a_withheld_figure_has_no_place_for_a_number(values: dict[str, Any]):
    with pytest.raises(ValueError, match="cannot be"):
        Figure(**values)
