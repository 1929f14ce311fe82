"""How a referral comes in, whoever brings it."""

from __future__ import annotations

from services.referrals.notices.model import Kind
from services.referrals.referrals.model import Referral
from services.referrals.referrals.parts import Background
from services.referrals.transaction import ReferralsTransaction as Transaction
from shared.contracts.codes import Tier, Urgency

TOLD_AT_ONCE = (Urgency.EMERGENCY, Urgency.URGENT)


def take_in(referral: Referral, tx: Transaction) -> Referral:
    """It gets its owner and back-up, its clocks start, and if it cannot wait its owner is told at once."""
    owner, backup = tx.duty.at(referral.school_id, tx.now).receiving()
    grade_band, subgroups = tx.background.of_student(referral.student_key)
    background = Background(
        grade_band, subgroups, first_ever=not tx.referrals.had_before(referral.student_key),
        from_tier2=tx.background.tier_of(referral.program_id) is Tier.TARGETED)
    referral.submit(by=tx.by, at=tx.now, owner=owner, backup=backup, of=background,
                    time=tx.referrals.time_of(referral.school_id))
    tx.referrals.add(referral)
    if referral.urgency in TOLD_AT_ONCE:
        tx.notices.tell([owner], Kind.NEW_REFERRAL, referral)
    return referral
