"""The waits of every referral, and how many wait now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.metrics.measures.scope import IN_CARE, REAL, Scope


@dataclass(frozen=True, slots=True)
class Referred:
    """One referral's waits so far. `elapsed`: minutes on its clock up to its end, or up to as-of while it is open."""

    school_id: UUID
    week: date
    urgency: str
    from_concern: bool
    ended: bool
    elapsed: float
    acknowledged: bool
    contacted: bool
    served: bool
    acknowledge_minutes: float | None
    acknowledge_met: bool | None
    contact_minutes: float | None
    service_minutes: float | None
    acknowledge_overdue: bool


REFERRED = text(f"""
    SELECT w.school_id, CAST(date_trunc('week', w.submitted_at AT TIME ZONE :tz) AS date) AS week,
           w.urgency, w.concern_id IS NOT NULL AS from_concern, ending.at < :as_of AS ended,
           CAST(CASE WHEN w.urgency = 'emergency'
                          OR NOT EXISTS (SELECT FROM metrics.calendars c WHERE c.school_id = w.school_id)
                     THEN extract(epoch FROM ending.at - w.submitted_at) / 60
                     ELSE coalesce(staffed.minutes, 0) END AS double precision) AS elapsed,
           w.acknowledged_at IS NOT NULL, w.first_contact_at IS NOT NULL, w.first_service_at IS NOT NULL,
           w.acknowledge_minutes, w.acknowledge_met, w.contact_minutes, w.service_minutes,
           coalesce(w.acknowledge_due_at < :as_of, false)
    FROM metrics.referral_waits w
    CROSS JOIN LATERAL (SELECT least(coalesce(w.closed_at, w.declined_at), :as_of) AS at) ending
    LEFT JOIN LATERAL (
        SELECT sum(extract(epoch FROM least(d.closes_at, ending.at) - greatest(d.opens_at, w.submitted_at))) / 60
                   AS minutes
        FROM metrics.school_days d
        WHERE d.school_id = w.school_id
              AND d.date BETWEEN CAST(w.submitted_at AS date) - 1 AND CAST(ending.at AS date) + 1
              AND d.closes_at > w.submitted_at AND d.opens_at < ending.at) staffed ON true
    WHERE w.submitted_at >= :since AND w.submitted_at <= :as_of AND {REAL}
          AND (CAST(:school AS uuid) IS NULL OR w.school_id = :school)""")


def referred(session: Session, scope: Scope) -> list[Referred]:
    return [Referred(*row) for row in session.execute(REFERRED, scope.given)]


WAITING = text(f"""
    SELECT count(*) FROM metrics.referral_waits
    WHERE acknowledged_at IS NULL AND status IN {IN_CARE} AND {REAL}
          AND (CAST(:school AS uuid) IS NULL OR school_id = :school)""")


def waiting(session: Session, school_id: UUID | None = None) -> int:
    """How many referrals nobody has acknowledged at this moment, in the district or at one school."""
    count: int = session.scalar(WAITING, {"school": school_id}) or 0
    return count


PAST_CLOCK = text(f"""
    SELECT count(*) FROM metrics.referral_waits
    WHERE status IN {IN_CARE} AND {REAL} AND (CAST(:school AS uuid) IS NULL OR school_id = :school)
          AND ((acknowledged_at IS NULL AND acknowledge_due_at < :as_of)
               OR (first_contact_at IS NULL AND contact_due_at < :as_of))""")


def past_clock(session: Session, scope: Scope) -> int:
    count: int = session.scalar(PAST_CLOCK, scope.given) or 0
    return count
