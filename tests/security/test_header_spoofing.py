"""No header says who somebody is, or where they come from."""

from __future__ import annotations

import pytest

from shared.contracts.codes import Role
from shared.security.principal import Verifier
from shared.settings import Settings
from tests.security.conftest import SCHOOL, Gateway

PRETENDED = {
    "X-Forwarded-User": "d.reyes", "X-Remote-User": "d.reyes", "X-User": "d.reyes", "X-Principal": "{}",
    "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
    "X-Original-URL": "/api/v1/policy", "X-Rewrite-URL": "/api/v1/policy", "X-HTTP-Method-Override": "DELETE",
    "X-Role": "district_lead", "X-Schools": "district", "Forwarded": "for=127.0.0.1;host=evil.example",
}


def test_no_header_makes_somebody_of_nobody(gateway: Gateway) -> None:
    answer = gateway.app.test_client().get("/api/v1/sign-ins", headers=PRETENDED)

    assert answer.status_code == 401


def test_no_header_widens_what_a_caller_may(gateway: Gateway, settings: Settings) -> None:
    counselor = gateway.person(Role.COUNSELOR)
    program = counselor.program()
    gateway.asked.clear()

    program.get("/api/v1/referrals", headers=PRETENDED)

    principal = Verifier("referrals", settings.secrets).verify(gateway.asked[-1]["principal"])
    assert principal.actor == counselor.key
    assert {grant.schools for grant in principal.grants} == {frozenset({SCHOOL})}
    assert program.put("/api/v1/policy", headers=PRETENDED).status_code == 403


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "0" * 43])
def test_a_token_that_was_never_given_is_refused(gateway: Gateway, token: str) -> None:
    answer = gateway.app.test_client().get("/api/v1/sign-ins", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


def test_a_principal_is_no_token_for_the_gateway(gateway: Gateway) -> None:
    gateway.asked.clear()
    gateway.person(Role.DISTRICT_LEAD).program().get("/api/v1/schools")
    principal = gateway.asked[-1]["principal"]

    answer = gateway.app.test_client().get("/api/v1/sign-ins", headers={"Authorization": f"Bearer {principal}"})

    assert answer.status_code == 401


def test_another_sites_name_in_the_host_gives_no_foreign_address(gateway: Gateway) -> None:
    answer = gateway.app.test_client().get("/", headers={"Host": "evil.example"})

    assert "evil.example" not in answer.headers.get("Location", "")
    assert b"evil.example" not in answer.data
