"""What needs attention: one group for each kind of alert, the most serious kind first, the oldest place first."""

from __future__ import annotations

from collections.abc import Sequence

from services.metrics.measures.alerts import Alert
from shared.contracts.ids import ProgramId, SchoolId
from shared.contracts.metrics import AttentionKind, AttentionPlace, AttentionView

PLACES_SHOWN = 5


def attention(alerts: Sequence[Alert]) -> tuple[AttentionView, ...]:
    groups = ((kind, [alert for alert in alerts if alert.kind == kind]) for kind in AttentionKind)
    return tuple(_group(kind, group) for kind, group in groups if group)


def _group(kind: AttentionKind, alerts: Sequence[Alert]) -> AttentionView:
    return AttentionView(kind=kind, total=len(alerts), places=tuple(_place(alert) for alert in alerts[:PLACES_SHOWN]))


def _place(alert: Alert) -> AttentionPlace:
    # The moment at which a referral became late is one student's: it orders the places and is not told.
    since = None if alert.kind == AttentionKind.REFERRAL_PAST_CLOCK else alert.since
    return AttentionPlace(
        school_id=SchoolId(alert.school_id), program_id=ProgramId(alert.program_id) if alert.program_id else None,
        code=alert.code, since=since)
