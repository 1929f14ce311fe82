"""Every method of every service for every role: a service trusts no door but its own."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from shared.answering import Method
from shared.contracts.codes import Role
from shared.security.policy import policy
from shared.security.principal import Signer
from shared.settings import SERVICES, Settings
from tests.security.conftest import SCHOOL
from tests.security.services import ALL, Services, grant, refusal_of

NAMES = [f"{service}.{method.name}" for service, method in ALL]
BETWEEN_SERVICES = {"concern.detail", "duty_contacts.read", "open_versions.read", "referrals.republish"}


@pytest.fixture(scope="module")
def services(settings: Settings) -> Iterator[Services]:
    running = Services(settings)
    yield running
    running.close()


def test_there_are_methods_and_each_needs_one_action_of_the_policy() -> None:
    assert len(ALL) > 80
    assert {method.allow for _, method in ALL} <= set(policy())


@pytest.mark.parametrize(("service", "method"), ALL, ids=NAMES)
def test_a_role_without_a_cell_learns_nothing(services: Services, service: str, method: Method) -> None:
    wrong = []

    for role in set(Role) - {Role.SERVICE}:
        refused = refusal_of(services.ask(service, method, {}, grant(role, SCHOOL)))
        if (refused == "forbidden") == (role in policy()[method.allow].cells):
            wrong.append((role.value, refused))

    assert wrong == []


@pytest.mark.parametrize(("service", "method"), ALL, ids=NAMES)
def test_a_service_asks_only_what_it_is_named_for(
    services: Services, settings: Settings, service: str, method: Method
) -> None:
    rule = policy()[method.allow]

    for issuer in ("gateway", *SERVICES):
        signer = Signer.of(issuer, settings.secrets)
        refused = refusal_of(services.ask(service, method, {}, grant(Role.SERVICE, SCHOOL), signer=signer))

        allowed = Role.SERVICE in rule.cells and issuer in rule.callers
        assert (refused != "forbidden") == allowed, issuer


@pytest.mark.parametrize(("service", "method"), ALL, ids=NAMES)
def test_a_person_without_grants_learns_nothing(services: Services, service: str, method: Method) -> None:
    assert refusal_of(services.ask(service, method, {})) == "forbidden"


def test_between_services_there_are_four_reads(services: Services) -> None:
    offered = {method.allow for _, method in ALL if policy()[method.allow].callers - {"gateway"}}

    assert offered == BETWEEN_SERVICES


def test_a_refusal_is_written_down(services: Services) -> None:
    service, method = next(pair for pair in ALL if pair[1].allow == "referral.list")
    actor = uuid4()

    services.ask(service, method, {}, grant(Role.EVALUATOR, SCHOOL), actor=actor)

    database = services.desks[service].database
    with database.engine.connect() as db:
        db.exec_driver_sql("SELECT set_config('app.scope', 'district', true)")
        rows = db.exec_driver_sql(
            "SELECT action, outcome FROM referrals.audit_log WHERE actor_key = %(actor)s", {"actor": actor}).all()
    assert [tuple(row) for row in rows] == [("referral.list", "forbidden")]


def test_a_token_for_another_service_is_refused(services: Services) -> None:
    service, method = next(pair for pair in ALL if pair[1].allow == "referral.list")
    token = services.signer.mint("schools", actor=uuid4(), grants=[grant(Role.COUNSELOR, SCHOOL)], request_id="r-1")

    reply = services.desks[service].answer(method, {"request": {}, "principal": token, "key": None})

    assert refusal_of(reply) == "unauthenticated"
