"""Who is given a way in, by whom, and that sample accounts stay samples."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from gateway import grants
from gateway.accounts.founding import found
from gateway.app import create_app
from gateway.auth import refuse_what_production_must_not_have
from shared.contracts.codes import Role
from shared.contracts.interventions import SupporterStatus
from shared.settings import Settings
from shared.work import Errand
from tests.security.conftest import ANOTHER_SCHOOL, PASSWORD, SCHOOL, Gateway, Person


def a_member_of_the_staff(gateway: Gateway) -> UUID:
    key = uuid4()
    role = {"role": "counselor", "school_id": SCHOOL, "starts_on": None, "ends_on": None}
    with gateway.database.begin(Errand.own("gateway", "grants.take")) as tx:
        grants.take(tx.session, {"source_id": key, "actor_key": key, "kind": "staff", "school_id": None, "active": True,
                                 "version": 1}, [role])
    return key


def a_supporter(gateway: Gateway, school: UUID = SCHOOL) -> UUID:
    key = uuid4()
    with gateway.database.begin(Errand.own("gateway", "grants.take")) as tx:
        grants.take_supporter(tx.session, uuid4(), key, school, SupporterStatus.ACTIVE, 1)
    return key


def given(by: Person, actor: UUID, name: str = "", password: str = PASSWORD) -> TestResponse:
    return by.program().post("/api/v1/accounts", headers={"Idempotency-Key": str(uuid4())}, json={
        "actor_key": str(actor), "sign_in_name": name or f"n.{actor.hex[:12]}", "password": password})


def test_the_district_gives_staff_their_accounts(gateway: Gateway) -> None:
    staff = a_member_of_the_staff(gateway)

    answer = given(gateway.person(Role.DISTRICT_LEAD), staff, "D.Reyes@Example.org")

    assert answer.status_code == 201
    assert answer.get_json() == {"actor_key": str(staff), "sign_in_name": "d.reyes@example.org", "kind": "staff",
                                 "active": True, "version": 1}


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.SITE_COORDINATOR])
def test_a_school_gives_its_own_supporters_theirs(gateway: Gateway, role: Role) -> None:
    by = gateway.person(role)

    own, others = given(by, a_supporter(gateway)), given(by, a_supporter(gateway, ANOTHER_SCHOOL))

    assert (own.status_code, others.status_code) == (201, 404)


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.SITE_COORDINATOR])
def test_a_school_gives_no_member_of_the_staff_an_account(gateway: Gateway, role: Role) -> None:
    assert given(gateway.person(role), a_member_of_the_staff(gateway)).status_code == 404


def test_nobody_unknown_gets_an_account(gateway: Gateway) -> None:
    assert given(gateway.person(Role.DISTRICT_LEAD), uuid4()).status_code == 404


def test_what_is_out_of_scope_looks_like_what_is_not_there(gateway: Gateway) -> None:
    by = gateway.person(Role.ADVISOR)

    elsewhere, nobody = given(by, a_supporter(gateway, ANOTHER_SCHOOL)).get_json(), given(by, uuid4()).get_json()

    assert (elsewhere["code"], elsewhere["title"]) == (nobody["code"], nobody["title"])


def test_a_short_password_is_refused_by_its_place_and_never_quoted(gateway: Gateway) -> None:
    answer = given(gateway.person(Role.DISTRICT_LEAD), a_member_of_the_staff(gateway), password="swordfish")

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/password"]
    assert b"swordfish" not in answer.data


def test_said_twice_it_is_the_same_and_said_otherwise_it_is_refused(gateway: Gateway) -> None:
    lead, staff = gateway.person(Role.DISTRICT_LEAD), a_member_of_the_staff(gateway)

    first, again = given(lead, staff, "t.wice"), given(lead, staff, "t.wice")
    renamed, other_password = given(lead, staff, "o.ther"), given(lead, staff, "t.wice", "other words for it now")
    taken = given(lead, a_member_of_the_staff(gateway), "T.Wice")

    assert first.get_json() == again.get_json()
    assert [answer.status_code for answer in (renamed, other_password, taken)] == [409, 409, 409]


def test_the_new_account_opens_the_door(gateway: Gateway) -> None:
    staff = a_member_of_the_staff(gateway)
    given(gateway.person(Role.DISTRICT_LEAD), staff, "n.ew")

    answer = gateway.app.test_client().post("/api/v1/tokens", json={"sign_in_name": "N.ew", "password": PASSWORD})

    body = answer.get_json()
    assert (body["token_type"], body["expires_in"], body["scopes"]) == ("Bearer", 900, ["counselor"])


def test_the_first_lead_is_let_in_once(gateway: Gateway, settings: Settings) -> None:
    here = replace(settings, base_url="http://localhost")
    lead = uuid4()

    found(here, lead, "f.irst", PASSWORD)
    found(here, lead, "f.irst", "another password is ignored")

    answer = gateway.app.test_client().post("/api/v1/tokens", json={"sign_in_name": "f.irst", "password": PASSWORD})
    assert answer.get_json()["scopes"] == ["district_lead"]


def test_a_sample_account_opens_only_where_samples_are_shown(gateway: Gateway, settings: Settings) -> None:
    found(replace(settings, demo=True, base_url="http://localhost"), uuid4(), "s.ample", PASSWORD)

    def status(demo: bool) -> int:
        app = create_app(replace(settings, demo=demo, base_url="http://localhost"), lambda *asked: {})
        answer = app.test_client().post("/api/v1/tokens", json={"sign_in_name": "s.ample", "password": PASSWORD})
        return answer.status_code

    assert (status(demo=True), status(demo=False)) == (200, 401)


@pytest.mark.parametrize("wrong", [{"demo": True, "base_url": "https://a.example"}, {"base_url": "http://a.example"}])
def test_production_starts_neither_with_samples_nor_without_https(settings: Settings, wrong: dict[str, object]) -> None:
    production = replace(settings, environment="production", **wrong)  # type: ignore[arg-type]

    with pytest.raises(SystemExit):
        refuse_what_production_must_not_have(production)


def test_over_https_the_cookie_is_bound_to_the_host(settings: Settings) -> None:
    secure = replace(settings, base_url="https://support.example", demo=True)
    found(secure, uuid4(), "h.ost", PASSWORD)

    answer = create_app(secure, lambda *asked: {}).test_client().post(
        "/signin", data={"sign_in_name": "h.ost", "password": PASSWORD}, headers={"Origin": "https://support.example"})

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
