"""Facts by month. Nothing changes or removes one before its time is up; a second arrival of an event finds it there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Column, Index, SmallInteger, String, Table, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from services.metrics.schema import metadata
from shared.columns import NOW, moment
from shared.contracts.messages import Event
from shared.messaging.codec import Fact

facts = Table(
    "facts", metadata,
    Column("time", moment("time").type, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("type", String(64), nullable=False),
    Column("schema_version", SmallInteger, nullable=False),
    Column("subject", Uuid),
    Column("school_id", Uuid),
    Column("body", JSONB, nullable=False),
    moment("recorded_at", nullable=False, server_default=NOW),
    postgresql_partition_by="RANGE (time)",
    info={"app": "SELECT, INSERT", "worker": ""},
)
Index("facts_type", facts.c.type, facts.c.time)
Index("facts_school", facts.c.school_id, facts.c.time)
Index("facts_recorded", facts.c.recorded_at, postgresql_using="brin")

CLAIM = text("""
    INSERT INTO metrics.facts (time, id, type, schema_version, subject, school_id, body)
    SELECT time, id, type, schema_version, subject, school_id, body
    FROM jsonb_to_recordset(CAST(:facts AS jsonb))
         AS f(time timestamptz, id uuid, type text, schema_version smallint, subject uuid, school_id uuid, body jsonb)
    ORDER BY time, id
    ON CONFLICT DO NOTHING
    RETURNING id""")

NEWER = text("SELECT EXISTS (SELECT FROM metrics.facts WHERE recorded_at > :since)")


class Facts:
    """The archive, whose insert is the claim on an event: what was there before has been counted before."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def claim(self, arrived: Sequence[Fact[Event]]) -> list[Fact[Event]]:
        """Keep these facts; the answer is those that nobody had kept yet, in the order of their arrival."""
        once = {fact.id: fact for fact in arrived}
        rows = "[" + ",".join(_row(fact) for fact in once.values()) + "]"
        new: set[UUID] = set(self.session.scalars(CLAIM, {"facts": rows}))
        return [fact for fact in once.values() if fact.id in new]

    def any_since(self, moment: datetime) -> bool:
        """Was anything kept since?"""
        return bool(self.session.scalar(NEWER, {"since": moment}))


def _row(fact: Fact[Event]) -> str:
    # Ids, moments and names of ours need no escaping; the event's own JSON was checked when it was decoded.
    return (f'{{"time":"{fact.at.isoformat()}","id":"{fact.id}",{_kind(type(fact.event))},'
            f'"subject":{_id(fact.subject)},"school_id":{_id(fact.school_id)},"body":{fact.event.model_dump_json()}}}')


def _id(given: UUID | None) -> str:
    return f'"{given}"' if given else "null"


@cache
def _kind(event: type[Event]) -> str:
    return f'"type":"{event.wire_name()}","schema_version":{event.schema_version}'
