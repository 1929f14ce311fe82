"""Column types and small column makers that every schema uses."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, LargeBinary, Uuid, text

Moment = DateTime(timezone=True)
"""A moment with its offset; UTC in the database."""

EncryptedText = LargeBinary
"""What `tx.seal` gives and `tx.unseal` takes: never plain text."""

NOW = text("clock_timestamp()")


def id_column(name: str = "id") -> Column[UUID]:
    return Column(name, Uuid, primary_key=True)


def moment(name: str, **options: Any) -> Column[datetime]:
    return Column(name, Moment, **options)
