"""What a fact says of the thing it is about, as the row of a read copy."""

from __future__ import annotations

from datetime import datetime

from services.metrics.copies.folding import Row
from shared.contracts.interventions import (
    ActivityHeld,
    Answer,
    OfMatch,
    OfProgram,
    OfSession,
    OfSupporter,
    ProgramSafeguardFailed,
    ProgramSafeguardRestored,
    SessionDocumented,
    SupervisionRatioBreached,
    SupervisionRatioRestored,
)
from shared.contracts.referrals import (
    ConcernReceived,
    OfReferral,
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralFirstContactMade,
    ReferralFirstServiceDelivered,
    ReferralSubmitted,
)
from shared.contracts.schools import DistrictPolicyChanged, OnCallGapDetected, RosterSynced, SchoolFacts


def policy_row(event: DistrictPolicyChanged) -> Row:
    return {
        "policy_version": event.policy_version, "version": event.version, "effective_on": event.effective_on,
        "tz": event.tz, "n_min": event.n_min, "clocks": [rule.model_dump(mode="json") for rule in event.clocks]}


def school_row(event: SchoolFacts) -> Row:
    return {
        "school_id": event.school_id, "version": event.version, "level": event.level, "status": event.status,
        "enrollment": event.enrollment, "tz": event.tz}


def roster_row(event: RosterSynced) -> Row:
    return {"school_id": event.school_id, "version": event.version, "active_count": event.active_count}


def gap_row(event: OnCallGapDetected) -> Row:
    return {
        "school_id": event.school_id, "starts_at": event.starts_at, "version": event.version,
        "ends_at": event.ends_at, "gap_minutes": event.gap_minutes, "covered": event.covered}


def program_row(event: OfProgram, at: datetime) -> Row:
    state = event.state
    return {
        "program_id": event.program_id, "version": event.version, "school_id": event.school_id,
        "type_code": state.type_code, "tier": state.tier, "status": state.status,
        "elements_in_place": state.elements_in_place, "since": at}


def safeguard_row(event: ProgramSafeguardFailed | ProgramSafeguardRestored, at: datetime) -> Row:
    return {
        "program_id": event.program_id, "code": event.safeguard_code, "version": event.version,
        "school_id": event.school_id, "failing": isinstance(event, ProgramSafeguardFailed), "since": at}


def ratio_row(event: SupervisionRatioBreached | SupervisionRatioRestored, at: datetime) -> Row:
    return {
        "program_id": event.program_id, "version": event.version, "school_id": event.school_id,
        "breached": isinstance(event, SupervisionRatioBreached), "ratio": event.ratio, "ratio_limit": event.limit,
        "since": at}


def supporter_row(event: OfSupporter) -> Row:
    return {
        "supporter_id": event.supporter_id, "version": event.version, "school_id": event.school_id,
        "program_id": event.program_id, "student_key": event.state.student_key, "status": event.state.status}


def match_row(event: OfMatch) -> Row:
    return {
        "match_id": event.match_id, "version": event.version, "school_id": event.school_id,
        "program_id": event.program_id, "status": event.state.status,
        "participant_keys": [str(key) for key in event.participant_keys],
        "planned_sessions": event.planned_sessions, "planned_minutes": event.planned_minutes,
        "starts_on": event.starts_on}


def session_row(event: OfSession, at: datetime) -> Row:
    documented = event if isinstance(event, SessionDocumented) else None
    return {
        "session_id": event.session_id, "version": event.version, "school_id": event.school_id,
        "program_id": event.program_id, "match_id": event.match_id, "tier": event.tier, "status": event.state.status,
        "at": event.state.held_at or event.state.scheduled_at or at, "minutes": event.state.minutes,
        "days_to_document": documented and documented.days_to_document,
        "red_flag": documented and documented.red_flag is Answer.YES}


def activity_row(event: ActivityHeld) -> Row:
    return {
        "activity_id": event.activity_id, "version": 1, "school_id": event.school_id, "program_id": event.program_id,
        "held_on": event.held_on, "headcount": sum(band.count for band in event.headcount_by_band)}


def concern_row(event: ConcernReceived) -> Row:
    return {
        "concern_id": event.concern_id, "version": 1, "school_id": event.school_id,
        "referral_id": event.referral_id, "received_at": event.received_at}


def referral_row(event: OfReferral, at: datetime) -> Row:
    """The state that every event of a referral carries, and what only this one knows."""
    state = event.state
    return {
        "referral_id": event.referral_id, "version": event.version, "school_id": event.school_id,
        "program_id": state.program_id, "concern_id": state.concern_id, "status": state.status,
        "urgency": state.urgency, "outcome_code": state.outcome_code, "submitted_at": state.submitted_at,
        "acknowledge_due_at": state.acknowledge_due_at, "contact_due_at": state.contact_due_at,
        "service_due_at": state.service_due_at, "acknowledged_at": state.acknowledged_at,
        "first_contact_at": state.first_contact_at, "first_service_at": state.first_service_at,
        "closed_at": state.closed_at, **_known_only_here(event, at)}


def _known_only_here(event: OfReferral, at: datetime) -> Row:
    match event:
        case ReferralSubmitted():
            return {"student_key": event.student_key, "source": event.source, "from_tier2": event.from_tier2}
        case ReferralAcknowledged():
            return {"acknowledge_minutes": event.clock_minutes, "acknowledge_met": event.within_limit}
        case ReferralFirstContactMade():
            return {"contact_minutes": event.clock_minutes, "contact_met": event.within_limit}
        case ReferralFirstServiceDelivered():
            return {"service_minutes": event.clock_minutes, "service_met": event.within_limit}
        case ReferralDeclined():
            return {"declined_reason": event.reason_code, "declined_at": at}
        case _:
            return {}
