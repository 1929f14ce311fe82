"""What the gateway hears becomes a line for open pages and a crisis card that is due; never a person's data."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from gateway import feed, hearing
from gateway.cards import Renewal, kept_card
from gateway.feed import Line
from gateway.store import crisis_cards
from shared.contracts.codes import Role
from shared.contracts.messages import Event
from shared.contracts.referrals import ReferralAcknowledged, ReferralState
from shared.contracts.schools import CrisisCard, CrisisCardView, CrisisLine, OnCallRotaChanged
from shared.messaging.codec import Fact
from shared.messaging.listens import LISTENS
from shared.work import Errand
from tests.integration.gateway.views import COUNSELOR, NOON, REFERRAL
from tests.security.conftest import SCHOOL, Gateway


def a_fact(event: Event, subject: UUID, at: datetime = NOON) -> Fact[Any]:
    return Fact(id=uuid4(), at=at, event=event, subject=subject, school_id=SCHOOL, actor_role="counselor")


def acknowledged(urgency: str = "urgent") -> ReferralAcknowledged:
    state = dict.fromkeys(ReferralState.model_fields) | {
        "status": "acknowledged", "urgency": urgency, "owner_key": COUNSELOR, "submitted_at": NOON,
        "acknowledged_at": NOON, "peer_sees": "received"}
    return ReferralAcknowledged.model_validate({
        "referral_id": REFERRAL, "school_id": SCHOOL, "version": 4, "state": state, "urgency": urgency,
        "clock_minutes": 3, "within_limit": True})


def hear(gateway: Gateway, event: Event, subject: UUID) -> None:
    fact = a_fact(event, subject)
    [hearer] = [hearer for hearer in hearing.HEARERS if event.wire_name() in hearer.events]
    with gateway.database.begin(Errand.heard("gateway", fact, hearer.name)) as tx:
        hearer.handle(fact, tx)


def last_line(gateway: Gateway) -> Line:
    [line] = feed.after(gateway.database.engine, feed.newest(gateway.database.engine) - 1)
    return line


def test_the_table_of_what_is_heard_is_the_one_the_topology_is_made_of() -> None:
    heard = {event for hearer in hearing.HEARERS for event in hearer.events.values()}

    assert heard == set(LISTENS["gateway"])


@pytest.mark.parametrize(("urgency", "crisis_lead_hears"), [("urgent", False), ("emergency", True)])
def test_a_referral_that_changed_is_told_to_those_who_answer_for_it(
    gateway: Gateway, urgency: str, crisis_lead_hears: bool,
) -> None:
    hear(gateway, acknowledged(urgency), REFERRAL)

    line = last_line(gateway)
    assert (line.topic, line.object_id, line.version, line.school_id) == ("referral_changed", REFERRAL, 4, SCHOOL)
    assert Role.COUNSELOR in line.audience
    assert (Role.CRISIS_LEAD in line.audience) is crisis_lead_hears


def test_a_line_of_the_feed_has_no_room_for_a_person() -> None:
    assert set(Line.__dataclass_fields__) == {
        "position", "school_id", "audience", "topic", "object_id", "version", "urgency", "at"}


def test_a_new_rota_is_told_and_the_crisis_card_is_fetched_again(gateway: Gateway) -> None:
    shift = {"starts_at": NOON, "ends_at": NOON, "order": [COUNSELOR]}
    hear(gateway, OnCallRotaChanged.model_validate({
        "school_id": SCHOOL, "version": 2, "starts_at": NOON, "ends_at": NOON, "shifts": [shift]}), SCHOOL)
    told = last_line(gateway)
    asked: list[UUID | None] = []

    def fetch(question: CrisisCard) -> CrisisCardView:
        asked.append(question.school_id)
        return CrisisCardView(
            school_id=question.school_id, as_of=NOON, staffed=True, closes_at=None, next_opens_at=None, on_duty=(),
            lines=(CrisisLine(code="988", name="Lifeline", phone="988"),), fallback_contacts=())

    renewal = Renewal(gateway.database, fetch)
    for school_id in renewal.due():
        renewal.renew(school_id)
    with gateway.app.app_context():
        kept = kept_card(SCHOOL)

    assert told.topic == "rota_changed"
    assert (asked, renewal.due()) == ([SCHOOL], [])
    assert kept is not None
    assert (kept.school_id, kept.as_of, kept.lines[0].phone) == (SCHOOL, NOON, "988")


def test_a_kept_card_is_unreadable_in_the_database(gateway: Gateway) -> None:
    with gateway.database.begin(Errand.own("gateway", "a test")) as tx:
        sealed = tx.session.execute(select(crisis_cards.c.sealed)).scalars().all()

    assert all(b"Lifeline" not in bytes(row) for row in sealed if row)
