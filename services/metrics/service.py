"""Everything the metrics service answers, hears and does by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, get_args

from services.metrics.copies import handlers as copies
from services.metrics.facts.handlers import archive
from services.metrics.indicators import handlers as indicators
from services.metrics.snapshots import handlers as snapshots
from services.metrics.transaction import MetricsTransaction
from shared.contracts.interventions import ActivityHeld
from shared.contracts.messages import Event
from shared.contracts.referrals import ConcernReceived
from shared.contracts.schools import CalendarPublished, DistrictPolicyChanged, OnCallGapDetected, RosterSynced
from shared.entrypoints import Work, every, on_batch, query


def each(events: UnionType, handler: Callable[..., None]) -> Mapping[type[Event], Callable[..., None]]:
    """One handler for every event of a kind."""
    return dict.fromkeys(get_args(events), handler)


COUNTED: Mapping[type[Event], Callable[..., Any]] = {
    DistrictPolicyChanged: copies.copy_policies,
    **each(copies.SchoolEvent, copies.copy_schools),
    RosterSynced: copies.copy_rosters,
    CalendarPublished: copies.copy_calendars,
    OnCallGapDetected: copies.copy_on_call_gaps,
    **each(copies.ProgramEvent, copies.copy_programs),
    **each(copies.SafeguardEvent, copies.copy_safeguards),
    **each(copies.RatioEvent, copies.copy_ratios),
    **each(copies.SupporterEvent, copies.copy_supporters),
    **each(copies.MatchEvent, copies.copy_matches),
    **each(copies.SessionEvent, copies.copy_sessions),
    ActivityHeld: copies.copy_activities,
    ConcernReceived: copies.copy_concerns,
    **each(copies.ReferralEvent, copies.copy_referrals),
}
"""What is counted. Everything else that is heard is kept and not counted."""


class MetricsService:
    name = "metrics"
    work = Work(MetricsTransaction)

    district_overview = query(snapshots.district_overview, allow="dashboard.district")
    school_dashboard = query(snapshots.school_dashboard, allow="dashboard.school")
    indicator_definitions = query(indicators.indicator_definitions, allow="indicator.view")

    count_facts = on_batch(COUNTED, archive=archive)

    refresh_snapshot = every(10, snapshots.refresh_snapshot, name="snapshot")


SERVICE = MetricsService
