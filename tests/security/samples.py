"""A request that could be meant: made from its class, with the ids one wants in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, SecretStr
from pydantic.fields import FieldInfo

PLAIN: Mapping[Any, Any] = {
    str: "sample", int: 1, float: 1.0, bool: True, Decimal: "1", UUID: lambda: str(uuid4()), SecretStr: "sample",
    date: lambda: date(2026, 11, 24).isoformat(), time: "08:00", bytes: "c2FtcGxl",
    datetime: lambda: datetime(2026, 11, 24, 12, tzinfo=UTC).isoformat(),
    AwareDatetime: lambda: datetime(2026, 11, 24, 12, tzinfo=UTC).isoformat(),
}


def a_request(kind: type[BaseModel], ids: Mapping[str, Any]) -> dict[str, Any]:
    """Every required field filled, those named in `ids` with what is given."""
    return {
        name: ids[name] if name in ids else _value(field)
        for name, field in kind.model_fields.items() if field.is_required() or name in ids
    }


def _value(field: FieldInfo) -> Any:
    least = next((getattr(rule, "min_length", None) for rule in field.metadata if hasattr(rule, "min_length")), None)
    value = _of(field.annotation)
    return [_of(get_args(field.annotation)[0])] if value == [] and least else value


def _of(kind: Any) -> Any:
    kind = getattr(kind, "__supertype__", kind)
    origin = get_origin(kind)
    if origin is Annotated:
        return _of(get_args(kind)[0])
    if origin is Literal:
        return get_args(kind)[0]
    if origin in (Union, UnionType):
        return None if type(None) in get_args(kind) else _of(get_args(kind)[0])
    if origin in (tuple, list, frozenset, set):
        return []
    if origin is dict:
        return {}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return a_request(kind, {})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    made = PLAIN.get(kind, "sample")
    return made() if callable(made) else made
