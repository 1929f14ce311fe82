"""What is heard from schools and referrals, and what follows from it at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.interventions.copies import store
from services.interventions.copies.policy import Policy
from services.interventions.matches.handlers import GRACE_SCHOOL_DAYS
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.referrals import (
    PathwayTestAcknowledged,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralClosed,
    ReferralDeclined,
    ReferralFirstContactMade,
    ReferralReopened,
    ReferralRerouted,
    ReferralSubmitted,
    ReferralUrgencyChanged,
)
from shared.contracts.schools import (
    CalendarPublished,
    ConsentRecorded,
    ConsentWithdrawn,
    DistrictPolicyChanged,
    OnCallRotaChanged,
    RosterStudentChanged,
    SchoolDeactivated,
    SchoolRegistered,
    SchoolUpdated,
    StaffAssigned,
    StaffDeactivated,
)
from shared.messaging.codec import Fact

ReferralEvent = (
    ReferralSubmitted | ReferralUrgencyChanged | ReferralRerouted | ReferralAcknowledged | ReferralAccepted
    | ReferralDeclined | ReferralFirstContactMade | ReferralClosed | ReferralReopened)
"""Each carries the whole public state, so those in between need not be heard."""


def keep_policy(fact: Fact[DistrictPolicyChanged], tx: InterventionsTransaction) -> None:
    told = fact.event
    tx.copies.keep(store.policies, district_id=told.district_id, version=told.version, policy=Policy.announced(told))


def keep_school(
    fact: Fact[SchoolRegistered] | Fact[SchoolUpdated] | Fact[SchoolDeactivated], tx: InterventionsTransaction,
) -> None:
    told = fact.event
    tx.copies.keep(store.schools, school_id=told.school_id, version=told.version, tz=told.tz, status=told.status)


def keep_calendar(fact: Fact[CalendarPublished], tx: InterventionsTransaction) -> None:
    told = fact.event
    tx.copies.keep(store.calendars, school_id=told.school_id, year=told.year, version=told.version, tz=told.tz,
                   days=told.days)


def keep_rota(fact: Fact[OnCallRotaChanged], tx: InterventionsTransaction) -> None:
    told = fact.event
    tx.copies.keep(store.rotas, school_id=told.school_id, version=told.version, shifts=told.shifts)


def keep_students(facts: Sequence[Fact[RosterStudentChanged]], tx: InterventionsTransaction) -> None:
    """A roster comes as thousands of announcements: a batch is one statement."""
    for repairing in (False, True):
        told = [fact.event for fact in facts if (fact.replay_of is not None) is repairing]
        tx.copies.keep_all(store.students, [_student(event) for event in told], repairing=repairing)


def keep_staff(fact: Fact[StaffAssigned], tx: InterventionsTransaction) -> None:
    told = fact.event
    tx.copies.keep(store.staff, staff_key=told.staff_key, version=told.version, assignments=told.assignments,
                   active=True)


def forget_staff(fact: Fact[StaffDeactivated], tx: InterventionsTransaction) -> None:
    told = fact.event
    tx.copies.keep(store.staff, staff_key=told.staff_key, version=told.version, assignments=(), active=False)


def keep_pathway_test(fact: Fact[PathwayTestAcknowledged], tx: InterventionsTransaction) -> None:
    tx.copies.keep_pathway_test(fact.event.school_id, fact.event.at)


def keep_consent(fact: Fact[ConsentRecorded], tx: InterventionsTransaction) -> None:
    """A consent that was still missing may complete a proposal."""
    told = fact.event
    _write_consent(told, tx)
    for match in tx.matches.open_of(told.student_key, told.program_id):
        match.settle(tx.copies.missing_consents(match.program, match.participant_keys), at=tx.now)


def heed_withdrawal(fact: Fact[ConsentWithdrawn], tx: InterventionsTransaction) -> None:
    """Taken back: the match pauses at once and ends after five school days."""
    told = fact.event
    _write_consent(told, tx)
    for match in tx.matches.open_of(told.student_key, told.program_id):
        if tx.copies.missing_consents(match.program, match.participant_keys):
            time = tx.copies.time_of(match.school_id)
            match.lose_consent(close_on=time.after(time.today(tx.now), GRACE_SCHOOL_DAYS), at=tx.now)


def keep_referral(fact: Fact[ReferralEvent], tx: InterventionsTransaction) -> None:
    """Where a referral stands; the matches of its student show whether they are on the way to care."""
    told = fact.event
    student = told.student_key if isinstance(told, ReferralSubmitted) else None
    tx.copies.keep(
        store.referrals, referral_id=told.referral_id, school_id=told.school_id, version=told.version,
        program_id=told.state.program_id, status=told.state.status, urgency=told.state.urgency,
        owner_key=told.state.owner_key)
    if student is not None:
        tx.copies.name_student(told.referral_id, student)
    about = student or tx.copies.student_of_referral(told.referral_id)
    if about is not None:
        care = tx.copies.care_of(about)
        for match in tx.matches.open_of(about):
            match.care(care, at=tx.now)


def _student(told: RosterStudentChanged) -> dict[str, Any]:
    return {
        "student_key": told.student_key, "home_school_id": told.school_id, "version": told.version,
        "school_ids": told.school_ids, "grade_band": told.grade_band, "language": told.language, "active": told.active,
    }


def _write_consent(told: ConsentRecorded | ConsentWithdrawn, tx: InterventionsTransaction) -> None:
    tx.copies.keep(
        store.consents, consent_id=told.consent_id, school_id=told.school_id, version=told.version,
        student_key=told.student_key, program_id=told.program_id, kind=told.kind, status=told.status,
        expires_on=told.expires_on if isinstance(told, ConsentRecorded) else None)
