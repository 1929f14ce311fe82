"""Where matches are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Uuid, any_, func, select
from sqlalchemy.orm import relationship

from services.interventions.matches.model import BEGUN, OPEN, Match
from services.interventions.programs.model import Program
from services.interventions.schema import Frozen, keys, mapper, metadata, words
from shared.columns import id_column, moment
from shared.contracts.interventions import CareStatus, MatchStatus
from shared.work import Repository

matches = Table(
    "matches", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False, index=True),
    Column("program_id", Uuid, ForeignKey("interventions.programs.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", words(MatchStatus), nullable=False),
    Column("care_status", words(CareStatus), nullable=False),
    Column("participant_keys", keys(), nullable=False),
    Column("supporter_ids", keys(), nullable=False),
    Column("supporter_keys", keys(), nullable=False),
    Column("supporters_agreed", keys(), nullable=False),
    Column("participant_agreed", Boolean, nullable=False),
    Column("card_code", String(16), nullable=False),
    Column("reason_code", String(64), nullable=False),
    Column("planned_sessions", Integer, nullable=False),
    Column("planned_minutes", Integer, nullable=False),
    Column("starts_on", Date),
    Column("planned_end", Date),
    Column("languages", Frozen(tuple[str, ...]), nullable=False),
    Column("not_with", keys(), nullable=False),
    Column("held_sessions", Integer, nullable=False),
    Column("held_minutes", Integer, nullable=False),
    Column("close_reason", String(64)),
    Column("close_on", Date),
    moment("created_at", nullable=False),
    moment("updated_at", nullable=False),
    Index("matches_card", "program_id", "card_code", unique=True),
    Index("matches_status", "program_id", "status"),
)
mapper.map_imperatively(Match, matches, properties={"program": relationship(Program, lazy="select")})


class Matches(Repository[Match]):
    kind = Match

    def open_in(self, program_ids: Collection[UUID]) -> Mapping[UUID, int]:
        found = self.tx.session.execute(
            select(matches.c.program_id, func.count()).where(
                matches.c.program_id.in_(program_ids), matches.c.status.in_(OPEN)).group_by(matches.c.program_id))
        return dict(found.all())

    def active_in(self, program_ids: Collection[UUID]) -> Mapping[UUID, int]:
        found = self.tx.session.execute(
            select(matches.c.program_id, func.count()).where(
                matches.c.program_id.in_(program_ids), matches.c.status.in_(BEGUN)).group_by(matches.c.program_id))
        return dict(found.all())

    def count_active(self) -> int:
        return self.tx.session.execute(
            select(func.count()).select_from(matches).where(matches.c.status == MatchStatus.ACTIVE)).scalar_one()

    def load(self, supporter_ids: Collection[UUID]) -> Mapping[UUID, int]:
        """Supporter -> how many open matches they have."""
        each = func.unnest(matches.c.supporter_ids).label("supporter_id")
        found = self.tx.session.execute(
            select(each, func.count()).select_from(matches).where(
                matches.c.status.in_(OPEN), matches.c.supporter_ids.overlap(list(supporter_ids))).group_by(each))
        return {id: count for id, count in found if id in set(supporter_ids)}

    def card_codes(self, program_id: UUID) -> frozenset[str]:
        return frozenset(self.tx.session.scalars(select(matches.c.card_code).where(matches.c.program_id == program_id)))

    def open_of(self, participant: UUID, program_id: UUID | None = None) -> Sequence[Match]:
        """The open matches of a participant, locked."""
        query = select(Match).where(matches.c.status.in_(OPEN), any_(matches.c.participant_keys) == participant)
        if program_id is not None:
            query = query.where(matches.c.program_id == program_id)
        return self._locked(self.tx.session.scalars(query.order_by(matches.c.id).with_for_update()).all())

    def of_supporter(self, student_key: UUID) -> Sequence[Match]:
        """The open matches of a peer supporter, for their own page."""
        return self.tx.session.scalars(
            select(Match).where(matches.c.status.in_(OPEN), any_(matches.c.supporter_keys) == student_key)
            .order_by(matches.c.created_at)).all()

    def out_of_grace(self, today: date, limit: int) -> Sequence[Match]:
        """Matches whose consent was taken back and whose days of grace are over."""
        return self._locked(self.tx.session.scalars(
            select(Match).where(matches.c.status.in_(BEGUN), matches.c.close_on <= today).order_by(matches.c.id)
            .limit(limit).with_for_update(skip_locked=True)).all())

    def _locked(self, found: Sequence[Match]) -> Sequence[Match]:
        for match in found:
            self.tx.hold(match)
        return found
