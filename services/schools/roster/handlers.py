"""What is done with students: they are found by those who may, and what was said for them is written down."""

from __future__ import annotations

from services.schools.roster import views
from services.schools.roster.model import Given, ParticipationConsent
from services.schools.transaction import SchoolsTransaction as Transaction
from shared.contracts.ids import ActorKey
from shared.contracts.messages import Page
from shared.contracts.schools import (
    Consents,
    ConsentView,
    FoundStudents,
    RecordConsent,
    SearchStudents,
    StudentNames,
    StudentNamesView,
    WithdrawConsent,
)


def search_students(question: SearchStudents, tx: Transaction) -> FoundStudents:
    return views.found_students(question, tx)


def student_names(question: StudentNames, tx: Transaction) -> StudentNamesView:
    return views.names_of_students(question.student_keys, tx)


def record_consent(command: RecordConsent, tx: Transaction) -> ConsentView:
    by, given = ActorKey(tx.actor), Given(command.basis_code, command.method, command.expires_on)
    consent = tx.consents.of(command.student_key, command.program_id, command.kind)
    if consent is None:
        school_id = tx.students.school_of(command.student_key)
        consent = ParticipationConsent(
            command.student_key, school_id, command.program_id, command.kind, tx.now, by)
        consent.say(command.status, given, by=by, at=tx.now)
        return views.consent_view(tx.consents.add(consent))
    consent.say(command.status, given, by=by, at=tx.now)
    return views.consent_view(consent)


def withdraw_consent(command: WithdrawConsent, tx: Transaction) -> ConsentView:
    consent = tx.consents.get(command.consent_id)
    consent.withdraw(by=ActorKey(tx.actor), at=tx.now, expected_version=command.expected_version)
    return views.consent_view(consent)


def consents(question: Consents, tx: Transaction) -> Page[ConsentView]:
    return views.page_of_consents(question, tx)


def expire_consents(tx: Transaction) -> None:
    """Consents end with their last day, by the district's clock."""
    if (district := tx.districts.founded()) is None:
        return
    for consent in tx.consents.run_out(district.today(tx.now)):
        consent.expire(by=ActorKey(tx.actor), at=tx.now)
