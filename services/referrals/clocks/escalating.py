"""A clock that has run out calls the next of its chain: step, notices, events and next time in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.referrals.clocks.model import Link
from services.referrals.clocks.store import escalation_steps, referral_clocks
from services.referrals.duty.model import People
from services.referrals.notices.model import Kind
from services.referrals.referrals.model import Referral
from services.referrals.referrals.store import referrals
from services.referrals.transaction import ReferralsTransaction as Transaction
from shared.contracts.codes import ClockKind
from shared.contracts.referrals import Channel

AT_A_TIME = 50
c = referral_clocks.c

# What somebody else has locked is being answered or escalated right now: the next look sees whether it still is due.
DUE = (select(c.referral_id, c.kind, c.next_due_at)
       .join_from(referral_clocks, referrals, c.referral_id == referrals.c.id)
       .where(c.stopped_at.is_(None)).order_by(c.next_due_at).limit(AT_A_TIME)
       .with_for_update(of=[referral_clocks, referrals], skip_locked=True))


def escalate_what_is_due(tx: Transaction) -> Sequence[tuple[Referral, ClockKind, Link, bool]]:
    """Which referrals were escalated by which clock and link, and whether that was the moment of the breach."""
    due = tx.session.execute(DUE.where(c.next_due_at <= tx.now)).all()
    done = []
    for row in due:
        referral = tx.referrals.get(row.referral_id)
        fresh = referral.clocks[row.kind].breached_at is None
        if link := referral.escalate(row.kind, at=tx.now):
            _call(referral, row, link, tx)
            done.append((referral, row.kind, link, fresh and referral.clocks[row.kind].breached_at is not None))
    return done


def _call(referral: Referral, row: Row[Any, Any, Any], link: Link, tx: Transaction) -> None:
    people = _people(referral, row.kind, link, tx)
    tx.session.execute(escalation_steps.insert().values(
        referral_id=referral.id, kind=row.kind, step_no=referral.clocks[row.kind].steps,
        school_id=referral.school_id, urgency=referral.urgency, to=link.to, to_key=_first(people),
        channel=Channel.MAIL, due_at=row.next_due_at, at=tx.now))
    tx.notices.tell(people, Kind.REMINDER if link.percent < 100 else Kind.ESCALATION, referral)


def _people(referral: Referral, kind: ClockKind, link: Link, tx: Transaction) -> People:
    clock, duty = referral.clocks[kind], tx.duty.at(referral.school_id, tx.now)
    chain = referral.time.chain(clock.urgency, kind)
    return duty.called_by(link, chain, clock.turn, referral.owner_key, referral.backup_key)


def _first(people: People) -> UUID | None:
    return people[0] if people else None
