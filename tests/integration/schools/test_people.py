"""Staff, calendars, rotas, pathways and crisis cards, by the handlers in a real database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import REGISTRY

from services.schools import gauges
from services.schools.people import handlers as people
from services.schools.sites import handlers as sites
from shared.contracts.codes import Role
from shared.contracts.ids import SchoolId, StaffKey
from shared.contracts.schools import (
    Assignment,
    AssignRoles,
    CalendarOf,
    CrisisCard,
    CrisisCardView,
    DeactivateStaff,
    DutyContacts,
    OnDuty,
    PathwayOf,
    PathwayStep,
    PublishCalendar,
    PublishPathway,
    PublishRota,
    RotaOf,
    RotaShift,
    SchoolDay,
    StaffList,
    StaffMember,
    StaffNames,
)
from shared.domain import Forbidden, Invalid, NotFound, Stale
from tests.integration.schools.conftest import Room, where_it_is_noon


def the_year_of(day: date) -> int:
    return day.year if day.month >= 7 else day.year - 1


def publish_around_today(
    room: Room, school: SchoolId, *, opens: time = time(0, 0), closes: time = time(23, 59),
) -> None:
    """Staffed yesterday, today and tomorrow, by the school's clock."""
    today = datetime.now(ZoneInfo(where_it_is_noon())).date()
    days = tuple(SchoolDay(date=today + timedelta(days=n), opens=opens, closes=closes) for n in (-1, 0, 1))
    room.ask(sites.publish_calendar,
             PublishCalendar(school_id=school, year=the_year_of(today), days=days), "calendar.publish")


def a_shift(*order: StaffKey, hours: int = 24, backup: StaffKey | None = None) -> RotaShift:
    now = datetime.now(UTC)
    return RotaShift(starts_at=now - timedelta(hours=hours), ends_at=now + timedelta(hours=hours), order=order,
                     backup_key=backup)


def card(room: Room, school: SchoolId | None, role: Role = Role.PEER_SUPPORTER) -> CrisisCardView:
    return room.ask(people.crisis_card, CrisisCard(school_id=school), "crisis_card.view", role=role, changes=False)


def test_the_first_lead_is_there_from_the_beginning_and_only_once(room: Room) -> None:
    first = room.lead

    room.found()

    assert room.lead == first
    assert room.sql("SELECT count(*) FROM districts") == [(1,)]
    page = room.ask(people.staff_list, StaffList(), "staff.list", changes=False)
    assert [(each.given_name, each.family_name) for each in page.items] == [("Dolores", "Canaryreyes")]
    assert "Canaryreyes" not in str(room.sql("SELECT * FROM staff")) + str(room.sql("SELECT * FROM policies"))
    assert len(room.announced("district_policy_changed")) == 1
    assert room.announced("staff_assigned")[0]["assignments"][0]["role"] == "district_lead"


def test_roles_are_held_as_assigned_and_seen_within_reach(room: Room) -> None:
    own, other = room.school(), room.school("Mesa High")
    counselor = room.member(Role.COUNSELOR, own)
    elsewhere = room.member(Role.COUNSELOR, other, "Ben")

    seen = room.ask(people.staff_list, StaffList(), "staff.list", role=Role.SITE_COORDINATOR,
                    schools=frozenset({own}), changes=False)

    assert [each.staff_key for each in seen.items] == [counselor]
    with pytest.raises(NotFound):
        room.ask(people.staff_member, StaffMember(staff_key=elsewhere), "staff.view", role=Role.SITE_COORDINATOR,
                 schools=frozenset({own}), changes=False)
    with pytest.raises(Forbidden):
        room.ask(people.assign_roles, AssignRoles(staff_key=counselor, assignments=()), "staff.assign",
                 role=Role.SITE_COORDINATOR, schools=frozenset({own}))


def test_a_role_in_an_unknown_school_is_refused(room: Room) -> None:
    member = room.member(Role.COUNSELOR, room.school())

    with pytest.raises(Invalid):
        room.ask(people.assign_roles, AssignRoles(staff_key=member, assignments=(
            Assignment(role=Role.COUNSELOR, school_id=SchoolId(member)),)), "staff.assign")


def test_who_acts_on_an_older_version_is_told(room: Room) -> None:
    member = room.member(Role.COUNSELOR, room.school())
    room.ask(people.assign_roles, AssignRoles(staff_key=member, assignments=()), "staff.assign")

    with pytest.raises(Stale) as stale:
        room.ask(people.assign_roles, AssignRoles(staff_key=member, expected_version=1, assignments=()), "staff.assign")
    assert stale.value.more == {"version": 2}


