"""Shares, doses and endings, on worked examples."""

from __future__ import annotations

import pytest

from services.metrics.indicators.dosage import Dose, on_dose
from services.metrics.indicators.shares import Ending, Punctuality, Share, percent, pooled

HELD_MINUTES = (30, 30, 25, 30, 30, 20)


def test_a_dose_counts_no_shows_and_unmarked_sessions_as_planned():
    dose = Dose(due=8, held=6, marked=7, due_minutes=8 * 30, held_minutes=sum(HELD_MINUTES))

    assert dose.sessions.value == 0.75
    assert dose.minutes.value == 0.6875
    assert not dose.on_dose
    assert dose.completeness.value == 0.875     # leaving the unmarked one out would say 0.857


def test_more_than_planned_is_no_more_than_all():
    dose = Dose(due=4, held=6, marked=6, due_minutes=120, held_minutes=200)

    assert (dose.sessions.value, dose.minutes.value) == (1, 1)
    assert dose.on_dose


def test_a_match_without_a_due_session_has_no_dose():
    nothing_yet = Dose(due=0, held=0, marked=0, due_minutes=0, held_minutes=0)

    assert nothing_yet.sessions.value is None
    assert not nothing_yet.on_dose


def test_both_sessions_and_minutes_must_be_on_dose():
    short = Dose(due=10, held=8, marked=10, due_minutes=300, held_minutes=230)
    full = Dose(due=10, held=8, marked=10, due_minutes=300, held_minutes=240)

    assert on_dose([short, full]) == Share(1, 2)


def test_open_matches_stand_beside_the_completed_share():
    ending = Ending(completed=12, ended_early=3, n_open=5)

    assert ending.share.value == 0.80
    assert ending.n_open == 5


def test_an_open_referral_past_its_limit_is_a_breach_and_one_within_it_is_pending():
    kept = Punctuality(met=7, late=2, open_past=1, pending=2)

    assert kept.share.value == 0.70
    assert kept.pending == 2


@pytest.mark.parametrize(("k", "n", "expected"), [
    (1, 8, 13), (1, 200, 1), (1, 201, 0), (37, 40, 93), (2, 3, 67), (0, 5, 0), (5, 5, 100)])
def test_percents_are_whole_and_round_halves_up(k: int, n: int, expected: int):
    assert percent(k, n) == expected


def test_an_empty_denominator_is_not_available_and_not_zero():
    assert Share(0, 0).value is None
    assert Share(0, 0).percent is None
    assert Share(3, 0).per(100) is None


def test_shares_are_pooled_by_both_parts_and_never_by_the_mean_of_rates():
    assert pooled([Share(1, 10), Share(90, 100)]).percent == 83     # the mean of rates would be 50
