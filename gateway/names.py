"""Who the keys in a view are. Services hand out keys; only schools knows names, and writes down who asked for them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args
from uuid import UUID

from flask import current_app
from pydantic import BaseModel

from gateway.asking import look_up
from gateway.auth import caller
from gateway.problems import Problem
from shared.contracts.ids import ActorKey, StaffKey, StudentKey
from shared.contracts.schools import SchoolName, SchoolNames, StaffName, StaffNames, StudentName, StudentNames

K = TypeVar("K")

STAFF_AT_ONCE, STUDENTS_AT_ONCE = 500, 200
KEPT_SECONDS = 5


@dataclass(frozen=True)
class Names:
    """The names of one page, asked for once. A key without a name is out of the reader's scope, or unknown."""

    of_staff: Mapping[UUID, StaffName] = field(default_factory=dict)
    of_students: Mapping[UUID, StudentName] = field(default_factory=dict)

    def staff(self, key: UUID | None) -> str:
        known = self.of_staff.get(key) if key else None
        return f"{known.given_name} {known.family_name}" if known else ""

    def student(self, key: UUID | None) -> str:
        known = self.of_students.get(key) if key else None
        return " ".join(filter(None, (known.given_name, known.family_name))) if known else ""

    def initials(self, key: UUID | None) -> str:
        known = self.of_students.get(key) if key else None
        return known.initials if known else ""

    def grade(self, key: UUID | None) -> str:
        known = self.of_students.get(key) if key else None
        return known.grade or "" if known else ""

    def anyone(self, key: UUID | None) -> str:
        return self.staff(key) or self.student(key)


def join(shown: object, *also: UUID) -> Names:
    """The names of everyone in what is shown. A page does without names rather than not appear."""
    keys = list(keys_in(shown))
    staff = {key for kind, key in keys if kind is not StudentKey} | set(also)
    students = {key for kind, key in keys if kind is not StaffKey} | set(also)
    try:
        return Names(
            {row.staff_key: row for row in staff_names(staff)} if caller().may("staff.names") else {},
            {row.student_key: row for row in student_names(students)} if caller().may("student.names") else {},
        )
    except Problem as problem:
        current_app.logger.warning("names: %s", problem.code)
        return Names()


def staff_names(keys: Iterable[UUID]) -> Iterator[StaffName]:
    for some in _portions(sorted(keys), STAFF_AT_ONCE):
        yield from look_up(StaffNames(staff_keys=tuple(map(StaffKey, some)))).items


def student_names(keys: Iterable[UUID]) -> Iterator[StudentName]:
    for some in _portions(sorted(keys), STUDENTS_AT_ONCE):
        yield from look_up(StudentNames(student_keys=tuple(map(StudentKey, some)))).items


def keys_in(shown: object, kind: object = None) -> Iterator[tuple[object, UUID]]:
    """Every key of a person in some views, with the kind that its field's type names."""
    if isinstance(shown, BaseModel):
        for name, described in type(shown).model_fields.items():
            yield from keys_in(getattr(shown, name), _kind(described.annotation))
    elif isinstance(shown, Mapping):
        for value in shown.values():
            yield from keys_in(value, kind)
    elif isinstance(shown, (tuple, list)):
        for value in shown:
            yield from keys_in(value, kind)
    elif isinstance(shown, UUID) and kind is not None:
        yield kind, shown


def _kind(annotation: Any) -> object:
    if annotation in (StaffKey, StudentKey, ActorKey):
        return annotation
    return next((kind for arm in get_args(annotation) if (kind := _kind(arm))), None)


def _portions(keys: list[K], size: int) -> Iterator[list[K]]:
    return (keys[at:at + size] for at in range(0, len(keys), size))


class SchoolBook:
    """The names and zones of all schools. They are public, so one copy serves every reader for a few seconds."""

    def __init__(self) -> None:
        self._rows: dict[UUID, SchoolName] = {}
        self.district: str | None = None
        """The district's name, once some page has asked for the schools."""
        self._until = 0.0

    def rows(self) -> tuple[SchoolName, ...]:
        if time.monotonic() > self._until:
            try:
                found = look_up(SchoolNames())
                self._rows, self.district = {row.school_id: row for row in found.items}, found.district_name
                self._until = time.monotonic() + KEPT_SECONDS
            except Problem as problem:
                current_app.logger.warning("names of schools: %s", problem.code)
        return tuple(self._rows.values())

    def name(self, school_id: UUID | None) -> str:
        return self._find(school_id).name if school_id and self._find(school_id) else ""

    def zone(self, school_id: UUID | None) -> str | None:
        return self._find(school_id).tz if school_id and self._find(school_id) else None

    def _find(self, school_id: UUID) -> Any:
        if school_id not in self._rows:
            self.rows()
        return self._rows.get(school_id)
