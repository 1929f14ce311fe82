"""What travels between rooms: requests, views and events. Frozen, checked, named once."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./+-]{1,64}$")]
"""A word from a list or a public register: program type, time zone, NCES id. Never free text."""

Instant = AwareDatetime
"""A moment with its offset; UTC on the wire."""

V = TypeVar("V")


class Lane(StrEnum):
    """Which queue of its consumers an event takes."""

    URGENT = "urgent"
    NORMAL = "normal"
    BULK = "bulk"


class Classification(StrEnum):
    """How far an event may travel. Restricted ones are never archived."""

    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


@cache
def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Message(BaseModel):
    """A value that crosses a boundary."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def owner(cls) -> str:
        """The service whose contract this is: the file it is written in."""
        return cls.__module__.rpartition(".")[2]

    @classmethod
    def wire_name(cls) -> str:
        """`ReferralAcknowledged` travels as `referral_acknowledged`."""
        return _snake_case(cls.__name__)


class View(Message):
    """What a service shows of what it knows."""


class Page(View, Generic[V]):
    """One page of a list; `next_cursor` is None on the last."""

    items: tuple[V, ...] = ()
    next_cursor: str | None = None


class Request(Message, Generic[V]):
    """A command or a question to one service; V is the view that answers it."""

    @classmethod
    def answers_with(cls) -> Any:
        """The type of the reply, as it stands in `class Acknowledge(Request[ReferralView])`."""
        for base in cls.__mro__:
            given = getattr(base, "__pydantic_generic_metadata__", None)
            if given and given["origin"] is Request and given["args"]:
                return given["args"][0]
        raise TypeError(f"{cls.__name__} names no reply")


class Record(Message):
    """A frozen part of an event: ids, codes, numbers and times."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Message):
    """Something that happened, in the past tense. It carries ids, codes, numbers and times: nothing else fits."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: ClassVar[int] = 1
    lane: ClassVar[Lane] = Lane.NORMAL
    classification: ClassVar[Classification] = Classification.INTERNAL

    @classmethod
    def exchange(cls) -> str:
        return f"{cls.owner()}.events"

    @classmethod
    def type_name(cls) -> str:
        """The CloudEvents `type`."""
        return f"org.peersupports.{cls.owner()}.{cls.wire_name()}.v{cls.schema_version}"
