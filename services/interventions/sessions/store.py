"""Where sessions are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Uuid, any_, func, select
from sqlalchemy.orm import relationship

from services.interventions.programs.model import Program
from services.interventions.schema import Frozen, keys, mapper, metadata, words
from services.interventions.sessions.model import AWAITED, UNDOCUMENTED, UNMARKED_AFTER, PeerSession
from shared.columns import id_column, moment
from shared.contracts.codes import Modality
from shared.contracts.interventions import Answer, SessionStatus, Topic
from shared.work import Repository

WEEK = timedelta(days=7)

sessions = Table(
    "sessions", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False, index=True),
    Column("program_id", Uuid, ForeignKey("interventions.programs.id"), nullable=False, index=True),
    Column("match_id", Uuid, ForeignKey("interventions.matches.id"), index=True),
    Column("version", Integer, nullable=False),
    Column("status", words(SessionStatus), nullable=False),
    Column("card_code", String(16)),
    Column("supporter_keys", keys(), nullable=False),
    moment("scheduled_at"),
    moment("held_at"),
    Column("minutes", Integer, nullable=False),
    Column("modality", words(Modality), nullable=False),
    Column("attended_count", Integer, nullable=False),
    Column("topics", Frozen(tuple[Topic, ...]), nullable=False),
    Column("resources_shared", Integer, nullable=False),
    Column("satisfaction", Frozen(tuple[int, int, int])),
    Column("red_flag", words(Answer)),
    Column("recorded_by", Uuid),
    moment("documented_at"),
    moment("created_at", nullable=False),
    moment("updated_at", nullable=False),
    Index("sessions_status", "status", "scheduled_at"),
    Index("sessions_supporters", "supporter_keys", postgresql_using="gin"),
)
mapper.map_imperatively(PeerSession, sessions, properties={"program": relationship(Program, lazy="select")})


class PeerSessions(Repository[PeerSession]):
    kind = PeerSession

    def forgotten(self, at: datetime, limit: int) -> Sequence[PeerSession]:
        """Planned sessions a day past their time."""
        return self._locked(
            sessions.c.status == SessionStatus.SCHEDULED, sessions.c.scheduled_at <= at - UNMARKED_AFTER, limit=limit)

    def undocumented(self, before: datetime, limit: int) -> Sequence[PeerSession]:
        return self._locked(sessions.c.status == SessionStatus.HELD, sessions.c.held_at <= before, limit=limit)

    def minutes_since(self, student_keys: Collection[UUID], since: datetime) -> Mapping[UUID, int]:
        """Peer supporter's student key -> minutes of sessions held since then."""
        each = func.unnest(sessions.c.supporter_keys).label("student_key")
        found = self.tx.session.execute(
            select(each, func.sum(sessions.c.minutes)).select_from(sessions).where(
                sessions.c.held_at >= since, sessions.c.supporter_keys.overlap(list(student_keys))).group_by(each))
        return {key: int(minutes) for key, minutes in found}

    def minutes_this_week(self, student_keys: Collection[UUID]) -> Mapping[UUID, int]:
        return self.minutes_since(student_keys, self.tx.now - WEEK)

    def of_match(self, match_id: UUID, limit: int = 200) -> Sequence[PeerSession]:
        return self.tx.session.scalars(
            select(PeerSession).where(sessions.c.match_id == match_id)
            .order_by(func.coalesce(sessions.c.held_at, sessions.c.scheduled_at).desc()).limit(limit)).all()

    def awaited_of(self, student_key: UUID) -> Sequence[PeerSession]:
        """A peer supporter's planned and unmarked sessions and those they have not written down."""
        return self.tx.session.scalars(
            select(PeerSession).where(
                any_(sessions.c.supporter_keys) == student_key, sessions.c.status.in_(AWAITED | UNDOCUMENTED))
            .order_by(sessions.c.scheduled_at)).all()

    def _locked(self, *where: object, limit: int) -> Sequence[PeerSession]:
        query = select(PeerSession).where(*where).order_by(sessions.c.id).limit(limit)  # type: ignore[arg-type]
        found = self.tx.session.scalars(query.with_for_update(skip_locked=True)).all()
        for session in found:
            self.tx.hold(session)
        return found
