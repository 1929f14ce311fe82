"""Staffed hours: a published calendar replaces a school's year, as moments rather than as hours of a clock."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.contracts.schools import CalendarPublished

NEWEST = text("""
    INSERT INTO metrics.calendars AS c (school_id, year, version)
    SELECT school_id, year, version
    FROM jsonb_to_recordset(CAST(:calendars AS jsonb)) AS r(school_id uuid, year integer, version bigint)
    ON CONFLICT (school_id, year) DO UPDATE SET version = excluded.version WHERE excluded.version > c.version
    RETURNING school_id, year""")

CLEAR = text("""
    DELETE FROM metrics.school_days d
    USING jsonb_to_recordset(CAST(:calendars AS jsonb)) AS r(school_id uuid, year integer)
    WHERE d.school_id = r.school_id AND d.year = r.year""")

FILL = text("""
    INSERT INTO metrics.school_days (school_id, date, year, opens_at, closes_at)
    SELECT r.school_id, d.date, r.year, (d.date + d.opens) AT TIME ZONE r.tz, (d.date + d.closes) AT TIME ZONE r.tz
    FROM jsonb_to_recordset(CAST(:calendars AS jsonb)) AS r(school_id uuid, year integer, tz text, days jsonb),
         jsonb_to_recordset(r.days) AS d(date date, opens time, closes time)
    ON CONFLICT (school_id, date) DO UPDATE
    SET year = excluded.year, opens_at = excluded.opens_at, closes_at = excluded.closes_at""")


class Calendars:
    """The staffed days of every school."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def replace(self, published: Iterable[CalendarPublished]) -> None:
        """Take in the newest calendar of each school and year; an older one that comes late is left out."""
        newest = {(event.school_id, event.year): event for event in sorted(published, key=lambda e: e.version)}
        rows = [event.model_dump(mode="json") for _, event in sorted(newest.items(), key=lambda item: str(item[0]))]
        fresh = {(str(school), year) for school, year in self.session.execute(NEWEST, _given(rows))}
        if taken := _given([row for row in rows if (row["school_id"], row["year"]) in fresh]):
            self.session.execute(CLEAR, taken)
            self.session.execute(FILL, taken)


def _given(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {"calendars": json.dumps(rows)}
