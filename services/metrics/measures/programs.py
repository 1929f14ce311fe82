"""The programs of one school and their matches."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.metrics.measures.scope import HELD, SUPPORTING, Scope


@dataclass(frozen=True, slots=True)
class Running:
    """One program of a school."""

    program_id: UUID
    type_code: str
    tier: int
    status: str
    elements: int
    failing: list[str]
    contacts: int
    students: int
    supporters: int
    ratio: float | None
    ratio_limit: int | None
    sessions_held: int
    sessions_due: int
    sessions_marked: int
    documented_in_time: int


PROGRAMS = text(f"""
    SELECT p.program_id, p.type_code, p.tier, p.status, p.elements_in_place,
           ARRAY(SELECT code FROM metrics.safeguards g WHERE g.program_id = p.program_id AND failing ORDER BY code),
           (SELECT coalesce(sum(headcount), 0) FROM metrics.activities a
            WHERE a.program_id = p.program_id AND held_on >= :since AND held_on <= CAST(:as_of AS timestamptz)),
           (SELECT count(DISTINCT student)
            FROM metrics.sessions e JOIN metrics.matches m USING (match_id), unnest(m.participant_keys) AS student
            WHERE e.program_id = p.program_id AND e.status IN {HELD} AND e.at >= :since AND e.at <= :as_of),
           (SELECT count(*) FROM metrics.supporters u
            WHERE u.program_id = p.program_id AND u.status IN {SUPPORTING}),
           r.ratio, r.ratio_limit, coalesce(d.held, 0), coalesce(d.due, 0), coalesce(d.marked, 0),
           coalesce(d.in_time, 0)
    FROM metrics.programs p
    LEFT JOIN metrics.ratios r USING (program_id)
    LEFT JOIN LATERAL (
        SELECT count(*) AS due, count(*) FILTER (WHERE e.status IN {HELD}) AS held,
               count(*) FILTER (WHERE e.status NOT IN ('scheduled', 'unmarked')) AS marked,
               count(*) FILTER (WHERE e.days_to_document <= 2) AS in_time
        FROM metrics.sessions e
        WHERE e.program_id = p.program_id AND e.at >= :since AND e.at <= :as_of AND e.status <> 'cancelled') d ON true
    WHERE p.school_id = :school AND p.status NOT IN ('withdrawn', 'draft')
    ORDER BY p.tier, p.type_code, p.program_id""")


def programs(session: Session, scope: Scope) -> list[Running]:
    return [Running(*row) for row in session.execute(PROGRAMS, scope.given)]


@dataclass(frozen=True, slots=True)
class Matched:
    """One match so far: what was planned up to now, and what was held."""

    program_id: UUID
    status: str
    ripe: bool
    due: int
    held: int
    marked: int
    due_minutes: int
    held_minutes: int


MATCHED = text(f"""
    SELECT m.program_id, m.status,
           m.status = 'active' AND m.starts_on <= CAST(CAST(:as_of AS timestamptz) AS date) - CAST(:ripe AS integer),
           count(e.session_id), count(e.session_id) FILTER (WHERE e.status IN {HELD}),
           count(e.session_id) FILTER (WHERE e.status NOT IN ('scheduled', 'unmarked')),
           CAST(round(count(e.session_id) * m.planned_minutes / m.planned_sessions::numeric) AS integer),
           coalesce(sum(e.minutes) FILTER (WHERE e.status IN {HELD}), 0)
    FROM metrics.matches m
    LEFT JOIN metrics.sessions e ON e.match_id = m.match_id AND e.at <= :as_of AND e.status <> 'cancelled'
    WHERE m.school_id = :school AND m.status IN ('active', 'paused', 'completed', 'ended_early')
          AND (m.starts_on IS NULL OR m.starts_on >= :since)
    GROUP BY m.match_id""")


def matched(session: Session, scope: Scope) -> list[Matched]:
    return [Matched(*row) for row in session.execute(MATCHED, scope.given)]
