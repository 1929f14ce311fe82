"""A match: one or more peer supporters and the students they support, from the request to its end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from services.interventions.programs.model import Program
from shared.contracts.ids import MatchId, ProgramId, SchoolId, StudentKey, SupporterId
from shared.contracts.interventions import (
    CareStatus,
    ConsentMissing,
    EndReason,
    MatchActivated,
    MatchCareChanged,
    MatchCompleted,
    MatchConsented,
    MatchDeclined,
    MatchEnded,
    MatchPaused,
    MatchProposed,
    MatchRequested,
    MatchResumed,
    MatchState,
    MatchStatus,
    Party,
)
from shared.contracts.messages import Event
from shared.domain import Aggregate, GateUnmet, Invalid, NotPossible

S = MatchStatus
COMPLETE_SHARE = 0.8
FEWEST_SESSIONS = 3        # after the term: fewer meetings than this were no match (our choice)
CONSENT_WITHDRAWN = "consent_withdrawn"


@dataclass(frozen=True)
class Move:
    """From which states, to which one, and what is announced."""

    sources: frozenset[MatchStatus]
    target: MatchStatus
    event: Callable[..., Event]


NOT_BEGUN = frozenset({S.REQUESTED, S.PROPOSED, S.CONSENTED})
BEGUN = frozenset({S.ACTIVE, S.PAUSED})
OPEN = NOT_BEGUN | BEGUN
MET = BEGUN | {S.COMPLETED, S.ENDED_EARLY}      # a session may be written down after the match has ended
MOVES: dict[str, Move] = {
    "propose": Move(frozenset({S.REQUESTED}), S.PROPOSED, MatchProposed),
    "consent": Move(frozenset({S.PROPOSED}), S.CONSENTED, MatchConsented),
    "decline": Move(frozenset({S.PROPOSED}), S.DECLINED, MatchDeclined),
    "activate": Move(frozenset({S.CONSENTED}), S.ACTIVE, MatchActivated),
    "pause": Move(frozenset({S.ACTIVE}), S.PAUSED, MatchPaused),
    "resume": Move(frozenset({S.PAUSED}), S.ACTIVE, MatchResumed),
    "complete": Move(frozenset({S.ACTIVE}), S.COMPLETED, MatchCompleted),
    "end": Move(OPEN, S.ENDED_EARLY, MatchEnded),
}


class Identity(TypedDict):
    """What every event of a match carries."""

    match_id: MatchId
    program_id: ProgramId
    school_id: SchoolId
    version: int
    state: MatchState
    supporter_ids: tuple[SupporterId, ...]
    participant_keys: tuple[StudentKey, ...]
    planned_sessions: int
    planned_minutes: int
    starts_on: date | None
    planned_end: date | None
    status: MatchStatus


@dataclass(frozen=True)
class Plan:
    """How much support is meant: sessions, minutes, from when to when."""

    sessions: int
    minutes: int
    starts_on: date | None
    ends_on: date | None


@dataclass(eq=False)
class Match(Aggregate):
    """Who supports whom. A referral to care does not end it: that is asked of the counselor."""

    id: MatchId
    school_id: SchoolId
    program_id: ProgramId
    program: Program
    participant_keys: tuple[StudentKey, ...]
    card_code: str
    reason_code: str
    planned_sessions: int
    planned_minutes: int
    created_at: datetime
    updated_at: datetime
    starts_on: date | None = None
    planned_end: date | None = None
    version: int = 0
    status: MatchStatus = S.REQUESTED
    care_status: CareStatus = CareStatus.NONE
    languages: tuple[str, ...] = ()
    not_with: tuple[SupporterId, ...] = ()
    supporter_ids: tuple[SupporterId, ...] = ()
    supporter_keys: tuple[StudentKey, ...] = ()
    supporters_agreed: tuple[SupporterId, ...] = ()
    participant_agreed: bool = False
    held_sessions: int = 0
    held_minutes: int = 0
    close_reason: str | None = None
    close_on: date | None = None

    @classmethod
    def request(
        cls, program: Program, *, id: MatchId, participants: tuple[StudentKey, ...], card_code: str, reason: str,
        plan: Plan, languages: tuple[str, ...], not_with: tuple[SupporterId, ...], at: datetime,
    ) -> Match:
        """Ask for a peer supporter. A paused or closing program takes no new match; nor does one short of advisors."""
        if not program.takes_matches:
            raise NotPossible(f"program {program.id} is {program.status}, it takes no new matches")
        if plan.starts_on and plan.ends_on and plan.ends_on < plan.starts_on:
            raise Invalid("a match ends after it starts", errors=[
                {"pointer": "/planned_end", "code": "before_start", "message": "planned_end is before starts_on"}])
        match = cls(
            id=id, school_id=program.school_id, program_id=program.id, program=program, participant_keys=participants,
            card_code=card_code, reason_code=reason, planned_sessions=plan.sessions, planned_minutes=plan.minutes,
            starts_on=plan.starts_on, planned_end=plan.ends_on, languages=languages, not_with=not_with,
            created_at=at, updated_at=at,
        )
        match._changed(at)
        match.record(MatchRequested(**match._identity()))
        return match

    # --- steps ---

    def propose(self, supporters: dict[SupporterId, StudentKey], failed: Collection[str], at: datetime) -> None:
        """A person picked the supporter; `failed` are the constraints that do not hold."""
        self._may("propose")
        if failed:
            raise GateUnmet(f"match {self.id}: {len(failed)} constraints do not hold", unmet=sorted(failed))
        self.supporter_ids, self.supporter_keys = tuple(supporters), tuple(supporters.values())
        self.supporters_agreed, self.participant_agreed = (), False
        self._move("propose", at=at)

    def answer(self, party: Party, *, agreed: bool, by: UUID, at: datetime) -> None:
        """Supporter or participant says yes or no. A no ends the proposal."""
        self._may("consent")
        if not agreed:
            self._move("decline", at=at, reason=f"{party}_declined")
        elif party is Party.PARTICIPANT:
            self.participant_agreed = True
        elif by in self.supporter_keys:
            own = self.supporter_ids[self.supporter_keys.index(StudentKey(by))]
            self.supporters_agreed = tuple(dict.fromkeys((*self.supporters_agreed, own)))
        else:
            self.supporters_agreed = self.supporter_ids      # an advisor writes down what the supporter said
        self._changed(at)

    def settle(self, missing: Collection[ConsentMissing], at: datetime) -> None:
        """Everyone who must agree has agreed."""
        if self.status is S.PROPOSED and not self.waiting_for(missing):
            self._move("consent", at=at)

    def activate(self, missing: Collection[ConsentMissing], at: datetime) -> None:
        """Let them begin; a consent that was taken back meanwhile stops it."""
        self._may("activate")
        if not self.program.takes_matches:
            raise NotPossible(f"program {self.program_id} is {self.program.status}, no match begins in it")
        self._demand(missing)
        self._move("activate", at=at)

    def pause(self, *, reason: str, at: datetime) -> None:
        self._move("pause", at=at, reason=reason)

    def resume(self, missing: Collection[ConsentMissing], at: datetime) -> None:
        self._may("resume")
        self._demand(missing)
        self.close_on = None
        self._move("resume", at=at)

    def complete(self, at: datetime) -> None:
        """The plan was carried out: 80 % of the sessions; or the term is over and the fewest were held."""
        self._may("complete")
        term_over = self.planned_end is not None and self.planned_end <= at.date()
        enough = self.held_sessions >= COMPLETE_SHARE * self.planned_sessions
        if not (enough or (term_over and self.held_sessions >= FEWEST_SESSIONS)):
            raise GateUnmet(f"match {self.id} held {self.held_sessions} of {self.planned_sessions} sessions",
                            unmet=["sessions_held"])
        self._move("complete", at=at)

    def end(self, reason: EndReason, at: datetime) -> None:
        """End it early; why is always said."""
        if self.status is S.ENDED_EARLY:
            return
        self._end(str(reason), at)

    def lose_consent(self, *, close_on: date | None, at: datetime) -> None:
        """A consent was taken back: what has begun pauses at once and ends on `close_on`, what has not ends now."""
        if self.status in NOT_BEGUN:
            self._end(CONSENT_WITHDRAWN, at)
        elif self.status in BEGUN:
            self.close_on = close_on
            if self.status is S.ACTIVE:
                self._move("pause", at=at, reason=CONSENT_WITHDRAWN)
            else:
                self._changed(at)

    def end_without_consent(self, at: datetime) -> None:
        """The days of grace are over and consent was not given again."""
        self._end(CONSENT_WITHDRAWN, at)

    # --- what happens to it ---

    def met(self, *, minutes: int, at: datetime) -> None:
        """A session was held."""
        if self.status not in MET:
            raise NotPossible(f"match {self.id} is {self.status}, no session is held in it", allowed=list(self.allowed))
        self.held_sessions += 1
        self.held_minutes += minutes
        self._changed(at)

    def care(self, status: CareStatus, at: datetime) -> None:
        """A participant was referred to care, is in care, or no longer is. The match goes on."""
        if self.care_status is status or not self.open:
            return
        self.care_status = status
        self._changed(at)
        self.record(MatchCareChanged(**self._identity()))

    # --- what it knows ---

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def allowed(self) -> tuple[str, ...]:
        """The verbs that the present state does not forbid."""
        return tuple(verb for verb, move in MOVES.items() if self.status in move.sources)

    @property
    def all_supporters_agreed(self) -> bool:
        return bool(self.supporter_ids) and set(self.supporters_agreed) == set(self.supporter_ids)

    def waiting_for(self, missing: Collection[ConsentMissing]) -> tuple[ConsentMissing, ...]:
        """Whose yes is still missing: the two themselves, and the consents that policy asks for."""
        waiting = set(missing)
        if not self.all_supporters_agreed:
            waiting.add(ConsentMissing.SUPPORTER)
        if not self.participant_agreed:
            waiting.add(ConsentMissing.PARTICIPANT)
        return tuple(each for each in ConsentMissing if each in waiting)

    def ties(self, actor: UUID) -> Iterable[str]:
        if actor in self.supporter_keys:
            yield "match"
        if actor in self.program.staff():
            yield "program"

    def public_state(self) -> MatchState:
        return MatchState(status=self.status, care_status=self.care_status, sessions_held=self.held_sessions)

    # --- the one way to move ---

    def _move(self, verb: str, *, at: datetime, reason: str | None = None) -> None:
        self._may(verb)
        self.status = MOVES[verb].target
        self._changed(at)
        self.record(MOVES[verb].event(**self._identity(), reason_code=reason))

    def _end(self, reason: str, at: datetime) -> None:
        self._may("end")
        self.close_reason = reason
        self._move("end", at=at, reason=reason)

    def _may(self, verb: str) -> None:
        if self.status not in MOVES[verb].sources:
            target = MOVES[verb].target
            raise NotPossible(
                f"match {self.id} is {self.status}, it cannot become {target}",
                **{"from": self.status, "to": target, "allowed": list(self.allowed)},
            )

    def _demand(self, missing: Collection[ConsentMissing]) -> None:
        if missing:
            raise GateUnmet(f"match {self.id} lacks a consent", unmet=sorted(missing))

    def _changed(self, at: datetime) -> None:
        self.version += 1
        self.updated_at = at

    def _identity(self) -> Identity:
        return Identity(
            match_id=self.id, program_id=self.program_id, school_id=self.school_id, version=self.version,
            state=self.public_state(), supporter_ids=self.supporter_ids, participant_keys=self.participant_keys,
            planned_sessions=self.planned_sessions, planned_minutes=self.planned_minutes, starts_on=self.starts_on,
            planned_end=self.planned_end, status=self.status)
