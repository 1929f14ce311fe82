"""What is done with people: they join, hold roles, stand in a rota, and leave."""

from __future__ import annotations

from services.schools.people import views
from services.schools.people.model import Person, StaffMember
from services.schools.transaction import SchoolsTransaction as Transaction
from shared.contracts.codes import Role
from shared.contracts.messages import Page
from shared.contracts.schools import (
    AddStaff,
    Assignment,
    AssignRoles,
    CrisisCard,
    CrisisCardView,
    DeactivateStaff,
    DutyContacts,
    DutyContactsView,
    OnDuty,
    OnDutyView,
    PathwayOf,
    PathwayView,
    PublishPathway,
    PublishRota,
    RotaOf,
    RotaView,
    StaffList,
    StaffNames,
    StaffNamesView,
    StaffView,
)
from shared.contracts.schools import StaffMember as StaffMemberAsked
from shared.domain import Invalid


def add_staff(command: AddStaff, tx: Transaction) -> StaffView:
    check_schools(command.assignments, tx)
    person = Person(command.given_name, command.family_name, command.email, command.phone)
    member = tx.staff.join(StaffMember.joined(command.credentials, command.assignments, tx.now), person)
    return views.staff_view(member, person)


def assign_roles(command: AssignRoles, tx: Transaction) -> StaffView:
    member = tx.staff.get(command.staff_key, version=command.expected_version)
    check_schools(command.assignments, tx)
    member.assign(command.assignments, at=tx.now)
    return views.staff_view(member, tx.staff.person(member))


def deactivate_staff(command: DeactivateStaff, tx: Transaction) -> StaffView:
    member = tx.staff.get(command.staff_key, version=command.expected_version)
    member.deactivate(at=tx.now)
    tx.session.flush()
    for rota in tx.rotas.with_person(member.id):
        rota.look_for_gaps(hours=tx.calendars.hours(rota.school_id), active=tx.staff.active_among(rota.people()),
                           at=tx.now)
    return views.staff_view(member, tx.staff.person(member))


def end_assignments(tx: Transaction) -> None:
    """Roles end with their last day, by the district's clock."""
    if (district := tx.districts.founded()) is None:
        return
    for member in tx.staff.with_roles_ended(district.today(tx.now)):
        member.let_end(today=district.today(tx.now), at=tx.now)


def staff_list(question: StaffList, tx: Transaction) -> Page[StaffView]:
    return views.page_of_staff(question, tx)


def staff_member(question: StaffMemberAsked, tx: Transaction) -> StaffView:
    return views.one_of_staff(question.staff_key, tx)


def staff_names(question: StaffNames, tx: Transaction) -> StaffNamesView:
    return views.names_of_staff(question.staff_keys, tx)


def publish_rota(command: PublishRota, tx: Transaction) -> RotaView:
    school = tx.schools.get(command.school_id)
    rota = tx.rotas.of(school.id)
    named = {key for shift in command.shifts for key in (*shift.order, shift.backup_key) if key}
    rota.publish(command.shifts, hours=tx.calendars.hours(school.id), active=tx.staff.active_among(named), at=tx.now,
                 expected_version=command.expected_version)
    return views.rota_view(rota)


def rota_of(question: RotaOf, tx: Transaction) -> RotaView:
    return views.rota_view(views.rota_of(question.school_id, tx))


def publish_pathway(command: PublishPathway, tx: Transaction) -> PathwayView:
    school = tx.schools.get(command.school_id)
    pathway = tx.pathways.of(school.id)
    named = [step.staff_key for step in command.order if step.staff_key]
    pathway.publish(command.order, active=tx.staff.active_among(named), at=tx.now,
                    expected_version=command.expected_version)
    return views.pathway_view(pathway)


def pathway_of(question: PathwayOf, tx: Transaction) -> PathwayView:
    return views.pathway_of(question.school_id, tx)


def on_duty(question: OnDuty, tx: Transaction) -> OnDutyView:
    return views.on_duty(question.school_id, question.at or tx.now, tx)


def crisis_card(question: CrisisCard, tx: Transaction) -> CrisisCardView:
    """Numbers always; a person only to who is signed in, and only while that person is there."""
    policy = tx.policies.newest
    known = tx.role not in {Role.PUBLIC, Role.GUARDIAN}
    duty = views.on_duty(question.school_id, tx.now, tx) if question.school_id else None
    return CrisisCardView(
        school_id=question.school_id, as_of=tx.now, staffed=duty.staffed if duty else False,
        closes_at=duty.closes_at if duty else None, next_opens_at=duty.next_opens_at if duty else None,
        on_duty=views.duty_persons(duty.order, tx) if duty and known else (),
        lines=policy.rules.crisis_lines,
        fallback_contacts=tx.policies.contacts(policy) if known and tx.role is not Role.PEER_SUPPORTER else ())


def duty_contacts(question: DutyContacts, tx: Transaction) -> DutyContactsView:
    return views.duty_contacts(question, tx)


def check_schools(assignments: tuple[Assignment, ...], tx: Transaction) -> None:
    """A role stands in a school that there is."""
    named = {each.school_id for each in assignments if each.school_id}
    unknown = named - tx.schools.existing(named)
    if unknown:
        raise Invalid("a role names a school that is not known", errors=[
            {"pointer": "/assignments", "code": "unknown_school", "message": f"{len(unknown)} unknown"}])
