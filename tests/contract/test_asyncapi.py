"""The description of the events is valid, and every event is in it with its own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gateway import asyncapi
from shared.contracts.catalog import events


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncapi.document()


def valid_by(schema: Any, document: Any) -> None:
    jsonschema.validators.validator_for(schema)(schema).validate(document)


def test_the_document_is_valid_by_the_published_schema(document: dict[str, Any], real_data: Path) -> None:
    valid_by(json.loads((real_data / "conformance/asyncapi/3.0.0-without-id.json").read_text()), document)


def test_its_bindings_are_valid_by_their_published_schemas(document: dict[str, Any], real_data: Path) -> None:
    folder = real_data / "conformance/asyncapi"
    of_channels = json.loads((folder / "amqp-0.3.0-channel.json").read_text())
    of_messages = json.loads((folder / "amqp-0.3.0-message.json").read_text())

    for channel in document["channels"].values():
        valid_by(of_channels, channel["bindings"]["amqp"])
    for message in document["components"]["messages"].values():
        valid_by(of_messages, message["bindings"]["amqp"])


def test_every_event_is_announced_on_its_owners_exchange_with_its_docstring(document: dict[str, Any]) -> None:
    described = {
        name: channel["address"] for channel in document["channels"].values() for name in channel["messages"]}

    assert described == {event.wire_name(): event.exchange() for event in events()}
    assert all(message["summary"] for message in document["components"]["messages"].values())
