"""How a request travels from a program through the gateway to a service, and what comes back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from shared.contracts.codes import Role
from shared.contracts.messages import Page
from shared.contracts.referrals import (
    AcceptReferral,
    AcknowledgeReferral,
    OpenReferrals,
    ReferralDetail,
    ReferralView,
    TriageReferral,
)
from shared.contracts.schools import StaffNames, StaffNamesView
from shared.domain import Duplicate, GateUnmet, Invalid, KeyReused, NotFound, NotPossible, Refused, Stale
from shared.messaging.rpc import Unavailable
from shared.security.principal import Verifier
from shared.settings import Settings
from tests.integration.gateway.conftest import Services
from tests.integration.gateway.views import COUNSELOR, REFERRAL, a_referral
from tests.security.conftest import Gateway

ACCEPT = f"/api/v1/referrals/{REFERRAL}/accept"
ACKNOWLEDGE = f"/api/v1/referrals/{REFERRAL}/acknowledge"
TRIAGE = f"/api/v1/referrals/{REFERRAL}/triage"


@pytest.fixture
def counselor(gateway: Gateway) -> FlaskClient:
    return gateway.person(Role.COUNSELOR).program()


def with_key(version: int | None = 3, key: str | None = None) -> dict[str, str]:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return headers if version is None else headers | {"If-Match": f'"{version}"'}


def test_a_command_takes_the_caller_the_key_the_version_and_an_id_along(
    gateway: Gateway, services: Services, settings: Settings,
) -> None:
    person, key, request_id = gateway.person(Role.COUNSELOR), str(uuid4()), str(uuid4())
    services.say(AcceptReferral, a_referral(version=4, status="accepted"))

    answer = person.program().post(ACCEPT, headers=with_key(3, key) | {"X-Request-ID": request_id})

    [envelope] = services.asked
    principal = Verifier("referrals", settings.secrets).verify(envelope["principal"])
    assert envelope["request"] == {"referral_id": str(REFERRAL), "expected_version": 3}
    assert (envelope["key"], envelope["correlation_id"], principal.actor) == (key, request_id, person.key)
    assert answer.get_json()["status"] == "accepted"
    assert (answer.headers["ETag"], answer.headers["X-Request-ID"]) == ('"4"', request_id)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Idempotent-Replayed" not in answer.headers


def test_a_repeat_is_marked_as_one(counselor: FlaskClient, services: Services) -> None:
    services.say(AcceptReferral, a_referral())
    services.replayed = True

    answer = counselor.post(ACCEPT, headers=with_key())

    assert answer.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(("headers", "status", "code"), [
    ({"If-Match": '"3"'}, 400, "key_missing"),
    ({"If-Match": '"3"', "Idempotency-Key": "not a uuid"}, 400, "key_missing"),
    ({"Idempotency-Key": str(uuid4())}, 428, "version_missing"),
    ({"Idempotency-Key": str(uuid4()), "If-Match": '"latest"'}, 412, "stale"),
])
def test_a_transition_needs_a_key_and_a_version(
    counselor: FlaskClient, services: Services, headers: dict[str, str], status: int, code: str,
) -> None:
    answer = counselor.post(ACCEPT, headers=headers)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert services.asked == []


@pytest.mark.parametrize(("refusal", "status"), [
    (NotFound("there is no referral 1"), 404), (NotPossible("it is closed", allowed=["reopen"]), 409),
    (GateUnmet("two gates are unmet", unmet=["scope"]), 409), (Duplicate("it exists"), 409), (Stale("now 4"), 412),
    (KeyReused("another request"), 422), (Invalid("no", errors=[{"pointer": "/a", "code": "b", "message": "c"}]), 422),
])
def test_a_refusal_is_a_problem_with_its_own_status(
    counselor: FlaskClient, services: Services, refusal: Refused, status: int,
) -> None:
    services.say(AcceptReferral, refusal)

    answer = counselor.post(ACCEPT, headers=with_key())

    problem = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert (problem["code"], problem["detail"], problem["status"]) == (refusal.code, refusal.detail, status)
    assert {name: problem[name] for name in refusal.more} == refusal.more


@pytest.mark.parametrize(("outcome", "status", "code"), [("error", 503, "unavailable"), ("timeout", 504, "timeout")])
def test_a_service_that_does_not_answer_is_said_to(
    counselor: FlaskClient, services: Services, outcome: str, status: int, code: str,
) -> None:
    services.say(AcceptReferral, Unavailable("referrals.accept_referral failed: OperationalError", outcome))

    answer = counselor.post(ACCEPT, headers=with_key())

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert "OperationalError" not in answer.get_data(as_text=True)
    assert status != 503 or answer.headers["Retry-After"]


@pytest.mark.parametrize("body", [{"referral_id": str(uuid4())}, {"expected_version": 3}])
def test_what_stands_in_the_address_or_a_header_is_refused_in_the_body(
    counselor: FlaskClient, services: Services, body: dict[str, Any],
) -> None:
    answer = counselor.post(ACCEPT, json=body, headers=with_key())

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [f"/{name}" for name in body]


def test_an_invalid_body_is_answered_with_places_and_never_with_what_was_sent(
    counselor: FlaskClient, services: Services,
) -> None:
    answer = counselor.post(TRIAGE, json={"urgency": "a secret", "concern_domain": "mood"}, headers=with_key())

    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/urgency"]
    assert "a secret" not in answer.get_data(as_text=True)
    assert services.requests(TriageReferral) == []


@pytest.mark.parametrize(("data", "kind", "status"), [
    ("urgency=urgent", "application/x-www-form-urlencoded", 415), ("[1]", "application/json", 422),
    ("{", "application/json", 422), ("x" * (2 << 20), "application/json", 413),
])
def test_only_one_small_json_object_is_a_body(
    counselor: FlaskClient, services: Services, data: str, kind: str, status: int,
) -> None:
    answer = counselor.post(TRIAGE, data=data, content_type=kind, headers=with_key())

    assert (answer.status_code, services.asked) == (status, [])


def test_a_list_goes_on_with_the_cursor_it_gave(counselor: FlaskClient, services: Services) -> None:
    services.say(OpenReferrals, Page[ReferralView](items=(a_referral(),), next_cursor="after=17"))

    cursor = counselor.get("/api/v1/referrals?view=mine&limit=1").get_json()["next_cursor"]
    counselor.get(f"/api/v1/referrals?view=mine&limit=1&cursor={cursor}")

    assert "17" not in cursor
    assert services.requests(OpenReferrals)[1]["request"]["cursor"] == "after=17"


def test_a_cursor_of_another_list_or_of_nobodys_is_refused(counselor: FlaskClient, services: Services) -> None:
    services.say(OpenReferrals, Page[ReferralView](items=(), next_cursor="after=17"))

    cursor = counselor.get("/api/v1/referrals").get_json()["next_cursor"]
    elsewhere = counselor.get(f"/api/v1/schools?cursor={cursor}")
    altered = counselor.get("/api/v1/referrals?cursor=after=17")

    assert [answer.get_json()["code"] for answer in (elsewhere, altered)] == ["cursor_invalid", "cursor_invalid"]


def test_a_filter_that_does_not_exist_is_refused(counselor: FlaskClient, services: Services) -> None:
    answer = counselor.get("/api/v1/referrals?shool_id=1")

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/shool_id"]


def test_whoever_acknowledges_second_is_told_who_has_it(counselor: FlaskClient, services: Services) -> None:
    services.say(AcknowledgeReferral, NotPossible(
        "it is acknowledged", taken=True, owner_key=str(COUNSELOR), acknowledged_at="2026-12-01T10:41:00+00:00"))
    services.say(StaffNames, StaffNamesView.model_validate({"items": [
        {"staff_key": COUNSELOR, "given_name": "P.", "family_name": "Anand"}]}))

    answer = counselor.post(ACKNOWLEDGE, headers=with_key(None))

    assert answer.status_code == 200
    assert answer.get_json() == {
        "referral_id": str(REFERRAL), "taken": True, "owner_key": str(COUNSELOR), "owner_name": "P. Anand",
        "acknowledged_at": "2026-12-01T10:41:00Z"}


def test_acknowledging_what_is_closed_is_still_refused(counselor: FlaskClient, services: Services) -> None:
    services.say(AcknowledgeReferral, NotPossible("it is closed"))

    assert counselor.post(ACKNOWLEDGE, headers=with_key(None)).status_code == 409


def test_a_view_of_a_referral_is_never_kept_by_a_cache(counselor: FlaskClient, services: Services) -> None:
    services.say(ReferralDetail, NotFound("there is no referral 1"))

    answer = counselor.get(f"/api/v1/referrals/{REFERRAL}")

    assert answer.headers["Cache-Control"] == "no-store"
