"""Sessions: random, kept as a hash, ended by rest, by time, by leaving, and at once when somebody is off the staff."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from gateway import grants, sign_ins
from gateway.sign_ins import BEARER, COOKIE
from shared.contracts.codes import Role
from shared.contracts.interventions import SupporterStatus
from shared.work import Errand
from tests.security.conftest import PASSWORD, SCHOOL, Gateway, Person

PLACES = "/api/v1/sign-ins"
OURS = {"Origin": "http://localhost"}


def aged(gateway: Gateway, person: Person, **columns: str) -> None:
    """Move the moments of somebody's sessions into the past."""
    moved = ", ".join(f"{column} = {column} - interval '{by}'" for column, by in columns.items())
    with gateway.database.engine.begin() as db:
        db.execute(text(f"UPDATE gateway.sessions SET {moved} WHERE account_id = :id"), {"id": person.account_id})


@pytest.fixture
def counselor(gateway: Gateway) -> Iterator[Person]:
    return gateway.person(Role.COUNSELOR)


def is_in(client: FlaskClient) -> bool:
    return client.get(PLACES).status_code == 200


def test_only_a_hash_of_the_token_is_kept(gateway: Gateway, counselor: Person) -> None:
    token = counselor.token(COOKIE)

    with gateway.database.engine.connect() as db:
        (kept,) = db.execute(text("SELECT token_hash FROM gateway.sessions WHERE account_id = :id"),
                             {"id": counselor.account_id}).scalars()
    assert len(token) >= 43
    assert kept == sign_ins.hashed(token)
    assert token.encode() not in kept


@pytest.mark.parametrize(("role", "minutes"), [(Role.COUNSELOR, 30), (Role.PEER_SUPPORTER, 15)])
def test_a_rest_ends_it(gateway: Gateway, role: Role, minutes: int) -> None:
    person = gateway.person(role)
    browser, _ = person.browser()

    aged(gateway, person, seen_at=f"{minutes - 1} minutes")
    before = is_in(browser)
    aged(gateway, person, seen_at=f"{minutes + 1} minutes")

    assert (before, is_in(browser)) == (True, False)


def test_a_touch_keeps_it(gateway: Gateway, counselor: Person) -> None:
    browser, _ = counselor.browser()

    aged(gateway, counselor, seen_at="20 minutes")
    assert is_in(browser)
    aged(gateway, counselor, seen_at="20 minutes")

    assert is_in(browser)


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(gateway: Gateway, counselor: Person) -> None:
    browser, _ = counselor.browser()
    background = next(address for rule, method, address in gateway.routes()
                      if method == "GET" and getattr(gateway.app.view_functions[rule.endpoint], "background", False)
                      and Role.COUNSELOR in _roles_of(gateway.action_of(rule)) and "stream" not in address)

    aged(gateway, counselor, seen_at="31 minutes")

    assert browser.get(background).status_code not in (401, 403)
    assert not is_in(browser)


def test_half_a_day_ends_it_whatever_happens(gateway: Gateway, counselor: Person) -> None:
    browser, _ = counselor.browser()

    aged(gateway, counselor, expires_at="12 hours")

    assert not is_in(browser)


def test_a_programs_token_lasts_a_quarter_of_an_hour(gateway: Gateway, counselor: Person) -> None:
    program = counselor.program()

    before = is_in(program)
    aged(gateway, counselor, expires_at="15 minutes")

    assert (before, is_in(program)) == (True, False)


def test_a_cookie_is_no_bearer_token_and_a_bearer_token_no_cookie(gateway: Gateway, counselor: Person) -> None:
    as_bearer, as_cookie = gateway.app.test_client(), gateway.app.test_client()
    as_bearer.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {counselor.token(COOKIE)}"
    as_cookie.set_cookie("session", counselor.token(BEARER))

    assert not is_in(as_bearer)
    assert not is_in(as_cookie)


