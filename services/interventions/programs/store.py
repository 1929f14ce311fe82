"""Where programs are kept, and what they need to know before a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text, Uuid, any_, func, select
from sqlalchemy.sql import ColumnElement

from services.interventions.programs.model import Element, Program, Safeguard, Signature
from services.interventions.schema import Frozen, Number, keys, mapper, metadata, words
from shared.columns import id_column, moment
from shared.contracts.codes import Modality, Tier
from shared.contracts.interventions import DeliveryMethod, DosagePlan, Intensity, ProgramStatus
from shared.domain import NotFound
from shared.work import Repository

programs = Table(
    "programs", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("type_code", String(64), nullable=False),
    Column("tier", Number(Tier), nullable=False),
    Column("intensity", words(Intensity), nullable=False),
    Column("title", String(120), nullable=False),
    Column("status", words(ProgramStatus), nullable=False),
    Column("pilot", Boolean, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("languages", Frozen(tuple[str, ...]), nullable=False),
    Column("delivery_method", words(DeliveryMethod), nullable=False),
    Column("modality", words(Modality), nullable=False),
    Column("escalation_rule", Boolean, nullable=False),
    Column("dosage_plan", Frozen(DosagePlan)),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("director_key", Uuid),
    Column("advisor_keys", keys(), nullable=False),
    Column("clinical_supervisor_key", Uuid),
    Column("moderator_key", Uuid),
    Column("affiliation", String(120), nullable=False),
    Column("branding", String(120), nullable=False),
    Column("elements", Frozen(tuple[Element, ...]), nullable=False),
    Column("safeguards", Frozen(tuple[Safeguard, ...]), nullable=False),
    Column("signatures", Frozen(tuple[Signature, ...]), nullable=False),
    Column("return_comment", Text),
    Column("reason_code", String(64)),
    Column("ratio_breached", Boolean, nullable=False),
    Column("failed", Frozen(tuple[str, ...]), nullable=False),
    moment("activated_at"),
    moment("created_at", nullable=False),
    moment("updated_at", nullable=False),
    Index("programs_status", "status"),
)
mapper.map_imperatively(Program, programs)

WATCHED = (ProgramStatus.ACTIVE, ProgramStatus.PAUSED)


def named_in_program(actor: UUID) -> ColumnElement[bool]:
    """Is this person named in the program, in SQL?"""
    named = (programs.c.director_key, programs.c.clinical_supervisor_key, programs.c.moderator_key)
    matches: ColumnElement[bool] = any_(programs.c.advisor_keys) == actor
    for column in named:
        matches = matches | (column == actor)
    return matches


class Programs(Repository[Program]):
    kind = Program

    def look_up(self, id: UUID) -> Program:
        """A program for what is made from it: that thing, not the program, must be within the caller's reach."""
        program = self.tx.session.get(Program, id)
        if program is None:
            raise NotFound(f"there is no program {id}")
        return program

    def to_watch(self) -> Sequence[Program]:
        """The Tier 2 programs that run or rest, locked; one that is being changed waits for the next look."""
        found = self.tx.session.scalars(
            select(Program).where(programs.c.tier == Tier.TARGETED, programs.c.status.in_(WATCHED))
            .order_by(programs.c.id).with_for_update(skip_locked=True)).all()
        for program in found:
            self.tx.hold(program)
        return found

    def count_by_status(self) -> Mapping[ProgramStatus, int]:
        found = self.tx.session.execute(select(programs.c.status, func.count()).group_by(programs.c.status))
        return dict(found.all())
