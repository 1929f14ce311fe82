"""What was counted, with defaults: a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.metrics.measures.places import Place
from services.metrics.measures.raised import Raised
from services.metrics.measures.referred import Referred
from services.metrics.measures.rules import Rules
from services.metrics.snapshots.overview import Measures
from shared.contracts.codes import ClockKind, Urgency
from shared.contracts.schools import ClockUnit

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WEEKS = [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)]
CLOCKS = [
    {"kind": ClockKind.ACKNOWLEDGE, "urgency": Urgency.EMERGENCY, "unit": ClockUnit.SECONDS, "amount": 300},
    {"kind": ClockKind.ACKNOWLEDGE, "urgency": Urgency.URGENT, "unit": ClockUnit.SCHOOL_MINUTES, "amount": 60},
    {"kind": ClockKind.ACKNOWLEDGE, "urgency": Urgency.ROUTINE, "unit": ClockUnit.SCHOOL_DAYS, "amount": 2},
]


def a_place(**given: Any) -> Place:
    return Place(**{
        "school_id": uuid4(), "level": "high", "status": "open", "enrollment": 500, "programs_tier1": 1,
        "programs_tier2": 1, "programs_running": 2, "elements": 16, "contacts": 100, "t2_students": 20,
        "t3_students": 12, "supporters": 15, "sessions_due": 40, "sessions_marked": 38, "documented": 36,
        "documented_in_time": 30} | given)


def a_referred(
    school_id: UUID | None = None, *, minutes: float | None = 20, limit: float = 60, **given: Any,
) -> Referred:
    """A referral acknowledged after so many minutes; None: it still waits."""
    done = minutes is not None
    return Referred(**{
        "school_id": school_id or uuid4(), "week": WEEKS[1], "urgency": Urgency.URGENT, "from_concern": True,
        "ended": False, "elapsed": 90.0, "acknowledged": done, "contacted": False, "served": False,
        "acknowledge_minutes": minutes, "acknowledge_met": minutes <= limit if minutes is not None else None,
        "contact_minutes": None, "service_minutes": None, "acknowledge_overdue": not done} | given)


def counted(**given: Any) -> Measures:
    return Measures(**{
        "since": date(2026, 7, 1), "today": date(2026, 11, 24), "weeks": WEEKS,
        "rules": Rules(1, 10, "America/New_York", CLOCKS, 450.0), "places": [], "referred": [], "weekly": [],
        "weekly_students": {}, "raised": Raised(0, 0, 0), "alerts": []} | given)
