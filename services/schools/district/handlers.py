"""What the district does: begin, and set its rules."""

from __future__ import annotations

from services.schools.district.model import District, Policy
from services.schools.district.rules import first_fallback
from services.schools.district.views import district_view, policy_view
from services.schools.people.model import Person, StaffMember
from services.schools.transaction import SchoolsTransaction as Transaction
from shared.contracts.codes import Role
from shared.contracts.schools import Assignment, ChangePolicy, DistrictPolicy, DistrictView, FoundDistrict, PolicyView

LEADS = (Assignment(role=Role.DISTRICT_LEAD),)
EVERYBODY = frozenset({Role.PUBLIC, Role.GUARDIAN, Role.PEER_SUPPORTER})
"""Who sees the rules, but not the persons they name."""


def found_district(command: FoundDistrict, tx: Transaction) -> DistrictView:
    district = tx.districts.founded()
    if district is None:
        lead = tx.staff.join(StaffMember.joined((), LEADS, tx.now), lead_of(command))
        district = tx.districts.add(District(
            command.district_id, command.name, command.nces_leaid, command.state, command.tz, lead.id, tx.now))
        contact = first_fallback(f"{command.lead_given_name} {command.lead_family_name}", command.lead_email,
                                 command.lead_phone)
        tx.policies.enact(Policy.first(district, command.crisis_phone, tx.now), (contact,))
    return district_view(district)


def district_policy(question: DistrictPolicy, tx: Transaction) -> PolicyView:
    policy = tx.policies.newest
    return policy_view(policy, () if tx.role in EVERYBODY else tx.policies.contacts(policy))


def change_policy(command: ChangePolicy, tx: Transaction) -> PolicyView:
    district, policy = tx.districts.locked(), tx.policies.newest
    contacts = tx.policies.contacts(policy) if command.fallback_contacts is None else command.fallback_contacts
    return policy_view(tx.policies.enact(policy.changed(command, district, tx.now), contacts), contacts)


def lead_of(command: FoundDistrict) -> Person:
    return Person(command.lead_given_name, command.lead_family_name, command.lead_email, command.lead_phone)
