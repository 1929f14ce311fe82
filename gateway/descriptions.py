"""What programs may read of us: the HTTP API, the events, and pages that show both without anybody else's script."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Blueprint, Response, current_app, jsonify

from gateway import asyncapi, openapi
from gateway.auth import allow
from gateway.routing import API
from gateway.showing import page
from shared.contracts.catalog import events

descriptions = Blueprint("descriptions", __name__)


@descriptions.get("/openapi.json")
@allow("site.view")
def openapi_json() -> Response:
    """The HTTP API as OpenAPI 3.1."""
    return jsonify(api())


@descriptions.get("/asyncapi.json")
@allow("site.view")
def asyncapi_json() -> Response:
    """The events as AsyncAPI 3.0."""
    return jsonify(asyncapi.document())


@descriptions.get("/api/docs")
@allow("site.view")
def api_docs() -> str:
    """The HTTP API for people."""
    document = api()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, verbs in document["paths"].items():
        for method, operation in verbs.items():
            groups.setdefault(operation["tags"][0], []).append({"method": method.upper(), "path": path, **operation})
    return page("api_docs.html", document=document, base=API, groups=[
        {"name": name, "operations": operations} for name, operations in groups.items()])


@descriptions.get("/events/docs")
@allow("site.view")
def events_docs() -> str:
    """The events for people."""
    return page("events_docs.html", document=asyncapi.document(), events=[{
        "name": event.__name__, "wire_name": event.wire_name(), "owner": event.owner(), "doc": asyncapi.summary(event),
        "fields": tuple(event.model_fields), "lane": event.lane.value, "classification": event.classification.value,
    } for event in events()])


def api() -> dict[str, Any]:
    return _api(current_app.extensions["settings"].base_url)


@cache
def _api(base_url: str) -> dict[str, Any]:
    from gateway.nouns import NOUNS  # the nouns' own list imports this room

    return openapi.document((operation for noun in NOUNS for operation in noun.operations), base_url)
