"""Notices go out under a lease; what cannot be sent goes to the next person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.referrals.notices.model import Kind, Letter, Notice
from services.referrals.transaction import ReferralsTransaction as Transaction
from shared.channels import NotSent, Sender
from shared.contracts.referrals import Channel, NoticeStatus
from shared.crash_points import crash_point
from shared.work import Database, Errand

AT_A_TIME = 20
Sent = Sequence[tuple[Channel, str]]


@dataclass(frozen=True)
class Outgoing:
    """A notice in hand: who has it leased, where it goes, what it says."""

    id: UUID
    channel: Channel
    to: str | None
    known: bool
    letter: Letter


def send_what_waits(database: Database[Transaction], senders: Mapping[Channel, Sender], base_url: str) -> Sent:
    """Send up to so many notices; the answer says through which channel and how each ended."""
    with database.begin(_errand("notices.lease")) as tx:
        outgoing = [_outgoing(notice, base_url, tx) for notice in tx.notices.due(AT_A_TIME)]
    return [(each.channel, _send(each, database, senders)) for each in outgoing]


def _outgoing(notice: Notice, base_url: str, tx: Transaction) -> Outgoing:
    notice.lease(tx.now)
    contact = tx.staff.contact(notice.to_key)
    address = contact.mail if contact else None
    return Outgoing(notice.id, notice.channel, address, contact is not None, notice.letter(base_url))


def _send(each: Outgoing, database: Database[Transaction], senders: Mapping[Channel, Sender]) -> str:
    crash_point("notices.before_send")
    try:
        if each.to is None:
            # An address may still be on its way; a person who has none never gets one by waiting.
            raise NotSent("no_address", final=each.known)
        senders[each.channel].send(each.id, each.to, each.letter.subject, each.letter.text)
        failure = None
    except NotSent as why:
        failure = why
    crash_point("notices.after_send_before_mark")
    with database.begin(_errand("notices.mark")) as tx:
        return _mark(tx.notices.get(each.id), failure, tx)


def _mark(notice: Notice, failure: NotSent | None, tx: Transaction) -> str:
    if failure is None:
        notice.sent(tx.now)
        return "sent"
    notice.failed(failure.code, tx.now, final=failure.final)
    if notice.status is not NoticeStatus.EXHAUSTED:
        return "failed"
    _tell_the_next(notice, tx)
    return "exhausted"


def _tell_the_next(notice: Notice, tx: Transaction) -> None:
    """Somebody must hear of it: the nearest who has not been told."""
    about: Any = (tx.pathway_tests if notice.kind is Kind.PATHWAY_TEST else tx.referrals).find(notice.subject_id)
    told = tx.notices.told(notice.subject_id)
    duty = tx.duty.at(notice.school_id, tx.now)
    others = [key for key in duty.everyone() + duty.principals if key not in told]
    if about and notice.kind is not Kind.PATHWAY_TEST:
        tx.notices.tell(others[:1], notice.kind, about)


def _errand(action: str) -> Errand:
    return Errand.own("referrals", action, place="notices")
