"""The district's overview, made of exact measures and nothing that may not be shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.metrics.indicators.limits import Limit, limits
from services.metrics.indicators.shares import Share
from services.metrics.measures.alerts import Alert
from services.metrics.measures.places import Place
from services.metrics.measures.raised import Raised
from services.metrics.measures.referred import Referred
from services.metrics.measures.rules import Rules
from services.metrics.measures.weekly import Weekly
from services.metrics.snapshots.attention import attention
from services.metrics.snapshots.comparison import compare
from services.metrics.snapshots.figures import percent_beside
from services.metrics.snapshots.suppression import shown_count, shown_quantile
from services.metrics.snapshots.waits import Count, acknowledgement, funnel, p90_by_week, referrals_by_week
from shared.contracts.codes import ClockKind, Tier, Urgency
from shared.contracts.ids import SnapshotId
from shared.contracts.metrics import (
    NOT_AVAILABLE,
    CompletenessView,
    DistrictOverviewView,
    Figure,
    SchoolComparison,
    TierView,
    WeekView,
)
from shared.contracts.schools import SchoolStatus

OF_THE_MOMENT = {"snapshot_id", "as_of", "published_at", "sha256", "suppressed_count", "waiting_now"}
"""What a snapshot's sum leaves out: the same facts give the same sum."""


@dataclass(frozen=True, slots=True)
class Measures:
    """All that was counted for one snapshot."""

    since: date
    today: date
    weeks: Sequence[date]
    rules: Rules
    places: Sequence[Place]
    referred: Sequence[Referred]
    weekly: Sequence[Weekly]
    weekly_students: Mapping[date, int]
    raised: Raised
    alerts: Sequence[Alert]


def overview(counted: Measures, id: UUID, as_of: datetime) -> DistrictOverviewView:
    """The whole page. Suppression is applied once, here, before anything is kept."""
    n_min, places = counted.rules.n_min, counted.places
    rows, district, per_week = compare(places, counted.referred, counted.weekly, counted.weeks, n_min)
    open_places = [place for place in places if SchoolStatus(place.status).active]
    view = DistrictOverviewView(
        snapshot_id=SnapshotId(id), as_of=as_of, published_at=as_of, sha256="", n_min=n_min,
        policy_version=counted.rules.policy_version, tz=counted.rules.tz, since=counted.since,
        schools=len(places), schools_rolled_out=sum(row.rolled_out for row in rows),
        enrollment=sum(place.enrollment or 0 for place in places),
        schools_without_enrollment=sum(place.enrollment is None for place in places),
        coverage_t1=Figure.of(Share(sum(p.programs_tier1 > 0 for p in open_places), len(open_places)).percent),
        tiers=tiers(places, district),
        funnel=funnel(counted.raised, counted.referred, lambda n: shown_count(n, n_min),
                      lambda value, n: shown_quantile(value, n, n_min)),
        waits=acknowledgement(counted.referred, _limits(counted.rules), n_min),
        attention=attention(counted.alerts), comparison=tuple(rows), district=district,
        weeks=_weeks(counted, per_week), completeness=completeness(places, lambda n: shown_count(n, n_min)),
        suppressed_count=0)
    body = view.model_dump(mode="json", exclude=OF_THE_MOMENT)
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return view.model_copy(update={
        "sha256": hashlib.sha256(canonical.encode()).hexdigest(), "suppressed_count": canonical.count('"*"')})


def _limits(rules: Rules) -> dict[Urgency, Limit]:
    return limits(rules.clocks, ClockKind.ACKNOWLEDGE, rules.school_day_minutes)


def tiers(places: Sequence[Place], district: SchoolComparison) -> tuple[TierView, ...]:
    """The top tier first. Contacts of Tier 1 are counted twice when someone comes twice: they have no share."""
    enrolled = [place for place in places if place.enrollment]
    enrollment = sum(place.enrollment or 0 for place in enrolled)
    third = Share(sum(place.t3_students for place in enrolled), enrollment)
    return (
        TierView(tier=Tier.INTENSIVE, count=district.t3_students, percent=percent_beside(district.t3_students, third),
                 programs=None, schools=None),
        TierView(tier=Tier.TARGETED, count=district.t2_students, percent=district.t2_reach,
                 programs=district.programs_tier2, schools=sum(place.programs_tier2 > 0 for place in places)),
        TierView(tier=Tier.UNIVERSAL, count=district.t1_contacts, percent=NOT_AVAILABLE,
                 programs=district.programs_tier1, schools=sum(place.programs_tier1 > 0 for place in places)))


def completeness(places: Sequence[Place], count: Count) -> CompletenessView:
    """Marked sessions among those whose time has passed."""
    due, marked = sum(p.sessions_due for p in places), sum(p.sessions_marked for p in places)
    return CompletenessView(sessions_due=count(due), sessions_marked=count(marked),
                            percent=percent_beside(count(due), Share(marked, due)))


def _weeks(counted: Measures, sessions: Sequence[Figure]) -> tuple[WeekView, ...]:
    n_min = counted.rules.n_min
    referrals = referrals_by_week(counted.referred, counted.weeks, n_min)
    p90 = p90_by_week(counted.referred, counted.weeks, lambda value, n: shown_quantile(value, n, n_min))
    return tuple(
        WeekView(starts_on=week, sessions=sessions[i], referrals=referrals[i], ack_p90_minutes=p90[i],
                 t2_students=shown_count(counted.weekly_students.get(week, 0), n_min),
                 complete=week + timedelta(days=7) <= counted.today)
        for i, week in enumerate(counted.weeks))
