"""Count everything that a page needs, at one moment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.metrics.measures.alerts import alerts, gaps
from services.metrics.measures.places import places
from services.metrics.measures.programs import matched, programs
from services.metrics.measures.raised import raised
from services.metrics.measures.referred import past_clock, referred, waiting
from services.metrics.measures.rules import Rules, rules
from services.metrics.measures.scope import Scope
from services.metrics.measures.weekly import weekly, weekly_students
from services.metrics.snapshots.dashboard import Numbers
from services.metrics.snapshots.overview import Measures
from services.metrics.snapshots.period import school_year_start, today_in, weeks_until


def count_district(session: Session, as_of: datetime) -> Measures:
    policy = rules(session, as_of)
    today = today_in(policy.tz, as_of)
    weeks = weeks_until(today)
    scope = Scope(school_year_start(today), as_of, policy.tz, weeks[0])
    return Measures(
        scope.since, today, weeks, policy, places(session, scope), referred(session, scope), weekly(session, scope),
        weekly_students(session, scope), raised(session, scope), alerts(session, scope))


def count_school(session: Session, school_id: UUID, as_of: datetime) -> Numbers | None:
    """One school's numbers; None when there is no such school in the caller's reach."""
    policy: Rules = rules(session, as_of)
    today = today_in(policy.tz, as_of)
    weeks = weeks_until(today)
    scope = Scope(school_year_start(today), as_of, policy.tz, weeks[0], school_id)
    if not (found := places(session, scope)):
        return None
    return Numbers(
        scope.since, today, weeks, policy, found[0], referred(session, scope), weekly(session, scope),
        weekly_students(session, scope), raised(session, scope), programs(session, scope), matched(session, scope),
        gaps(session, scope), waiting(session, school_id), past_clock(session, scope))
