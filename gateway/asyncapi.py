"""The description of the events, made from the contracts: an event's docstring is its documentation."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from shared.contracts.catalog import events
from shared.contracts.messages import Event

Json = dict[str, Any]


def document() -> Json:
    """AsyncAPI 3.0: one channel per exchange, one message per event."""
    announced: list[tuple[type[Event], JsonSchemaMode]] = [(event, "serialization") for event in events()]
    _, schema = models_json_schema(announced, ref_template="#/components/schemas/{model}")
    owners = tuple(dict.fromkeys(event.owner() for event in events()))
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Peer Supports events", "version": "1",
            "description": "What the services announce, as CloudEvents 1.0. No event carries a name or free text."},
        "defaultContentType": "application/cloudevents+json",
        "channels": {owner: channel(owner) for owner in owners},
        "operations": {f"{owner}_announces": {
            "action": "send", "channel": {"$ref": f"#/channels/{owner}"}, "summary": f"What {owner} announces.",
        } for owner in owners},
        "components": {
            "messages": {event.wire_name(): message(event) for event in events()},
            "schemas": schema.get("$defs", {})},
    }


def channel(owner: str) -> Json:
    return {
        "address": f"{owner}.events",
        "description": f"Everything the {owner} service announces; the routing key is the event's name.",
        "messages": {
            event.wire_name(): {"$ref": f"#/components/messages/{event.wire_name()}"}
            for event in events() if event.owner() == owner},
        "bindings": {"amqp": {"is": "routingKey", "exchange": {
            "name": f"{owner}.events", "type": "topic", "durable": True, "autoDelete": False}}},
    }


def message(event: type[Event]) -> Json:
    """One event in its CloudEvents envelope."""
    return {
        "name": event.type_name(), "title": event.__name__, "summary": summary(event),
        "contentType": "application/cloudevents+json",
        "tags": [{"name": event.lane.value}, {"name": event.classification.value}],
        "payload": envelope(event),
        "bindings": {"amqp": {"contentEncoding": "utf-8", "messageType": event.wire_name()}},
    }


def envelope(event: type[Event]) -> Json:
    text, uuid = {"type": "string"}, {"type": "string", "format": "uuid"}
    return {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "time", "datacontenttype", "data"],
        "properties": {
            "specversion": {"type": "string", "const": "1.0"}, "id": uuid,
            "source": {"type": "string", "const": f"/{event.owner()}"},
            "type": {"type": "string", "const": event.type_name()},
            "time": {"type": "string", "format": "date-time"}, "subject": text,
            "datacontenttype": {"type": "string", "const": "application/json"},
            "correlationid": text, "causationid": uuid, "districtid": uuid, "schoolid": uuid, "actorrole": text,
            "classification": {"type": "string", "const": event.classification.value},
            "schemaversion": {"type": "integer", "const": event.schema_version}, "replayof": uuid,
            "data": {"$ref": f"#/components/schemas/{event.__name__}"},
        },
    }


def summary(event: type[Event]) -> str:
    return " ".join((event.__doc__ or "").split())
