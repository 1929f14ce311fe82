"""The life of a peer supporter: chosen, trained, looked after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.interventions.programs.ratio import Ratio
from services.interventions.supporters.model import MOVES, OPEN, PeerSupporter, band_of
from shared.contracts.interventions import (
    ProgramStatus,
    PulseBand,
    Selection,
    SupporterActivated,
    SupporterCertified,
    SupporterCheckInCompleted,
    SupporterNotSelected,
    SupporterOnBreak,
    SupporterStatus,
    TrainingCompleted,
)
from shared.domain import GateUnmet, NotPossible
from tests.unit.interventions.builders import ADVISOR, ENOUGH, NINE, TODAY, a_program, a_supporter, a_training, trained

S = SupporterStatus
DESIGN = """
nominated, applied -> selected
nominated, applied -> not_selected
nominated, applied -> declined
selected -> in_training
in_training -> certified
certified -> active
active -> check_in_overdue
check_in_overdue -> active
active -> refresher_due
refresher_due -> active
refresher_due -> lapsed
lapsed -> in_training
active, check_in_overdue, refresher_due -> on_break
on_break -> active
suspended -> active
suspended -> removed
"""


def test_a_supporter_moves_as_the_design_says_and_in_no_other_way() -> None:
    drawn = {(source.strip(), target.strip()) for line in DESIGN.strip().splitlines()
             for sources, target in [line.split("->")] for source in sources.split(",")}
    any_open = {(str(state), "suspended") for state in OPEN - {S.SUSPENDED}} | {(str(s), "retired") for s in OPEN}

    built = {(str(source), str(target)) for sources, target in MOVES.values() for source in sources}

    assert built == drawn | any_open


@pytest.mark.parametrize("status", list(SupporterStatus))
def test_what_the_state_does_not_allow_is_refused_and_changes_nothing(status: SupporterStatus) -> None:
    acts: dict[str, Any] = {
        "select": lambda s: s.choose(Selection.SELECTED, reason="vetted", at=NINE),
        "certify": lambda s: s.certify(conduct_signed=True, at=NINE),
        "activate": lambda s: s.activate(supervisor=ADVISOR, ratio=ENOUGH, at=NINE),
        "train": lambda s: s.train(a_training(), at=NINE),
        "check_in": lambda s: s.check_in(PulseBand.LOW, at=NINE),
        "return": lambda s: s.come_back(at=NINE), "remove": lambda s: s.remove(reason="review", at=NINE),
        "reinstate": lambda s: s.reinstate(reason="review", at=NINE),
    }
    for verb, act in acts.items():
        supporter = a_supporter(status=status)
        if verb in supporter.allowed:
            continue

        with pytest.raises(NotPossible):
            act(supporter)

        assert (supporter.status, supporter.version, supporter.recorded()) == (status, 1, [])


def test_not_being_selected_carries_its_reason() -> None:
    supporter = a_supporter()

    supporter.choose(Selection.NOT_SELECTED, reason="schedule", at=NINE)

    (event,) = supporter.recorded()
    assert isinstance(event, SupporterNotSelected)
    assert (supporter.status, event.reason_code) == (S.NOT_SELECTED, "schedule")


def test_the_first_module_begins_the_training() -> None:
    supporter = a_supporter(status=S.SELECTED)

    supporter.train(a_training(hours=2), at=NINE)

    (event,) = supporter.recorded()
    assert isinstance(event, TrainingCompleted)
    assert (supporter.status, event.hours, event.state.hours_total) == (S.IN_TRAINING, 2, 2)


def test_hours_weeks_scenario_and_code_of_conduct_make_a_certificate() -> None:
    supporter = a_supporter(status=S.IN_TRAINING, trainings=trained())

    supporter.certify(conduct_signed=True, at=NINE)

    (event,) = supporter.recorded()
    assert isinstance(event, SupporterCertified)
    assert (supporter.status, supporter.expires_on) == (S.CERTIFIED, TODAY + timedelta(days=365))


@pytest.mark.parametrize(("missing", "trainings", "signed"), [
    ("training_hours", trained(hours=11.5), True),
    ("training_weeks", trained(weeks=3), True),
    ("scenario_passed", trained(score=79), True),
    ("scenario_passed", trained(score=None), True),
    ("code_of_conduct", trained(), False),
])
def test_without_each_of_them_there_is_none(missing: str, trainings: list[Any], signed: bool) -> None:
    supporter = a_supporter(status=S.IN_TRAINING, trainings=trainings)

    with pytest.raises(GateUnmet) as refused:
        supporter.certify(conduct_signed=signed, at=NINE)

    assert refused.value.more["unmet"] == [missing]
    assert supporter.status is S.IN_TRAINING


def test_a_certified_supporter_becomes_active_under_a_supervisor() -> None:
    supporter = a_supporter(status=S.CERTIFIED)

    supporter.activate(supervisor=ADVISOR, ratio=ENOUGH, at=NINE)

    assert isinstance(supporter.recorded()[0], SupporterActivated)
    assert (supporter.supervisor_key, supporter.next_checkin_due) == (ADVISOR, TODAY + timedelta(days=14))


@pytest.mark.parametrize(("supervisor", "ratio", "missing"), [
    (None, ENOUGH, ["supervisor_set"]),
    (ADVISOR, Ratio(active=8, advisors=1, limit=8), ["supervision_ratio"]),
    (None, Ratio(active=0, advisors=0, limit=8), ["supervisor_set", "supervision_ratio"]),
])
def test_without_a_supervisor_or_above_the_ratio_nobody_becomes_active(
    supervisor: Any, ratio: Ratio, missing: list[str],
) -> None:
    supporter = a_supporter(status=S.CERTIFIED)

    with pytest.raises(GateUnmet) as refused:
        supporter.activate(supervisor=supervisor, ratio=ratio, at=NINE)

    assert refused.value.more["unmet"] == missing


def test_a_check_in_brings_an_overdue_supporter_back_and_counts_the_days() -> None:
    supporter = a_supporter(status=S.CHECK_IN_OVERDUE, next_checkin_due=TODAY - timedelta(days=6))

    supporter.check_in(PulseBand.MID, at=NINE)

    (event,) = supporter.recorded()
    assert isinstance(event, SupporterCheckInCompleted)
    assert (supporter.status, event.days_overdue, event.pulse_band) == (S.ACTIVE, 6, PulseBand.MID)


@pytest.mark.parametrize(("energy", "weighing", "band"), [
    (0, 0, PulseBand.HIGH), (4, 4, PulseBand.HIGH), (1, 0, PulseBand.MID), (4, 3, PulseBand.MID), (2, 2, PulseBand.LOW),
])
def test_two_answers_make_a_band(energy: int, weighing: int, band: PulseBand) -> None:
    assert band_of(energy, weighing) is band


def test_an_overdue_supporter_takes_no_new_matches_and_one_before_a_refresher_does() -> None:
    assert not a_supporter(status=S.CHECK_IN_OVERDUE).takes_matches
    assert a_supporter(status=S.REFRESHER_DUE).takes_matches


def test_a_break_of_ones_own_wish_carries_no_reason() -> None:
    supporter = a_supporter(status=S.ACTIVE)

    supporter.take_break(reason=None, at=NINE)
    supporter.take_break(reason=None, at=NINE)

    (event,) = supporter.recorded()
    assert isinstance(event, SupporterOnBreak)
    assert event.reason_code is None


def test_one_comes_back_from_a_break_after_a_check_in_made_in_it() -> None:
    supporter = a_supporter(status=S.ON_BREAK, break_since=TODAY, last_checkin_on=TODAY - timedelta(days=1))

    with pytest.raises(GateUnmet):
        supporter.come_back(at=NINE)
    supporter.check_in(PulseBand.LOW, at=NINE)
    supporter.come_back(at=NINE)

    assert supporter.status is S.ACTIVE


def test_a_refresher_needs_training_of_the_last_30_days() -> None:
    supporter = a_supporter(status=S.REFRESHER_DUE, trainings=[
        a_training(weeks_ago=52, hours=6), a_training(weeks_ago=47, hours=6, score=95)], expires_on=TODAY)

    with pytest.raises(GateUnmet) as refused:
        supporter.certify(conduct_signed=True, at=NINE)
    supporter.train(a_training(hours=1), at=NINE)
    supporter.certify(conduct_signed=True, at=NINE)

    assert refused.value.more["unmet"] == ["refresher_done"]
    assert (supporter.status, supporter.expires_on) == (S.ACTIVE, TODAY + timedelta(days=365))


def test_a_lapsed_supporter_trains_again() -> None:
    supporter = a_supporter(status=S.LAPSED)

    supporter.train(a_training(), at=NINE)

    assert supporter.status is S.IN_TRAINING


def test_nobody_is_reinstated_without_a_valid_certificate() -> None:
    with pytest.raises(GateUnmet):
        a_supporter(status=S.SUSPENDED).reinstate(reason="review", at=NINE)


def test_suspending_twice_is_harmless() -> None:
    supporter = a_supporter(status=S.ACTIVE)

    supporter.suspend(reason="boundary_report", at=NINE)
    supporter.suspend(reason="boundary_report", at=NINE)

    assert len(supporter.recorded()) == 1


def test_a_closed_program_takes_no_supporters() -> None:
    with pytest.raises(NotPossible):
        a_supporter(program=a_program(status=ProgramStatus.CLOSED))


def test_a_supporter_is_tied_to_self_supervisor_and_program() -> None:
    supporter: PeerSupporter = a_supporter(supervisor_key=ADVISOR)

    assert set(supporter.ties(supporter.student_key)) == {"own"}
    assert set(supporter.ties(ADVISOR)) == {"assigned", "program"}
    assert set(supporter.ties(uuid4())) == set()
