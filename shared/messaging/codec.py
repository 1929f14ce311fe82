"""Events on the wire: CloudEvents 1.0 as JSON, ids and codes only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from shared.contracts.messages import Event

CONTENT_TYPE = "application/cloudevents+json"

E = TypeVar("E", bound=Event, covariant=True)


@dataclass(frozen=True, slots=True)
class Fact(Generic[E]):
    """An event as it was announced: what happened, when, about what, and why it was told."""

    id: UUID
    at: datetime
    event: E
    subject: UUID | None = None
    district_id: UUID | None = None
    school_id: UUID | None = None
    actor_role: str | None = None
    correlation_id: str | None = None
    causation_id: UUID | None = None
    replay_of: UUID | None = None


class Undecodable(Exception):
    """These bytes are no event that this consumer knows; `code` says why: undecodable or unknown_version."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Envelope(BaseModel):
    """The CloudEvents attributes that we read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    type: str
    time: datetime
    subject: UUID | None = None
    districtid: UUID | None = None
    schoolid: UUID | None = None
    actorrole: str | None = None
    correlationid: str | None = None
    causationid: UUID | None = None
    replayof: UUID | None = None


def encode(fact: Fact[Event]) -> str:
    event = fact.event
    attributes = {
        "specversion": "1.0",
        "id": str(fact.id),
        "source": f"/{event.owner()}",
        "type": event.type_name(),
        "subject": fact.subject and str(fact.subject),
        "time": fact.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "correlationid": fact.correlation_id,
        "causationid": fact.causation_id and str(fact.causation_id),
        "districtid": fact.district_id and str(fact.district_id),
        "schoolid": fact.school_id and str(fact.school_id),
        "actorrole": fact.actor_role,
        "classification": event.classification.value,
        "schemaversion": event.schema_version,
        "replayof": fact.replay_of and str(fact.replay_of),
    }
    head = json.dumps({name: value for name, value in attributes.items() if value is not None})
    return f'{head[:-1]}, "data": {event.model_dump_json()}}}'


def decode(body: str | bytes, kind: type[E]) -> Fact[E]:
    """The fact in these bytes; raises Undecodable."""
    try:
        envelope = _reader(kind).model_validate_json(body)
    except ValidationError:
        raise Undecodable(_why(body, kind)) from None
    if envelope.type != _type_name(kind):
        raise Undecodable("unknown_version")
    return Fact(
        envelope.id, envelope.time, envelope.data, envelope.subject, envelope.districtid, envelope.schoolid,  # type: ignore[attr-defined]
        envelope.actorrole, envelope.correlationid, envelope.causationid, envelope.replayof)


@cache
def _type_name(kind: type[Event]) -> str:
    return kind.type_name()


@cache
def _reader(kind: type[Event]) -> type[Envelope]:
    """Envelope and event are checked in one pass, which is much faster than one after the other."""
    return create_model(f"{kind.__name__}Envelope", __base__=Envelope, data=(kind, ...))


def _why(body: str | bytes, kind: type[Event]) -> str:
    try:
        envelope = Envelope.model_validate_json(body)
    except ValidationError:
        return "undecodable"
    return "undecodable" if envelope.type == kind.type_name() else "unknown_version"
