"""Views as services give them, each in an ordinary state; a test names what it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.contracts.codes import PeerView
from shared.contracts.interventions import ConcernView, SessionLoggedView, SessionView
from shared.contracts.referrals import ReferralView
from tests.security.conftest import SCHOOL

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
REFERRAL = UUID("2e000000-0000-4000-8000-000000000001")
CONCERN = UUID("c0000000-0000-4000-8000-000000000001")
SESSION = UUID("5e000000-0000-4000-8000-000000000001")
PROGRAM = UUID("90000000-0000-4000-8000-000000000001")
STUDENT = UUID("57000000-0000-4000-8000-000000000001")
COUNSELOR = UUID("57aff000-0000-4000-8000-000000000001")


def a_referral(**given: Any) -> ReferralView:
    ordinary: dict[str, Any] = {
        "referral_id": REFERRAL, "case_number": "73920184", "version": 3, "status": "submitted", "urgency": "urgent",
        "urgency_floor": "urgent", "school_id": SCHOOL, "student_key": STUDENT, "grade_band": "high",
        "concern_domain": "mood", "source": "peer_supporter", "program_id": PROGRAM, "concern_id": CONCERN,
        "student_told": "told", "owner_key": COUNSELOR, "backup_key": None, "submitted_at": NOON, "received_at": NOON,
        "next_clock": "acknowledge", "due_at": NOON, "percent_used": 10, "overdue": False, "allowed": ["acknowledge"],
    }
    return ReferralView.model_validate(dict.fromkeys(ReferralView.model_fields) | ordinary | given)


def a_concern(*, seen: PeerView | None = None) -> ConcernView:
    return ConcernView.model_validate({
        "concern_id": CONCERN, "version": 1, "school_id": SCHOOL, "match_id": None, "raised_at": NOON,
        "received_at": NOON if seen else None, "urgency_floor": "urgent", "seen": seen, "tell_an_adult_now": False})


def a_logged_session(*, concern: ConcernView | None = None) -> SessionLoggedView:
    session = SessionView.model_validate({
        "session_id": SESSION, "version": 1, "program_id": PROGRAM, "school_id": SCHOOL, "match_id": None,
        "card_code": None, "scheduled_at": None, "held_at": NOON, "minutes": 30, "modality": "in_person",
        "attended_count": 1, "status": "documented", "topic_codes": [], "red_flag": "yes" if concern else "no",
        "recorded_by": None, "documented_at": NOON})
    return SessionLoggedView(session=session, concern=concern)
