"""The events as a page for people, made from their classes: docs/events.md."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from shared.contracts.catalog import OWNERS, events
from shared.contracts.messages import Event, Record
from shared.messaging.listens import LISTENS
from shared.messaging.topology import lane_of

HEAD = """# Events

Made from the classes in `shared/contracts` by `make generate`; change those, not this page.

Every event is a CloudEvent 1.0 in JSON on the exchange of its owner, a topic exchange; the routing key is the name
below. Nothing in an event names a person: ids are random, and the rest is codes, numbers and times.
`/asyncapi.json` says the same for machines.
"""


def made() -> dict[str, str | bytes]:
    return {"docs/events.md": "\n".join(_page())}


def _page() -> Iterator[str]:
    yield HEAD
    for owner in OWNERS:
        mine = [event for event in events() if event.owner() == owner]
        yield f"## {owner}.events\n"
        yield from (f"- [{event.wire_name()}](#{event.wire_name()})" for event in mine)
        yield ""
        for event in mine:
            yield from _event(event)


def _event(event: type[Event]) -> Iterator[str]:
    heard = [f"{service} ({lane_of(service, event)})" for service, heard in LISTENS.items() if event in heard]
    yield f"### {event.wire_name()}\n"
    yield f"{_words(event)}\n"
    yield f"`{event.type_name()}`, {event.classification.value}. Heard by: {', '.join(heard) or 'nobody yet'}.\n"
    yield "| Field | Is |"
    yield "|---|---|"
    for name, info in event.model_fields.items():
        yield f"| `{name}` | {_described(info)} |"
    yield ""


def _words(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split())


def _described(info: FieldInfo) -> str:
    optional = "" if info.is_required() else "; may be absent"
    return _is(info.annotation) + optional


def _is(kind: Any) -> str:
    """A type in words."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return "code" if arguments[0] is str else _is(arguments[0])
    if origin in (Union, UnionType):
        return " or ".join("nothing" if part is NoneType else _is(part) for part in arguments)
    if origin is tuple:
        return f"list of {_is(arguments[0])}"
    if isinstance(kind, type) and issubclass(kind, Record):
        return f"{kind.__name__} ({', '.join(kind.model_fields)})"
    return WORDS.get(getattr(kind, "__name__", ""), getattr(kind, "__name__", str(kind)))


WORDS = {"str": "code", "datetime": "moment", "date": "day", "time": "time of day", "int": "number", "float": "number",
         "bool": "yes or no", "AwareDatetime": "moment"}
