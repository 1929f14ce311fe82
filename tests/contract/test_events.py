"""What an event may be: documented, free of persons, and the same tomorrow as it was agreed today."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest

from shared.contracts.catalog import events
from shared.contracts.messages import Code, Event, Instant, Record
from tests.contract.snapshots import file_of, schema_of

EVENTS = pytest.mark.parametrize("event", events(), ids=lambda event: event.wire_name())
PLAIN = (UUID, Enum, int, float, bool, datetime, date, time)
AGREED = "; when the change is meant: python -m tests.contract.snapshots"


@EVENTS
def test_every_event_says_what_happened(event: type[Event]) -> None:
    assert (event.__doc__ or "").strip(), f"{event.__name__} has no docstring"
    assert event.__doc__ != Event.__doc__


@EVENTS
def test_there_is_nowhere_to_put_a_name_or_a_note(event: type[Event]) -> None:
    assert list(free_text(event)) == []


def test_free_text_would_be_found() -> None:
    class Part(Record):
        note: str

    class Told(Event):
        """Something with a note in it."""

        parts: tuple[Part, ...]
        code: Code

    assert list(free_text(Told)) == ["Told.parts.note"]


@EVENTS
def test_every_event_is_as_it_was_agreed(event: type[Event]) -> None:
    path = file_of(event)
    assert path.exists(), f"{event.__name__} has no schema in tests/contract/schemas{AGREED}"
    agreed, now = json.loads(path.read_text()), schema_of(event)

    assert list(broken(agreed, now)) == [], f"consumers of {event.wire_name()} would break: make a new version"
    assert now == json.loads(json.dumps(agreed)), f"{event.__name__} differs from {path.name}{AGREED}"


def test_what_would_break_a_consumer_is_found() -> None:
    agreed = {"properties": {"a": {"type": "integer"}, "b": {"type": "string"}}, "required": ["a"]}

    gone = {"properties": {"a": {"type": "integer"}}, "required": ["a"]}
    changed = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]}
    demanded = {**agreed, "required": ["a", "b"]}
    grown = {"properties": {**agreed["properties"], "c": {"type": "integer"}}, "required": ["a"]}   # type: ignore[dict-item]

    assert list(broken(agreed, gone)) == ["b vanished"]
    assert list(broken(agreed, changed)) == ["a changed its type"]
    assert list(broken(agreed, demanded)) == ["b became required"]
    assert list(broken(agreed, grown)) == []


def free_text(kind: type[Any], path: str = "") -> Iterator[str]:
    for name, info in kind.model_fields.items():
        annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        yield from unfit(annotation, f"{path or kind.__name__}.{name}")


def unfit(kind: Any, path: str) -> Iterator[str]:
    """The places in a type that could hold free text."""
    kind = getattr(kind, "__supertype__", kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in (Code, Instant, NoneType) or origin is Literal:
        return
    if origin is Annotated and arguments[0] is not str:
        yield from unfit(arguments[0], path)
    elif origin in (Union, UnionType, tuple):
        for part in arguments:
            if part is not Ellipsis:
                yield from unfit(part, path)
    elif isinstance(kind, type) and issubclass(kind, Record):
        yield from free_text(kind, path)
    elif not (isinstance(kind, type) and issubclass(kind, PLAIN)):
        yield path


def broken(agreed: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """What a consumer of the agreed form would miss."""
    before, after = agreed.get("properties", {}), now.get("properties", {})
    for name in before:
        if name not in after:
            yield f"{name} vanished"
        elif shape(before[name]) != shape(after[name]):
            yield f"{name} changed its type"
    for name in set(now.get("required", ())) - set(agreed.get("required", ())):
        yield f"{name} became required"
    for name, part in agreed.get("$defs", {}).items():
        if name in now.get("$defs", {}):
            yield from (f"{name}: {what}" for what in broken(part, now["$defs"][name]))


def shape(part: dict[str, Any]) -> dict[str, Any]:
    """Its type, without its words."""
    return {key: value for key, value in part.items() if key not in ("title", "description", "default")}