def test_signing_in_gives_a_new_session_and_takes_the_old_one(gateway: Gateway) -> None:
    person = gateway.person(Role.COUNSELOR, name=f"renewed.{uuid4().hex[:8]}")
    browser, csrf_token = person.browser()
    old = browser.get_cookie("session")

    answer = browser.post("/signin", headers=OURS, data={
        "sign_in_name": person.sign_in_name.upper(), "password": PASSWORD, "csrf_token": csrf_token, "next": "/today"})

    new = browser.get_cookie("session")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/today")
    assert old is not None
    assert new is not None
    assert old.value != new.value
    stale = gateway.app.test_client()
    stale.set_cookie("session", old.value)
    assert not is_in(stale)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(gateway: Gateway) -> None:
    person = gateway.person(Role.COUNSELOR)

    answer = gateway.app.test_client().post(
        "/signin", headers=OURS, data={"sign_in_name": person.sign_in_name, "password": PASSWORD})

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(gateway: Gateway, elsewhere: str) -> None:
    person = gateway.person(Role.COUNSELOR)

    answer = gateway.app.test_client().post("/signin", headers=OURS, data={
        "sign_in_name": person.sign_in_name, "password": PASSWORD, "next": elsewhere})

    assert answer.headers["Location"] == "/"


def test_signing_out_ends_the_session_and_clears_the_device(counselor: Person) -> None:
    browser, csrf_token = counselor.browser()

    answer = browser.post("/signout", data={"csrf_token": csrf_token}, headers=OURS)

    assert answer.status_code == 303
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert not is_in(browser)


def test_one_may_leave_everywhere_at_once(counselor: Person) -> None:
    browser, _ = counselor.browser()
    program = counselor.program()
    listed = browser.get(PLACES).get_json()["items"]

    program.delete(PLACES)

    assert [place["here"] for place in listed] == [True, False]
    assert not is_in(browser)
    assert not is_in(program)


def test_a_person_who_left_is_out_at_the_next_request(gateway: Gateway, counselor: Person) -> None:
    browser, _ = counselor.browser()
    program = counselor.program()
    assert is_in(browser)

    with gateway.database.begin(Errand.own("gateway", "grants.take")) as tx:
        grants.take(tx.session, {"source_id": counselor.key, "actor_key": counselor.key, "kind": "staff",
                                 "school_id": None, "active": False, "version": 2}, ())

    assert not is_in(browser)
    assert not is_in(program)


def test_a_late_event_brings_nobody_back(gateway: Gateway, counselor: Person) -> None:
    standing = {"source_id": counselor.key, "actor_key": counselor.key, "kind": "staff", "school_id": None}
    role = {"role": "counselor", "school_id": SCHOOL, "starts_on": None, "ends_on": None}
    with gateway.database.begin(Errand.own("gateway", "grants.take")) as tx:
        grants.take(tx.session, {**standing, "active": False, "version": 3}, ())

    with gateway.database.begin(Errand.own("gateway", "grants.take")) as tx:
        grants.take(tx.session, {**standing, "active": True, "version": 2}, [role])

    assert counselor.program().get("/api/v1/referrals").status_code == 403


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(gateway: Gateway, counselor: Person) -> None:
    program = counselor.program()
    before = program.get("/api/v1/referrals").status_code

    with gateway.database.begin(Errand.own("gateway", "grants.take")) as tx:
        grants.take(
            tx.session,
            {"source_id": counselor.key, "actor_key": counselor.key, "kind": "staff", "school_id": None, "active": True,
             "version": 2},
            [{"role": "advisor", "school_id": SCHOOL, "starts_on": None, "ends_on": None}])

    assert (before, program.get("/api/v1/referrals").status_code) == (503, 403)


@pytest.mark.parametrize("status", SupporterStatus)
def test_a_supporter_signs_in_from_selection_until_they_stop(gateway: Gateway, status: SupporterStatus) -> None:
    person = gateway.person(Role.PEER_SUPPORTER)
    program = person.program()

    with gateway.database.begin(Errand.own("gateway", "grants.take")) as tx:
        grants.take_supporter(tx.session, person.key, person.key, SCHOOL, status, 2)

    out = {SupporterStatus.NOMINATED, SupporterStatus.APPLIED, SupporterStatus.NOT_SELECTED, SupporterStatus.DECLINED,
           SupporterStatus.SUSPENDED, SupporterStatus.REMOVED, SupporterStatus.RETIRED}
    assert is_in(program) == (status not in out)


def _roles_of(action: str) -> set[Role]:
    from shared.security.policy import rule_of

    return set(rule_of(action).cells)
