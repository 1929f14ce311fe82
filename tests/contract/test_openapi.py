"""The description of the HTTP API is valid, whole, and says what the routes do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from openapi_spec_validator import validate

from gateway import openapi
from gateway.nouns import NOUNS
from shared.contracts.messages import Page
from shared.security.policy import policy


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document((operation for noun in NOUNS for operation in noun.operations), "https://district.example")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, verbs in document["paths"].items():
        for method, operation in verbs.items():
            yield method, path, operation


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)


def test_the_document_is_valid_by_the_published_schema(document: dict[str, Any], real_data: Path) -> None:
    schema = yaml.safe_load((real_data / "conformance/openapi/schema-3.1.yaml").read_text())

    jsonschema.Draft202012Validator(schema).validate(document)


def test_every_json_route_is_described() -> None:
    described = {(operation.method, operation.rule) for noun in NOUNS for operation in noun.operations}

    assert len(described) == sum(len(noun.operations) for noun in NOUNS)
    assert all(operation.handler.__doc__ for noun in NOUNS for operation in noun.operations)


def test_every_operation_names_its_action_and_an_id_of_its_own(document: dict[str, Any]) -> None:
    listed = list(operations(document))

    assert {operation["x-action"] for _, _, operation in listed} <= set(policy())
    assert len({operation["operationId"] for _, _, operation in listed}) == len(listed)


def test_what_stands_in_the_address_or_a_header_is_not_asked_for_in_the_body(document: dict[str, Any]) -> None:
    triage = document["paths"]["/api/v1/referrals/{referral_id}/triage"]["post"]

    body = triage["requestBody"]["content"]["application/json"]["schema"]
    headers = {given["name"]: given["required"] for given in triage["parameters"] if given["in"] == "header"}

    assert set(body["properties"]) == {"concern_domain", "urgency", "owner_key", "reason_code"}
    assert headers == {"Idempotency-Key": True, "If-Match": True}


def test_acknowledging_asks_for_no_version_and_answers_who_has_it(document: dict[str, Any]) -> None:
    acknowledge = document["paths"]["/api/v1/referrals/{referral_id}/acknowledge"]["post"]

    names = [given["name"] for given in acknowledge["parameters"]]
    answers = acknowledge["responses"]["200"]["content"]["application/json"]["schema"]["anyOf"]

    assert "If-Match" not in names
    assert [answer["$ref"].rpartition("/")[2] for answer in answers] == ["ReferralView", "TakenView"]


def test_every_list_goes_on_with_a_cursor() -> None:
    lists = [operation for noun in NOUNS for operation in noun.operations
             if isinstance(operation.gives, type) and issubclass(operation.gives, Page)]

    assert len(lists) > 8
    assert all({"limit", "cursor"} <= set(operation.takes.model_fields) for operation in lists if operation.takes)
