"""Where concerns are kept: their content sealed, field by field under a key of the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Uuid, func, select
from sqlalchemy.orm import relationship

from services.interventions.concerns.model import CONFIRMED_WITHIN, Concern
from services.interventions.programs.model import Program
from services.interventions.schema import mapper, metadata, words
from shared.columns import id_column, moment
from shared.contracts.codes import ConcernDomain, StudentTold, Urgency
from shared.contracts.interventions import ConcernSource, ConcernStatus, ToldReason
from shared.work import Repository

concerns = Table(
    "concerns", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False, index=True),
    Column("program_id", Uuid, ForeignKey("interventions.programs.id")),
    Column("match_id", Uuid, ForeignKey("interventions.matches.id")),
    Column("session_id", Uuid, ForeignKey("interventions.sessions.id")),
    Column("version", Integer, nullable=False),
    Column("status", words(ConcernStatus), nullable=False),
    Column("student_key", Uuid),
    Column("raised_by", Uuid, nullable=False, index=True),
    Column("source", words(ConcernSource), nullable=False),
    Column("urgency_floor", words(Urgency), nullable=False),
    Column("concern_domain", words(ConcernDomain), nullable=False),
    Column("student_told", words(StudentTold), nullable=False),
    Column("told_reason", words(ToldReason)),
    Column("danger_now", Boolean, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("referral_id", Uuid),
    Column("referral_version", Integer, nullable=False),
    moment("raised_at", nullable=False),
    moment("announced_at", nullable=False),
    moment("received_at"),
    moment("updated_at", nullable=False),
)
Index("concerns_unreceived", concerns.c.announced_at, postgresql_where=concerns.c.status == ConcernStatus.RAISED)
mapper.map_imperatively(Concern, concerns, properties={"program": relationship(Program, lazy="select")})


class Concerns(Repository[Concern]):
    kind = Concern

    def unconfirmed(self, at: datetime, limit: int) -> Sequence[Concern]:
        """Concerns of which nobody has said within a minute that they have them."""
        found = self.tx.session.scalars(
            select(Concern).where(
                concerns.c.status == ConcernStatus.RAISED, concerns.c.announced_at <= at - CONFIRMED_WITHIN)
            .order_by(concerns.c.announced_at).limit(limit).with_for_update(skip_locked=True)).all()
        for concern in found:
            self.tx.hold(concern)
        return found

    def count_unconfirmed(self, at: datetime) -> int:
        return self.tx.session.execute(select(func.count()).select_from(concerns).where(
            concerns.c.status == ConcernStatus.RAISED, concerns.c.raised_at <= at - CONFIRMED_WITHIN)).scalar_one()

    def raised_by(self, actor: UUID, limit: int = 20) -> Sequence[Concern]:
        return self.tx.session.scalars(
            select(Concern).where(concerns.c.raised_by == actor).order_by(concerns.c.raised_at.desc())
            .limit(limit)).all()
