"""One message to interventions, one transaction: its repositories by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from uuid import UUID

from services.interventions.activities.store import Activities
from services.interventions.concerns.store import Concerns
from services.interventions.copies.store import Copies
from services.interventions.matches.store import Matches
from services.interventions.programs.gates import Standing
from services.interventions.programs.model import Program
from services.interventions.programs.ratio import Ratio
from services.interventions.programs.store import Programs
from services.interventions.schema import metadata as tables
from services.interventions.sessions.store import PeerSessions
from services.interventions.supporters.store import Supporters
from shared.work import Transaction

metadata = tables


class InterventionsTransaction(Transaction):
    """What a handler of this service works with."""

    metadata = tables

    @cached_property
    def programs(self) -> Programs:
        return Programs(self)

    @cached_property
    def supporters(self) -> Supporters:
        return Supporters(self)

    @cached_property
    def matches(self) -> Matches:
        return Matches(self)

    @cached_property
    def sessions(self) -> PeerSessions:
        return PeerSessions(self)

    @cached_property
    def concerns(self) -> Concerns:
        return Concerns(self)

    @cached_property
    def activities(self) -> Activities:
        return Activities(self)

    @cached_property
    def copies(self) -> Copies:
        return Copies(self)

    def ratios(self, programs: Sequence[Program]) -> Mapping[UUID, Ratio]:
        """How many active supporters stand behind each supervising advisor, by program."""
        limits: dict[UUID, int] = {program.id: self.copies.policy.limit(program.intensity) for program in programs}
        named = {key for program in programs for key in program.advisor_keys}
        return self.supporters.ratios(programs, limits, self.copies.active_staff(named))

    def ratio(self, program: Program) -> Ratio:
        return self.ratios([program])[program.id]

    def standing(self, program: Program) -> Standing:
        """What the world around a program looks like now."""
        return Standing(
            at=self.now, ratio=self.ratio(program), ready_supporters=self.supporters.ready_in(program.id),
            open_matches=self.matches.open_in([program.id]).get(program.id, 0),
            unowned_referrals=self.copies.unowned_referrals(program.id),
            rota_covered=self.copies.rotas_covered({program.school_id})[program.school_id],
            pathway_answered_at=self.copies.pathway_answered_at(program.school_id),
        )
