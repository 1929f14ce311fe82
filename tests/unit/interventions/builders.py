"""Programs, supporters, matches, sessions and concerns with defaults: a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from services.interventions.concerns.model import Concern, Worry
from services.interventions.matches.model import Match, Plan
from services.interventions.programs.catalog import SAFEGUARDS, type_of
from services.interventions.programs.gates import Standing
from services.interventions.programs.model import Element, Program, Safeguard
from services.interventions.programs.ratio import Ratio
from services.interventions.sessions.model import PeerSession
from services.interventions.supporters.model import Demands, PeerSupporter, Training
from shared.contracts.codes import ConcernDomain, Modality, Role, StudentTold, Urgency
from shared.contracts.ids import (
    ActorKey,
    ConcernId,
    MatchId,
    ProgramId,
    SchoolId,
    SessionId,
    StaffKey,
    StudentKey,
    SupporterId,
    TrainingId,
)
from shared.contracts.interventions import (
    ConcernSource,
    ElementStatus,
    MatchStatus,
    ProgramStatus,
    SessionStatus,
    SupporterStatus,
)
from shared.domain import Aggregate

T = TypeVar("T", bound=Aggregate)

NINE = datetime(2026, 11, 24, 17, tzinfo=UTC)
TODAY = NINE.date()
SCHOOL = SchoolId(UUID("11111111-1111-4111-8111-111111111111"))
ADVISOR, PRINCIPAL, LEAD = (StaffKey(uuid4()) for _ in range(3))
ENOUGH = Ratio(active=0, advisors=1, limit=8)
C_DEMANDS = Demands(hours=12, weeks=4, pass_mark=80, check_in_days=14)
IN_PLACE = tuple(Element(no, ElementStatus.IN_PLACE) for no in range(1, 11))
ALL_MET = tuple(Safeguard(code, met=True) for code in SAFEGUARDS)
READY = Standing(at=NINE, ratio=ENOUGH, ready_supporters=1, rota_covered=True, pathway_answered_at=NINE)


def a_program(
    type_code: str = "peer_mentoring", *, status: ProgramStatus = ProgramStatus.DRAFT, **more: Any,
) -> Program:
    """Everything answered and met, with an advisor."""
    program = Program.register(
        type_of(type_code), id=ProgramId(uuid4()), school_id=SCHOOL, title="Ninth-grade mentors", tier=None,
        pilot=False, languages=("en",), by=ADVISOR, role=Role.ADVISOR, at=NINE)
    return _with(program, status=status, **{"elements": IN_PLACE, "safeguards": ALL_MET, **more})


def a_supporter(*, status: SupporterStatus = SupporterStatus.NOMINATED, **more: Any) -> PeerSupporter:
    supporter = PeerSupporter.nominate(
        more.pop("program", None) or a_program(status=ProgramStatus.ACTIVE), id=SupporterId(uuid4()),
        student_key=StudentKey(uuid4()), applied=False, languages=("en",), demands=C_DEMANDS, load_cap=3,
        minutes_cap=120, at=NINE)
    return _with(supporter, status=status, **more)


def a_training(*, weeks_ago: float = 0, hours: float = 4, score: float | None = None) -> Training:
    return Training(
        id=TrainingId(uuid4()), supporter_id=SupporterId(uuid4()), school_id=SCHOOL, course_code="peer_support_basics",
        module_code="active_listening", hours=hours, held_on=TODAY - timedelta(days=int(weeks_ago * 7)),
        scenario_score=score, passed=score is None or score >= 80, trainer_key=ADVISOR, recorded_at=NINE)


def trained(*, weeks: float = 5, hours: float = 12, score: float | None = 90) -> list[Training]:
    """Training in two parts, the scenario in the second."""
    return [a_training(weeks_ago=weeks, hours=hours / 2), a_training(hours=hours / 2, score=score)]


def a_match(*, status: MatchStatus = MatchStatus.REQUESTED, **more: Any) -> Match:
    match = Match.request(
        more.pop("program", None) or a_program(status=ProgramStatus.ACTIVE), id=MatchId(uuid4()),
        participants=(StudentKey(uuid4()),), card_code="BLUE-14", reason="transition",
        plan=Plan(10, 300, date(2026, 10, 1), date(2026, 12, 18)), languages=("en",), not_with=(), at=NINE)
    return _with(match, status=status, **more)


def a_proposed_match() -> tuple[Match, StudentKey]:
    supporter = StudentKey(uuid4())
    match = a_match()
    match.propose({SupporterId(uuid4()): supporter}, (), at=NINE)
    match.recorded()
    return match, supporter


def a_session(*, status: SessionStatus = SessionStatus.SCHEDULED, **more: Any) -> PeerSession:
    match = more.pop("match", None) or a_match(status=MatchStatus.ACTIVE)
    session = PeerSession.of_match(
        match, id=SessionId(uuid4()), minutes=30, modality=Modality.IN_PERSON, at=NINE, scheduled_at=NINE)
    return _with(session, status=status, **more)


def a_concern(**more: Any) -> Concern:
    worry = Worry(
        student_key=StudentKey(uuid4()), urgency_floor=Urgency.URGENT, domain=ConcernDomain.SAFETY_SELF,
        student_told=StudentTold.TOLD, told_reason=None, danger_now=False)
    return Concern.raise_(
        replace(worry, **more), id=ConcernId(uuid4()), school_id=SCHOOL, program=a_program(), match_id=None,
        session_id=None, by=ActorKey(uuid4()), source=ConcernSource.PEER_SUPPORTER, content=b"sealed", at=NINE)


def _with(thing: T, **values: Any) -> T:
    for name, value in values.items():
        setattr(thing, name, value)
    thing.recorded()
    return thing
