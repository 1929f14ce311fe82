"""The policy in force, as far as numbers depend on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy in force, as far as numbers depend on it."""

    policy_version: int | None
    n_min: int
    tz: str
    clocks: list[dict[str, Any]]
    school_day_minutes: float | None


RULES = text("""
    SELECT policy_version, n_min, tz, clocks FROM metrics.policies
    WHERE effective_on <= CAST(CAST(:as_of AS timestamptz) AT TIME ZONE tz AS date)
    ORDER BY policy_version DESC LIMIT 1""")

SCHOOL_DAY = text("""
    SELECT percentile_cont(0.5) WITHIN GROUP (
        ORDER BY CAST(extract(epoch FROM closes_at - opens_at) AS double precision) / 60)
    FROM metrics.school_days WHERE opens_at BETWEEN CAST(:as_of AS timestamptz) - interval '30 days'
                                               AND CAST(:as_of AS timestamptz) + interval '30 days'""")

DEFAULT_N_MIN, DEFAULT_ZONE = 10, "UTC"


def rules(session: Session, as_of: datetime) -> Rules:
    """The policy that holds now; before a district has one, the strictest usual threshold and no limits."""
    given = {"as_of": as_of}
    row = session.execute(RULES, given).first()
    version, n_min, tz, clocks = row if row else (None, DEFAULT_N_MIN, DEFAULT_ZONE, [])
    return Rules(version, n_min, tz, clocks, session.scalar(SCHOOL_DAY, given))
