"""Where Tier 1 activities are kept."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table, Uuid
from sqlalchemy.orm import relationship

from services.interventions.activities.model import Activity
from services.interventions.programs.model import Program
from services.interventions.schema import Frozen, mapper, metadata, words
from shared.columns import id_column, moment
from shared.contracts.codes import Modality
from shared.contracts.interventions import BandCount
from shared.work import Repository

activities = Table(
    "activities", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False, index=True),
    Column("program_id", Uuid, ForeignKey("interventions.programs.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("type_code", String(64), nullable=False),
    Column("held_on", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("headcount", Frozen(tuple[BandCount, ...]), nullable=False),
    Column("modality", words(Modality), nullable=False),
    Column("resources_shared", Integer, nullable=False),
    Column("raised_cents", Integer),
    Column("story_consents", Integer),
    moment("created_at", nullable=False),
)
mapper.map_imperatively(Activity, activities, properties={"program": relationship(Program, lazy="select")})


class Activities(Repository[Activity]):
    kind = Activity
