"""The schema `interventions`, and the few column types its tables share."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Enum, MetaData, SmallInteger, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator

from shared.tables import machinery

metadata = MetaData(schema="interventions")
machinery(metadata)
mapper = registry(metadata=metadata)

OPEN: dict[str, str] = {"scope": "open"}
"""Read copies that name no student: whoever may come here may read them."""


def words(kind: type[StrEnum]) -> Enum:
    """One word of a closed list, kept as text."""
    return Enum(
        kind, native_enum=False, length=32, values_callable=lambda members: [member.value for member in members])


def keys() -> ARRAY[Any]:
    """Several ids, as a tuple."""
    return ARRAY(Uuid, as_tuple=True)


class Number(TypeDecorator[Any]):
    """One number of a closed list."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, kind: type[IntEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.kind(value)


class Frozen(TypeDecorator[Any]):
    """An immutable value kept as JSON: replaced as a whole, never changed in place."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else adapter_of(self.kind).dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else adapter_of(self.kind).validate_python(value)


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
