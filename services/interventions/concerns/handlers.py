"""What is done with concerns: passing on, confirming, telling again, telling how far it has come."""

from __future__ import annotations

from services.interventions.concerns import views
from services.interventions.concerns.raising import Origin, raise_concern_from
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.interventions import ConcernDetail, ConcernDetailView, ConcernView, MyConcern, RaiseConcern
from shared.contracts.referrals import ConcernReceived, ReferralLoopClosed
from shared.messaging.codec import Fact

AT_A_TIME = 200


def raise_concern(command: RaiseConcern, tx: InterventionsTransaction) -> ConcernView:
    concern = raise_concern_from(command, _origin_of(command, tx), tx)
    tx.permit(concern)
    return views.seen_by_peer(concern, tx.now)


def my_concern(asked: MyConcern, tx: InterventionsTransaction) -> ConcernView:
    return views.seen_by_peer(tx.concerns.get(asked.concern_id), tx.now)


def concern_detail(asked: ConcernDetail, tx: InterventionsTransaction) -> ConcernDetailView:
    concern = tx.concerns.get(asked.concern_id)
    tx.saw("concern", concern.id, student=concern.student_key, school=concern.school_id, fields=("content",))
    return views.content(concern, tx)


def note_receipt(fact: Fact[ConcernReceived], tx: InterventionsTransaction) -> None:
    """Referrals has it: what the supporter sees may now say `received`."""
    concern = tx.concerns.get(fact.event.concern_id)
    concern.receive(fact.event.referral_id, fact.event.received_at, at=tx.now)


def note_progress(fact: Fact[ReferralLoopClosed], tx: InterventionsTransaction) -> None:
    """Somebody has spoken with the student, or the referral was closed, or goes on."""
    concern = tx.concerns.get(fact.event.concern_id)
    concern.progress(fact.event.status_for_referrer, referral_version=fact.event.version, at=tx.now)


def tell_again(tx: InterventionsTransaction) -> None:
    """Announce once more what nobody has confirmed within a minute."""
    for concern in tx.concerns.unconfirmed(tx.now, limit=AT_A_TIME):
        concern.announce_again(at=tx.now)


def _origin_of(command: RaiseConcern, tx: InterventionsTransaction) -> Origin:
    if command.match_id is not None:
        match = tx.matches.get(command.match_id)
        return Origin(match.school_id, match.program, match.id)
    if command.program_id is not None:
        program = tx.programs.look_up(command.program_id)
        return Origin(program.school_id, program)
    assert command.school_id is not None
    return Origin(command.school_id)
