"""Where peer supporters, their training, check-ins and supervision are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Uuid,
    func,
    select,
)
from sqlalchemy.orm import relationship

from services.interventions.programs.model import Program
from services.interventions.programs.ratio import MEETS_WITHIN, Ratio, supervising
from services.interventions.schema import Frozen, keys, mapper, metadata, words
from services.interventions.supporters.model import (
    OPEN,
    READY,
    REFRESHER_BEFORE,
    SERVING,
    CheckIn,
    Demands,
    PeerSupporter,
    Training,
)
from shared.columns import id_column, moment
from shared.contracts.interventions import PulseBand, SupervisionKind, SupporterStatus
from shared.work import Repository

supporters = Table(
    "supporters", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False, index=True),
    Column("program_id", Uuid, ForeignKey("interventions.programs.id"), nullable=False),
    Column("student_key", Uuid, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("status", words(SupporterStatus), nullable=False),
    Column("demands", Frozen(Demands), nullable=False),
    Column("languages", Frozen(tuple[str, ...]), nullable=False),
    Column("supervisor_key", Uuid),
    Column("load_cap", Integer, nullable=False),
    Column("minutes_cap", Integer, nullable=False),
    Column("conduct_signed_on", Date),
    moment("certified_at"),
    Column("expires_on", Date),
    Column("last_checkin_on", Date),
    Column("next_checkin_due", Date),
    Column("pulse_band", words(PulseBand)),
    Column("break_since", Date),
    Column("reason_code", String(64)),
    moment("created_at", nullable=False),
    moment("updated_at", nullable=False),
    Index("supporters_program", "program_id", "status"),
)
trainings = Table(
    "trainings", metadata,
    id_column(),
    Column("supporter_id", Uuid, ForeignKey("interventions.supporters.id"), nullable=False, index=True),
    Column("school_id", Uuid, nullable=False),
    Column("course_code", String(64), nullable=False),
    Column("module_code", String(64), nullable=False),
    Column("hours", Float, nullable=False),
    Column("held_on", Date, nullable=False),
    Column("scenario_score", Float),
    Column("passed", Boolean, nullable=False),
    Column("trainer_key", Uuid),
    moment("recorded_at", nullable=False),
)
check_ins = Table(
    "check_ins", metadata,
    id_column(),
    Column("supporter_id", Uuid, ForeignKey("interventions.supporters.id"), nullable=False, index=True),
    Column("school_id", Uuid, nullable=False),
    Column("due_on", Date),
    Column("done_on", Date, nullable=False),
    Column("band", words(PulseBand), nullable=False),
    Column("answers", LargeBinary, nullable=False),
    Column("action_code", String(64)),
    Column("by_key", Uuid, nullable=False),
)
supervisions = Table(
    "supervisions", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False),
    Column("program_id", Uuid, ForeignKey("interventions.programs.id"), nullable=False),
    Column("supervisor_key", Uuid, nullable=False),
    Column("supporter_ids", keys(), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("kind", words(SupervisionKind), nullable=False),
    moment("held_at", nullable=False),
    Index("supervisions_program", "program_id", "held_at"),
)


@dataclass(eq=False)
class Supervision:
    """An advisor met peer supporters; it has no states."""

    id: UUID
    school_id: UUID
    program_id: UUID
    supervisor_key: UUID
    supporter_ids: tuple[UUID, ...]
    minutes: int
    kind: SupervisionKind
    held_at: datetime


mapper.map_imperatively(Training, trainings)
mapper.map_imperatively(CheckIn, check_ins)
mapper.map_imperatively(Supervision, supervisions)
mapper.map_imperatively(PeerSupporter, supporters, properties={
    "program": relationship(Program, lazy="select"),
    "trainings": relationship(Training, order_by=trainings.c.held_on, lazy="selectin"),
})


class Supporters(Repository[PeerSupporter]):
    kind = PeerSupporter

    def note(self, kept: Training | CheckIn | Supervision) -> None:
        self.tx.session.add(kept)

    def open_of(self, program_id: UUID, student_key: UUID) -> PeerSupporter | None:
        """A student's present part in a program, if there is one."""
        return self.tx.session.scalars(select(PeerSupporter).where(
            supporters.c.program_id == program_id, supporters.c.student_key == student_key,
            supporters.c.status.in_(OPEN))).first()

    def parts_of(self, student_key: UUID) -> Sequence[PeerSupporter]:
        """All open parts of a student, in whichever programs."""
        return self.tx.session.scalars(
            select(PeerSupporter).where(supporters.c.student_key == student_key, supporters.c.status.in_(OPEN))
            .order_by(supporters.c.created_at)).all()

    def serves(self, program_id: UUID, student_key: UUID) -> bool:
        own = self.open_of(program_id, student_key)
        return own is not None and own.status in SERVING

    def of_program(self, program_id: UUID, ids: Collection[UUID] | None = None) -> Sequence[PeerSupporter]:
        """The open supporters of a program, or only these of them."""
        query = select(PeerSupporter).where(supporters.c.program_id == program_id, supporters.c.status.in_(OPEN))
        if ids is not None:
            query = query.where(supporters.c.id.in_(ids))
        return self.tx.session.scalars(query.order_by(supporters.c.id)).all()

    def ready_in(self, program_id: UUID) -> int:
        return self.tx.session.execute(select(func.count()).select_from(supporters).where(
            supporters.c.program_id == program_id, supporters.c.status.in_(READY))).scalar_one()

    def serving_in(self, program_ids: Collection[UUID]) -> Mapping[UUID, int]:
        found = self.tx.session.execute(
            select(supporters.c.program_id, func.count()).where(
                supporters.c.program_id.in_(program_ids), supporters.c.status.in_(SERVING))
            .group_by(supporters.c.program_id))
        return dict(found.all())

    def last_met(self, program_ids: Collection[UUID], at: datetime) -> Mapping[UUID, Mapping[UUID, datetime]]:
        """Program -> advisor -> their last supervision meeting of the last 30 days."""
        found = self.tx.session.execute(
            select(supervisions.c.program_id, supervisions.c.supervisor_key, func.max(supervisions.c.held_at))
            .where(supervisions.c.program_id.in_(program_ids), supervisions.c.held_at >= at - MEETS_WITHIN)
            .group_by(supervisions.c.program_id, supervisions.c.supervisor_key))
        met: dict[UUID, dict[UUID, datetime]] = {}
        for program_id, advisor, held_at in found:
            met.setdefault(program_id, {})[advisor] = held_at
        return met

    def ratios(
        self, programs: Collection[Program], limits: Mapping[UUID, int], active_staff: Collection[UUID],
    ) -> Mapping[UUID, Ratio]:
        """The supervision ratio of each program, counted from its rows."""
        ids = [program.id for program in programs]
        serving, met, at = self.serving_in(ids), self.last_met(ids, self.tx.now), self.tx.now
        return {
            program.id: Ratio(
                active=serving.get(program.id, 0), limit=limits[program.id],
                advisors=supervising(set(program.advisor_keys) & set(active_staff), met.get(program.id, {}),
                                     program.activated_at, at))
            for program in programs}

    def to_look_after(self, today: date, limit: int) -> Sequence[PeerSupporter]:
        """Serving supporters whose check-in or certificate is due; rows that are being changed wait for next time."""
        missed = (supporters.c.next_checkin_due < today) | (supporters.c.expires_on <= today + REFRESHER_BEFORE)
        over = (supporters.c.status == SupporterStatus.REFRESHER_DUE) & (supporters.c.expires_on < today)
        found = self.tx.session.scalars(
            select(PeerSupporter).where(((supporters.c.status == SupporterStatus.ACTIVE) & missed) | over)
            .order_by(supporters.c.next_checkin_due).limit(limit).with_for_update(skip_locked=True)).all()
        for supporter in found:
            self.tx.hold(supporter)
        return found
