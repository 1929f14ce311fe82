"""Students found and named, consents written down and taken back, and the policy changed: in a real database."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from services.schools.district import handlers as district
from services.schools.roster import handlers as roster
from shared.contracts.codes import ClockKind, Role, Urgency
from shared.contracts.ids import ProgramId, SchoolId, StudentKey
from shared.contracts.schools import (
    ChangePolicy,
    ClockRule,
    ClockUnit,
    ConsentKind,
    ConsentMethod,
    Consents,
    ConsentStatus,
    ConsentView,
    DistrictPolicy,
    RecordConsent,
    SearchStudents,
    StudentNames,
    WithdrawConsent,
)
from shared.domain import Forbidden, Invalid, NotFound, NotPossible, Stale
from tests.integration.schools.conftest import Room
from tests.integration.schools.test_imports import a_roster

PROGRAM = ProgramId(uuid4())


@pytest.fixture
def school(room: Room) -> SchoolId:
    """A school with three students."""
    school = room.school("North School")
    room.apply(room.send(a_roster({"1": "07", "2": "07", "3": "08"})))
    return school


def students_of(room: Room) -> list[StudentKey]:
    return [row[0] for row in room.sql("SELECT id FROM students ORDER BY grade, id")]


def consent(room: Room, school: SchoolId, status: ConsentStatus, **more: object) -> ConsentView:
    command = RecordConsent(student_key=students_of(room)[0], program_id=PROGRAM, kind=ConsentKind.GUARDIAN,
                            status=status, **more)
    return room.ask(roster.record_consent, command, "consent.record", role=Role.ADVISOR, schools=frozenset({school}))


def test_a_coordinator_finds_students_of_the_own_school_by_name(room: Room, school: SchoolId) -> None:
    who = {"role": Role.SITE_COORDINATOR, "schools": frozenset({school}), "changes": False}

    found = room.ask(roster.search_students, SearchStudents(school_id=school, name="given family2"), "student.search",
                     **who)
    many = room.ask(roster.search_students, SearchStudents(school_id=school, name="family", limit=2), "student.search",
                    **who)

    assert [(each.given_name, each.family_name, each.grade_band) for each in found.items] == [
        ("Given2", "Family2", "middle")]
    assert (len(many.items), many.more) == (2, True)
    assert room.sql("SELECT count(*) FROM audit_log WHERE action = 'student.search' AND student_key IS NOT NULL"
                    ) == [(3,)]


def test_nobody_searches_in_a_school_of_others(room: Room, school: SchoolId) -> None:
    other = frozenset({room.school("Mesa High")})

    found = room.ask(roster.search_students, SearchStudents(school_id=school, name="family"), "student.search",
                     role=Role.COUNSELOR, schools=other, changes=False)

    assert found.items == ()
    with pytest.raises(Forbidden):
        room.ask(roster.search_students, SearchStudents(school_id=school, name="family"), "student.search",
                 role=Role.EVALUATOR, changes=False)


def test_staff_read_names_and_a_peer_supporter_a_first_name(room: Room, school: SchoolId) -> None:
    key, here = students_of(room)[2], frozenset({school})

    staff = room.ask(roster.student_names, StudentNames(student_keys=(key,)), "student.names",
                     role=Role.COUNSELOR, schools=here, changes=False)
    peer = room.ask(roster.student_names, StudentNames(student_keys=(key,)), "student.names",
                    role=Role.PEER_SUPPORTER, schools=here, changes=False)
    elsewhere = room.ask(roster.student_names, StudentNames(student_keys=(key,)), "student.names",
                         role=Role.COUNSELOR, schools=frozenset({uuid4()}), changes=False)

    assert [(each.family_name, each.initials, each.grade) for each in staff.items] == [("Family3", "GF", "08")]
    assert [(each.given_name, each.family_name, each.grade) for each in peer.items] == [("Given3", None, None)]
    assert elsewhere.items == ()
    assert room.sql("SELECT actor_role, fields FROM audit_log WHERE student_key = %s ORDER BY seq", key) == [
        ("counselor", ["name", "grade"]), ("peer_supporter", ["given_name"])]


def test_a_consent_is_asked_for_given_and_taken_back(room: Room, school: SchoolId) -> None:
    asked = consent(room, school, ConsentStatus.REQUESTED)
    given = consent(room, school, ConsentStatus.GRANTED, method=ConsentMethod.PAPER)

    taken = room.ask(roster.withdraw_consent, WithdrawConsent(consent_id=given.consent_id, expected_version=2),
                     "consent.withdraw", role=Role.COUNSELOR, schools=frozenset({school}))

    assert asked.consent_id == given.consent_id
    assert (given.version, given.allowed, taken.status) == (2, ("withdraw",), ConsentStatus.WITHDRAWN)
    assert [event["status"] for event in room.announced("consent_recorded")] == ["requested", "granted"]
    assert [event["version"] for event in room.announced("consent_withdrawn")] == [3]
    page = room.ask(roster.consents, Consents(program_id=PROGRAM), "consent.list", role=Role.ADVISOR,
                    schools=frozenset({school}), changes=False)
    assert [each.status for each in page.items] == [ConsentStatus.WITHDRAWN]


def test_a_consent_that_was_refused_cannot_be_withdrawn(room: Room, school: SchoolId) -> None:
    refused = consent(room, school, ConsentStatus.REFUSED)

    with pytest.raises(NotPossible, match="refused, it cannot become withdrawn"):
        room.ask(roster.withdraw_consent, WithdrawConsent(consent_id=refused.consent_id), "consent.withdraw",
                 role=Role.ADVISOR, schools=frozenset({school}))
    with pytest.raises(Invalid, match="the way it was given"):
        consent(room, school, ConsentStatus.GRANTED)


def test_a_consent_for_a_student_of_others_is_not_there(room: Room, school: SchoolId) -> None:
    mine = consent(room, school, ConsentStatus.REQUESTED)
    other = frozenset({room.school("Mesa High")})

    with pytest.raises(NotFound):
        room.ask(roster.withdraw_consent, WithdrawConsent(consent_id=mine.consent_id), "consent.withdraw",
                 role=Role.ADVISOR, schools=other)
    with pytest.raises(NotFound):
        room.ask(roster.record_consent, RecordConsent(
            student_key=mine.student_key, program_id=PROGRAM, kind=ConsentKind.STUDENT_ASSENT,
            status=ConsentStatus.REQUESTED), "consent.record", role=Role.ADVISOR, schools=other)


def test_a_consent_ends_with_its_last_day(room: Room, school: SchoolId) -> None:
    today = datetime.now(ZoneInfo("America/New_York")).date()
    consent(room, school, ConsentStatus.GRANTED, method=ConsentMethod.PAPER, expires_on=today - timedelta(days=1))

    room.work(roster.expire_consents)
    room.work(roster.expire_consents)

    assert [event["status"] for event in room.announced("consent_recorded")] == ["granted", "expired"]
    assert consent(room, school, ConsentStatus.REQUESTED).version == 3


def test_a_change_of_policy_is_a_new_version_of_the_whole(room: Room) -> None:
    fast = ClockRule(urgency=Urgency.EMERGENCY, kind=ClockKind.ACKNOWLEDGE, unit=ClockUnit.SECONDS, amount=4)

    changed = room.ask(district.change_policy, ChangePolicy(expected_version=1, clocks=(fast,), n_min=20),
                       "policy.change")

    assert (changed.policy_version, changed.n_min, len(changed.clocks)) == (2, 20, 12)
    assert fast in changed.clocks
    event = room.announced("district_policy_changed")[-1]
    assert (event["policy_version"], len(event["clocks"]), len(event["floors"])) == (2, 12, 16)
    assert room.sql("SELECT count(*) FROM policies") == [(2,)]
    with pytest.raises(Stale):
        room.ask(district.change_policy, ChangePolicy(expected_version=1, n_min=30), "policy.change")


def test_everybody_of_the_staff_reads_the_rules(room: Room) -> None:
    view = room.ask(district.district_policy, DistrictPolicy(), "policy.view", role=Role.ADVISOR,
                    schools=frozenset({uuid4()}), changes=False)

    assert view.policy_version == 1
    assert [each.email for each in view.fallback_contacts] == ["d.reyes@example.invalid"]
