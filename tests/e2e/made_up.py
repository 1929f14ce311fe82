"""Views with believable content, built from the contracts themselves: what a specimen does not name is filled in."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pydantic import BaseModel

TZ = "America/Los_Angeles"
NOW = datetime.now(ZoneInfo(TZ)).replace(microsecond=0)
TODAY = NOW.date()

M = TypeVar("M", bound=BaseModel)


def a(model: type[M], **given: Any) -> M:
    """A view of this kind. Unnamed fields get the plainest value of their type; a contract that changes shows here."""
    unnamed = {
        name: _plain(field.annotation)
        for name, field in model.model_fields.items()
        if name not in given and field.is_required()
    }
    return model.model_validate(unnamed | given)


def _plain(kind: Any) -> Any:
    origin = get_origin(kind)
    if origin is Annotated:
        return _plain(get_args(kind)[0])
    if origin in (Union, UnionType):
        arms = get_args(kind)
        return None if type(None) in arms else _plain(arms[0])
    if origin in (tuple, list):
        return ()
    if origin is dict or kind is dict:
        return {}
    if origin is Literal:
        return get_args(kind)[0]
    supertype = getattr(kind, "__supertype__", None)
    return _plain(supertype) if supertype else _of_class(kind)


def _of_class(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return a(kind)
    plain: dict[Any, Any] = {UUID: uuid4(), str: "given", int: 1, float: 1.0, bool: False, date: TODAY, datetime: NOW}
    return plain.get(kind, NOW)


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


def ahead(**length: float) -> datetime:
    return NOW + timedelta(**length)


def on(days: int) -> date:
    return TODAY + timedelta(days=days)
