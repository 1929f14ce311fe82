"""What is shown of staff, rotas and pathways, and of who is on duty now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_

from services.schools.hours import Span
from services.schools.people.model import Pathway, Person, Rota, StaffMember
from services.schools.people.store import assigned, holds, pathways, rotas, staff
from services.schools.transaction import SchoolsTransaction as Transaction
from shared.contracts.codes import Role
from shared.contracts.ids import SchoolId, StaffKey
from shared.contracts.messages import Page
from shared.contracts.schools import (
    DutyContact,
    DutyContacts,
    DutyContactsView,
    DutyPerson,
    OnDutyView,
    PathwayView,
    RotaView,
    StaffList,
    StaffName,
    StaffNamesView,
    StaffView,
)
from shared.domain import Invalid, NotFound

DUTY_ROLES = frozenset({Role.COUNSELOR, Role.CLINICAL_SUPERVISOR, Role.SITE_COORDINATOR, Role.PRINCIPAL,
                        Role.DISTRICT_LEAD, Role.CRISIS_LEAD})
"""Roles that notices go to."""


def staff_view(member: StaffMember, person: Person) -> StaffView:
    return StaffView(
        staff_key=member.id, version=member.version, given_name=person.given_name, family_name=person.family_name,
        email=person.email, phone=person.phone, credentials=member.credentials, active=member.active,
        assignments=member.assignments, allowed=member.allowed())


def page_of_staff(asked: StaffList, tx: Transaction) -> Page[StaffView]:
    """In the order in which they joined: names are sealed, and no order of theirs is kept."""
    rows = assigned()
    conditions = [tx.in_scope(rows.c.school_id)]
    if asked.school_id:
        conditions.append(rows.c.school_id == asked.school_id)
    if asked.role:
        conditions.append(rows.c.role == asked.role)
    within = holds(*conditions, of=rows)
    if not (asked.school_id or asked.role) and Role.DISTRICT_LEAD in tx.principal.roles:
        within = or_(within, staff.c.assignments == ())
    question = select(StaffMember).where(within).order_by(staff.c.created_at, staff.c.id).limit(asked.limit + 1)
    if asked.active is not None:
        question = question.where(staff.c.active.is_(asked.active))
    if asked.cursor:
        question = question.where(tuple_(staff.c.created_at, staff.c.id) > tuple_(*after(asked.cursor)))
    found = list(tx.session.scalars(question))
    shown = found[:asked.limit]
    persons = tx.staff.persons(shown)
    more = f"{shown[-1].id} {shown[-1].created_at.isoformat()}" if len(found) > asked.limit else None
    return Page[StaffView](items=tuple(staff_view(each, persons[each.id]) for each in shown), next_cursor=more)


def after(cursor: str) -> tuple[datetime, UUID]:
    id, _, moment = cursor.partition(" ")
    try:
        return datetime.fromisoformat(moment), UUID(id)
    except ValueError:
        raise Invalid("the cursor is none of ours", errors=[
            {"pointer": "/cursor", "code": "cursor_invalid", "message": "begin again without it"}]) from None


def one_of_staff(key: StaffKey, tx: Transaction) -> StaffView:
    rows = assigned()
    member = tx.session.scalars(
        select(StaffMember).where(staff.c.id == key, or_(holds(tx.in_scope(rows.c.school_id), of=rows),
                                                         staff.c.active.is_(False)))).first()
    if member is None:
        raise NotFound(f"there is no staff member {key}")
    return staff_view(member, tx.staff.person(member))


def names_of_staff(keys: Sequence[StaffKey], tx: Transaction) -> StaffNamesView:
    """Whoever is signed in may know what the adults of the district are called."""
    persons = tx.staff.persons(tx.staff.of_keys(keys))
    return StaffNamesView(items=tuple(
        StaffName(staff_key=key, given_name=person.given_name, family_name=person.family_name)
        for key, person in persons.items()))


# --- Rota and pathway -----------------------------------------------------------------------------------------------

def rota_view(rota: Rota) -> RotaView:
    return RotaView(
        school_id=rota.school_id, version=rota.version, starts_at=rota.shifts[0].starts_at if rota.shifts else None,
        ends_at=rota.end() if rota.shifts else None, shifts=rota.shifts, gaps=rota.gaps, gap_minutes=rota.gap_minutes)


def rota_of(school_id: SchoolId, tx: Transaction) -> Rota:
    """The school's rota; an empty one where nobody has published any."""
    known = tx.session.scalars(
        select(Rota).where(rotas.c.school_id == school_id, tx.in_scope(rotas.c.school_id))).first()
    return known or Rota(school_id)


