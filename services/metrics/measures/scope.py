"""What to count, and which words of the other services mean what here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.metrics.indicators.dosage import RIPE_DAYS
from shared.contracts.referrals import Outcome

HELD = "('held', 'documented', 'documentation_overdue', 'reviewed')"
RUNNING = "('active', 'paused', 'closing')"
SUPPORTING = "('active', 'check_in_overdue', 'refresher_due')"
IN_CARE = "('submitted', 'triaged', 'acknowledged', 'accepted', 'in_progress', 'on_hold')"
REAL = f"""(outcome_code IS DISTINCT FROM '{Outcome.ENTERED_IN_ERROR}'
            AND declined_reason IS DISTINCT FROM 'duplicate')"""
"""A referral that somebody meant: not entered in error and no duplicate of another."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What to count: from when, up to when, and where (None: in the whole district)."""

    since: date
    as_of: datetime
    tz: str
    first_week: date
    school_id: UUID | None = None

    @property
    def given(self) -> dict[str, Any]:
        return {"since": self.since, "as_of": self.as_of, "tz": self.tz, "first_week": self.first_week,
                "school": self.school_id, "ripe": RIPE_DAYS}
