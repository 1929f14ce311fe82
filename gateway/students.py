"""Students, found by name within one school. No name ever stands in an address."""

from __future__ import annotations

from flask import request
from pydantic import ValidationError

from gateway.asking import ask, look_up
from gateway.auth import allow
from gateway.problems import invalid
from gateway.routing import Noun
from shared.contracts.ids import SchoolId
from shared.contracts.schools import FoundStudents, SearchStudents, StudentNames, StudentNamesView

students = Noun("students")


@students.post("/students/search", keyed=False)
@allow("student.search")
def search(question: SearchStudents) -> FoundStudents:
    """Find students of one school by a part of their name."""
    return ask(question)


@students.post("/students/names", keyed=False)
@allow("student.names")
def names(question: StudentNames) -> StudentNamesView:
    """Who these students are; each is written down."""
    return ask(question)


def found_in(school_id: SchoolId) -> FoundStudents:
    """What a page's own search form found."""
    try:
        return look_up(SearchStudents(school_id=school_id, name=request.form.get("name", "")))
    except ValidationError as error:
        raise invalid(error) from None
