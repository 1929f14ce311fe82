"""What must be told goes into the outbox, in the transaction that made it true; the relay carries it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.contracts.messages import Event, Lane
from shared.domain import Aggregate
from shared.messaging.codec import Fact, encode

if TYPE_CHECKING:
    from shared.work import Errand

RANK = {Lane.URGENT: 0, Lane.NORMAL: 1, Lane.BULK: 2}

POST = text("""INSERT INTO outbox (id, aggregatetype, aggregateid, version, type, lane, schoolid, payload, occurred_at)
               VALUES (:id, :aggregatetype, :aggregateid, :version, :type, :lane, :schoolid, :payload, :occurred_at)""")
# NOTIFY takes a lock of the whole database at commit, so only what is urgent wakes the relay; its poll finds the rest.
WAKE = text("SELECT pg_notify('outbox_' || current_schema(), '')")


@dataclass(frozen=True)
class Announcement:
    """An event and the thing it is about."""

    event: Event
    kind: str
    about: UUID
    school_id: UUID | None
    version: int
    replay_of: UUID | None = None

    @classmethod
    def of(cls, thing: Aggregate, event: Event) -> Announcement:
        version = getattr(event, "version", thing.version)
        school_id = getattr(event, "school_id", thing.school_id)
        return cls(event, type(thing).__name__.lower(), thing.id, school_id, version)


def post(
    session: Session, announcements: Sequence[Announcement], errand: Errand, at: datetime, district_id: UUID,
) -> None:
    if not announcements:
        return
    session.execute(POST, [_row(each, errand, at, district_id) for each in announcements])
    if any(each.event.lane is Lane.URGENT for each in announcements):
        session.execute(WAKE)


def _row(told: Announcement, errand: Errand, at: datetime, district_id: UUID) -> dict[str, object]:
    fact = Fact(
        id=uuid4(), at=at, event=told.event, subject=told.about, district_id=district_id, school_id=told.school_id,
        actor_role=errand.reaches[0].role.value, correlation_id=errand.correlation_id,
        causation_id=errand.cause.id if errand.cause else None, replay_of=told.replay_of)
    return {
        "id": fact.id, "aggregatetype": told.kind, "aggregateid": told.about, "version": told.version,
        "type": told.event.wire_name(), "lane": RANK[told.event.lane], "schoolid": told.school_id,
        "payload": encode(fact), "occurred_at": at,
    }
