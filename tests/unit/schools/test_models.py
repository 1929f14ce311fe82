"""Schools, calendars, staff, policies, students, consents and imports refuse what cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID, uuid4

import pytest

from services.schools.district.model import District, Policy, Rules
from services.schools.imports.model import Import, Result
from services.schools.roster.model import (
    Change,
    Given,
    Known,
    ParticipationConsent,
    Pupil,
    band_of,
    plan,
)
from services.schools.sites.model import Calendar
from shared.contracts.codes import ClockKind, GradeBand, RedFlag, Role, Urgency
from shared.contracts.ids import ActorKey, DistrictId, ProgramId, StaffKey, StudentKey
from shared.contracts.schools import (
    CHUNK_BYTES,
    Assignment,
    ChangePolicy,
    ClockRule,
    ClockUnit,
    ConsentKind,
    ConsentMethod,
    ConsentStatus,
    ImportKind,
    ImportStatus,
    SchoolDay,
    SchoolDeactivated,
    SchoolLeaving,
    SchoolStatus,
    SchoolUpdated,
    StaffAssigned,
    StaffDeactivated,
)
from shared.domain import GateUnmet, Invalid, NotPossible, Stale
from tests.unit.schools.builders import NINE, NORTH, SOUTH, a_member, a_school

ACTOR = ActorKey(UUID(int=99))


# --- Schools and calendars ----------------------------------------------------------------------------------------

def test_a_correction_is_announced_once() -> None:
    school = a_school()

    changed = school.correct(replace(school.facts(), enrollment=420), tz=school.tz, at=NINE)
    again = school.correct(school.facts(), tz=school.tz, at=NINE)

    assert (changed, again, school.version) == (True, False, 2)
    assert [type(event) for event in school.recorded()] == [SchoolUpdated]


@pytest.mark.parametrize("status", [SchoolStatus.CLOSED, SchoolStatus.FUTURE])
def test_an_active_school_that_is_active_no_more_is_deactivated(status: SchoolStatus) -> None:
    school = a_school()

    school.correct(replace(school.facts(), status=status), tz=school.tz, at=NINE)

    assert [type(event) for event in school.recorded()] == [SchoolDeactivated]


def a_day(day: int, opens: time = time(8), closes: time = time(15)) -> SchoolDay:
    return SchoolDay(date=date(2026, 9, day), opens=opens, closes=closes)


def test_a_calendar_is_kept_in_order_and_the_same_again_is_no_news() -> None:
    calendar = Calendar(NORTH, 2026, "America/New_York")

    for days in ((a_day(2), a_day(1)), (a_day(1), a_day(2))):
        calendar.publish(days, tz="America/New_York", at=NINE, expected_version=None)

    assert ([day.date.day for day in calendar.days], calendar.version) == ([1, 2], 1)
    assert len(calendar.recorded()) == 1


@pytest.mark.parametrize(("days", "code"), [
    ((a_day(1), a_day(1)), "day_twice"),
    ((a_day(1, time(15), time(8)),), "closes_before_it_opens"),
    ((SchoolDay(date=date(2028, 1, 1), opens=time(8), closes=time(15)),), "another_school_year")])
def test_days_that_cannot_be_are_refused(days: tuple[SchoolDay, ...], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Calendar(NORTH, 2026, "America/New_York").publish(days, tz="America/New_York", at=NINE, expected_version=None)

    assert [error["code"] for error in refusal.value.more["errors"]] == [code]  # type: ignore[attr-defined]


# --- Staff --------------------------------------------------------------------------------------------------------

def test_an_assignment_is_the_whole_of_what_is_held() -> None:
    member = a_member(Role.ADVISOR)

    member.assign([Assignment(role=Role.COUNSELOR, school_id=SOUTH)], at=NINE)

    [event] = member.recorded()
    assert isinstance(event, StaffAssigned)
    assert ([each.role for each in event.assignments], event.school_id) == ([Role.COUNSELOR], SOUTH)


def test_roles_in_two_schools_belong_to_no_single_one() -> None:
    member = a_member()

    member.assign([Assignment(role=Role.COUNSELOR, school_id=school) for school in (NORTH, SOUTH)], at=NINE)

    assert member.only_school() is None
    assert set(member.schools()) == {NORTH, SOUTH}


@pytest.mark.parametrize("assignment", [
    Assignment(role=Role.PEER_SUPPORTER, school_id=NORTH), Assignment(role=Role.SERVICE),
    Assignment(role=Role.DISTRICT_LEAD, school_id=NORTH),
    Assignment(role=Role.ADVISOR, school_id=NORTH, starts_on=date(2026, 9, 2), ends_on=date(2026, 9, 1))])
def test_a_role_at_the_wrong_place_is_refused(assignment: Assignment) -> None:
    with pytest.raises(Invalid):
        a_member().assign([assignment], at=NINE)


def test_who_has_left_holds_no_role_and_leaves_once() -> None:
    member = a_member(Role.COUNSELOR)

    member.deactivate(at=NINE)
    member.deactivate(at=NINE)

    [event] = member.recorded()
    assert isinstance(event, StaffDeactivated)
    assert (event.school_ids, member.allowed()) == ((NORTH,), ())
    with pytest.raises(NotPossible):
        member.assign([], at=NINE)


# --- Policy -------------------------------------------------------------------------------------------------------

def a_district() -> District:
    lead = StaffKey(UUID(int=6))
    return District(DistrictId(UUID(int=5)), "Rio Verde", None, "CA", "America/Los_Angeles", lead, NINE)


def test_the_first_rules_are_those_of_the_design() -> None:
    rules = Rules.first("CA", None)
    clocks = {(row.urgency, row.kind): (row.unit, row.amount) for row in rules.clocks}
    floors = {row.code: row for row in rules.floors}

    assert len(clocks) == 12
    assert clocks[Urgency.EMERGENCY, ClockKind.ACKNOWLEDGE] == (ClockUnit.SECONDS, 300)
    assert clocks[Urgency.URGENT, ClockKind.ACKNOWLEDGE] == (ClockUnit.SCHOOL_MINUTES, 60)
    assert clocks[Urgency.ROUTINE, ClockKind.SERVICE] == (ClockUnit.SCHOOL_DAYS, 10)
    assert floors.keys() == set(RedFlag)
    assert floors[RedFlag.OVERDOSE_INTOXICATION].floor is Urgency.EMERGENCY
    assert floors[RedFlag.ABUSE_NEGLECT].mandated_report
    assert [(row.intensity, row.supporters_per_supervisor, row.training_minutes) for row in rules.intensities] == [
        ("A", 20, 120), ("B", 10, 270), ("C", 8, 720), ("D", 6, 1800)]
    assert [line.code for line in rules.crisis_lines] == ["988", "911"]
    assert (rules.n_min, rules.load_cap_matches, rules.load_cap_minutes) == (10, 3, 120)


def test_a_changed_row_takes_the_place_of_the_old_one() -> None:
    policy = Policy.first(a_district(), None, NINE)
    fast = ClockRule(urgency=Urgency.EMERGENCY, kind=ClockKind.ACKNOWLEDGE, unit=ClockUnit.SECONDS, amount=4)

    changed = policy.changed(ChangePolicy(clocks=(fast,)), a_district(), NINE)

    assert (changed.version, len(changed.rules.clocks)) == (2, 12)
    assert changed.rules.clocks[0] == fast
    assert policy.rules.clocks[0] != fast
    assert changed.rules.floors == policy.rules.floors


def test_a_policy_is_changed_by_who_has_seen_it() -> None:
    with pytest.raises(Stale):
        Policy.first(a_district(), None, NINE).changed(ChangePolicy(expected_version=7), a_district(), NINE)


# --- Students -----------------------------------------------------------------------------------------------------

def a_pupil(id: str = "1", **more: object) -> Pupil:
    facts = {"given_name": "A", "family_name": "B", "birth_date": None, "school_ids": (NORTH,), "grade": "07",
             "language": None, "subgroup_codes": (), "active": True, **more}
    return Pupil(id, **facts)  # type: ignore[arg-type]


def named(*pupils: Pupil) -> list[tuple[bytes, bytes, Pupil]]:
    return [(pupil.sourced_id.encode(), repr(pupil).encode(), pupil) for pupil in pupils]


def known(*pupils: Pupil, active: bool = True) -> dict[bytes, Known]:
    return {index: Known(StudentKey(uuid4()), pupil.school_ids, fingerprint, active, 1)
            for index, fingerprint, pupil in named(*pupils)}


def test_a_plan_tells_who_comes_changes_stays_and_leaves() -> None:
    before = known(a_pupil("1"), a_pupil("2"), a_pupil("3"))

    made = plan(named(a_pupil("1"), a_pupil("2", grade="08"), a_pupil("4")), before, whole=True)

    assert [made.count(change) for change in Change] == [1, 1, 1]
    assert made.unchanged == 1
    assert made.many_leave(0.10) == {NORTH: (1, 3)}


def test_a_delta_lets_nobody_leave_unnamed() -> None:
    made = plan(named(a_pupil("1", active=False), a_pupil("9", active=False)), known(a_pupil("1"), a_pupil("2")),
                whole=False)

    assert [(step.change, step.index) for step in made.steps] == [(Change.LEFT, b"1")]


def test_who_moves_to_another_school_leaves_the_first() -> None:
    made = plan(named(a_pupil("1", school_ids=(SOUTH,))), known(a_pupil("1")), whole=True)

    assert [step.change for step in made.steps] == [Change.CHANGED]
    assert made.leaving == {NORTH: 1}


def test_one_schools_roster_lets_nobody_leave_elsewhere() -> None:
    before = known(a_pupil("1"), a_pupil("2", school_ids=(SOUTH,)))

    made = plan(named(), before, whole=True, within=NORTH)

    assert [step.index for step in made.steps] == [b"1"]


def test_who_comes_back_is_added_under_the_same_key() -> None:
    before = known(a_pupil("1"), active=False)

    [step] = plan(named(a_pupil("1")), before, whole=True).steps

    assert (step.change, step.known) == (Change.ADDED, before[b"1"])


@pytest.mark.parametrize(("grade", "band"), [
    ("PK", GradeBand.ELEMENTARY), ("05", GradeBand.ELEMENTARY), ("06", GradeBand.MIDDLE), ("12", GradeBand.HIGH),
    ("UG", GradeBand.OTHER), (None, GradeBand.OTHER)])
def test_a_grade_belongs_to_a_band(grade: str | None, band: GradeBand) -> None:
    assert band_of(grade) is band


# --- Consents -----------------------------------------------------------------------------------------------------

def a_consent(status: ConsentStatus | None = None) -> ParticipationConsent:
    return ParticipationConsent(StudentKey(UUID(int=7)), NORTH, ProgramId(UUID(int=8)), ConsentKind.GUARDIAN, NINE,
                                ACTOR, status, version=1 if status else 0)


@pytest.mark.parametrize("status", list(ConsentStatus))
def test_only_what_was_granted_can_be_withdrawn(status: ConsentStatus) -> None:
    consent = a_consent(status)

    if status is ConsentStatus.WITHDRAWN:
        consent.withdraw(by=ACTOR, at=NINE)
        assert consent.recorded() == []
    elif status is ConsentStatus.GRANTED:
        consent.withdraw(by=ACTOR, at=NINE)
        assert (consent.status, len(consent.recorded())) == (ConsentStatus.WITHDRAWN, 1)
    else:
        with pytest.raises(NotPossible):
            consent.withdraw(by=ACTOR, at=NINE)


def test_what_was_granted_is_not_refused_afterwards_but_withdrawn() -> None:
    with pytest.raises(NotPossible):
        a_consent(ConsentStatus.GRANTED).say(ConsentStatus.REFUSED, Given(), by=ACTOR, at=NINE)


def test_the_same_word_again_is_no_news() -> None:
    consent, given = a_consent(), Given(method=ConsentMethod.PAPER)

    consent.say(ConsentStatus.GRANTED, given, by=ACTOR, at=NINE)
    consent.say(ConsentStatus.GRANTED, given, by=ACTOR, at=NINE + timedelta(hours=1))

    assert (len(consent.recorded()), consent.version, consent.at) == (1, 1, NINE)


def test_a_waiver_names_its_basis() -> None:
    with pytest.raises(Invalid):
        a_consent().say(ConsentStatus.NOT_REQUIRED, Given(), by=ACTOR, at=NINE)


# --- Imports ------------------------------------------------------------------------------------------------------

def an_import(size: int = 10) -> Import:
    return Import(ImportKind.ROSTER, None, False, size, ACTOR, NINE, NINE)


def test_reading_begins_with_the_last_piece() -> None:
    job = an_import(CHUNK_BYTES + 5)

    assert job.receive(0, CHUNK_BYTES, at=NINE)
    assert job.status is ImportStatus.RECEIVING
    assert job.receive(1, 5, at=NINE)
    assert job.status is ImportStatus.READING


def test_a_piece_that_came_before_is_taken_once() -> None:
    job = an_import(CHUNK_BYTES + 5)
    job.receive(0, CHUNK_BYTES, at=NINE)

    assert not job.receive(0, CHUNK_BYTES, at=NINE)
    assert job.received_bytes == CHUNK_BYTES


def test_pieces_come_in_order_and_in_full() -> None:
    job = an_import(CHUNK_BYTES + 5)

    with pytest.raises(NotPossible):
        job.receive(1, 5, at=NINE)
    with pytest.raises(Invalid):
        job.receive(0, 7, at=NINE)
    with pytest.raises(Invalid):
        an_import(10).receive(0, 11, at=NINE)


def test_many_who_leave_are_confirmed_first() -> None:
    job = an_import()
    job.receive(0, 10, at=NINE)
    job.show(Result(needs_confirmation=(SchoolLeaving(school_id=NORTH, leaving=3, active=20),)), at=NINE)

    with pytest.raises(GateUnmet):
        job.begin(confirmed=False, at=NINE)
    job.begin(confirmed=True, at=NINE)
    job.begin(confirmed=True, at=NINE)

    assert (job.status, job.progress) == (ImportStatus.APPLYING, 0.0)


def test_what_was_refused_is_not_applied() -> None:
    job = an_import()
    job.receive(0, 10, at=NINE)
    job.show(Result(errors_total=1), at=NINE)

    assert (job.status, job.allowed()) == (ImportStatus.REJECTED, ())
    with pytest.raises(NotPossible):
        job.begin(confirmed=True, at=NINE)
