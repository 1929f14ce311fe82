"""What time is counted by has changed: zones, staffed hours, the district's rules. And: is somebody watching?"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from services.referrals.transaction import ReferralsTransaction as Transaction
from shared.contracts.referrals import WatchdogState, WatchdogView
from shared.contracts.schools import (
    CalendarPublished,
    DistrictPolicyChanged,
    SchoolDeactivated,
    SchoolRegistered,
    SchoolUpdated,
)
from shared.messaging.codec import Fact

LATE = timedelta(seconds=15)


def learn_policy(fact: Fact[DistrictPolicyChanged], tx: Transaction) -> None:
    """For clocks that start from now on; those that run keep the rule they started with."""
    tx.times.policy(fact.event)


def learn_school(fact: Fact[SchoolRegistered] | Fact[SchoolUpdated], tx: Transaction) -> None:
    school = fact.event
    if tx.times.school(school.school_id, school.version, school.tz, open=True):
        _count_again(school.school_id, tx)


def forget_school(fact: Fact[SchoolDeactivated], tx: Transaction) -> None:
    tx.times.school(fact.event.school_id, fact.event.version, fact.event.tz, open=False)


def learn_calendar(fact: Fact[CalendarPublished], tx: Transaction) -> None:
    if tx.times.calendar(fact.event):
        _count_again(fact.event.school_id, tx)


def watchdog_state(query: WatchdogState, tx: Transaction) -> WatchdogView:
    last = tx.times.last_tick()
    return WatchdogView(last_tick_at=last, late=last is None or tx.now - last > LATE)


def _count_again(school_id: UUID, tx: Transaction) -> None:
    for referral in tx.referrals.open_of_school(school_id):
        referral.recount(by=tx.by, at=tx.now)
