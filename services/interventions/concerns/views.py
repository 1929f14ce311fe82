"""What concerns show: to the person who raised one only how far it has come, to referrals everything."""

from __future__ import annotations

from datetime import datetime

from services.interventions.concerns.model import Concern
from services.interventions.concerns.raising import opened
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.interventions import ConcernDetailView, ConcernView


def seen_by_peer(concern: Concern, at: datetime) -> ConcernView:
    return ConcernView(
        concern_id=concern.id, version=concern.version, school_id=concern.school_id, match_id=concern.match_id,
        raised_at=concern.raised_at, received_at=concern.received_at, urgency_floor=concern.urgency_floor,
        seen=concern.seen, tell_an_adult_now=concern.unconfirmed(at))


def content(concern: Concern, tx: InterventionsTransaction) -> ConcernDetailView:
    """The sealed content, opened for the referral that it became."""
    codes, note = opened(concern, tx)
    return ConcernDetailView(
        concern_id=concern.id, version=concern.version, school_id=concern.school_id, program_id=concern.program_id,
        match_id=concern.match_id, student_key=concern.student_key, raised_by=concern.raised_by, source=concern.source,
        raised_at=concern.raised_at, red_flag_codes=codes, danger_now=concern.danger_now,
        urgency_floor=concern.urgency_floor, concern_domain=concern.concern_domain, student_told=concern.student_told,
        told_reason=concern.told_reason, note=note)