def test_a_rota_shows_who_is_on_duty_and_what_it_leaves_open(room: Room) -> None:
    school = room.school()
    first, backup = room.member(Role.COUNSELOR, school), room.member(Role.COUNSELOR, school, "Ben")
    publish_around_today(room, school)

    rota = room.ask(people.publish_rota, PublishRota(school_id=school, shifts=(a_shift(first, backup=backup),)),
                    "rota.publish")
    duty = room.ask(people.on_duty, OnDuty(school_id=school), "rota.view", changes=False)

    assert rota.gap_minutes == 0
    assert (duty.staffed, duty.order, duty.backup_key) == (True, (first,), backup)
    assert [event["version"] for event in room.announced("on_call_rota_changed")] == [1]
    assert not room.announced("on_call_gap_detected")


def test_who_leaves_opens_a_gap_at_once(room: Room) -> None:
    school = room.school()
    only = room.member(Role.COUNSELOR, school)
    publish_around_today(room, school)
    room.ask(people.publish_rota, PublishRota(school_id=school, shifts=(a_shift(only),)), "rota.publish")

    room.ask(people.deactivate_staff, DeactivateStaff(staff_key=only, reason_code="left"), "staff.deactivate")

    gap = room.announced("on_call_gap_detected")
    assert (len(gap), gap[0]["covered"], gap[0]["gap_minutes"] > 0) == (1, False, True)
    assert room.ask(people.on_duty, OnDuty(school_id=school), "rota.view", changes=False).order == ()
    assert card(room, school).on_duty == ()
    assert [event["school_ids"] for event in room.announced("staff_deactivated")] == [[str(school)]]

    next_one = room.member(Role.COUNSELOR, school, "Cleo")
    room.ask(people.publish_rota, PublishRota(school_id=school, shifts=(a_shift(next_one),)), "rota.publish")
    assert [event["covered"] for event in room.announced("on_call_gap_detected")] == [False, True]


def test_a_calendar_that_grows_shows_the_gap(room: Room) -> None:
    school = room.school()
    room.ask(people.publish_rota, PublishRota(school_id=school, shifts=(
        a_shift(room.member(Role.COUNSELOR, school), hours=1),)), "rota.publish")
    now = datetime.now(UTC)
    later = RotaShift(starts_at=now + timedelta(hours=20), ends_at=now + timedelta(hours=21),
                      order=(room.member(Role.COUNSELOR, school, "Ben"),))
    room.ask(people.publish_rota, PublishRota(school_id=school, shifts=(later, a_shift(later.order[0], hours=1))),
             "rota.publish")

    publish_around_today(room, school)

    assert room.ask(people.rota_of, RotaOf(school_id=school), "rota.view", changes=False).gap_minutes > 0
    assert room.announced("on_call_gap_detected")[-1]["covered"] is False


def test_a_rota_names_active_staff_only(room: Room) -> None:
    school = room.school()
    gone = room.member(Role.COUNSELOR, school)
    room.ask(people.deactivate_staff, DeactivateStaff(staff_key=gone, reason_code="left"), "staff.deactivate")

    with pytest.raises(Invalid, match="cannot be kept"):
        room.ask(people.publish_rota, PublishRota(school_id=school, shifts=(a_shift(gone),)), "rota.publish")
    with pytest.raises(Invalid, match="not active"):
        room.ask(people.publish_pathway, PublishPathway(school_id=school, order=(PathwayStep(staff_key=gone),)),
                 "pathway.publish")


def test_a_coordinator_publishes_for_the_own_school_alone(room: Room) -> None:
    own, other = room.school(), room.school("Mesa High")
    counselor = room.member(Role.COUNSELOR, own)
    steps = (PathwayStep(staff_key=counselor), PathwayStep(role=Role.PRINCIPAL))
    who = {"role": Role.SITE_COORDINATOR, "schools": frozenset({own})}

    room.ask(people.publish_pathway, PublishPathway(school_id=own, order=steps), "pathway.publish", **who)

    assert room.ask(people.pathway_of, PathwayOf(school_id=own), "pathway.view", changes=False).order == steps
    assert [event["order"][1] for event in room.announced("pathway_changed")] == [
        {"staff_key": None, "role": "principal"}]
    with pytest.raises(NotFound):
        room.ask(people.publish_pathway, PublishPathway(school_id=other, order=steps), "pathway.publish", **who)


def test_the_crisis_card_never_claims_more_than_is_true(room: Room) -> None:
    school = room.school()
    room.ask(people.publish_rota, PublishRota(school_id=school, shifts=(a_shift(room.member(Role.COUNSELOR, school)),)),
             "rota.publish")

    closed = card(room, school)
    publish_around_today(room, school)
    staffed, public, nowhere = card(room, school), card(room, school, Role.PUBLIC), card(room, None)

    assert (closed.staffed, closed.on_duty) == (False, ())
    assert [line.code for line in closed.lines] == ["988", "911", "district"]
    assert (staffed.staffed, [each.given_name for each in staffed.on_duty]) == (True, ["Ana"])
    assert (public.staffed, public.on_duty, public.fallback_contacts) == (True, (), ())
    assert (nowhere.staffed, nowhere.on_duty) == (False, ())


