"""The staff: who works here, and which roles a district lead has given them."""

from __future__ import annotations

from gateway.asking import ask, look_up
from gateway.auth import allow, caller
from gateway.grants import known
from gateway.routing import Noun, asked
from gateway.showing import page
from shared.contracts.ids import SchoolId, StaffKey
from shared.contracts.messages import Page
from shared.contracts.schools import (
    AddStaff,
    AssignRoles,
    DeactivateStaff,
    StaffList,
    StaffMember,
    StaffNames,
    StaffNamesView,
    StaffView,
)

staff = Noun("staff")


@staff.get("/staff")
@allow("staff.list")
def listed(question: StaffList) -> Page[StaffView]:
    """The people of a school or the district, with what they may do."""
    return ask(question)


@staff.post("/staff/names", keyed=False)
@allow("staff.names")
def names(question: StaffNames) -> StaffNamesView:
    """Who these keys are."""
    return ask(question)


@staff.get("/staff/<uuid:staff_key>")
@allow("staff.view")
def shown(question: StaffMember) -> StaffView:
    """One member of the staff."""
    return ask(question)


@staff.post("/staff", status=201, form="/staff/new", then="/staff/{staff_key}")
@allow("staff.add")
def add(command: AddStaff) -> StaffView:
    """Add a member of the staff, with the roles they begin with."""
    return known(ask(command))


@staff.put("/staff/<uuid:staff_key>/roles", form="/staff/{staff_key}")
@allow("staff.assign")
def assign(command: AssignRoles) -> StaffView:
    """Say which roles a person holds; what is not named ends."""
    return known(ask(command))


@staff.post("/staff/<uuid:staff_key>/deactivate", form="/staff/{staff_key}")
@allow("staff.deactivate")
def deactivate(command: DeactivateStaff) -> StaffView:
    """A person leaves: sessions end, open referrals go to the next in line."""
    return known(ask(command))


# --- pages ----------------------------------------------------------------------------------------------------------

@staff.page("/staff")
@allow("staff.list")
def list_page() -> str:
    question = asked(StaffList)
    return page("staff.html", staff=ask(question), school_id=question.school_id, role=question.role)


@staff.page("/staff/new")
@allow("staff.add")
def new_page() -> str:
    return page("staff_new.html")


@staff.page("/staff/<uuid:staff_key>")
@allow("staff.view")
def member_page(staff_key: StaffKey) -> str:
    return page("staff_member.html", member=ask(StaffMember(staff_key=staff_key)))


def staff_of(school_id: SchoolId) -> Page[StaffView]:
    """Whom a form may choose from."""
    if not caller().may("staff.list"):
        return Page[StaffView]()
    return look_up(StaffList(school_id=school_id, limit=200))
