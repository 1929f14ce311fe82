"""So that read copies elsewhere can find out what they missed: fingerprints of open referrals, and telling again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from services.referrals.referrals.model import Referral
from services.referrals.transaction import ReferralsTransaction as Transaction
from shared.contracts.referrals import OpenReferralsDigested, ReferralSubmitted, Republish, RepublishedView

# A school whose last referral has just ended is told of for a day: its fingerprint is that of nothing.
LATELY = timedelta(days=1)

DIGESTS = text("""
    SELECT school_id, count(*) FILTER (WHERE open) AS count, coalesce(max(version) FILTER (WHERE open), 0) AS newest,
           coalesce(bit_xor(hash) FILTER (WHERE open), 0) AS fingerprint
      FROM (SELECT school_id, version, status NOT IN ('closed', 'declined') AS open,
                   ('x' || encode(substring(sha256(convert_to(id || ':' || version, 'UTF8')) FROM 1 FOR 8), 'hex'))
                       ::bit(64)::bigint AS hash
              FROM referrals.referrals
             WHERE status NOT IN ('closed', 'declined') OR updated_at > :lately) AS each
     GROUP BY school_id ORDER BY school_id""")


def digest_open_referrals(tx: Transaction) -> None:
    for row in tx.session.execute(DIGESTS, {"lately": tx.now - LATELY}):
        tx.announce(
            OpenReferralsDigested(school_id=row.school_id, count=row.count, max_version=row.newest,
                                  xor_of_hashes=row.fingerprint),
            about=row.school_id, school_id=row.school_id)


def republish(command: Republish, tx: Transaction) -> RepublishedView:
    """Tell the present state again, as it was told when the referral came in."""
    found = [referral for id in command.referral_ids if (referral := tx.referrals.find(id))]
    for referral in found:
        _tell_again(referral, tx)
    return RepublishedView(count=len(found))


def _tell_again(referral: Referral, tx: Transaction) -> None:
    grade_band, subgroups = tx.background.of_student(referral.student_key)
    tier = tx.background.tier_of(referral.program_id)
    event = ReferralSubmitted(
        referral_id=referral.id, school_id=referral.school_id, version=referral.version,
        state=referral.public_state(), concern_id=referral.concern_id, student_key=referral.student_key,
        program_id=referral.program_id, source=referral.source, urgency=referral.urgency,
        concern_domain=referral.concern_domain, first_ever=False, from_tier2=tier == 2, grade_band=grade_band,
        subgroup_codes=subgroups)
    tx.announce(event, about=referral.id, school_id=referral.school_id, version=referral.version,
                replay_of=referral.id)
