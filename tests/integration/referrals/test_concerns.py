"""A concern becomes one referral, however often it is announced; its words come later, sealed, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.referrals.concerns import handlers as concerns
from services.referrals.referrals.store import Referrals
from services.referrals.transaction import ReferralsTransaction
from shared.contracts.codes import ConcernDomain, PeerView, RedFlag, StudentTold, Tier, Urgency
from shared.contracts.ids import ActorKey, ConcernId, ProgramId, StudentKey
from shared.contracts.interventions import (
    ConcernDetail,
    ConcernDetailView,
    ConcernRaised,
    ConcernSource,
    ConcernState,
    ConcernStatus,
)
from shared.domain import NotFound
from shared.messaging.rpc import Unavailable
from tests.integration.referrals.conftest import Room, detail

NOTE = "They said they have a plan for tonight"


def a_concern(room: Room, **given: Any) -> ConcernRaised:
    return ConcernRaised(**{
        "concern_id": ConcernId(uuid4()), "school_id": room.school, "version": 1,
        "state": ConcernState(status=ConcernStatus.RAISED, urgency_floor=Urgency.EMERGENCY),
        "program_id": ProgramId(uuid4()), "match_id": None, "tier": Tier.TARGETED,
        "student_key": StudentKey(uuid4()), "source": ConcernSource.PEER_SUPPORTER,
        "urgency_floor": Urgency.EMERGENCY, "concern_domain": ConcernDomain.SAFETY_SELF,
        "student_told": StudentTold.TOLD, "raised_at": datetime.now(UTC) - timedelta(seconds=20), **given})


def its_words(concern: ConcernRaised) -> ConcernDetailView:
    return ConcernDetailView(
        concern_id=concern.concern_id, version=1, school_id=concern.school_id, program_id=concern.program_id,
        match_id=None, student_key=concern.student_key, raised_by=ActorKey(uuid4()), source=concern.source,
        raised_at=concern.raised_at, red_flag_codes=(RedFlag.SUICIDE_IDEATION,), danger_now=True,
        urgency_floor=concern.urgency_floor, concern_domain=concern.concern_domain,
        student_told=concern.student_told, told_reason=None, note=NOTE)


class Interventions:
    """Answers for the other service: what it knows, or that it cannot be reached."""

    def __init__(self, *known: ConcernDetailView) -> None:
        self.known = {view.concern_id: view for view in known}
        self.away = False
        self.asked: list[ConcernId] = []

    def __call__(self, request: ConcernDetail, correlation_id: str) -> ConcernDetailView:
        self.asked.append(request.concern_id)
        if self.away:
            raise Unavailable("interventions did not answer", "timeout")
        if request.concern_id not in self.known:
            raise NotFound("there is no such concern")
        return self.known[request.concern_id]


def fetch(room: Room, interventions: Interventions) -> None:
    room.database.asking = interventions  # type: ignore[assignment]
    with room.work("concern_details") as tx:
        concerns.fetch_concern_details(tx)


def test_a_concern_heard_twice_is_one_referral(room: Room):
    concern = a_concern(room)

    for _ in range(2):
        room.hear(concerns.receive_concern, concern)

    assert room.sql("SELECT count(*) FROM referrals") == [(1,)]
    assert len(room.announced("referral_submitted")) == 1
    receipts = room.announced("concern_received")
    assert len({receipt["referral_id"] for receipt in receipts}) == 1
    assert receipts[0]["concern_id"] == str(concern.concern_id)


def test_its_clock_starts_when_it_was_raised_and_its_owner_is_on_duty(room: Room):
    concern = a_concern(room)

    room.hear(concerns.receive_concern, concern)

    ((submitted, received, owner, backup, urgency),) = room.sql(
        "SELECT submitted_at, received_at, owner_key, backup_key, urgency FROM referrals")
    assert (submitted, received > submitted) == (concern.raised_at, True)
    assert (owner, backup, urgency) == (room.people.first, room.people.second, "emergency")


def test_a_concern_that_claims_to_come_from_the_future_starts_now(room: Room):
    room.hear(concerns.receive_concern, a_concern(room, raised_at=datetime.now(UTC) + timedelta(hours=1)))

    assert room.sql("SELECT submitted_at = received_at FROM referrals") == [(True,)]


def test_a_concern_about_somebody_nobody_could_name_is_a_referral_all_the_same(room: Room):
    room.hear(concerns.receive_concern, a_concern(room, student_key=None))

    assert room.sql("SELECT student_key FROM referrals") == [(None,)]


def test_its_words_are_fetched_and_kept_sealed_once(room: Room):
    concern = a_concern(room)
    room.hear(concerns.receive_concern, concern)
    ((id,),) = room.sql("SELECT id FROM referrals")
    assert (detail(room, id).content_awaited, detail(room, id).red_flag_codes) == (True, ())
    interventions = Interventions(its_words(concern))

    for _ in range(2):
        fetch(room, interventions)

    shown = detail(room, id)
    assert (shown.summary, shown.red_flag_codes) == (NOTE, (RedFlag.SUICIDE_IDEATION,))
    assert (shown.content_awaited, shown.peer_sees) == (False, PeerView.RECEIVED)
    assert interventions.asked == [concern.concern_id]
    ((summary, flags),) = room.sql("SELECT summary, red_flags FROM referrals")
    assert NOTE.encode() not in bytes(summary)
    assert b"suicide" not in bytes(flags)


def test_while_interventions_is_away_they_are_asked_for_again(room: Room):
    concern = a_concern(room)
    room.hear(concerns.receive_concern, concern)
    interventions = Interventions(its_words(concern))
    interventions.away = True

    with pytest.raises(Unavailable):
        fetch(room, interventions)
    interventions.away = False
    fetch(room, interventions)

    assert room.sql("SELECT content_awaited FROM referrals") == [(False,)]


def test_a_concern_that_cannot_be_read_keeps_no_other_waiting(room: Room):
    lost, known = a_concern(room), a_concern(room)
    for concern in (lost, known):
        room.hear(concerns.receive_concern, concern)

    fetch(room, Interventions(its_words(known)))

    assert room.sql("SELECT concern_id FROM referrals WHERE content_awaited") == [(lost.concern_id,)]


def test_no_word_of_it_is_in_any_event(room: Room):
    concern = a_concern(room)
    room.hear(concerns.receive_concern, concern)
    fetch(room, Interventions(its_words(concern)))

    ((everything,),) = room.sql("SELECT string_agg(payload, ' ') FROM outbox")
    for secret in (NOTE, "suicide_ideation", "danger_now"):
        assert secret not in everything


def test_reading_it_is_written_down(room: Room):
    concern = a_concern(room)
    room.hear(concerns.receive_concern, concern)
    ((id,),) = room.sql("SELECT id FROM referrals")

    detail(room, id, by=room.people.second)

    assert room.sql("SELECT actor_key, student_key, fields FROM audit_log WHERE action = 'referral.view'") == [
        (room.people.second, concern.student_key, ["red_flag_codes", "summary"])]


def test_whether_it_is_a_students_first_referral_is_told(room: Room):
    student = StudentKey(uuid4())

    for _ in range(2):
        room.hear(concerns.receive_concern, a_concern(room, student_key=student))

    assert [event["first_ever"] for event in room.announced("referral_submitted")] == [True, False]


def test_the_repository_finds_a_referral_by_its_concern(room: Room):
    concern = a_concern(room)
    room.hear(concerns.receive_concern, concern)

    with room.work() as tx:
        assert isinstance(tx, ReferralsTransaction)
        found = Referrals(tx).of_concern(concern.concern_id)
        assert found is not None
        assert found.concern_id == concern.concern_id
