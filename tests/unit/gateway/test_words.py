"""Every code that a view may carry has a word that a person reads."""

from __future__ import annotations

from enum import StrEnum
from types import ModuleType

import pytest

from gateway.words import WORDS, has_word, tables
from services.interventions.programs.catalog import ELEMENTS, PROGRAM_TYPES
from services.interventions.programs.gates import GATES
from shared.contracts import codes, interventions, referrals, schools

SHOWN_AS = {
    "Role": "", "Urgency": "", "RedFlag": "", "ConcernDomain": "", "StudentTold": "", "Modality": "", "ClockKind": "",
    "ReferralStatus": "", "PeerView": "peer", "Source": "source", "UrgencyReason": "", "DeclineReason": "",
    "RerouteReason": "", "HoldReason": "", "Setting": "", "Outcome": "", "WaiverReason": "", "ReopenReason": "",
    "FollowUpResult": "", "Channel": "", "NoticeStatus": "", "Intensity": "intensity", "DeliveryMethod": "",
    "ProgramStatus": "program", "ElementStatus": "", "SafeguardCode": "safeguard", "SupporterStatus": "",
    "MatchStatus": "", "CareStatus": "", "EndReason": "", "Constraint": "constraint", "ConsentMissing": "missing",
    "SessionStatus": "", "SessionMark": "", "Topic": "topic", "TaskKind": "task", "SchoolStatus": "school",
    "SchoolLevel": "level", "ConsentKind": "consent", "ConsentStatus": "", "ConsentMethod": "consent",
    "ImportStatus": "import", "ImportDialect": "dialect", "GradeBand": "fact", "PulseBand": "pulse", "ToldReason": "",
}
"""Enumerations that pages show, with the kind of word they are shown as."""


def _enumerations(module: ModuleType) -> list[type[StrEnum]]:
    return [
        found for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, StrEnum) and found.__name__ in SHOWN_AS
    ]


@pytest.mark.parametrize("module", [codes, interventions, referrals, schools])
def test_every_code_that_a_page_shows_has_a_word(module: ModuleType) -> None:
    nameless = [
        f"{kind.__name__}.{code}" for kind in _enumerations(module) for code in kind
        if not has_word(code, SHOWN_AS[kind.__name__]) and str(code) not in WORDS
    ]

    assert nameless == []


def test_no_code_is_said_in_two_ways() -> None:
    said = [(code, str(word)) for table in tables() for code, word in table.items()]

    assert len(dict(said)) == len(set(said))


def test_what_a_registration_asks_is_said_in_words() -> None:
    asked = {("type", kind.code) for kind in PROGRAM_TYPES}
    asked |= {("ask", question) for element in ELEMENTS for question in element.questions}
    asked |= {("gate", gate.code) for gate in GATES}

    assert {each for each in asked if not has_word(each[1], each[0])} == set()
