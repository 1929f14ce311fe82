"""The referrals service's own room for tests: its database, its handlers, its watchdog and a mailbox; no broker."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any, TypeVar
from uuid import UUID, uuid4

import psycopg
import pytest
from aiosmtpd.controller import Controller

from services.referrals.clocks import handlers as clocks
from services.referrals.duty import handlers as duty
from services.referrals.referrals import handlers, views
from services.referrals.transaction import ReferralsTransaction
from services.referrals.watchdog import Watchdog
from shared.contracts.codes import ClockKind, ConcernDomain, Role, Urgency
from shared.contracts.ids import SchoolId, StaffKey, StudentKey
from shared.contracts.messages import Event, Request
from shared.contracts.referrals import ReferralDetail, ReferralView, SubmitReferral
from shared.contracts.schools import (
    Assignment,
    CalendarPublished,
    DutyContact,
    OnCallRotaChanged,
    PathwayChanged,
    PathwayStep,
    RotaShift,
    SchoolDay,
    StaffAssigned,
)
from shared.messaging.codec import Fact
from shared.security.principal import Grant, Principal
from shared.settings import Settings
from shared.work import Database, Errand
from tests.running import Servers

V = TypeVar("V")
TZ = "America/New_York"
THANKSGIVING = (date(2026, 11, 26), date(2026, 11, 29))


@dataclass(frozen=True)
class People:
    """Who works at the school."""

    first: StaffKey
    second: StaffKey
    third: StaffKey
    principal: StaffKey
    coordinator: StaffKey
    crisis_lead: StaffKey

    def mail(self, key: UUID) -> str:
        return f"{key}@school.invalid"

    def all(self) -> tuple[StaffKey, ...]:
        return (self.first, self.second, self.third, self.principal, self.coordinator, self.crisis_lead)


class Mailbox:
    """A real SMTP server that keeps what it is given, and refuses while `broken`."""

    def __init__(self) -> None:
        self.received: list[tuple[str, Message]] = []
        self.broken = False
        self.url = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.broken:
            return "451 later, perhaps"
        for to in envelope.rcpt_tos:
            self.received.append((to, message_from_bytes(envelope.content)))
        return "250 kept"

    def to(self, address: str) -> list[Message]:
        return [message for receiver, message in self.received if receiver == address]


@dataclass
class Room:
    """One school with its people, and everything that can be done to its referrals."""

    settings: Settings
    superuser: str
    database: Database[ReferralsTransaction]
    school: SchoolId
    people: People

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look, or change, from above: past scopes and rights."""
        with psycopg.connect(self.superuser, autocommit=True, options="-c search_path=referrals") as db:
            found = db.execute(statement, values or None)  # type: ignore[call-overload]
            return list(found.fetchall()) if found.description else []

    def ask(self, handle: Callable[[Any, ReferralsTransaction], V], request: Request[Any], action: str, *,
            by: UUID | None = None, role: Role = Role.COUNSELOR, schools: frozenset[UUID] | None = None,
            changes: bool = True) -> V:
        """Ask as a member of the staff of the school."""
        scope = frozenset({self.school}) if schools is None else schools
        principal = Principal(by or self.people.first, (Grant(role, scope),), issuer="gateway", request_id="test")
        with self.database.begin(Errand.asked(principal, action, changes=changes, correlation_id="test")) as tx:
            return handle(request, tx)

    def hear(self, handle: Callable[[Any, ReferralsTransaction], None], event: Event, *,
             school: UUID | None = None) -> None:
        fact = Fact(uuid4(), datetime.now(UTC), event, school_id=school or getattr(event, "school_id", None))
        with self.database.begin(Errand.heard("referrals", fact, "a test")) as tx:
            handle(fact, tx)

    @contextmanager
    def work(self, action: str = "a test") -> Iterator[ReferralsTransaction]:
        with self.database.begin(Errand.own("referrals", action)) as tx:
            yield tx

    def submit(self, urgency: Urgency = Urgency.EMERGENCY, **more: Any) -> ReferralView:
        command = SubmitReferral(school_id=self.school, student_key=StudentKey(uuid4()), urgency=urgency,
                                 concern_domain=ConcernDomain.SAFETY_SELF, **more)
        return self.ask(handlers.submit_referral, command, "referral.submit")

    def expire(self, referral_id: UUID, kind: ClockKind = ClockKind.ACKNOWLEDGE, ago: float = 0.1) -> None:
        """As if its time had come so many seconds ago."""
        self.sql("UPDATE referral_clocks SET due_at = clock_timestamp() - make_interval(secs => %s), "
                 "next_due_at = clock_timestamp() - make_interval(secs => %s) WHERE referral_id = %s AND kind = %s",
                 ago, ago, referral_id, kind.value)

    def announced(self, wire_name: str) -> list[Any]:
        return [row[0] for row in self.sql(
            "SELECT payload::jsonb -> 'data' FROM outbox WHERE type = %s ORDER BY seq", wire_name)]

    def steps(self, referral_id: UUID) -> list[tuple[Any, ...]]:
        return self.sql("SELECT kind, step_no, to_key FROM escalation_steps WHERE referral_id = %s "
                        "ORDER BY kind, step_no", referral_id)

    def watchdog(self, mailbox_url: str = "smtp://127.0.0.1:9") -> Watchdog:
        return Watchdog(replace(self.settings, smtp_url=mailbox_url))


