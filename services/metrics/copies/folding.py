"""How facts become rows: a whole batch in one statement, whatever the order in which its events arrive."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

Row = Mapping[str, Any]

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


class Copy:
    """One table that follows another service's aggregate.

    Most columns are the aggregate's newest state, so a late event changes none of them. Those of `once` say something
    that only one kind of event knows, such as the minutes a student waited: the first to say it stands.
    """

    def __init__(self, session: Session, table: Table, once: Sequence[str] = ()) -> None:
        self.session, self.table, self.once = session, table, tuple(once)
        self.key = tuple(column.name for column in table.primary_key)

    def keep(self, rows: Iterable[Row]) -> None:
        """Take in a batch."""
        folded = fold(rows, self.key, self.once)
        if folded:
            self.session.execute(text(upsert(self.table, self.once)), {"rows": json.dumps(folded, default=str)})


def fold(rows: Iterable[Row], key: Sequence[str], once: Sequence[str]) -> list[Row]:
    """One row for each key: the newest version, with what any of its events alone knew. Ordered, so that two
    batches lock the same rows in the same order."""
    kept: dict[tuple[str, ...], Row] = {}
    for row in rows:
        place = tuple(str(row[name]) for name in key)
        kept[place] = _newer(kept[place], row, once) if place in kept else row
    return [kept[place] for place in sorted(kept)]


def _newer(before: Row, after: Row, once: Sequence[str]) -> Row:
    newest = after if after["version"] > before["version"] else before
    said = {name: before.get(name) if before.get(name) is not None else after.get(name) for name in once}
    return {**newest, **said}


def upsert(table: Table, once: Sequence[str]) -> str:
    """The statement that keeps a batch of rows, given as one JSON array."""
    key = [column.name for column in table.primary_key]
    names = [column.name for column in table.columns]
    types = ", ".join(f"{column.name} {column.type.compile(DIALECT)}" for column in table.columns)
    changes = ", ".join(_change(table, name, once) for name in names if name not in key)
    return f"""
        INSERT INTO {table.fullname} AS t ({", ".join(names)})
        SELECT {", ".join(names)} FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r({types})
        ON CONFLICT ({", ".join(key)}) DO UPDATE SET {changes}"""


def _change(table: Table, name: str, once: Sequence[str]) -> str:
    if name in once:
        return f"{name} = coalesce(t.{name}, excluded.{name})"
    newer = "excluded.version > t.version"
    if watched := table.columns[name].info.get("since"):
        newer += f" AND excluded.{watched} IS DISTINCT FROM t.{watched}"
    return f"{name} = CASE WHEN {newer} THEN excluded.{name} ELSE t.{name} END"
