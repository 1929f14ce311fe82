"""One page of a list, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import Session

from shared.domain import Invalid

T = TypeVar("T")


def page_of(
    session: Session, query: Select[T], at: ColumnElement[datetime], id: ColumnElement[UUID], *, limit: int,
    cursor: str | None,
) -> tuple[Sequence[T], str | None]:
    """The things of this page and the cursor of the next. A cursor is the last row's time and id."""
    if cursor is not None:
        query = query.where(tuple_(at, id) < tuple_(*_place(cursor)))
    found = session.scalars(query.order_by(at.desc(), id.desc()).limit(limit + 1)).all()
    if len(found) <= limit:
        return found, None
    last: Any = found[limit - 1]
    return found[:limit], f"{last.created_at.isoformat()}|{last.id}"


def _place(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, _, id = cursor.partition("|")
        return datetime.fromisoformat(at), UUID(id)
    except ValueError:
        raise Invalid("the cursor is not one of ours", errors=[
            {"pointer": "/cursor", "code": "cursor_invalid", "message": "the cursor is not one of ours"}]) from None
