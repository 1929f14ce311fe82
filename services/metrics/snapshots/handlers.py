"""Making the district's snapshot, showing the last one, and showing a school its own numbers."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from services.metrics.gauges import SNAPSHOT_PUBLISHED
from services.metrics.indicators.catalog import INDICATORS
from services.metrics.measures.referred import waiting
from services.metrics.snapshots.counting import count_district, count_school
from services.metrics.snapshots.dashboard import dashboard
from services.metrics.snapshots.overview import overview
from services.metrics.transaction import MetricsTransaction
from shared.contracts.codes import Role
from shared.contracts.metrics import (
    DistrictOverview,
    DistrictOverviewView,
    SchoolDashboard,
    SchoolDashboardView,
    SnapshotPublished,
)
from shared.domain import NotFound

STALE_AFTER = timedelta(minutes=5)
"""So long a snapshot may stand when nothing was heard: open waits grow by themselves."""

LATE = timedelta(seconds=30)
"""How much later than its moment a fact may become visible: its transaction was longer than ours."""

KEPT = timedelta(hours=1)
"""How long a snapshot of the moment is kept."""

ACTS_ON_WAITS = {Role.DISTRICT_LEAD, Role.CRISIS_LEAD}


def refresh_snapshot(tx: MetricsTransaction) -> None:
    """Count anew when something was heard since, and tell when the numbers have changed."""
    last = tx.snapshots.last()
    if last and tx.now - last[0] < STALE_AFTER and not tx.facts.any_since(last[0] - LATE):
        return
    publish_snapshot(tx, before=last and last[1])


def publish_snapshot(tx: MetricsTransaction, before: str | None = None) -> DistrictOverviewView:
    """Count, make safe, keep."""
    view = overview(count_district(tx.session, tx.now), uuid4(), tx.now)
    tx.snapshots.add(id=view.snapshot_id, as_of=view.as_of, body=view.model_dump_json(), sha256=view.sha256,
                     n_min=view.n_min, suppressed_count=view.suppressed_count)
    tx.snapshots.forget(before=tx.now - KEPT)
    SNAPSHOT_PUBLISHED.set(tx.now.timestamp())
    if view.sha256 != before:
        tx.announce(
            SnapshotPublished(snapshot_id=view.snapshot_id, as_of=view.as_of, indicator_count=len(INDICATORS),
                              suppressed_count=view.suppressed_count),
            about=view.snapshot_id, school_id=None)
    return view


def district_overview(question: DistrictOverview, tx: MetricsTransaction) -> DistrictOverviewView:
    """The last snapshot, as it was made; only the count of those who wait is of this moment."""
    body = tx.snapshots.latest()
    if body is None:
        raise NotFound("no snapshot has been made yet")
    view = DistrictOverviewView.model_validate_json(body)
    acts = any(reach.role in ACTS_ON_WAITS for reach in tx.errand.reaches)
    return view.model_copy(update={"waiting_now": waiting(tx.session)}) if acts else view


def school_dashboard(question: SchoolDashboard, tx: MetricsTransaction) -> SchoolDashboardView:
    """One school's exact numbers; each reading is written down."""
    counted = count_school(tx.session, question.school_id, tx.now)
    if counted is None:
        raise NotFound(f"there is no school {question.school_id}")
    tx.saw("school", question.school_id, school=question.school_id)
    return dashboard(counted, tx.now)
