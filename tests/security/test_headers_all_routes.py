"""What every answer tells the browser, on every route, for whoever asks, and when it fails."""

from __future__ import annotations

import pytest

from gateway.headers import CONTENT, HEADERS
from shared.contracts.codes import Role
from tests.security.conftest import Gateway


def test_every_answer_carries_every_header(gateway: Gateway) -> None:
    client, bare = gateway.person(Role.DISTRICT_LEAD).program(), []

    for _, method, address in gateway.routes():
        if address in ("/signout", "/api/v1/sign-ins") and method != "GET":
            continue        # the others of this walk are asked by somebody who is signed in
        with client.open(address, method=method, buffered=False) as answer:
            missing = {name for name, value in HEADERS.items() if answer.headers.get(name) != value}
            if missing or "Access-Control-Allow-Origin" in answer.headers or "Server" in answer.headers:
                bare.append((method, address, sorted(missing)))

    assert bare == []


def test_an_address_that_is_not_there_and_a_file_carry_them_too(gateway: Gateway) -> None:
    client = gateway.app.test_client()

    for address in ("/there/is/nothing", "/static/app.css", "/api/v1/nothing", "/signin"):
        with client.get(address, buffered=False) as answer:
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, address


def test_nothing_personal_is_kept_by_a_browser(gateway: Gateway) -> None:
    client, kept = gateway.person(Role.COUNSELOR).program(), []

    for rule, method, address in gateway.routes():
        if gateway.action_of(rule) in ("indicator.view", "snapshot.view", "site.view", "sign_in.end"):
            continue
        with client.open(address, method=method, buffered=False) as answer:
            if "no-store" not in answer.headers.get("Cache-Control", ""):
                kept.append((method, address))

    assert kept == []


@pytest.mark.parametrize("looser", ["unsafe-inline", "unsafe-eval", "*", "http:", "https:", "blob:"])
def test_the_content_policy_lets_nothing_in_from_elsewhere(looser: str) -> None:
    assert all(looser not in value.split() and f"'{looser}'" not in value.split() for value in CONTENT.values())
    assert CONTENT["default-src"] == "'none'"
    assert CONTENT["frame-ancestors"] == "'none'"
