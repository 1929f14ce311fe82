"""What is shown of students and consents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.schools.roster.model import ParticipationConsent
from services.schools.roster.store import Identity, consents
from services.schools.transaction import SchoolsTransaction as Transaction
from shared.contracts.codes import Role
from shared.contracts.ids import StudentKey
from shared.contracts.messages import Page
from shared.contracts.schools import (
    Consents,
    ConsentView,
    FoundStudents,
    SearchStudents,
    StudentName,
    StudentNamesView,
    StudentRow,
)
from shared.domain import Invalid


def found_students(asked: SearchStudents, tx: Transaction) -> FoundStudents:
    """Students of one school whose name holds all the words, by family name. Names are sealed: all are looked at."""
    words = asked.name.casefold().split()
    hits = [
        (identity, row) for row, identity in tx.students.of_school(asked.school_id).values()
        if all(word in f"{identity.given_name} {identity.family_name}".casefold() for word in words)
    ]
    hits.sort(key=lambda hit: (hit[0].family_name.casefold(), hit[0].given_name.casefold(), hit[1].id))
    shown = hits[:asked.limit]
    for _, row in shown:
        tx.saw("student", row.id, student=row.id, school=row.school_id, fields=("name", "grade"))
    rows = tuple(student_row(row, identity) for identity, row in shown)
    return FoundStudents(items=rows, more=len(hits) > len(shown))


def student_row(row: Row[Any], identity: Identity) -> StudentRow:
    return StudentRow(
        student_key=row.id, school_id=row.school_id, given_name=identity.given_name, family_name=identity.family_name,
        grade=row.grade, grade_band=row.grade_band, language=row.language, active=row.active)


def names_of_students(keys: Sequence[StudentKey], tx: Transaction) -> StudentNamesView:
    """Full names for staff; a peer supporter is a student, and learns a first name."""
    peer = tx.role is Role.PEER_SUPPORTER
    found = tx.students.of_keys(keys)
    for key, (row, _) in found.items():
        tx.saw("student", key, student=key, school=row.school_id, fields=("given_name",) if peer else ("name", "grade"))
    return StudentNamesView(items=tuple(
        first_name(key, identity) if peer else full_name(key, row, identity) for key, (row, identity) in found.items()))


def first_name(key: StudentKey, identity: Identity) -> StudentName:
    return StudentName(student_key=key, given_name=identity.given_name, initials=identity.given_name[:1].upper())


def full_name(key: StudentKey, row: Row[Any], identity: Identity) -> StudentName:
    return StudentName(student_key=key, given_name=identity.given_name, family_name=identity.family_name,
                       initials=identity.initials, grade=row.grade)


def consent_view(consent: ParticipationConsent) -> ConsentView:
    if consent.status is None:
        raise ValueError("a consent that nobody has said anything of is not shown")
    return ConsentView(
        consent_id=consent.id, version=consent.version, school_id=consent.school_id, student_key=consent.student_key,
        program_id=consent.program_id, kind=consent.kind, status=consent.status, basis_code=consent.basis_code,
        method=consent.method, at=consent.at, expires_on=consent.expires_on, allowed=consent.allowed())


def page_of_consents(asked: Consents, tx: Transaction) -> Page[ConsentView]:
    question = select(ParticipationConsent).where(
        tx.in_scope(consents.c.school_id)).order_by(consents.c.id).limit(asked.limit + 1)
    for column, value in ((consents.c.student_key, asked.student_key), (consents.c.program_id, asked.program_id),
                          (consents.c.school_id, asked.school_id)):
        if value is not None:
            question = question.where(column == value)
    if asked.cursor:
        question = question.where(consents.c.id > after(asked.cursor))
    found = list(tx.session.scalars(question))
    shown = found[:asked.limit]
    for each in shown:
        tx.saw("consent", each.id, student=each.student_key, school=each.school_id, fields=("status",))
    return Page[ConsentView](items=tuple(map(consent_view, shown)),
                             next_cursor=str(shown[-1].id) if len(found) > asked.limit else None)


def after(cursor: str) -> UUID:
    try:
        return UUID(cursor)
    except ValueError:
        raise Invalid("the cursor is none of ours", errors=[
            {"pointer": "/cursor", "code": "cursor_invalid", "message": "begin again without it"}]) from None
