"""Read copies: however announcements arrive, the newest one stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.interventions.copies import store
from services.interventions.copies.handlers import keep_students
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.codes import ConcernDomain, GradeBand, PeerView, ReferralStatus, Urgency
from shared.contracts.referrals import (
    PathwayTestAcknowledged,
    ReferralAcknowledged,
    ReferralState,
    ReferralSubmitted,
    Source,
)
from shared.contracts.schools import OnCallRotaChanged, RosterStudentChanged, RotaShift
from shared.messaging.codec import Fact
from shared.work import Errand
from tests.integration.interventions.district import School

# One database serves all examples of a test: each has keys of its own.
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)


def in_any_order(count: int = 5) -> st.SearchStrategy[list[int]]:
    """Versions as they may arrive: in any order, some more than once."""
    return st.lists(st.integers(1, count), min_size=1, max_size=8)


@FEW
@given(arriving=in_any_order())
def test_an_older_event_never_overwrites_a_newer_copy_of_a_student(school: School, arriving: list[int]) -> None:
    student = uuid4()

    for version in arriving:
        school.tell(RosterStudentChanged(
            student_key=student, school_id=school.id, version=version, school_ids=(school.id,),
            grade_band=GradeBand.HIGH, language=f"l{version}", subgroup_codes=(), active=True))

    assert kept(school, "SELECT version, language FROM students WHERE student_key = :id", student) == (
        max(arriving), f"l{max(arriving)}")


@FEW
@given(arriving=in_any_order())
def test_a_batch_keeps_the_newest_of_each(school: School, arriving: list[int]) -> None:
    students = [uuid4(), uuid4()]
    told = [RosterStudentChanged(
        student_key=student, school_id=school.id, version=version, school_ids=(school.id,), grade_band=GradeBand.HIGH,
        language=f"l{version}", subgroup_codes=(), active=True) for version in arriving for student in students]

    with school.work.begin(Errand.own("interventions", "a_test")) as tx:
        keep_students([Fact(id=uuid4(), at=NOW, event=event) for event in told], tx)

    for student in students:
        assert kept(school, "SELECT version FROM students WHERE student_key = :id", student) == (max(arriving),)


@FEW
@given(arriving=in_any_order())
def test_an_older_rota_never_overwrites_a_newer_one(school: School, arriving: list[int]) -> None:
    other = uuid4()

    for version in arriving:
        starts = NOW + timedelta(hours=version)
        shift = RotaShift(starts_at=starts, ends_at=starts + timedelta(hours=1), order=(school.counselor.key,))
        school.tell(OnCallRotaChanged(
            school_id=other, version=version, starts_at=starts, ends_at=shift.ends_at, shifts=(shift,)))

    version, shifts = kept(school, "SELECT version, shifts FROM rotas WHERE school_id = :id", other)
    assert version == max(arriving)
    assert datetime.fromisoformat(shifts[0]["starts_at"]) == NOW + timedelta(hours=version)


@FEW
@given(arriving=st.permutations([1, 2, 3, 4]))
def test_a_referrals_student_is_known_whenever_its_first_event_arrives(school: School, arriving: list[int]) -> None:
    referral, student = uuid4(), school.student()
    common: dict[str, Any] = {"referral_id": referral, "school_id": school.id}

    for version in arriving:
        if version == 1:
            school.tell(ReferralSubmitted(
                **common, version=1, state=a_state(Urgency.URGENT), concern_id=None, student_key=student.key,
                program_id=None, source=Source.STAFF, urgency=Urgency.URGENT, concern_domain=ConcernDomain.MOOD,
                first_ever=True, from_tier2=False, grade_band=None, subgroup_codes=()))
        else:
            urgency = list(Urgency)[version - 1]
            school.tell(ReferralAcknowledged(
                **common, version=version, state=a_state(urgency), urgency=urgency, clock_minutes=1, within_limit=True))

    assert kept(school, "SELECT version, student_key, urgency FROM referrals WHERE referral_id = :id", referral) == (
        4, student.key, "routine")


@FEW
@given(minutes=st.lists(st.integers(0, 5000), min_size=1, max_size=6))
def test_the_last_pathway_test_is_the_latest_and_not_the_last_heard(school: School, minutes: list[int]) -> None:
    other = uuid4()

    for minute in minutes:
        school.tell(PathwayTestAcknowledged(school_id=other, at=NOW + timedelta(minutes=minute)))

    (answered,) = kept(school, "SELECT answered_at FROM pathway_tests WHERE school_id = :id", other)
    assert answered == NOW + timedelta(minutes=max(minutes))


def test_a_republished_event_repairs_a_damaged_copy_of_the_same_version(school: School) -> None:
    student = school.student(language="en")
    with school.work.begin(Errand.own("interventions", "a_test")) as tx:
        damage(tx, student.key)
    told = RosterStudentChanged(
        student_key=student.key, school_id=school.id, version=1, school_ids=(school.id,), grade_band=GradeBand.HIGH,
        language="en", subgroup_codes=(), active=True)

    school.tell(told)
    as_before = kept(school, "SELECT language FROM students WHERE student_key = :id", student.key)
    school.tell(told, replay_of=uuid4())

    assert (as_before, kept(school, "SELECT language FROM students WHERE student_key = :id", student.key)) == (
        ("xx",), ("en",))


def damage(tx: InterventionsTransaction, key: Any) -> None:
    tx.session.execute(store.students.update().where(store.students.c.student_key == key).values(language="xx"))


def kept(school: School, query: str, id: Any) -> Any:
    with school.work.engine.begin() as db:
        db.execute(text("SELECT set_config('app.scope', 'district', true)"))
        return tuple(db.execute(text(query), {"id": id}).one())


def a_state(urgency: Urgency) -> ReferralState:
    return ReferralState(
        status=ReferralStatus.ACKNOWLEDGED, urgency=urgency, concern_id=None, program_id=None, owner_key=None,
        backup_key=None, acknowledge_due_at=None, contact_due_at=None, service_due_at=None, submitted_at=NOW,
        acknowledged_at=None, first_contact_at=None, first_service_at=None, closed_at=None, outcome_code=None,
        peer_sees=PeerView.RECEIVED)
