"""A change by cookie needs our own page and the token of this session, on every route that changes anything."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.contracts.codes import Role
from shared.security.policy import rule_of
from tests.security.conftest import PERSONS, Gateway

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
THEIRS = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture(scope="module")
def browsers(gateway: Gateway) -> dict[Role, tuple[FlaskClient, str]]:
    return {role: gateway.person(role).browser() for role in PERSONS}


def unsafe_routes(gateway: Gateway) -> list[tuple[str, str, Role]]:
    """Every route that changes something, with a role that may."""
    return [(method, address, next(role for role in PERSONS if role in rule_of(gateway.action_of(rule)).cells))
            for rule, method, address in gateway.routes()
            if method in UNSAFE and any(role in rule_of(gateway.action_of(rule)).cells for role in PERSONS)]


def refused(answer: TestResponse) -> bool:
    return answer.status_code == 403


def test_no_change_without_the_token(gateway: Gateway, browsers: dict[Role, tuple[FlaskClient, str]]) -> None:
    routes = unsafe_routes(gateway)

    let_in = [(method, address) for method, address, role in routes
              if not refused(browsers[role][0].open(address, method=method))]

    assert let_in == []
    assert len(routes) > 60


def test_no_change_with_another_sessions_token(
    gateway: Gateway, browsers: dict[Role, tuple[FlaskClient, str]]
) -> None:
    _, foreign = gateway.person(Role.COUNSELOR).browser()

    let_in = [(method, address) for method, address, role in unsafe_routes(gateway)
              if not refused(browsers[role][0].open(address, method=method, headers={"X-CSRF-Token": foreign}))]

    assert let_in == []


def test_no_change_from_another_site_even_with_the_token(
    gateway: Gateway, browsers: dict[Role, tuple[FlaskClient, str]]
) -> None:
    let_in = []
    for method, address, role in unsafe_routes(gateway):
        browser, token = browsers[role]
        if not refused(browser.open(address, method=method, headers={"X-CSRF-Token": token, **THEIRS})):
            let_in.append((method, address))

    assert let_in == []


def test_a_change_from_our_page_with_the_token_is_let_in(
    gateway: Gateway, browsers: dict[Role, tuple[FlaskClient, str]]
) -> None:
    shut_out = []
    for method, address, role in unsafe_routes(gateway):
        if address in ("/signout", "/api/v1/sign-ins", "/signin", "/api/v1/tokens"):
            continue
        browser, token = browsers[role]
        ours = {"X-CSRF-Token": token, "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
        if refused(browser.open(address, method=method, headers=ours)):
            shut_out.append((method, address))

    assert shut_out == []


@pytest.mark.parametrize("headers", [{}, THEIRS, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}])
def test_nobody_signs_another_in_from_elsewhere(gateway: Gateway, headers: dict[str, str]) -> None:
    answer = gateway.app.test_client().post("/signin", data={"sign_in_name": "a.b", "password": "x"}, headers=headers)

    assert answer.status_code == 403


def test_looking_never_changes_anything(gateway: Gateway) -> None:
    changing = [(method, address) for _, method, address in gateway.routes()
                if method == "GET" and address.rpartition("/")[2] in ("delete", "signout", "end", "approve", "close")]

    assert changing == []
