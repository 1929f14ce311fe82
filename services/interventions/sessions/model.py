"""A session: planned, held or missed, and written down with the red-flag check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from services.interventions.matches.model import Match
from services.interventions.programs.model import Program
from shared.contracts.codes import Modality, Tier
from shared.contracts.ids import ActorKey, MatchId, ProgramId, SchoolId, SessionId, StudentKey
from shared.contracts.interventions import (
    Answer,
    RedFlagAnswers,
    SessionCancelled,
    SessionDocumentationOverdue,
    SessionDocumented,
    SessionHeld,
    SessionMissed,
    SessionScheduled,
    SessionState,
    SessionStatus,
    SessionUnmarked,
    Topic,
)
from shared.contracts.messages import Event
from shared.domain import Aggregate, NotPossible

S = SessionStatus
UNMARKED_AFTER = timedelta(hours=24)
DOCUMENTED_WITHIN_SCHOOL_DAYS = 2


@dataclass(frozen=True)
class Move:
    """From which states, to which one, and what is announced; a review announces nothing."""

    sources: frozenset[SessionStatus]
    target: SessionStatus
    event: Callable[..., Event] | None


AWAITED = frozenset({S.SCHEDULED, S.UNMARKED})
UNDOCUMENTED = frozenset({S.HELD, S.DOCUMENTATION_OVERDUE})
MOVES: dict[str, Move] = {
    "hold": Move(AWAITED, S.HELD, SessionHeld),
    "miss": Move(AWAITED, S.NO_SHOW, SessionMissed),
    "cancel": Move(AWAITED, S.CANCELLED, SessionCancelled),
    "forget": Move(frozenset({S.SCHEDULED}), S.UNMARKED, SessionUnmarked),
    "fall_behind": Move(frozenset({S.HELD}), S.DOCUMENTATION_OVERDUE, SessionDocumentationOverdue),
    "document": Move(UNDOCUMENTED, S.DOCUMENTED, SessionDocumented),
    "review": Move(frozenset({S.DOCUMENTED}), S.REVIEWED, None),
}


class Identity(TypedDict):
    """What every event of a session carries."""

    session_id: SessionId
    match_id: MatchId | None
    program_id: ProgramId
    school_id: SchoolId
    version: int
    state: SessionState
    tier: Tier
    scheduled_at: datetime | None
    held_at: datetime | None
    minutes: int
    modality: Modality
    attended_count: int


@dataclass(frozen=True)
class Documentation:
    """What is written down of a session: words of a list, counts and the red-flag check; no narrative."""

    topics: tuple[Topic, ...]
    resources_shared: int
    satisfaction: tuple[int, int, int] | None
    red_flags: RedFlagAnswers


@dataclass(eq=False)
class PeerSession(Aggregate):
    """One meeting of a match, or a drop-in of a program."""

    id: SessionId
    school_id: SchoolId
    program_id: ProgramId
    program: Program
    match_id: MatchId | None
    card_code: str | None
    supporter_keys: tuple[StudentKey, ...]
    minutes: int
    modality: Modality
    created_at: datetime
    updated_at: datetime
    version: int = 0
    status: SessionStatus = S.SCHEDULED
    scheduled_at: datetime | None = None
    held_at: datetime | None = None
    attended_count: int = 0
    topics: tuple[Topic, ...] = ()
    resources_shared: int = 0
    satisfaction: tuple[int, int, int] | None = None
    red_flag: Answer | None = None
    recorded_by: ActorKey | None = None
    documented_at: datetime | None = None

    @classmethod
    def of_match(
        cls, match: Match, *, id: SessionId, minutes: int, modality: Modality, at: datetime,
        scheduled_at: datetime | None = None,
    ) -> PeerSession:
        """A meeting of a match, planned when it has a time."""
        if scheduled_at is not None and not match.open:
            raise NotPossible(f"match {match.id} is {match.status}, it has no more sessions")
        session = cls(
            id=id, school_id=match.school_id, program_id=match.program_id, program=match.program, match_id=match.id,
            card_code=match.card_code, supporter_keys=match.supporter_keys, minutes=minutes, modality=modality,
            created_at=at, updated_at=at, scheduled_at=scheduled_at,
        )
        if scheduled_at is not None:
            session._changed(at)
            session.record(SessionScheduled(**session._identity()))
        return session

    @classmethod
    def drop_in(
        cls, program: Program, *, id: SessionId, by: StudentKey | None, minutes: int, modality: Modality, at: datetime,
    ) -> PeerSession:
        """A meeting without appointment; `by` is the peer supporter who writes it down."""
        if not program.open:
            raise NotPossible(f"program {program.id} is {program.status}, it has no more sessions")
        return cls(
            id=id, school_id=program.school_id, program_id=program.id, program=program, match_id=None, card_code=None,
            supporter_keys=(by,) if by else (), minutes=minutes, modality=modality, created_at=at, updated_at=at,
        )

    # --- steps ---

    def hold(self, *, held_at: datetime, minutes: int, modality: Modality, attended: int, at: datetime) -> None:
        self._may("hold")
        self.held_at, self.minutes, self.modality, self.attended_count = held_at, minutes, modality, attended
        self._move("hold", at=at)

    def document(self, given: Documentation, *, by: ActorKey, at: datetime) -> None:
        """Write it down. Every red-flag question was answered: that is what makes a session documented."""
        self._may("document")
        self.topics, self.resources_shared = given.topics, given.resources_shared
        self.satisfaction = given.satisfaction
        self.red_flag = Answer.YES if given.red_flags.any_yes() else Answer.NO
        self.recorded_by, self.documented_at = by, at
        self._move("document", at=at, days_to_document=self._days_since_held(at), red_flag=self.red_flag,
                   quality_score=None, satisfaction=_mean(given.satisfaction))

    def miss(self, at: datetime) -> None:
        self._move("miss", at=at)

    def cancel(self, at: datetime) -> None:
        self._move("cancel", at=at)

    def review(self, at: datetime) -> None:
        """An advisor has read it."""
        self._move("review", at=at)

    def forget(self, at: datetime) -> None:
        """A day after its time nobody has said what became of it."""
        self._move("forget", at=at)

    def fall_behind(self, at: datetime) -> None:
        """Two school days after it was held it is not written down."""
        self._move("fall_behind", at=at)

    # --- what it knows ---

    @property
    def allowed(self) -> tuple[str, ...]:
        return tuple(verb for verb, move in MOVES.items() if self.status in move.sources)

    def ties(self, actor: UUID) -> Iterable[str]:
        if actor in self.supporter_keys:
            yield "own"
        if actor in self.program.staff():
            yield "program"

    def public_state(self) -> SessionState:
        return SessionState(
            status=self.status, scheduled_at=self.scheduled_at, held_at=self.held_at, minutes=self.minutes,
            attended_count=self.attended_count,
        )

    # --- the one way to move ---

    def _move(self, verb: str, *, at: datetime, **particular: object) -> None:
        self._may(verb)
        self.status = MOVES[verb].target
        self._changed(at)
        if announced := MOVES[verb].event:
            self.record(announced(**self._identity(), **particular))

    def _may(self, verb: str) -> None:
        if self.status not in MOVES[verb].sources:
            target = MOVES[verb].target
            raise NotPossible(
                f"session {self.id} is {self.status}, it cannot become {target}",
                **{"from": self.status, "to": target, "allowed": list(self.allowed)},
            )

    def _days_since_held(self, at: datetime) -> int:
        return max((at - self.held_at).days, 0) if self.held_at else 0

    def _changed(self, at: datetime) -> None:
        self.version += 1
        self.updated_at = at

    def _identity(self) -> Identity:
        return Identity(
            session_id=self.id, match_id=self.match_id, program_id=self.program_id, school_id=self.school_id,
            version=self.version, state=self.public_state(), tier=self.program.tier, scheduled_at=self.scheduled_at,
            held_at=self.held_at, minutes=self.minutes, modality=self.modality, attended_count=self.attended_count)


def _mean(marks: tuple[int, ...] | None) -> float | None:
    return sum(marks) / len(marks) if marks else None