def pathway_of(school_id: SchoolId, tx: Transaction) -> PathwayView:
    known = tx.session.scalars(
        select(Pathway).where(pathways.c.school_id == school_id, tx.in_scope(pathways.c.school_id))).first()
    return pathway_view(known or Pathway(school_id))


def pathway_view(pathway: Pathway) -> PathwayView:
    return PathwayView(school_id=pathway.school_id, version=pathway.version, order=pathway.order)


# --- On duty --------------------------------------------------------------------------------------------------------

def on_duty(school_id: SchoolId, at: datetime, tx: Transaction) -> OnDutyView:
    """Who is on duty: people who are still there, in a shift, while the school is staffed. Otherwise nobody."""
    hours = tx.calendars.hours(school_id)
    open_now = next((span for span in hours if span.covers(at)), None)
    shift = rota_of(school_id, tx).on_duty(at) if open_now else None
    there = tx.staff.active_among((*shift.order, *filter(None, [shift.backup_key]))) if shift else set()
    return OnDutyView(
        school_id=school_id, at=at, staffed=open_now is not None,
        order=tuple(key for key in shift.order if key in there) if shift else (),
        backup_key=shift.backup_key if shift and shift.backup_key in there else None,
        closes_at=open_now.end if open_now else None, next_opens_at=next_opening(hours, at))


def next_opening(hours: Iterable[Span], at: datetime) -> datetime | None:
    return next((span.start for span in hours if span.start > at), None)


def duty_persons(keys: Sequence[StaffKey], tx: Transaction) -> tuple[DutyPerson, ...]:
    persons = tx.staff.persons(tx.staff.of_keys(keys))
    return tuple(
        DutyPerson(staff_key=key, given_name=persons[key].given_name, family_name=persons[key].family_name,
                   phone=persons[key].phone)
        for key in keys if key in persons)


def duty_contacts(asked: DutyContacts, tx: Transaction) -> DutyContactsView:
    """Everybody who stands in a rota or a pathway, or holds a role that notices go to, with their addresses."""
    found = duty_staff(asked, tx)
    shown = found[:asked.limit]
    persons = tx.staff.persons(shown)
    for member in shown:
        tx.saw("staff", member.id, fields=("email", "phone"))
    return DutyContactsView(
        items=tuple(duty_contact(member, persons[member.id]) for member in shown),
        next_cursor=str(shown[-1].id) if len(found) > asked.limit else None,
        fallback_contacts=tx.policies.contacts(tx.policies.newest))


def duty_staff(asked: DutyContacts, tx: Transaction) -> list[StaffMember]:
    rows = assigned()
    condition = holds(rows.c.role.in_(sorted(DUTY_ROLES)),
                      *([or_(rows.c.school_id == asked.school_id, rows.c.school_id.is_(None))]
                        if asked.school_id else []), of=rows)
    named = [*tx.session.scalars(select(Rota).where(*_of(asked, rotas.c.school_id))),
             *tx.session.scalars(select(Pathway).where(*_of(asked, pathways.c.school_id)))]
    keys = {key for each in named for key in each.people()}
    question = select(StaffMember).where(staff.c.active, or_(condition, staff.c.id.in_(keys)))
    if asked.cursor:
        question = question.where(staff.c.id > UUID(asked.cursor))
    return list(tx.session.scalars(question.order_by(staff.c.id).limit(asked.limit + 1)))


def duty_contact(member: StaffMember, person: Person) -> DutyContact:
    return DutyContact(
        staff_key=member.id, given_name=person.given_name, family_name=person.family_name, email=person.email,
        phone=person.phone, school_ids=member.schools())


def _of(asked: DutyContacts, school: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    return [school == asked.school_id] if asked.school_id else []
