"""What happened week by week, Monday to Sunday on the district's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.metrics.measures.scope import HELD, Scope


@dataclass(frozen=True, slots=True)
class Weekly:
    """Sessions held in one week at one school."""

    week: date
    school_id: UUID
    sessions: int


WEEKLY = text(f"""
    SELECT CAST(date_trunc('week', e.at AT TIME ZONE :tz) AS date) AS week, e.school_id, count(*)
    FROM metrics.sessions e
    WHERE e.status IN {HELD} AND e.at >= CAST(:first_week AS date) AND e.at <= :as_of
          AND (CAST(:school AS uuid) IS NULL OR e.school_id = :school)
    GROUP BY 1, 2""")

WEEKLY_STUDENTS = text(f"""
    SELECT week, count(DISTINCT student)
    FROM (SELECT DISTINCT CAST(date_trunc('week', at AT TIME ZONE :tz) AS date) AS week, match_id
          FROM metrics.sessions
          WHERE status IN {HELD} AND tier = 2 AND at >= CAST(:first_week AS date) AND at <= :as_of
                AND (CAST(:school AS uuid) IS NULL OR school_id = :school)) e
         JOIN metrics.matches m USING (match_id), unnest(m.participant_keys) AS student
    GROUP BY 1""")


def weekly(session: Session, scope: Scope) -> list[Weekly]:
    return [Weekly(*row) for row in session.execute(WEEKLY, scope.given)]


def weekly_students(session: Session, scope: Scope) -> dict[date, int]:
    rows = session.execute(WEEKLY_STUDENTS, scope.given)
    return {row[0]: row[1] for row in rows}