@pytest.fixture
def room(servers: Servers) -> Iterator[Room]:
    """A room of its own for each test."""
    with a_room(servers) as made:
        yield made


@pytest.fixture(scope="module")
def library(servers: Servers) -> Iterator[Room]:
    """One room for all tests of a file that only read."""
    with a_room(servers) as made:
        yield made


@contextmanager
def a_room(servers: Servers) -> Iterator[Room]:
    database = servers.fresh_database()
    settings = Settings.read({**servers.local.environment("referrals"),
                              "PEERSUPPORTS_DATABASE_URL": database.database_url})
    people = People(*(StaffKey(uuid4()) for _ in range(6)))
    made = Room(settings, servers.superuser(database), Database(settings, "referrals", ReferralsTransaction),
                SchoolId(uuid4()), people)
    furnish(made)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = Mailbox()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    kept.url = f"smtp://127.0.0.1:{port}"
    yield kept
    server.stop()


def furnish(room: Room) -> None:
    """A calendar around Thanksgiving 2026, five at the school and one in the district, a rota that is on, addresses."""
    people, school = room.people, room.school
    room.hear(clocks.learn_calendar, a_calendar(school))
    roles = [Role.COUNSELOR, Role.COUNSELOR, Role.COUNSELOR, Role.PRINCIPAL, Role.SITE_COORDINATOR, Role.CRISIS_LEAD]
    for key, role in zip(people.all(), roles, strict=True):
        where = None if role is Role.CRISIS_LEAD else school
        room.hear(duty.learn_staff, StaffAssigned(
            staff_key=key, school_id=where, version=1, credentials=(),
            assignments=(Assignment(role=role, school_id=where),)))
    now = datetime.now(UTC)
    shift = RotaShift(starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1),
                      order=(people.first, people.second, people.third))
    room.hear(duty.learn_rota, OnCallRotaChanged(
        school_id=school, version=1, starts_at=shift.starts_at, ends_at=shift.ends_at, shifts=(shift,)))
    room.hear(duty.learn_pathway, PathwayChanged(
        school_id=school, version=1, order=(PathwayStep(staff_key=people.second), PathwayStep(role=Role.COUNSELOR))))
    with room.work() as tx:
        tx.staff.contacts([DutyContact(staff_key=key, given_name="A", family_name="B", email=people.mail(key),
                                       phone=None, school_ids=(school,)) for key in people.all()])


def a_calendar(school: SchoolId, *, version: int = 1, closed: tuple[date, ...] = (),
               early: dict[date, time] | None = None) -> CalendarPublished:
    """Weekdays from 26 October to 11 December 2026, 08:00 to 15:30; Wed 25 Nov to 12:30, 26 to 29 Nov closed."""
    shorter = {date(2026, 11, 25): time(12, 30), **(early or {})}
    days = [date(2026, 10, 26) + timedelta(days=n) for n in range(47)]
    staffed = [day for day in days if day.weekday() < 5 and day not in closed
               and not THANKSGIVING[0] <= day <= THANKSGIVING[1]]
    return CalendarPublished(
        school_id=school, version=version, year=2026, tz=TZ,
        days=tuple(SchoolDay(date=day, opens=time(8), closes=shorter.get(day, time(15, 30))) for day in staffed))


def detail(room: Room, referral_id: UUID, **more: Any) -> Any:
    return room.ask(views.referral_detail, ReferralDetail(referral_id=referral_id), "referral.view", changes=False,
                    **more)
