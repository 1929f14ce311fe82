"""Hand-written sentences of what must never be possible, against the table as written and the code as it decides.

The matrix test proves that code and table agree; this proves that the table means what we mean.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from shared.contracts.codes import Role
from shared.domain import Aggregate, Refused
from shared.security.policy import authorize
from shared.security.principal import GATEWAY, Grant, Principal

HERE, THERE = UUID(int=1), UUID(int=2)
ME = UUID(int=3)
DISTRICT_WIDE = {
    Role.DISTRICT_LEAD, Role.CRISIS_LEAD, Role.EVALUATOR, Role.OPERATOR, Role.PRIVACY_OFFICER, Role.PUBLIC,
    Role.SERVICE,
}
FILE = Path(__file__).with_name("denials.txt")
TABLE = Path(authorize.__code__.co_filename).with_name("policy.csv")


@dataclass(frozen=True)
class Denial:
    role: Role
    action: str
    ties: frozenset[str] | None
    elsewhere: bool
    sentence: str


class Thing(Aggregate):
    def __init__(self, school_id: UUID, ties: frozenset[str]) -> None:
        self.school_id, self._ties = school_id, ties

    def ties(self, actor: UUID) -> frozenset[str]:
        return self._ties if actor == ME else frozenset()


def denials() -> Iterator[Denial]:
    for line in FILE.read_text().splitlines():
        if line and not line.startswith("#"):
            rule, sentence = line.split(" | ")
            what, _, when = rule.partition(" when ")
            role, action = what.split(" may not ")
            words = frozenset(when.split())
            ties = words - {"elsewhere", "nothing"} if words else None
            yield Denial(Role(role), action, ties, "elsewhere" in words, sentence.strip())


DENIALS = list(denials())


def test_there_are_enough_of_them_and_none_twice() -> None:
    assert len(DENIALS) >= 40
    assert len({(denial.role, denial.action, denial.ties, denial.elsewhere) for denial in DENIALS}) == len(DENIALS)


@pytest.mark.parametrize("denial", DENIALS, ids=lambda denial: denial.sentence)
def test_the_table_says_no(denial: Denial) -> None:
    with TABLE.open(newline="") as file:
        rows = {row["action"]: row for row in csv.DictReader(file)}

    cell = rows[denial.action][denial.role.value]

    if denial.role is Role.SERVICE:
        assert GATEWAY not in rows[denial.action]["callers"].split()
    elif denial.ties is None:
        assert cell == "-"
    elif denial.elsewhere:
        assert cell not in ("district", "emergency")
    else:
        assert cell not in ("district", "school", *denial.ties)


@pytest.mark.parametrize("denial", DENIALS, ids=lambda denial: denial.sentence)
def test_the_code_says_no(denial: Denial) -> None:
    schools = None if denial.role in DISTRICT_WIDE else frozenset({HERE})
    me = Principal(ME, (Grant(denial.role, schools),), GATEWAY, "r-1")
    # Where no tie is named, not even every tie at once helps.
    ties = denial.ties if denial.ties is not None else frozenset({"own", "assigned", "match", "program", "emergency"})

    with pytest.raises(Refused) as no:
        authorize(me, denial.action, Thing(THERE if denial.elsewhere else HERE, ties))

    assert no.value.code == ("forbidden" if denial.ties is None and not denial.elsewhere else "not_found") or (
        denial.ties is not None and no.value.code == "forbidden")