def test_addresses_of_the_duty_staff_go_to_referrals_alone(room: Room) -> None:
    school = room.school()
    counselor = room.member(Role.COUNSELOR, school)
    room.member(Role.EVALUATOR, None, "Eva")

    found = room.ask_as_service(people.duty_contacts, DutyContacts(), "duty_contacts.read", "referrals", changes=False)

    assert {each.staff_key for each in found.items} == {counselor, room.lead}
    assert {each.email for each in found.items} == {"ana@example.invalid", "d.reyes@example.invalid"}
    assert [each.email for each in found.fallback_contacts] == ["d.reyes@example.invalid"]
    assert room.sql("SELECT count(*) FROM audit_log WHERE action = 'duty_contacts.read'") == [(2,)]
    for issuer in ("gateway", "interventions"):
        with pytest.raises(Forbidden):
            room.ask_as_service(people.duty_contacts, DutyContacts(), "duty_contacts.read", issuer, changes=False)


def test_duty_contacts_come_page_by_page(room: Room) -> None:
    school = room.school()
    keys = {room.member(Role.COUNSELOR, school, name) for name in ("Ana", "Ben", "Cleo")} | {room.lead}

    found, cursor = [], None
    while True:
        page = room.ask_as_service(people.duty_contacts, DutyContacts(limit=2, cursor=cursor), "duty_contacts.read",
                                   "referrals", changes=False)
        found += [each.staff_key for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert sorted(found) == sorted(keys)


def test_names_of_staff_are_for_all_who_are_signed_in(room: Room) -> None:
    counselor = room.member(Role.COUNSELOR, room.school())

    names = room.ask(people.staff_names, StaffNames(staff_keys=(counselor, StaffKey(counselor))), "staff.names",
                     role=Role.PEER_SUPPORTER, schools=frozenset(), changes=False)

    assert [(each.staff_key, each.given_name) for each in names.items] == [(counselor, "Ana")]


def test_an_unpublished_calendar_is_empty_and_the_newest_is_shown(room: Room) -> None:
    school = room.school()
    empty = room.ask(sites.calendar_of, CalendarOf(school_id=school), "calendar.view", changes=False)
    publish_around_today(room, school, opens=time(8), closes=time(15, 30))

    shown = room.ask(sites.calendar_of, CalendarOf(school_id=school), "calendar.view", changes=False)

    assert (empty.version, empty.days) == (0, ())
    assert (shown.version, len(shown.days), shown.days[0].opens) == (1, 3, time(8))
    assert room.announced("calendar_published")[0]["days"][0]["closes"] == "15:30:00"


def test_a_role_ends_with_its_last_day_and_none_begins_early(room: Room) -> None:
    school, today = room.school(), datetime.now(UTC).date()
    member = room.member(Role.COUNSELOR, school)
    room.ask(people.assign_roles, AssignRoles(staff_key=member, assignments=(
        Assignment(role=Role.COUNSELOR, school_id=school, ends_on=today - timedelta(days=3)),
        Assignment(role=Role.ADVISOR, school_id=school))), "staff.assign")

    room.work(people.end_assignments)
    room.work(people.end_assignments)

    assert [[each["role"] for each in event["assignments"]] for event in room.announced("staff_assigned")
            if event["staff_key"] == str(member)] == [["counselor"], ["advisor", "counselor"], ["advisor"]]
    with pytest.raises(Invalid):
        room.ask(people.assign_roles, AssignRoles(staff_key=member, assignments=(
            Assignment(role=Role.COUNSELOR, school_id=school, starts_on=today + timedelta(days=3)),)), "staff.assign")


def test_a_school_that_is_staffed_with_nobody_on_duty_is_counted(room: Room) -> None:
    covered, uncovered = room.school(), room.school("Mesa High")
    for school in (covered, uncovered):
        publish_around_today(room, school)
    only = room.member(Role.COUNSELOR, covered)
    room.ask(people.publish_rota, PublishRota(school_id=covered, shifts=(a_shift(only),)), "rota.publish")

    room.work(gauges.measure)
    before = REGISTRY.get_sample_value("mtss_oncall_uncovered_schools")
    room.ask(people.deactivate_staff, DeactivateStaff(staff_key=only, reason_code="left"), "staff.deactivate")
    room.work(gauges.measure)

    assert (before, REGISTRY.get_sample_value("mtss_oncall_uncovered_schools")) == (1, 2)
