"""What a worry becomes: codes, floors, domains, and how far it has come."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from services.interventions.concerns.model import CODE_OF_ANSWER, DOMAIN_OF_CODE, codes_of, domain_of, floor_of
from services.interventions.copies.policy import FLOORS_BEFORE_POLICY, Policy
from shared.contracts.codes import ConcernDomain, PeerView, RedFlag, Tier, Urgency
from shared.contracts.ids import ReferralId
from shared.contracts.interventions import Answer, ConcernRaised, RedFlagAnswers
from tests.unit.interventions.builders import NINE, a_concern

FLOORS = Policy().floor_by_code
DESIGN = {
    Urgency.EMERGENCY: {"overdose_intoxication", "missing_friend"},
    Urgency.URGENT: {"suicide_ideation", "self_injury", "harm_to_others", "abuse_neglect", "sexual_assault",
                     "dating_violence", "psychosis_like", "disordered_eating_medical", "unsafe_tonight"},
    Urgency.PRIORITY: {"grief_trauma", "substance_use", "persistent_symptoms", "isolation_bullying"},
    Urgency.ROUTINE: {"other"},
}


@pytest.mark.parametrize(("question", "code"), [
    ("suicide_or_self_harm", RedFlag.SUICIDE_IDEATION),
    ("being_hurt_or_unsafe", RedFlag.UNSAFE_TONIGHT),
    ("harm_to_others", RedFlag.HARM_TO_OTHERS),
    ("overdose_or_use_alone", RedFlag.OVERDOSE_INTOXICATION),
    ("not_eating_or_sleeping", RedFlag.DISORDERED_EATING_MEDICAL),
])
def test_each_yes_gives_its_code(question: str, code: RedFlag) -> None:
    answers = {name: Answer.YES if name == question else Answer.NO for name in RedFlagAnswers.model_fields}

    assert codes_of(RedFlagAnswers(**answers)) == (code,)


def test_every_question_has_a_code_and_every_code_a_domain_and_a_floor() -> None:
    assert set(CODE_OF_ANSWER) == set(RedFlagAnswers.model_fields)
    assert set(DOMAIN_OF_CODE) == set(RedFlag) == set(FLOORS)


def test_the_floors_are_those_of_the_design() -> None:
    built = {urgency: {str(code) for code in RedFlag if FLOORS_BEFORE_POLICY[code] is urgency} for urgency in Urgency}

    assert built == DESIGN


def test_the_most_severe_flag_wins() -> None:
    codes = (RedFlag.GRIEF_TRAUMA, RedFlag.SELF_INJURY, RedFlag.OTHER)

    assert floor_of(codes, FLOORS, danger_now=False, raised=None) is Urgency.URGENT
    assert domain_of(codes, FLOORS) is ConcernDomain.SAFETY_SELF


@pytest.mark.parametrize("raised", [None, *Urgency])
@pytest.mark.parametrize("code", list(RedFlag))
def test_a_person_may_raise_and_never_lower(code: RedFlag, raised: Urgency | None) -> None:
    found = floor_of((code,), FLOORS, danger_now=False, raised=raised)

    assert found.at_least(FLOORS[code])
    assert raised is None or found.at_least(raised)


@pytest.mark.parametrize("code", list(RedFlag))
def test_danger_now_is_an_emergency_whatever_the_flag(code: RedFlag) -> None:
    assert floor_of((code,), FLOORS, danger_now=True, raised=None) is Urgency.EMERGENCY


def test_a_worry_without_any_flag_is_passed_on_all_the_same() -> None:
    assert floor_of((), FLOORS, danger_now=False, raised=None) is Urgency.ROUTINE
    assert domain_of((), FLOORS) is ConcernDomain.OTHER


def test_what_is_announced_says_how_soon_and_about_whom_and_not_what() -> None:
    concern = a_concern()

    (event,) = concern.recorded()
    assert isinstance(event, ConcernRaised)
    assert (event.urgency_floor, event.raised_at, event.tier) == (Urgency.URGENT, NINE, Tier.TARGETED)
    assert not {"red_flag_codes", "note", "content", "told_reason"} & set(event.model_dump())


def test_received_is_said_only_after_the_receipt() -> None:
    concern = a_concern()
    before = concern.seen

    concern.receive(ReferralId(uuid4()), NINE, at=NINE)

    assert (before, concern.seen) == (None, PeerView.RECEIVED)


def test_after_a_minute_without_receipt_the_card_says_go_to_an_adult() -> None:
    concern = a_concern()

    assert not concern.unconfirmed(NINE + timedelta(seconds=60))
    assert concern.unconfirmed(NINE + timedelta(seconds=61))


def test_a_late_receipt_does_not_undo_what_is_known_already() -> None:
    concern = a_concern()

    concern.progress(PeerView.CONTACTED, referral_version=5, at=NINE)
    concern.receive(ReferralId(uuid4()), NINE, at=NINE)

    assert concern.seen is PeerView.CONTACTED
    assert concern.received_at == NINE


def test_an_older_word_of_the_referral_changes_nothing_and_a_reopening_does() -> None:
    concern = a_concern()

    concern.progress(PeerView.CLOSED, referral_version=8, at=NINE)
    concern.progress(PeerView.RECEIVED, referral_version=3, at=NINE)
    closed = concern.seen
    concern.progress(PeerView.CONTACTED, referral_version=9, at=NINE)

    assert (closed, concern.seen) == (PeerView.CLOSED, PeerView.CONTACTED)


def test_telling_it_again_changes_nothing_but_the_time_of_telling() -> None:
    concern = a_concern()
    (first,) = concern.recorded()

    concern.announce_again(NINE + timedelta(seconds=61))

    assert concern.recorded() == [first]
