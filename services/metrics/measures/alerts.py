"""What needs attention now, and the staffed hours that nobody covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.metrics.measures.scope import IN_CARE, REAL, Scope


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that needs attention now."""

    kind: str
    school_id: UUID
    program_id: UUID | None
    code: str | None
    since: datetime | None


ALERTS = text(f"""
    SELECT 'referral_past_clock', school_id, CAST(NULL AS uuid), CAST(NULL AS text),
           min(CASE WHEN acknowledged_at IS NULL THEN least(acknowledge_due_at, contact_due_at)
                    ELSE contact_due_at END) AS since
    FROM metrics.referral_waits
    WHERE status IN {IN_CARE} AND {REAL}
          AND ((acknowledged_at IS NULL AND acknowledge_due_at < :as_of)
               OR (first_contact_at IS NULL AND contact_due_at < :as_of))
    GROUP BY school_id
    UNION ALL
    SELECT 'on_call_gap', school_id, NULL, NULL, min(starts_at) FROM metrics.on_call_gaps
    WHERE NOT covered AND ends_at > :as_of GROUP BY school_id
    UNION ALL
    SELECT 'safeguard_failing', g.school_id, g.program_id, g.code, g.since
    FROM metrics.safeguards g JOIN metrics.programs p USING (program_id)
    WHERE g.failing AND p.status IN ('active', 'paused')
    UNION ALL
    SELECT 'ratio_breached', r.school_id, r.program_id, NULL, r.since
    FROM metrics.ratios r JOIN metrics.programs p USING (program_id)
    WHERE r.breached AND p.status IN ('active', 'paused')
    UNION ALL
    SELECT 'program_paused', school_id, program_id, type_code, since FROM metrics.programs WHERE status = 'paused'
    UNION ALL
    SELECT 'awaiting_approval', school_id, program_id, type_code, since FROM metrics.programs
    WHERE status = 'submitted'
    UNION ALL
    SELECT 'school_silent', school_id, NULL, NULL, greatest(sign.at, started.at)
    FROM (SELECT school_id, min(since) AS at FROM metrics.programs WHERE status = 'active' GROUP BY school_id) started
    LEFT JOIN LATERAL (
        SELECT greatest(
            (SELECT max(at) FROM metrics.sessions e WHERE e.school_id = started.school_id AND at <= :as_of
                    AND status NOT IN ('scheduled', 'unmarked', 'cancelled')),
            (SELECT CAST(max(held_on) AS timestamptz) FROM metrics.activities a
             WHERE a.school_id = started.school_id),
            (SELECT max(submitted_at) FROM metrics.referral_waits w WHERE w.school_id = started.school_id)) AS at
        ) sign ON true
    WHERE greatest(sign.at, started.at) < CAST(:as_of AS timestamptz) - interval '7 days'
          AND EXISTS (SELECT FROM metrics.school_days d WHERE d.school_id = started.school_id
                      AND d.opens_at BETWEEN CAST(:as_of AS timestamptz) - interval '7 days' AND :as_of)
    ORDER BY 5 NULLS LAST, 2""")


def alerts(session: Session, scope: Scope) -> list[Alert]:
    return [Alert(*row) for row in session.execute(ALERTS, scope.given)]


GAPS = text("""
    SELECT starts_at, ends_at FROM metrics.on_call_gaps
    WHERE school_id = :school AND NOT covered AND ends_at > :as_of ORDER BY starts_at LIMIT 20""")


def gaps(session: Session, scope: Scope) -> list[tuple[datetime, datetime]]:
    return [(starts_at, ends_at) for starts_at, ends_at in session.execute(GAPS, scope.given)]
