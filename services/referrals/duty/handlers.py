"""Who is on duty has changed, or somebody has left: what they had in hand goes to others at once."""

from __future__ import annotations

from services.referrals.notices.model import Kind
from services.referrals.referrals.model import Referral
from services.referrals.transaction import ReferralsTransaction as Transaction
from shared.contracts.ids import StaffKey
from shared.contracts.referrals import RerouteReason
from shared.contracts.schools import (
    DutyContact,
    DutyContacts,
    OnCallRotaChanged,
    PathwayChanged,
    StaffAssigned,
    StaffDeactivated,
)
from shared.messaging.codec import Fact

CONTACTS = "duty_contacts"
"""The timer by which addresses are read: once a night, and two seconds after something changed."""
SOON = 2


def learn_staff(fact: Fact[StaffAssigned], tx: Transaction) -> None:
    tx.staff.assigned(fact.event.staff_key, fact.event.version, fact.event.assignments)
    tx.staff.read_soon(CONTACTS, SOON)


def learn_rota(fact: Fact[OnCallRotaChanged], tx: Transaction) -> None:
    tx.staff.rota(fact.event.school_id, fact.event.version, fact.event.shifts)
    tx.staff.read_soon(CONTACTS, SOON)


def learn_pathway(fact: Fact[PathwayChanged], tx: Transaction) -> None:
    tx.staff.pathway(fact.event.school_id, fact.event.version, fact.event.order)
    tx.staff.read_soon(CONTACTS, SOON)


def hand_over(fact: Fact[StaffDeactivated], tx: Transaction) -> None:
    """Someone left: the back-up, the next in the pathway or the coordinator takes over what they had in hand."""
    gone = fact.event.staff_key
    tx.staff.left(gone, fact.event.version)
    for referral in tx.referrals.open_of_owner(gone):
        _replace(gone, referral, tx)


def find_owners(tx: Transaction) -> None:
    """No open referral stays with nobody, or with someone who has no role at its school any more."""
    for referral in tx.referrals.without_a_home():
        _replace(referral.owner_key, referral, tx)


def _replace(gone: StaffKey | None, referral: Referral, tx: Transaction) -> None:
    present = tx.duty.at(referral.school_id, tx.now)
    owner, backup = present.in_place_of(gone, referral.owner_key, referral.backup_key)
    owner_before = referral.owner_key
    if (owner, backup) == (owner_before, referral.backup_key):
        return
    referral.reroute(by=tx.by, at=tx.now, owner=owner, backup=backup, reason=RerouteReason.OWNER_DEACTIVATED)
    if owner != owner_before:
        tx.notices.tell([owner], Kind.GIVEN_TO_YOU, referral)


def read_duty_contacts(tx: Transaction) -> None:
    """Renew the addresses of all who may be told something, so that telling them needs nobody's help."""
    people: list[DutyContact] = []
    page = tx.ask(DutyContacts())
    people += page.items
    while page.next_cursor:
        page = tx.ask(DutyContacts(cursor=page.next_cursor))
        people += page.items
    tx.staff.contacts(people)
