"""Every route for every role: the door opens exactly where the policy has a cell, before anything else is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.contracts.codes import Role
from shared.security.policy import policy
from shared.security.principal import Verifier
from shared.settings import Settings
from tests.security.conftest import PERSONS, SCHOOL, Gateway


def turned_away(action: str, response: TestResponse) -> bool:
    """Did the door stay shut? Signing in with nothing typed is refused too, by the room behind it."""
    asked_to_sign_in = "/signin?next=" in response.headers.get("Location", "")
    return action != "sign_in.make" and (response.status_code in (401, 403) or asked_to_sign_in)


def answer_to(client: FlaskClient, method: str, address: str) -> TestResponse:
    response = client.open(address, method=method, buffered=False)
    response.close()        # a stream would go on for ever
    return response


def misjudged(gateway: Gateway, role: Role | None) -> Iterator[str]:
    """The routes that open to this role against the policy, or stay shut against it, or break."""
    person = gateway.person(*([role] if role else []))
    client = person.program()
    for rule, method, address in gateway.routes():
        action = gateway.action_of(rule)
        response = answer_to(client, method, address)
        may = (role or Role.PUBLIC) in policy()[action].cells
        if may == turned_away(action, response) and action != "sign_in.make" or response.status_code == 500:
            yield f"{method} {address} ({action}) answered {response.status_code}"
        if action == "sign_in.end":
            client = person.program()


def test_every_route_declares_one_action_of_the_policy(gateway: Gateway) -> None:
    declared = {rule.endpoint: gateway.action_of(rule) for rule, _, _ in gateway.routes()}

    assert set(declared.values()) <= set(policy())
    assert len(declared) > 100


@pytest.mark.parametrize("role", PERSONS)
def test_the_door_opens_where_the_policy_says(gateway: Gateway, role: Role) -> None:
    assert list(misjudged(gateway, role)) == []


def test_a_person_without_a_role_gets_no_further_than_the_public(gateway: Gateway) -> None:
    assert list(misjudged(gateway, None)) == []


def test_nobody_gets_further_than_the_public(gateway: Gateway) -> None:
    client, wrong = gateway.app.test_client(), []

    for rule, method, address in gateway.routes():
        action = gateway.action_of(rule)
        response = answer_to(client, method, address)
        if Role.PUBLIC not in policy()[action].cells and not turned_away(action, response):
            wrong.append(f"{method} {address} ({action}) answered {response.status_code}")

    assert wrong == []


def test_a_route_that_declares_nothing_is_shut(gateway: Gateway) -> None:
    endpoint = next(rule.endpoint for rule, method, address in gateway.routes() if address == "/api/v1/schools")
    view = gateway.app.view_functions[endpoint]
    gateway.app.view_functions[endpoint] = lambda **path: "open"

    try:
        answer = gateway.person(Role.DISTRICT_LEAD).program().get("/api/v1/schools")
    finally:
        gateway.app.view_functions[endpoint] = view

    assert answer.status_code == 403


def test_a_service_is_told_of_the_caller_and_nobody_else(gateway: Gateway, settings: Settings) -> None:
    counselor = gateway.person(Role.COUNSELOR)
    gateway.asked.clear()

    counselor.program().get("/api/v1/referrals")

    principal = Verifier("referrals", settings.secrets).verify(gateway.asked[-1]["principal"])
    assert principal.actor == counselor.key
    assert [(grant.role, grant.schools) for grant in principal.grants] == [(Role.COUNSELOR, frozenset({SCHOOL}))]
