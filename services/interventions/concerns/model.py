"""A concern: a worry about a student that somebody passed on, until the counselors have closed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.interventions.programs.model import Program
from shared.contracts.codes import SEVERITY, ConcernDomain, PeerView, RedFlag, Role, StudentTold, Tier, Urgency
from shared.contracts.ids import ActorKey, ConcernId, MatchId, ProgramId, ReferralId, SchoolId, SessionId, StudentKey
from shared.contracts.interventions import (
    Answer,
    ConcernRaised,
    ConcernSource,
    ConcernState,
    ConcernStatus,
    RedFlagAnswers,
    ToldReason,
)
from shared.domain import Aggregate

S = ConcernStatus
CONFIRMED_WITHIN = timedelta(seconds=60)

CODE_OF_ANSWER: Mapping[str, RedFlag] = {
    "suicide_or_self_harm": RedFlag.SUICIDE_IDEATION,
    "being_hurt_or_unsafe": RedFlag.UNSAFE_TONIGHT,
    "harm_to_others": RedFlag.HARM_TO_OTHERS,
    "overdose_or_use_alone": RedFlag.OVERDOSE_INTOXICATION,
    "not_eating_or_sleeping": RedFlag.DISORDERED_EATING_MEDICAL,
}
DOMAIN_OF_CODE: Mapping[RedFlag, ConcernDomain] = {
    RedFlag.SUICIDE_IDEATION: ConcernDomain.SAFETY_SELF,
    RedFlag.SELF_INJURY: ConcernDomain.SAFETY_SELF,
    RedFlag.HARM_TO_OTHERS: ConcernDomain.SAFETY_OTHERS,
    RedFlag.ABUSE_NEGLECT: ConcernDomain.SAFETY_HOME,
    RedFlag.SEXUAL_ASSAULT: ConcernDomain.SAFETY_HOME,
    RedFlag.DATING_VIOLENCE: ConcernDomain.SAFETY_HOME,
    RedFlag.OVERDOSE_INTOXICATION: ConcernDomain.SUBSTANCE,
    RedFlag.MISSING_FRIEND: ConcernDomain.SAFETY_SELF,
    RedFlag.PSYCHOSIS_LIKE: ConcernDomain.HEALTH,
    RedFlag.DISORDERED_EATING_MEDICAL: ConcernDomain.HEALTH,
    RedFlag.UNSAFE_TONIGHT: ConcernDomain.SAFETY_HOME,
    RedFlag.GRIEF_TRAUMA: ConcernDomain.LOSS,
    RedFlag.SUBSTANCE_USE: ConcernDomain.SUBSTANCE,
    RedFlag.PERSISTENT_SYMPTOMS: ConcernDomain.MOOD,
    RedFlag.ISOLATION_BULLYING: ConcernDomain.BELONGING,
    RedFlag.OTHER: ConcernDomain.OTHER,
}
STATUS_OF_VIEW = {PeerView.RECEIVED: S.RECEIVED, PeerView.CONTACTED: S.CONTACTED, PeerView.CLOSED: S.CLOSED}
SEEN_AS = {status: view for view, status in STATUS_OF_VIEW.items()}
STAFF_SOURCE = {Role.PEER_SUPPORTER: ConcernSource.PEER_SUPPORTER, Role.GUARDIAN: ConcernSource.FAMILY}

Floors = Mapping[RedFlag, Urgency]


def codes_of(answers: RedFlagAnswers) -> tuple[RedFlag, ...]:
    """Each yes of the red-flag check gives its code."""
    return tuple(code for field, code in CODE_OF_ANSWER.items() if getattr(answers, field) is Answer.YES)


def floor_of(codes: Iterable[RedFlag], floors: Floors, *, danger_now: bool, raised: Urgency | None) -> Urgency:
    """The least urgency: of all flags the most severe; danger now is an emergency; a person may raise, never lower."""
    found = [floors[code] for code in codes] + ([raised] if raised else [])
    if danger_now:
        found.append(Urgency.EMERGENCY)
    return max(found, key=SEVERITY.__getitem__, default=Urgency.ROUTINE)


def domain_of(codes: Iterable[RedFlag], floors: Floors) -> ConcernDomain:
    """What the most severe flag is about."""
    ordered = sorted(codes, key=lambda code: SEVERITY[floors[code]], reverse=True)
    return DOMAIN_OF_CODE[ordered[0]] if ordered else ConcernDomain.OTHER


def source_of(role: Role) -> ConcernSource:
    return STAFF_SOURCE.get(role, ConcernSource.STAFF)


@dataclass(frozen=True)
class Worry:
    """What may be known of a concern outside its sealed content."""

    student_key: StudentKey | None
    urgency_floor: Urgency
    domain: ConcernDomain
    student_told: StudentTold
    told_reason: ToldReason | None
    danger_now: bool


@dataclass(eq=False)
class Concern(Aggregate):
    """A worry passed on. `content` holds red-flag codes and words, sealed."""

    id: ConcernId
    school_id: SchoolId
    program_id: ProgramId | None
    program: Program | None
    match_id: MatchId | None
    session_id: SessionId | None
    student_key: StudentKey | None
    raised_by: ActorKey
    source: ConcernSource
    urgency_floor: Urgency
    concern_domain: ConcernDomain
    student_told: StudentTold
    told_reason: ToldReason | None
    danger_now: bool
    content: bytes
    raised_at: datetime
    announced_at: datetime
    updated_at: datetime
    version: int = 0
    status: ConcernStatus = S.RAISED
    received_at: datetime | None = None
    referral_id: ReferralId | None = None
    referral_version: int = 0

    @classmethod
    def raise_(
        cls, worry: Worry, *, id: ConcernId, school_id: SchoolId, program: Program | None, match_id: MatchId | None,
        session_id: SessionId | None, by: ActorKey, source: ConcernSource, content: bytes, at: datetime,
    ) -> Concern:
        """Pass a worry on. Its clock starts now."""
        concern = cls(
            id=id, school_id=school_id, program_id=program.id if program else None, program=program,
            match_id=match_id, session_id=session_id, student_key=worry.student_key, raised_by=by, source=source,
            urgency_floor=worry.urgency_floor, concern_domain=worry.domain, student_told=worry.student_told,
            told_reason=worry.told_reason, danger_now=worry.danger_now, content=content, raised_at=at, announced_at=at,
            updated_at=at,
        )
        concern._changed(at)
        concern._announce()
        return concern

    def receive(self, referral_id: ReferralId, received_at: datetime, at: datetime) -> None:
        """Referrals has it. Hearing so twice, or late, changes nothing."""
        if self.referral_id is None:
            self.referral_id, self.received_at = referral_id, received_at
            self._changed(at)
        if self.status is S.RAISED:
            self.status = S.RECEIVED

    def progress(self, seen: PeerView, *, referral_version: int, at: datetime) -> None:
        """What the person who raised it may see of it has changed; the referral's versions say what is newer."""
        if referral_version <= self.referral_version:
            return
        self.referral_version, self.status = referral_version, STATUS_OF_VIEW[seen]
        self._changed(at)

    def announce_again(self, at: datetime) -> None:
        """Nobody has confirmed it: say it once more. Referrals makes one referral of it, however often it hears."""
        self.announced_at = at
        self._announce()

    def unconfirmed(self, at: datetime) -> bool:
        """Has nobody confirmed it within a minute?"""
        return self.status is S.RAISED and at - self.raised_at > CONFIRMED_WITHIN

    @property
    def seen(self) -> PeerView | None:
        return SEEN_AS.get(self.status)

    def ties(self, actor: UUID) -> Iterable[str]:
        if actor == self.raised_by:
            yield "own"
        if self.program is not None and actor in self.program.staff():
            yield "program"

    def _announce(self) -> None:
        tier: Tier | None = self.program.tier if self.program else None
        self.record(ConcernRaised(
            concern_id=self.id, school_id=self.school_id, version=self.version,
            state=ConcernState(status=self.status, urgency_floor=self.urgency_floor), program_id=self.program_id,
            match_id=self.match_id, tier=tier, student_key=self.student_key, source=self.source,
            urgency_floor=self.urgency_floor, concern_domain=self.concern_domain, student_told=self.student_told,
            raised_at=self.raised_at,
        ))

    def _changed(self, at: datetime) -> None:
        self.version += 1
        self.updated_at = at
