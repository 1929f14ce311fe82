"""What the referrals service itself measures: how long a student waits for a person."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import Histogram

from services.referrals.referrals.model import Referral

MINUTE, HOUR = 60, 3600
WAITS = (MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, *(hours * HOUR for hours in (1, 2, 4, 8, 24, 48, 120)))

TIME_TO_ACKNOWLEDGE = Histogram(
    "mtss_referral_time_to_acknowledge_seconds", "From submission to a person's word, by the wall clock.", ["urgency"],
    buckets=WAITS)


def waited(referral: Referral, at: datetime) -> None:
    """Count a referral that was acknowledged at this moment; one that was acknowledged before is not counted again."""
    if referral.acknowledged_at == at:
        TIME_TO_ACKNOWLEDGE.labels(referral.urgency).observe((at - referral.submitted_at).total_seconds())
