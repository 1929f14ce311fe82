"""A district as interventions sees it: people who ask, and services that tell, on a real database."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import text

from services.interventions.service import InterventionsService
from services.interventions.transaction import InterventionsTransaction
from shared.answering import Method
from shared.contracts.codes import GradeBand, Role
from shared.contracts.interventions import (
    ActivateProgram,
    ActivateSupporter,
    ApproveProgram,
    CertifySupporter,
    EditProgram,
    ElementStatus,
    NominateSupporter,
    ProgramDetailView,
    PutElement,
    PutSafeguard,
    RecordTraining,
    RegisterProgram,
    SafeguardCode,
    SelectSupporter,
    SubmitProgram,
    SupporterDetailView,
)
from shared.contracts.messages import Event, Request
from shared.contracts.referrals import PathwayTestAcknowledged
from shared.contracts.schools import (
    CalendarPublished,
    ConsentKind,
    ConsentRecorded,
    ConsentStatus,
    OnCallRotaChanged,
    RosterStudentChanged,
    RotaShift,
    SchoolDay,
    SchoolLevel,
    SchoolRegistered,
    SchoolStatus,
)
from shared.messaging.codec import Fact
from shared.security.principal import NOBODY, Grant, Principal
from shared.work import Database, Errand

V = TypeVar("V")
Work = Database[InterventionsTransaction]


def _methods() -> dict[type[Request[Any]], Method]:
    points = [p for each in vars(InterventionsService).values() for p in getattr(each, "nameko_entrypoints", ())]
    return {point.method.request: point.method for point in points if hasattr(point, "method")}


def _hearers() -> dict[type[Event], tuple[Callable[[Any, Any], None], bool]]:
    """Event -> its handler, and whether that takes many at once."""
    points = [p for each in vars(InterventionsService).values() for p in getattr(each, "nameko_entrypoints", ())]
    hears = [point for point in points if hasattr(point, "table")]
    return {event: (handle, point.batch) for point in hears for event, handle in point.table.items()}


METHODS, HEARERS = _methods(), _hearers()


@dataclass(frozen=True)
class Person:
    """Somebody with one role, in one school or the whole district."""

    role: Role
    school_id: UUID | None
    key: UUID = field(default_factory=uuid4)

    @property
    def principal(self) -> Principal:
        schools = None if self.school_id is None else frozenset({self.school_id})
        return Principal(self.key, (Grant(self.role, schools),), "gateway", "a-test")


@dataclass
class School:
    """One school with calendar, rota and an answered pathway test, and the people who work there."""

    work: Work
    id: UUID = field(default_factory=uuid4)
    versions: dict[UUID, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.coordinator, self.principal = (Person(role, self.id) for role in (Role.SITE_COORDINATOR, Role.PRINCIPAL))
        self.advisor, self.counselor = Person(Role.ADVISOR, self.id), Person(Role.COUNSELOR, self.id)
        self.lead = Person(Role.DISTRICT_LEAD, None)

    # --- asking and telling ---

    def ask(self, command: Request[V], by: Person) -> V:
        method = METHODS[type(command)]
        errand = Errand.asked(by.principal, method.allow, changes=method.changes, correlation_id="a-test")
        with self.work.begin(errand) as tx:
            answer: V = method.handle(command, tx)
        return answer

    def ask_as_referrals(self, command: Request[V]) -> V:
        method = METHODS[type(command)]
        service = Principal(NOBODY, (Grant(Role.SERVICE, None),), "referrals", "a-test")
        errand = Errand.asked(service, method.allow, changes=method.changes, correlation_id="a-test")
        with self.work.begin(errand) as tx:
            answer: V = method.handle(command, tx)
        return answer

    def tell(self, event: Event, replay_of: UUID | None = None) -> None:
        school_id = getattr(event, "school_id", None)
        fact = Fact(id=uuid4(), at=datetime.now(UTC), event=event, school_id=school_id, replay_of=replay_of)
        handle, batch = HEARERS[type(event)]
        errand = Errand.own("interventions", "a_test") if batch else Errand.heard("interventions", fact, "a_test")
        with self.work.begin(errand) as tx:
            handle([fact] if batch else fact, tx)

    def comes_round(self, job: Callable[[Any], None], at: datetime | None = None) -> None:
        """A timer fires, at the moment that a test needs."""
        with self.work.begin(Errand.own("interventions", "a_test")) as tx:
            tx.now = at or tx.now
            job(tx)

    def announced(self, kind: str | None = None) -> list[dict[str, Any]]:
        with self.work.engine.begin() as db:
            db.execute(text("SELECT set_config('app.scope', 'district', true)"))
            found = [json.loads(row.payload) for row in db.execute(text("SELECT payload FROM outbox ORDER BY seq"))]
        return [each["data"] for each in found if kind is None or each["type"].endswith(f".{kind}.v1")]

    # --- what is true before a test begins ---

    def opens(self, *, on_duty: bool = True, pathway_tested: bool = True) -> School:
        self.tell(SchoolRegistered(
            school_id=self.id, version=1, ncesid=None, level=SchoolLevel.HIGH, grade_span="09-12", enrollment=900,
            tz="America/Los_Angeles", status=SchoolStatus.OPEN))
        today = date.today()
        days = [today + timedelta(days=n) for n in range(-30, 60) if (today + timedelta(days=n)).weekday() < 5]
        self.tell(CalendarPublished(
            school_id=self.id, version=1, year=today.year, tz="America/Los_Angeles",
            days=tuple(SchoolDay(date=day, opens=time(8), closes=time(15, 30)) for day in days)))
        if on_duty:
            self.publish_rota()
        if pathway_tested:
            self.tell(PathwayTestAcknowledged(school_id=self.id, at=datetime.now(UTC)))
        return self

    def publish_rota(self, days: int = 60, version: int = 1) -> None:
        now = datetime.now(UTC)
        shift = RotaShift(starts_at=now - timedelta(days=2), ends_at=now + timedelta(days=days),
                          order=(self.counselor.key,))
        self.tell(OnCallRotaChanged(school_id=self.id, version=version, starts_at=shift.starts_at,
                                    ends_at=shift.ends_at, shifts=(shift,)))

    def student(self, band: GradeBand = GradeBand.HIGH, language: str = "en", active: bool = True) -> Person:
        key = uuid4()
        self.tell(RosterStudentChanged(
            student_key=key, school_id=self.id, version=1, school_ids=(self.id,), grade_band=band, language=language,
            subgroup_codes=(), active=active))
        return Person(Role.PEER_SUPPORTER, self.id, key)

    def consent(
        self, student: Person, program_id: UUID,
        kinds: Collection[ConsentKind] = (ConsentKind.GUARDIAN, ConsentKind.STUDENT_ASSENT),
    ) -> list[UUID]:
        given = [uuid4() for _ in kinds]
        for consent_id, kind in zip(given, kinds, strict=True):
            self.tell(ConsentRecorded(
                consent_id=consent_id, school_id=self.id, version=1, student_key=student.key, program_id=program_id,
                kind=kind, status=ConsentStatus.GRANTED, expires_on=None))
        return given

    # --- a program on its way ---

    def registered(self, type_code: str = "peer_mentoring", **edits: Any) -> ProgramDetailView:
        """A draft with everything answered."""
        program = self.ask(RegisterProgram(school_id=self.id, type_code=type_code, title="Ninth-grade mentors"),
                           self.coordinator)
        at = program.program_id
        self.ask(EditProgram(program_id=at, advisor_keys=(self.advisor.key,), **edits), self.coordinator)
        for no in range(1, 11):
            self.ask(PutElement(program_id=at, no=no, status=ElementStatus.IN_PLACE), self.coordinator)
        for code in SafeguardCode:
            program = self.ask(PutSafeguard(program_id=at, code=code, met=True), self.coordinator)
        return program

    def approved(self, type_code: str = "peer_mentoring", **edits: Any) -> ProgramDetailView:
        at = self.registered(type_code, **edits).program_id
        self.ask(SubmitProgram(program_id=at), self.coordinator)
        self.ask(ApproveProgram(program_id=at), self.principal)
        return self.ask(ApproveProgram(program_id=at), self.lead)

    def active(self, type_code: str = "peer_mentoring") -> tuple[ProgramDetailView, Person, SupporterDetailView]:
        """A running program and its first peer supporter."""
        program = self.approved(type_code)
        person = self.student()
        supporter = self.supporter(program.program_id, person)
        return self.ask(ActivateProgram(program_id=program.program_id), self.coordinator), person, supporter

    def certified(self, program_id: UUID, person: Person) -> SupporterDetailView:
        supporter = self.ask(NominateSupporter(program_id=program_id, student_key=person.key), self.advisor)
        at = supporter.supporter_id
        self.ask(SelectSupporter(supporter_id=at, reason_code="vetted"), self.advisor)
        for days_ago, hours, score in ((42, 4, None), (20, 4, None), (5, 4, 90)):
            self.ask(RecordTraining(
                supporter_id=at, module_code="active_listening", hours=hours, scenario_score=score,
                held_on=date.today() - timedelta(days=days_ago)), self.advisor)
        return self.ask(CertifySupporter(supporter_id=at, code_of_conduct_signed=True), self.advisor)

    def supporter(self, program_id: UUID, person: Person) -> SupporterDetailView:
        at = self.certified(program_id, person).supporter_id
        return self.ask(ActivateSupporter(supporter_id=at, supervisor_key=self.advisor.key), self.advisor)
