"""The schema `referrals`, and the few column types its tables share."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, MetaData, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry

from shared.tables import machinery

metadata = MetaData(schema="referrals")
machinery(metadata)
mapper = registry(metadata=metadata)

OPEN: dict[str, str] = {"scope": "open"}
"""Read copies that name no student: whoever may come here may read them."""


def words(kind: type[StrEnum]) -> Enum:
    """One word of a closed list, kept as text."""
    return Enum(kind, native_enum=False, length=32, values_callable=lambda members: [each.value for each in members])


def keys() -> ARRAY[Any]:
    """Several ids, as a tuple."""
    return ARRAY(Uuid, as_tuple=True)
