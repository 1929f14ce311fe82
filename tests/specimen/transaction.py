"""The specimen's tables and its one repository."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Uuid
from sqlalchemy.orm import registry

from shared.contracts.referrals import PathwayTestAcknowledged
from shared.domain import Aggregate
from shared.tables import machinery
from shared.work import Repository, Transaction

metadata = MetaData(schema="referrals")
machinery(metadata)

notes = Table(
    "notes", metadata, Column("id", Uuid, primary_key=True), Column("school_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False), Column("times", Integer, nullable=False))

# Without a unique key on purpose: an effect that happened twice must show.
effects = Table("effects", metadata, Column("consumer", String), Column("message_id", Uuid))

orders = Table(
    "orders", metadata, Column("message_id", Uuid), Column("verb", String), Column("seconds", Float, default=0),
    Column("times", Integer, default=1_000_000))

SPECIMEN = (notes, effects, orders)


@dataclass(eq=False)
class Note(Aggregate):
    """Something written down, and how often."""

    id: UUID
    school_id: UUID
    version: int = 0
    times: int = 0

    def again(self, at: datetime, announce: int) -> None:
        self.version += 1
        self.times += 1
        for _ in range(announce):
            self.record(PathwayTestAcknowledged(school_id=self.school_id, at=at))


registry(metadata=metadata).map_imperatively(Note, notes)


class Notes(Repository[Note]):
    kind = Note


class SpecimenTransaction(Transaction):
    metadata = metadata

    @property
    def notes(self) -> Notes:
        return Notes(self)
