"""What happens to referrals when somebody asks."""

from __future__ import annotations

from uuid import uuid4

from services.referrals.measures import waited
from services.referrals.notices.model import Kind
from services.referrals.referrals.intake import TOLD_AT_ONCE, take_in
from services.referrals.referrals.model import Referral, floor_of
from services.referrals.referrals.store import case_number
from services.referrals.referrals.views import view_of
from services.referrals.transaction import ReferralsTransaction as Transaction
from shared.contracts.ids import ActorKey, ReferralId, StaffKey
from shared.contracts.referrals import (
    AcceptReferral,
    AcknowledgeReferral,
    CloseReferral,
    DeclineReferral,
    HoldReferral,
    LowerUrgency,
    MarkFollowUp,
    RaiseUrgency,
    RecordFirstContact,
    RecordFirstService,
    ReferralView,
    ReopenReferral,
    RerouteReferral,
    ResumeReferral,
    Step,
    SubmitReferral,
    TriageReferral,
)


def submit_referral(command: SubmitReferral, tx: Transaction) -> ReferralView:
    referral = Referral(
        id=ReferralId(uuid4()), school_id=command.school_id, case_number=case_number(), source=command.source,
        student_key=command.student_key, concern_domain=command.concern_domain, urgency=command.urgency,
        urgency_floor=floor_of(command.red_flag_codes, tx.referrals.policy.floors), submitted_at=tx.now,
        received_at=tx.now, student_told=command.student_told, program_id=command.program_id,
        submitted_by=ActorKey(tx.actor))
    tx.permit(referral)
    take_in(referral, tx)
    tx.referrals.seal(referral, command.red_flag_codes, command.summary)
    return view_of(referral, tx)


def acknowledge_referral(command: AcknowledgeReferral, tx: Transaction) -> ReferralView:
    referral = tx.referrals.get(command.referral_id)
    referral.acknowledge(by=tx.by, at=tx.now)
    waited(referral, tx.now)
    return view_of(referral, tx)


def triage_referral(command: TriageReferral, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    owner_before = referral.owner_key
    referral.triage(by=tx.by, at=tx.now, domain=command.concern_domain, urgency=command.urgency,
                    owner=command.owner_key, reason=command.reason_code)
    _tell_new_owner(referral, owner_before, tx)
    return view_of(referral, tx)


def raise_urgency(command: RaiseUrgency, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    before = referral.urgency
    referral.raise_urgency(by=tx.by, at=tx.now, to=command.urgency, reason=command.reason_code)
    if referral.urgency in TOLD_AT_ONCE and referral.urgency is not before:
        tx.notices.tell([referral.owner_key], Kind.NEW_REFERRAL, referral)
    return view_of(referral, tx)


def lower_urgency(command: LowerUrgency, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    referral.lower_urgency(by=tx.by, at=tx.now, to=command.urgency, reason=command.reason_code)
    return view_of(referral, tx)


def accept_referral(command: AcceptReferral, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    referral.accept(by=tx.by, at=tx.now)
    return view_of(referral, tx)


def decline_referral(command: DeclineReferral, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    referral.decline(by=tx.by, at=tx.now, reason=command.reason_code, offer=command.offered_program_id)
    return view_of(referral, tx)


def reroute_referral(command: RerouteReferral, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    owner_before = referral.owner_key
    referral.reroute(by=tx.by, at=tx.now, owner=command.owner_key, backup=command.backup_key or referral.backup_key,
                     reason=command.reason_code)
    _tell_new_owner(referral, owner_before, tx)
    return view_of(referral, tx)


def record_first_contact(command: RecordFirstContact, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    referral.first_contact(by=tx.by, at=tx.now, setting=command.setting)
    return view_of(referral, tx)


def record_first_service(command: RecordFirstService, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    referral.first_service(by=tx.by, at=tx.now, setting=command.setting)
    return view_of(referral, tx)


def hold_referral(command: HoldReferral, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    referral.hold(by=tx.by, at=tx.now, reason=command.reason_code, until=command.review_on)
    return view_of(referral, tx)


def resume_referral(command: ResumeReferral, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    referral.resume(by=tx.by, at=tx.now)
    return view_of(referral, tx)


def close_referral(command: CloseReferral, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    referral.close(by=tx.by, at=tx.now, outcome=command.outcome_code, setting=command.outcome_setting,
                   follow_ups=command.follow_ups, waived=command.follow_ups_waived)
    return view_of(referral, tx)


def reopen_referral(command: ReopenReferral, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    referral.reopen(by=tx.by, at=tx.now, reason=command.reason_code)
    return view_of(referral, tx)


def mark_follow_up(command: MarkFollowUp, tx: Transaction) -> ReferralView:
    referral = _get(command, tx)
    today = tx.referrals.time_of(referral.school_id).today(tx.now)
    referral.follow_up(command.n, by=tx.by, at=tx.now, on=today, result=command.result_code)
    return view_of(referral, tx)


def resume_what_was_held(tx: Transaction) -> None:
    """The review day has come: what was put on hold goes on, and its owner is reminded."""
    for referral in tx.referrals.held_until_today():
        referral.resume(by=tx.by, at=tx.now)
        tx.notices.tell([referral.owner_key], Kind.REMINDER, referral)


def _get(command: Step, tx: Transaction) -> Referral:
    return tx.referrals.get(command.referral_id, version=command.expected_version)


def _tell_new_owner(referral: Referral, before: StaffKey | None, tx: Transaction) -> None:
    if referral.owner_key not in (before, tx.actor):
        tx.notices.tell([referral.owner_key], Kind.GIVEN_TO_YOU, referral)
