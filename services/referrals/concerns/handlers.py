"""What happens when a peer supporter is worried about somebody."""

from __future__ import annotations

import logging
from uuid import uuid4

from services.referrals.referrals.intake import take_in
from services.referrals.referrals.model import Referral
from services.referrals.referrals.store import case_number
from services.referrals.transaction import ReferralsTransaction as Transaction
from shared.contracts.ids import ConcernId, ReferralId
from shared.contracts.interventions import ConcernDetail, ConcernDetailView, ConcernRaised
from shared.contracts.referrals import ConcernReceived, Source
from shared.domain import Refused
from shared.messaging.codec import Fact

log = logging.getLogger(__name__)

AT_A_TIME = 20


def receive_concern(fact: Fact[ConcernRaised], tx: Transaction) -> None:
    """One referral for each concern, however often it is announced; the receipt is repeated, too."""
    concern = fact.event
    referral = tx.referrals.of_concern(concern.concern_id) or take_in(_referral_of(concern, tx), tx)
    tx.announce(
        ConcernReceived(concern_id=concern.concern_id, referral_id=referral.id, school_id=referral.school_id,
                        received_at=referral.received_at),
        about=concern.concern_id, school_id=referral.school_id)


def _referral_of(concern: ConcernRaised, tx: Transaction) -> Referral:
    return Referral(
        id=ReferralId(uuid4()), school_id=concern.school_id, case_number=case_number(),
        source=Source(concern.source.value), student_key=concern.student_key, concern_domain=concern.concern_domain,
        urgency=concern.urgency_floor, urgency_floor=concern.urgency_floor,
        # A worry waits since it was raised, by the clock of the database that took it; never since later than now.
        submitted_at=min(concern.raised_at, tx.now), received_at=tx.now, student_told=concern.student_told,
        concern_id=concern.concern_id, program_id=concern.program_id, content_awaited=True)


def fetch_concern_details(tx: Transaction) -> None:
    """Ask for the words of concerns that have become referrals, and keep them, sealed, once."""
    answers = [(id, _ask(ConcernId(concern_id), tx)) for id, concern_id in tx.referrals.content_awaited(AT_A_TIME)]
    for id, detail in answers:
        referral = tx.referrals.get(id)
        if detail and referral.content_awaited:
            referral.submitted_by = detail.raised_by
            tx.referrals.seal(referral, detail.red_flag_codes, detail.note)


def _ask(concern_id: ConcernId, tx: Transaction) -> ConcernDetailView | None:
    try:
        return tx.ask(ConcernDetail(concern_id=concern_id))
    except Refused as no:
        # The next look asks again; one concern that cannot be read must not keep the others waiting.
        log.warning("a concern cannot be read: %s", no.code)
        return None
