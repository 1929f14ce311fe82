"""What is done with schools: they become known, are corrected, and say when they are staffed."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.schools.sites import views
from services.schools.sites.model import Facts, School
from services.schools.transaction import SchoolsTransaction as Transaction
from shared.contracts.messages import Page
from shared.contracts.schools import (
    CalendarOf,
    CalendarView,
    PublishCalendar,
    RegisterSchool,
    SchoolNames,
    SchoolNamesView,
    SchoolView,
    UpdateSchool,
)
from shared.contracts.schools import School as SchoolAsked
from shared.contracts.schools import Schools as SchoolsAsked
from shared.domain import Duplicate, Invalid


def schools(question: SchoolsAsked, tx: Transaction) -> Page[SchoolView]:
    return views.page_of_schools(question, tx)


def school(question: SchoolAsked, tx: Transaction) -> SchoolView:
    return views.one_school(question.school_id, tx)


def school_names(question: SchoolNames, tx: Transaction) -> SchoolNamesView:
    return views.names_of_schools(tx)


def register_school(command: RegisterSchool, tx: Transaction) -> SchoolView:
    if command.ncesid and tx.schools.by_nces_ids([command.ncesid]):
        raise Duplicate(f"the school {command.ncesid} is registered already")
    facts = Facts(command.name, command.level, command.grade_span, command.enrollment, command.status)
    tz = checked(command.tz or tx.districts.the().tz)
    return views.school_view(tx.schools.add(School.registered(
        facts, tz=tz, at=tx.now, ncesid=command.ncesid, active_from=command.active_from)))


def update_school(command: UpdateSchool, tx: Transaction) -> SchoolView:
    known = tx.schools.get(command.school_id, version=command.expected_version)
    facts = Facts(
        command.name or known.name, command.level or known.level, command.grade_span or known.grade_span,
        known.enrollment if command.enrollment is None else command.enrollment, command.status or known.status)
    known.correct(facts, tz=checked(command.tz or known.tz), at=tx.now)
    return views.school_views([known], tx)[0]


def publish_calendar(command: PublishCalendar, tx: Transaction) -> CalendarView:
    of = tx.schools.get(command.school_id)
    calendar = tx.calendars.of(of, command.year)
    calendar.publish(command.days, tz=of.tz, at=tx.now, expected_version=command.expected_version)
    tx.session.flush()
    if rota := tx.rotas.find(of.id):
        rota.look_for_gaps(hours=tx.calendars.hours(of.id), active=tx.staff.active_among(rota.people()), at=tx.now)
    return views.calendar_view(calendar)


def calendar_of(question: CalendarOf, tx: Transaction) -> CalendarView:
    return views.calendar_of(question, tx)


def checked(tz: str) -> str:
    """A zone that this machine knows: clocks will be reckoned in it."""
    try:
        ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid("there is no such time zone", errors=[
            {"pointer": "/tz", "code": "unknown_zone", "message": "use an IANA name, as America/New_York"}]) from None
    return tz
