"""What is shown of schools and their staffed hours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_

from services.schools.district.store import districts
from services.schools.people.store import rotas
from services.schools.roster.store import students
from services.schools.sites.model import Calendar, School
from services.schools.sites.store import calendars, schools
from services.schools.transaction import SchoolsTransaction as Transaction
from shared.contracts.ids import SchoolId
from shared.contracts.messages import Page
from shared.contracts.schools import (
    CalendarOf,
    CalendarView,
    SchoolName,
    SchoolNamesView,
    SchoolView,
)
from shared.contracts.schools import (
    Schools as SchoolsAsked,
)
from shared.domain import Invalid, NotFound


def page_of_schools(asked: SchoolsAsked, tx: Transaction) -> Page[SchoolView]:
    """By name. Who reaches one school sees the list of all, and the counts of that one."""
    question = select(School).order_by(func.lower(schools.c.name), schools.c.id).limit(asked.limit + 1)
    if asked.status:
        question = question.where(schools.c.status == asked.status)
    if asked.level:
        question = question.where(schools.c.level == asked.level)
    if asked.q:
        question = question.where(or_(schools.c.name.icontains(asked.q, autoescape=True), schools.c.ncesid == asked.q))
    if asked.cursor:
        question = question.where(tuple_(func.lower(schools.c.name), schools.c.id) > tuple_(*after(asked.cursor)))
    found = list(tx.session.scalars(question))
    shown = found[:asked.limit]
    more = f"{shown[-1].id} {shown[-1].name.lower()}" if len(found) > asked.limit else None
    return Page[SchoolView](items=tuple(school_views(shown, tx)), next_cursor=more)


def after(cursor: str) -> tuple[str, SchoolId]:
    id, _, name = cursor.partition(" ")
    try:
        return name, SchoolId(UUID(id))
    except ValueError:
        raise Invalid("the cursor is none of ours", errors=[
            {"pointer": "/cursor", "code": "cursor_invalid", "message": "begin again without it"}]) from None


def one_school(school_id: SchoolId, tx: Transaction) -> SchoolView:
    school = tx.session.get(School, school_id)
    if school is None:
        raise NotFound(f"there is no school {school_id}")
    return school_views([school], tx)[0]


def school_views(found: Sequence[School], tx: Transaction) -> list[SchoolView]:
    """Schools with what hangs on them, in three statements whatever their number."""
    ids = [school.id for school in found]
    counts = _by_school(tx, select(students.c.school_id, func.count()).where(
        students.c.school_id.in_(ids), students.c.active).group_by(students.c.school_id))
    gaps = _by_school(tx, select(rotas.c.id, rotas.c.gap_minutes).where(rotas.c.id.in_(ids), rotas.c.version > 0))
    until = _by_school(tx, select(calendars.c.school_id, func.max(calendars.c.last_day)).where(
        calendars.c.school_id.in_(ids)).group_by(calendars.c.school_id))
    return [school_view(school, counts.get(school.id), until.get(school.id), gaps.get(school.id)) for school in found]


def school_view(school: School, count: Any = None, until: Any = None, gap_minutes: Any = None) -> SchoolView:
    return SchoolView(
        school_id=school.id, version=school.version, ncesid=school.ncesid, name=school.name, level=school.level,
        grade_span=school.grade_span, enrollment=school.enrollment, status=school.status, tz=school.tz,
        active_from=school.active_from, roster_count=count, calendar_until=until, rota_gap_minutes=gap_minutes)


def names_of_schools(tx: Transaction) -> SchoolNamesView:
    rows = tx.session.execute(
        select(schools.c.id, schools.c.name, schools.c.tz, schools.c.status)
        .order_by(func.lower(schools.c.name), schools.c.id)).all()
    return SchoolNamesView(district_name=tx.session.scalar(select(districts.c.name)), items=tuple(
        SchoolName(school_id=row.id, name=row.name, tz=row.tz, status=row.status) for row in rows))


def calendar_view(calendar: Calendar) -> CalendarView:
    return CalendarView(school_id=calendar.school_id, version=calendar.version, year=calendar.year, tz=calendar.tz,
                        days=calendar.days)


def calendar_of(asked: CalendarOf, tx: Transaction) -> CalendarView:
    """A year's staffed hours; the newest year's when none is named; empty where nobody has published any."""
    question = select(Calendar).where(calendars.c.school_id == asked.school_id).order_by(calendars.c.year.desc())
    if asked.year is not None:
        question = question.where(calendars.c.year == asked.year)
    found = tx.session.scalars(question.limit(1)).first()
    if found:
        return calendar_view(found)
    school = one_school(asked.school_id, tx)
    return calendar_view(Calendar(asked.school_id, asked.year or tx.now.year, school.tz))


def _by_school(tx: Transaction, question: Any) -> dict[SchoolId, Any]:
    return {SchoolId(school): value for school, value in tx.session.execute(question)}
