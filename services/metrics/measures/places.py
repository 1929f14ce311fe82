"""What each school has and did."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.metrics.measures.scope import HELD, REAL, RUNNING, SUPPORTING, Scope


@dataclass(frozen=True, slots=True)
class Place:
    """One school's counts of the period."""

    school_id: UUID
    level: str
    status: str
    enrollment: int | None
    programs_tier1: int
    programs_tier2: int
    programs_running: int
    elements: int
    contacts: int
    t2_students: int
    t3_students: int
    supporters: int
    sessions_due: int
    sessions_marked: int
    documented: int
    documented_in_time: int


PLACES = text(f"""
    SELECT s.school_id, s.level, s.status, nullif(coalesce(r.active_count, s.enrollment), 0) AS enrollment,
           coalesce(p.tier1, 0) AS programs_tier1, coalesce(p.tier2, 0) AS programs_tier2,
           coalesce(p.running, 0) AS programs_running, coalesce(p.elements, 0) AS elements,
           coalesce(a.contacts, 0) AS contacts, coalesce(t2.students, 0) AS t2_students,
           coalesce(t3.students, 0) AS t3_students, coalesce(u.supporters, 0) AS supporters,
           coalesce(d.due, 0) AS sessions_due, coalesce(d.marked, 0) AS sessions_marked,
           coalesce(d.documented, 0) AS documented, coalesce(d.in_time, 0) AS documented_in_time
    FROM metrics.schools s
    LEFT JOIN metrics.rosters r USING (school_id)
    LEFT JOIN (
        SELECT school_id, count(*) FILTER (WHERE tier = 1 AND status = 'active') AS tier1,
               count(*) FILTER (WHERE tier = 2 AND status = 'active') AS tier2,
               count(*) FILTER (WHERE status IN {RUNNING}) AS running,
               sum(elements_in_place) FILTER (WHERE status IN {RUNNING}) AS elements
        FROM metrics.programs GROUP BY school_id) p USING (school_id)
    LEFT JOIN (
        SELECT school_id, sum(headcount) AS contacts FROM metrics.activities
        WHERE held_on >= :since AND held_on <= CAST(:as_of AS timestamptz) GROUP BY school_id) a USING (school_id)
    LEFT JOIN (
        SELECT e.school_id, count(DISTINCT student) AS students
        FROM (SELECT DISTINCT school_id, match_id FROM metrics.sessions
              WHERE status IN {HELD} AND tier = 2 AND at >= :since AND at <= :as_of) e
             JOIN metrics.matches m USING (match_id), unnest(m.participant_keys) AS student
        GROUP BY e.school_id) t2 USING (school_id)
    LEFT JOIN (
        SELECT school_id, count(DISTINCT coalesce(student_key, referral_id)) AS students
        FROM metrics.referral_waits
        WHERE submitted_at >= :since AND submitted_at <= :as_of AND {REAL} GROUP BY school_id) t3 USING (school_id)
    LEFT JOIN (
        SELECT school_id, count(DISTINCT student_key) AS supporters FROM metrics.supporters
        WHERE status IN {SUPPORTING} GROUP BY school_id) u USING (school_id)
    LEFT JOIN (
        SELECT school_id, count(*) AS due,
               count(*) FILTER (WHERE status NOT IN ('scheduled', 'unmarked')) AS marked,
               count(*) FILTER (WHERE status IN ('documented', 'documentation_overdue', 'reviewed')) AS documented,
               count(*) FILTER (WHERE days_to_document <= 2) AS in_time
        FROM metrics.sessions WHERE at >= :since AND at <= :as_of AND status <> 'cancelled'
        GROUP BY school_id) d USING (school_id)
    WHERE CAST(:school AS uuid) IS NULL OR s.school_id = :school
    ORDER BY s.school_id""")


def places(session: Session, scope: Scope) -> list[Place]:
    return [Place(*row) for row in session.execute(PLACES, scope.given)]
