"""The table of contents: everything that schools answers and does by the clock."""

from __future__ import annotations

from services.schools import gauges
from services.schools.district import handlers as district
from services.schools.imports import handlers as imports
from services.schools.people import handlers as people
from services.schools.roster import handlers as roster
from services.schools.sites import handlers as sites
from services.schools.transaction import SchoolsTransaction
from shared.entrypoints import Work, command, every, query


class SchoolsService:
    name = "schools"
    work = Work(SchoolsTransaction)

    # The district and its rules
    found_district = command(district.found_district, allow="district.found")
    district_policy = query(district.district_policy, allow="policy.view")
    change_policy = command(district.change_policy, allow="policy.change")

    # Sites
    schools = query(sites.schools, allow="school.list")
    school = query(sites.school, allow="school.view")
    school_names = query(sites.school_names, allow="school.names")
    register_school = command(sites.register_school, allow="school.register")
    update_school = command(sites.update_school, allow="school.update")
    publish_calendar = command(sites.publish_calendar, allow="calendar.publish")
    calendar_of = query(sites.calendar_of, allow="calendar.view")

    # People
    add_staff = command(people.add_staff, allow="staff.add")
    assign_roles = command(people.assign_roles, allow="staff.assign")
    deactivate_staff = command(people.deactivate_staff, allow="staff.deactivate")
    staff_list = query(people.staff_list, allow="staff.list")
    staff_member = query(people.staff_member, allow="staff.view")
    staff_names = query(people.staff_names, allow="staff.names")
    publish_rota = command(people.publish_rota, allow="rota.publish")
    rota_of = query(people.rota_of, allow="rota.view")
    on_duty = query(people.on_duty, allow="rota.view")
    publish_pathway = command(people.publish_pathway, allow="pathway.publish")
    pathway_of = query(people.pathway_of, allow="pathway.view")
    crisis_card = query(people.crisis_card, allow="crisis_card.view")
    duty_contacts = query(people.duty_contacts, allow="duty_contacts.read")

    # Students
    search_students = query(roster.search_students, allow="student.search")
    student_names = query(roster.student_names, allow="student.names")
    record_consent = command(roster.record_consent, allow="consent.record")
    withdraw_consent = command(roster.withdraw_consent, allow="consent.withdraw")
    consents = query(roster.consents, allow="consent.list")

    # Imports
    start_school_import = command(imports.start_school_import, allow="school.import")
    start_roster_import = command(imports.start_roster_import, allow="roster.import")
    add_import_chunk = command(imports.add_import_chunk, allow="import.send")
    import_status_of = query(imports.import_status_of, allow="import.view")
    apply_school_import = command(imports.apply_school_import, allow="school.apply")
    apply_roster_import = command(imports.apply_roster_import, allow="roster.apply")

    # By the clock
    work_on_imports = every(1, imports.work_on_imports, name="work_on_imports")
    end_assignments = every(600, people.end_assignments, name="end_assignments")
    expire_consents = every(600, roster.expire_consents, name="expire_consents")
    gauge = every(15, gauges.measure, name="gauges")


SERVICE = SchoolsService
