"""Where a way to care begins."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.metrics.measures.scope import HELD, Scope


@dataclass(frozen=True, slots=True)
class Raised:
    """Where a way to care began: sessions with a red flag, and the worries that were received."""

    sessions: int
    red_flags: int
    concerns: int


RAISED = text(f"""
    SELECT (SELECT count(*) FROM metrics.sessions WHERE status IN {HELD} AND at >= :since AND at <= :as_of
                   AND (CAST(:school AS uuid) IS NULL OR school_id = :school)),
           (SELECT count(*) FROM metrics.sessions WHERE red_flag AND at >= :since AND at <= :as_of
                   AND (CAST(:school AS uuid) IS NULL OR school_id = :school)),
           (SELECT count(*) FROM metrics.concerns WHERE received_at >= :since AND received_at <= :as_of
                   AND (CAST(:school AS uuid) IS NULL OR school_id = :school))""")


def raised(session: Session, scope: Scope) -> Raised:
    return Raised(*session.execute(RAISED, scope.given).one())
