"""Every event and request there is, read off the contract files: nothing is listed twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from shared.contracts.messages import Event, Message, Request

OWNERS = ("schools", "interventions", "referrals", "metrics")


@cache
def events() -> tuple[type[Event], ...]:
    """All events, by owner and in the order of the files. A name that starts with `_` is a part, not an event."""
    return tuple(kind for kind in _messages() if issubclass(kind, Event))


@cache
def requests() -> tuple[type[Request[Any]], ...]:
    return tuple(kind for kind in _messages() if issubclass(kind, Request))


@cache
def event_by_type() -> dict[str, type[Event]]:
    """CloudEvents `type` -> class."""
    return {event.type_name(): event for event in events()}


def _messages() -> Iterator[type[Message]]:
    for owner in OWNERS:
        module = import_module(f"shared.contracts.{owner}")
        for name, found in vars(module).items():
            if _is_message(found) and found.__module__ == module.__name__ and not name.startswith("_"):
                yield found


def _is_message(found: object) -> bool:
    # `Request[View]` is a class of its own to pydantic; only those with a name of their own are messages.
    return isinstance(found, type) and issubclass(found, Message) and "[" not in found.__name__
