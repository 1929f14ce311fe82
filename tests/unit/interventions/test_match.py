"""The life of a match, and who fits whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.interventions.copies.consent import Consent, lacking
from services.interventions.matches.cards import new_card
from services.interventions.matches.fit import Candidate, Need, fit, ranked
from services.interventions.matches.model import MOVES, OPEN
from shared.contracts.codes import GradeBand, Tier
from shared.contracts.interventions import (
    CareStatus,
    ConsentMissing,
    Constraint,
    EndReason,
    MatchCareChanged,
    MatchConsented,
    MatchDeclined,
    MatchEnded,
    MatchStatus,
    Party,
    ProgramStatus,
)
from shared.contracts.schools import ConsentKind, ConsentRule, ConsentStatus
from shared.domain import GateUnmet, NotPossible
from tests.unit.interventions.builders import ADVISOR, NINE, TODAY, a_match, a_program, a_proposed_match

S = MatchStatus
DESIGN = """
requested -> proposed
proposed -> consented
proposed -> declined
consented -> active
active -> paused
paused -> active
active -> completed
"""
BOTH = ConsentRule(state="NY", tier=Tier.TARGETED, guardian=True, student_assent=True)


def test_a_match_moves_as_the_design_says_and_in_no_other_way() -> None:
    drawn = {tuple(part.strip() for part in line.split("->")) for line in DESIGN.strip().splitlines()}
    ends_early = {(str(state), "ended_early") for state in OPEN}

    built = {(str(source), str(move.target)) for move in MOVES.values() for source in move.sources}

    assert built == drawn | ends_early


@pytest.mark.parametrize("status", list(MatchStatus))
def test_what_the_state_does_not_allow_is_refused_and_changes_nothing(status: MatchStatus) -> None:
    acts: dict[str, Any] = {
        "propose": lambda m: m.propose({}, (), at=NINE),
        "consent": lambda m: m.answer(Party.PARTICIPANT, agreed=True, by=ADVISOR, at=NINE),
        "activate": lambda m: m.activate((), at=NINE), "pause": lambda m: m.pause(reason="exams", at=NINE),
        "resume": lambda m: m.resume((), at=NINE), "complete": lambda m: m.complete(at=NINE),
        "end": lambda m: m.end(EndReason.MOVED, at=NINE),
    }
    for verb, act in acts.items():
        match = a_match(status=status)
        if verb in match.allowed or (verb == "end" and status is S.ENDED_EARLY):
            continue

        with pytest.raises(NotPossible):
            act(match)

        assert (match.status, match.version, match.recorded()) == (status, 1, [])


@pytest.mark.parametrize("status", [s for s in ProgramStatus if s is not ProgramStatus.ACTIVE])
def test_only_an_active_program_takes_new_matches(status: ProgramStatus) -> None:
    with pytest.raises(NotPossible):
        a_match(program=a_program(status=status))


def test_a_failed_constraint_keeps_a_supporter_from_being_proposed() -> None:
    match = a_match()

    with pytest.raises(GateUnmet) as refused:
        match.propose({}, {"ratio", "load"}, at=NINE)

    assert refused.value.more["unmet"] == ["load", "ratio"]


def test_both_must_agree_and_the_consents_be_there() -> None:
    match, supporter = a_proposed_match()
    guardian = {ConsentMissing.GUARDIAN}

    match.answer(Party.SUPPORTER, agreed=True, by=supporter, at=NINE)
    match.settle((), at=NINE)
    one = match.status
    match.answer(Party.PARTICIPANT, agreed=True, by=ADVISOR, at=NINE)
    match.settle(guardian, at=NINE)
    two = match.status
    match.settle((), at=NINE)

    assert [one, two, match.status] == [S.PROPOSED, S.PROPOSED, S.CONSENTED]
    assert [type(event) for event in match.recorded()] == [MatchConsented]


def test_a_no_ends_the_proposal() -> None:
    match, supporter = a_proposed_match()

    match.answer(Party.SUPPORTER, agreed=False, by=supporter, at=NINE)

    (event,) = match.recorded()
    assert isinstance(event, MatchDeclined)
    assert event.reason_code == "supporter_declined"


def test_a_consent_taken_back_before_the_start_stops_it() -> None:
    with pytest.raises(GateUnmet):
        a_match(status=S.CONSENTED).activate({ConsentMissing.GUARDIAN}, at=NINE)


def test_nothing_begins_in_a_paused_program_but_open_matches_go_on() -> None:
    waiting, running = a_match(status=S.CONSENTED), a_match(status=S.ACTIVE)
    for match in (waiting, running):
        match.program.status = ProgramStatus.PAUSED

    with pytest.raises(NotPossible):
        waiting.activate((), at=NINE)
    running.met(minutes=30, at=NINE)

    assert running.held_sessions == 1


@pytest.mark.parametrize(("held", "planned_end", "done"), [
    (8, date(2027, 1, 1), True), (7, date(2027, 1, 1), False), (3, TODAY, True), (2, TODAY, False),
])
def test_a_match_is_complete_at_80_percent_or_after_the_term_with_enough_sessions(
    held: int, planned_end: date, done: bool,
) -> None:
    match = a_match(status=S.ACTIVE, held_sessions=held, planned_end=planned_end)

    if not done:
        with pytest.raises(GateUnmet):
            match.complete(at=NINE)
    else:
        match.complete(at=NINE)

    assert (match.status is S.COMPLETED) is done


def test_a_withdrawn_consent_pauses_what_runs_and_ends_what_has_not_begun() -> None:
    running, waiting = a_match(status=S.ACTIVE), a_match(status=S.PROPOSED)

    for match in (running, waiting):
        match.lose_consent(close_on=date(2026, 12, 2), at=NINE)

    assert (running.status, running.close_on) == (S.PAUSED, date(2026, 12, 2))
    assert (waiting.status, waiting.close_reason) == (S.ENDED_EARLY, "consent_withdrawn")


def test_consent_given_again_takes_the_ending_day_away() -> None:
    match = a_match(status=S.PAUSED, close_on=date(2026, 12, 2))

    match.resume((), at=NINE)

    assert match.close_on is None


def test_ending_says_why_and_twice_is_harmless() -> None:
    match = a_match(status=S.PAUSED)

    match.end(EndReason.NO_SHOWS, at=NINE)
    match.end(EndReason.NO_SHOWS, at=NINE)

    (event,) = match.recorded()
    assert isinstance(event, MatchEnded)
    assert event.reason_code == "no_shows"


def test_a_referral_shows_on_a_match_and_does_not_end_it() -> None:
    match = a_match(status=S.ACTIVE)

    match.care(CareStatus.REFERRED, at=NINE)
    match.care(CareStatus.REFERRED, at=NINE)

    (event,) = match.recorded()
    assert isinstance(event, MatchCareChanged)
    assert (match.status, match.care_status) == (S.ACTIVE, CareStatus.REFERRED)


# --- who fits whom ----------------------------------------------------------------------------------------------------

PARTICIPANT = uuid4()
GOOD = Candidate(
    supporter_id=UUID(int=1), student_key=uuid4(), takes_matches=True, open_matches=0, load_cap=3, minutes_this_week=0,
    minutes_cap=120, languages=frozenset({"en", "es"}), band=GradeBand.HIGH)
NEED = Need(
    participants=frozenset({PARTICIPANT}), languages=frozenset({"es"}), bands=frozenset({GradeBand.HIGH}),
    not_with=frozenset(), minutes_a_week=30, in_crisis=False, ratio_breached=False)


def test_a_candidate_without_fault_fits() -> None:
    assert fit(GOOD, NEED).failed == ()


@pytest.mark.parametrize(("constraint", "candidate", "need"), [
    (Constraint.SUPPORTER_ACTIVE, replace(GOOD, takes_matches=False), NEED),
    (Constraint.SUPPORTER_ACTIVE, replace(GOOD, active_student=False), NEED),
    (Constraint.LOAD, replace(GOOD, open_matches=3), NEED),
    (Constraint.MINUTES, replace(GOOD, minutes_this_week=91), NEED),
    (Constraint.RATIO, GOOD, replace(NEED, ratio_breached=True)),
    (Constraint.LANGUAGE, replace(GOOD, languages=frozenset({"en"})), NEED),
    (Constraint.GRADE_GAP, replace(GOOD, band=GradeBand.ELEMENTARY), NEED),
    (Constraint.CONFLICT, GOOD, replace(NEED, not_with=frozenset({GOOD.supporter_id}))),
    (Constraint.OPEN_CRISIS, GOOD, replace(NEED, in_crisis=True)),
    (Constraint.SAME_PERSON, GOOD, replace(NEED, participants=frozenset({GOOD.student_key}))),
])
def test_each_constraint_fails_alone(constraint: Constraint, candidate: Candidate, need: Need) -> None:
    assert fit(candidate, need).failed == (constraint,)


def test_one_band_apart_and_unknown_bands_are_no_gap() -> None:
    assert fit(replace(GOOD, band=GradeBand.MIDDLE), NEED).failed == ()
    assert fit(replace(GOOD, band=None), NEED).failed == ()


def test_the_list_begins_with_the_free_and_alike_and_ends_with_those_who_may_not() -> None:
    busy = replace(GOOD, supporter_id=UUID(int=2), open_matches=2)
    younger = replace(GOOD, supporter_id=UUID(int=3), band=GradeBand.MIDDLE)
    full = replace(GOOD, supporter_id=UUID(int=4), open_matches=3)

    order = [each.candidate.supporter_id.int for each in ranked([full, younger, busy, GOOD], NEED)]

    assert order == [1, 2, 3, 4]


# --- consent ----------------------------------------------------------------------------------------------------------


def a_consent(kind: ConsentKind, **more: Any) -> Consent:
    return replace(Consent(PARTICIPANT, kind, ConsentStatus.GRANTED, None), **more)


@pytest.mark.parametrize(("given", "missing"), [
    ([], {"guardian", "student_assent"}),
    ([a_consent(ConsentKind.GUARDIAN)], {"student_assent"}),
    ([a_consent(ConsentKind.GUARDIAN), a_consent(ConsentKind.STUDENT_ASSENT)], set()),
    ([a_consent(ConsentKind.GUARDIAN, status=ConsentStatus.WITHDRAWN), a_consent(ConsentKind.STUDENT_ASSENT)],
     {"guardian"}),
    ([a_consent(ConsentKind.GUARDIAN, status=ConsentStatus.NOT_REQUIRED), a_consent(ConsentKind.STUDENT_ASSENT)],
     set()),
    ([a_consent(ConsentKind.GUARDIAN, expires_on=date(2026, 11, 23)), a_consent(ConsentKind.STUDENT_ASSENT)],
     {"guardian"}),
    ([a_consent(ConsentKind.MINOR_SELF)], set()),
    ([a_consent(ConsentKind.ELIGIBLE_STUDENT)], set()),
])
def test_what_policy_asks_and_nobody_gave_is_missing(given: list[Consent], missing: set[str]) -> None:
    assert lacking(BOTH, [PARTICIPANT], given, TODAY) == missing


def test_in_a_group_every_participant_needs_consent() -> None:
    given = [a_consent(ConsentKind.GUARDIAN), a_consent(ConsentKind.STUDENT_ASSENT)]

    assert lacking(BOTH, [PARTICIPANT, uuid4()], given, TODAY) == {"guardian", "student_assent"}


def test_where_policy_asks_for_nobody_nothing_is_missing() -> None:
    assert lacking(None, [PARTICIPANT], [], TODAY) == frozenset()


# --- cards ------------------------------------------------------------------------------------------------------------


def test_a_card_is_new_in_its_program_and_longer_when_short_ones_are_used_up() -> None:
    first = new_card((), lambda free: free[0])
    taken = {f"{color}-{n}" for color in ("BLUE", "GREEN", "AMBER", "CORAL", "INDIGO", "OLIVE", "PLUM", "SAND", "SKY",
                                           "TEAL") for n in range(10, 100)}

    assert first == "BLUE-10"
    assert new_card(taken, lambda free: free[0]) == "BLUE-100"
