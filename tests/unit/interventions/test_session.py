"""The life of a session, and what is asked before it is written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.interventions.sessions.model import MOVES, Documentation
from shared.contracts.codes import Modality
from shared.contracts.ids import ActorKey, MatchId
from shared.contracts.interventions import (
    Answer,
    ConcernGiven,
    LogSession,
    MatchStatus,
    RedFlagAnswers,
    SessionDocumented,
    SessionHeld,
    SessionStatus,
    Topic,
)
from shared.domain import NotPossible
from tests.unit.interventions.builders import ADVISOR, NINE, SCHOOL, a_match, a_session

S = SessionStatus
DESIGN = """
scheduled -> held
scheduled -> cancelled
scheduled -> no_show
scheduled -> unmarked
unmarked -> held
unmarked -> no_show
unmarked -> cancelled
held -> documented
held -> documentation_overdue
documentation_overdue -> documented
documented -> reviewed
"""
NO_FLAGS = RedFlagAnswers(**dict.fromkeys(RedFlagAnswers.model_fields, Answer.NO))
WRITTEN = Documentation((Topic.FRIENDS,), 1, (5, 4, 3), NO_FLAGS)


def test_a_session_moves_as_the_design_says_and_in_no_other_way() -> None:
    drawn = {tuple(part.strip() for part in line.split("->")) for line in DESIGN.strip().splitlines()}

    assert {(str(source), str(move.target)) for move in MOVES.values() for source in move.sources} == drawn


@pytest.mark.parametrize("status", list(SessionStatus))
def test_what_the_state_does_not_allow_is_refused_and_changes_nothing(status: SessionStatus) -> None:
    acts: dict[str, Any] = {
        "hold": lambda s: s.hold(held_at=NINE, minutes=30, modality=Modality.PHONE, attended=1, at=NINE),
        "miss": lambda s: s.miss(at=NINE), "cancel": lambda s: s.cancel(at=NINE), "forget": lambda s: s.forget(at=NINE),
        "fall_behind": lambda s: s.fall_behind(at=NINE), "review": lambda s: s.review(at=NINE),
        "document": lambda s: s.document(WRITTEN, by=ActorKey(ADVISOR), at=NINE),
    }
    for verb, act in acts.items():
        session = a_session(status=status)
        if verb in session.allowed:
            continue

        with pytest.raises(NotPossible):
            act(session)

        assert (session.status, session.version, session.held_at, session.recorded()) == (status, 1, None, [])


def test_holding_and_writing_down_are_two_facts_with_two_versions() -> None:
    session = a_session()

    session.hold(held_at=NINE, minutes=25, modality=Modality.IN_PERSON, attended=1, at=NINE)
    session.document(WRITTEN, by=ActorKey(ADVISOR), at=NINE + timedelta(days=3))

    held, documented = session.recorded()
    assert isinstance(held, SessionHeld)
    assert isinstance(documented, SessionDocumented)
    assert (held.version, documented.version, held.minutes) == (2, 3, 25)
    assert (documented.days_to_document, documented.red_flag, documented.satisfaction) == (3, Answer.NO, 4.0)


def test_one_yes_is_a_red_flag() -> None:
    session = a_session(status=S.HELD, held_at=NINE)
    flags = NO_FLAGS.model_copy(update={"harm_to_others": Answer.YES})

    session.document(Documentation((), 0, None, flags), by=ActorKey(ADVISOR), at=NINE)

    assert session.red_flag is Answer.YES


def test_a_match_that_ended_has_no_more_sessions_to_plan() -> None:
    with pytest.raises(NotPossible):
        a_session(match=a_match(status=MatchStatus.COMPLETED))


@pytest.mark.parametrize("question", list(RedFlagAnswers.model_fields))
def test_no_red_flag_question_has_a_default(question: str) -> None:
    answers = {name: "no" for name in RedFlagAnswers.model_fields if name != question}

    with pytest.raises(ValidationError):
        RedFlagAnswers.model_validate(answers)


@pytest.mark.parametrize("question", list(RedFlagAnswers.model_fields))
def test_a_yes_without_a_concern_is_not_accepted(question: str) -> None:
    flags = NO_FLAGS.model_copy(update={question: Answer.YES})
    given: dict[str, Any] = {
        "match_id": MatchId(SCHOOL), "minutes": 30, "modality": Modality.IN_PERSON, "red_flag_answers": flags}

    with pytest.raises(ValidationError, match="needs a concern"):
        LogSession(**given)

    assert LogSession(**given, concern=ConcernGiven()).concern == ConcernGiven()
