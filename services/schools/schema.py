"""The schema `schools`, and the few column types its tables share."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Enum, MetaData, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator

metadata = MetaData(schema="schools")
mapper = registry(metadata=metadata)


def words(kind: type[StrEnum]) -> Enum:
    """One word of a closed list, kept as text."""
    return Enum(
        kind, native_enum=False, length=32, values_callable=lambda members: [member.value for member in members])


def keys() -> ARRAY[Any]:
    """Several ids, as a tuple."""
    return ARRAY(Uuid, as_tuple=True)


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
