"""The description of the HTTP API, made from the handlers' annotations and the contracts; nothing is written twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from gateway.problems import KINDS, TYPES
from gateway.routing import API, IF_MATCH, Operation

Json = dict[str, Any]

REF = "#/components/schemas/{model}"
CONVERTERS: Mapping[str, Json] = {"uuid": {"type": "string", "format": "uuid"}, "int": {"type": "integer"}}
EVERYWHERE = ("unauthenticated", "forbidden", "too_many", "unavailable", "timeout", "failed")
PROBLEM: Json = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; programs decide by it.",
    "required": ["type", "title", "status", "detail", "instance", "code", "correlation_id"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": f"{TYPES}<code>"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "enum": sorted(KINDS)},
        "correlation_id": {"type": "string", "format": "uuid"},
        "errors": {"type": "array", "items": {
            "type": "object", "required": ["pointer", "code", "message"],
            "properties": {"pointer": {"type": "string"}, "code": {"type": "string"}, "message": {"type": "string"}}}},
        "unmet": {"type": "array", "items": {"type": "string"}},
        "allowed": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": True,
}
KEY: Json = {
    "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "format": "uuid"},
    "description": "Sent again with the same key, a request is done once and answered alike.",
}
VERSION: Json = {
    "name": "If-Match", "in": "header", "required": True, "schema": {"type": "string", "examples": ['"3"']},
    "description": "The ETag of what the decision was made on.",
}
FILE: Json = {
    "type": "object", "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"}, "strict": {"type": "boolean", "default": False},
        "school_id": {"type": "string", "format": "uuid", "description": "Of a roster that is one school's alone."}},
}


def document(operations: Iterable[Operation], base_url: str) -> Json:
    """OpenAPI 3.1."""
    listed = list(operations)
    names, schemas = _schemas(listed)
    paths: dict[str, Json] = {}
    for operation in listed:
        place = paths.setdefault(API + _path(operation.rule), {})
        place[operation.method.lower()] = _operation(operation, names, schemas)
    used = _reachable(paths, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Peer Supports", "version": "1",
            "description": "School peer mental-health supports: programs, supporters, matches, sessions, referrals."},
        "servers": [{"url": base_url}],
        "tags": [{"name": name} for name in dict.fromkeys(operation.noun for operation in listed)],
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM} | {name: schemas[name] for name in sorted(used)},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "From POST /api/v1/tokens; 15 minutes."},
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-session"}}},
        "security": [{"bearer": []}, {"session": []}],
    }


def _schemas(operations: Iterable[Operation]) -> tuple[dict[tuple[type, JsonSchemaMode], str], dict[str, Json]]:
    """Every model with the name it has in the document."""
    wanted: dict[tuple[Any, JsonSchemaMode], None] = {}
    for operation in operations:
        if operation.takes is not None:
            wanted[operation.takes, "validation"] = None
        for given in _models(operation.gives):
            wanted[given, "serialization"] = None
    by_model, schema = models_json_schema(list(wanted), ref_template=REF)
    return {key: found["$ref"].rpartition("/")[2] for key, found in by_model.items()}, dict(schema.get("$defs", {}))


def _models(gives: Any) -> Iterator[type[BaseModel]]:
    if isinstance(gives, type) and issubclass(gives, BaseModel):
        yield gives
    else:
        yield from (arm for arm in get_args(gives) if isinstance(arm, type) and issubclass(arm, BaseModel))


def _operation(operation: Operation, names: Mapping[Any, str], schemas: Mapping[str, Json]) -> Json:
    summary, _, more = (operation.handler.__doc__ or operation.handler.__name__).strip().partition("\n")
    asked = schemas[names[operation.takes, "validation"]] if operation.takes else {"properties": {}}
    described: Json = {
        "operationId": f"{operation.noun}_{operation.handler.__name__}",
        "tags": [operation.noun], "summary": summary.strip(), "x-action": operation.action,
        "parameters": [*_path_parameters(operation, asked), *_headers(operation), *_query(operation, asked)],
        "responses": {str(operation.status): _answer(operation, names), **_problems(operation)},
    }
    if more.strip():
        described["description"] = " ".join(more.split())
    if operation.action in {"sign_in.make", "crisis_card.view"}:
        described["security"] = []
    if body := _body(operation, asked):
        described["requestBody"] = body
    return described


def _path(rule: str) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule)


def _path_parameters(operation: Operation, asked: Json) -> Iterator[Json]:
    for converter, name in re.findall(r"<(?:([^:<>]+):)?([^<>]+)>", operation.rule):
        schema = CONVERTERS.get(converter) or asked["properties"].get(name, {"type": "string"})
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _headers(operation: Operation) -> Iterator[Json]:
    if operation.method != "GET":
        yield {**KEY, "required": operation.keyed}
    if operation.needs_version:
        yield VERSION


def _query(operation: Operation, asked: Json) -> Iterator[Json]:
    if operation.method == "GET":
        for name, schema in _rest(operation, asked).items():
            yield {"name": name, "in": "query", "required": name in asked.get("required", ()), "schema": schema}


def _body(operation: Operation, asked: Json) -> Json | None:
    if operation.uploads:
        return {"required": True, "content": {"multipart/form-data": {"schema": FILE}}}
    rest = _rest(operation, asked)
    if operation.method == "GET" or not rest:
        return None
    required = [name for name in asked.get("required", ()) if name in rest]
    schema: Json = {"type": "object", "properties": rest, "additionalProperties": False}
    if description := asked.get("description"):
        schema["description"] = description
    if required:
        schema["required"] = required
    return {"required": bool(required), "content": {"application/json": {"schema": schema}}}


def _rest(operation: Operation, asked: Json) -> Json:
    """The fields of the request that stand neither in the path nor in a header."""
    elsewhere = {*operation.path_fields, IF_MATCH}
    return {name: schema for name, schema in asked.get("properties", {}).items() if name not in elsewhere}


def _answer(operation: Operation, names: Mapping[Any, str]) -> Json:
    refs = [{"$ref": REF.format(model=names[model, "serialization"])} for model in _models(operation.gives)]
    answer: Json = {
        "description": "The view that answers it.",
        "headers": {"X-Request-ID": {"schema": {"type": "string", "format": "uuid"}}},
        "content": {"application/json": {"schema": refs[0] if len(refs) == 1 else {"anyOf": refs}}},
    }
    if any("version" in model.model_fields for model in _models(operation.gives)):
        answer["headers"]["ETag"] = {"schema": {"type": "string"}}
    return answer


def _problems(operation: Operation) -> Json:
    """The statuses that this route may answer with instead."""
    codes = [*EVERYWHERE, "invalid", *(["not_found"] if operation.path_fields else [])]
    if operation.method != "GET":
        codes += ["unsupported", "too_large", "key_reused", "not_possible", "gate_unmet", "duplicate"]
    codes += ["key_missing"] if operation.keyed else []
    codes += ["stale", "version_missing"] if operation.needs_version else []
    codes += ["cursor_invalid"] if operation.takes and "cursor" in operation.takes.model_fields else []
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {str(status): {
        "description": "; ".join(f"`{code}`: {KINDS[code].title.lower()}" for code in some),
        "content": {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}},
    } for status, some in sorted(by_status.items())}


def _reachable(paths: Json, schemas: Mapping[str, Json]) -> set[str]:
    """The schemas that some path leads to."""
    found: set[str] = set()
    waiting = set(_refs(paths))
    while waiting:
        name = waiting.pop()
        if name not in found and name in schemas:
            found.add(name)
            waiting |= set(_refs(schemas[name]))
    return found


def _refs(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            else:
                yield from _refs(value)
    elif isinstance(part, list):
        for value in part:
            yield from _refs(value)
