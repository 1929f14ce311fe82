"""Every action for every role, school and tie: the code decides as the table says, worked out here a second time."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Column, MetaData, Table, Uuid, create_engine, select

from shared.contracts.codes import Role
from shared.contracts.messages import Classification
from shared.domain import Aggregate, Forbidden, NotFound
from shared.security.policy import (
    authorize,
    database_scope,
    explain,
    matrix,
    may_read,
    permitted,
    policy,
    rule_of,
    scope_filter,
    scopes_of,
)
from shared.security.principal import GATEWAY, Grant, Principal, as_service

OWN, OTHER = UUID(int=1), UUID(int=2)
ME = UUID(int=3)
TIES = ("own", "assigned", "match", "program", "emergency", None)
PLACES = {"own": OWN, "other": OTHER, "none": None}

with (Path(authorize.__code__.co_filename).with_name("policy.csv")).open(newline="") as file:
    ROWS = {row["action"]: row for row in csv.DictReader(file)}


class Thing(Aggregate):
    def __init__(self, school_id: UUID | None, tie: str | None = None) -> None:
        self.school_id, self._tie = school_id, tie

    def ties(self, actor: UUID) -> list[str]:
        return [self._tie] if self._tie and actor == ME else []


def a_caller(*grants: Grant, issuer: str = GATEWAY) -> Principal:
    return Principal(ME, grants, issuer, "r-1")


def expected(cell: str, place: str, tie: str | None, *, district_wide: bool) -> str:
    """What the table means, in the plainest words."""
    if cell == "-":
        return "forbidden"
    if cell == "district":
        return "yes"
    if cell == "school":
        return "yes" if district_wide or place == "own" else "not_found"
    fits = tie == cell or (cell == "match" and tie == "own")
    return "yes" if fits and (district_wide or place != "other") else "not_found"


def decided(principal: Principal, action: str, thing: Thing) -> str:
    try:
        authorize(principal, action, thing)
    except (Forbidden, NotFound) as no:
        return no.code
    return "yes"


@pytest.mark.parametrize("action", ROWS)
def test_every_role_school_and_tie(action: str) -> None:
    for role, (place, school), tie, district_wide in product(Role, PLACES.items(), TIES, (False, True)):
        if role is Role.SERVICE:
            continue
        grant = Grant(role, None if district_wide else frozenset({OWN}))

        answer = decided(a_caller(grant), action, Thing(school, tie))

        wanted = expected(ROWS[action][role.value], place, tie, district_wide=district_wide)
        assert answer == wanted, (action, role, place, tie, district_wide)


@pytest.mark.parametrize("action", ROWS)
def test_only_named_services_speak_for_themselves(action: str) -> None:
    for issuer in ("gateway", "schools", "interventions", "referrals", "metrics"):
        allowed = bool(scopes_of(as_service(issuer, request_id="r-1"), action))

        named = issuer in ROWS[action]["callers"].split() and ROWS[action]["service"] != "-"
        assert allowed == named, (action, issuer)


def test_the_four_reads_between_services_are_all_there_are() -> None:
    between = {action: row["callers"] for action, row in ROWS.items() if row["callers"] not in ("-", "gateway")}

    assert between == {
        "concern.detail": "referrals", "duty_contacts.read": "referrals",
        "open_versions.read": "interventions metrics", "referrals.republish": "interventions metrics",
    }


def test_an_action_that_is_not_in_the_table_is_a_fault() -> None:
    with pytest.raises(LookupError):
        rule_of("referral.delete")


def test_the_widest_grant_comes_first_and_each_keeps_its_own_schools() -> None:
    both = a_caller(Grant(Role.CLINICAL_SUPERVISOR, frozenset({OTHER})), Grant(Role.COUNSELOR, frozenset({OWN})))

    first, second = permitted(both, "referral.view")

    assert (first.role, second.role) == (Role.COUNSELOR, Role.CLINICAL_SUPERVISOR)
    assert decided(both, "referral.view", Thing(OWN)) == "yes"
    assert decided(both, "referral.view", Thing(OTHER)) == "not_found"
    assert decided(both, "referral.view", Thing(OTHER, "assigned")) == "yes"


def test_the_role_that_acts_is_the_one_whose_reach_fits() -> None:
    both = a_caller(Grant(Role.CLINICAL_SUPERVISOR, frozenset({OTHER})), Grant(Role.COUNSELOR, frozenset({OWN})))

    assert authorize(both, "referral.view", Thing(OTHER, "assigned")).role is Role.CLINICAL_SUPERVISOR


@pytest.mark.parametrize("action", ["match.list", "program.list", "session.list", "activity.list", "school.list"])
def test_lists_hold_exactly_what_single_things_allow(action: str) -> None:
    things = Table("things", MetaData(), Column("school_id", Uuid), Column("owner", Uuid), Column("program", Uuid))
    rows = list(product((OWN, OTHER), (ME, OTHER), (ME, OTHER)))
    ties = {"own": things.c.owner == ME, "program": things.c.program == ME}
    engine = create_engine("sqlite://")
    with engine.begin() as db:
        things.create(db)
        db.execute(things.insert(), [dict(zip(("school_id", "owner", "program"), row, strict=True)) for row in rows])

        for role in set(Role) - {Role.SERVICE}:
            caller = a_caller(Grant(role, frozenset({OWN})))
            query = select(things).where(scope_filter(scopes_of(caller, action), things.c.school_id, ties))
            listed = {tuple(row) for row in db.execute(query)}

            def allowed(school: UUID, owner: UUID, program: UUID, caller: Principal = caller) -> bool:
                tied = (None, "own" if owner == ME else None, "program" if program == ME else None)
                return any(decided(caller, action, Thing(school, tie)) == "yes" for tie in tied)

            assert listed == {row for row in rows if allowed(*row)}, role
    engine.dispose()


def test_a_list_without_words_for_a_tie_fails_rather_than_widens() -> None:
    reaches = scopes_of(a_caller(Grant(Role.ADVISOR, frozenset({OWN}))), "match.list")

    with pytest.raises(LookupError, match="program"):
        scope_filter(reaches, Column("school_id", Uuid))


def test_nobody_without_a_grant_sees_a_row() -> None:
    assert str(scope_filter((), Column("school_id", Uuid)).compile()) == "false"


def test_the_database_is_told_the_schools_and_no_more() -> None:
    counselor = scopes_of(a_caller(Grant(Role.COUNSELOR, frozenset({OWN, OTHER}))), "referral.view")
    lead = scopes_of(a_caller(Grant(Role.DISTRICT_LEAD, None)), "staff.list")

    assert database_scope(counselor) == ("", f"{OWN},{OTHER}")
    assert database_scope(lead) == ("district", "")
    assert database_scope(()) == ("", "")


def test_answers_hold_no_more_than_the_action_may_show() -> None:
    assert may_read("referral.view", Classification.RESTRICTED)
    assert not may_read("match.view", Classification.RESTRICTED)
    assert not may_read("school.list", Classification.CONFIDENTIAL)


def test_everybody_can_be_told_why() -> None:
    counselor = a_caller(Grant(Role.COUNSELOR, frozenset({OWN})))

    assert "as counselor" in explain(counselor, "referral.view", Thing(OWN))
    assert "Each time is recorded" in explain(counselor, "referral.view", Thing(OWN))
    assert explain(counselor, "referral.view", Thing(OTHER)).startswith("You may not")
    assert explain(counselor, "policy.change").startswith("You may not")


def test_the_matrix_can_be_printed() -> None:
    lines = matrix().splitlines()

    assert len(lines) == len(policy()) + 1
    assert any(line.startswith("referral.acknowledge") and "emergency" in line for line in lines)


def test_urgency_is_raised_by_many_and_lowered_by_counselors_only() -> None:
    assert set(rule_of("referral.lower_urgency").cells) == {Role.COUNSELOR}
    assert set(rule_of("referral.raise_urgency").cells) > {Role.ADVISOR, Role.PRINCIPAL, Role.PEER_SUPPORTER}


def test_every_row_is_whole() -> None:
    for action, row in ROWS.items():
        assert row["fields"] in ("public", "internal", "confidential", "restricted"), action
        assert row["purpose"] not in ("", "-"), action
        assert {row[role.value] for role in Role} <= {
            "-", "own", "assigned", "match", "program", "school", "district", "emergency"}, action
        assert (row["service"] == "-") == (row["callers"] == "-"), action
