"""From a roster's rows to students: which role makes one, which grade, which subgroups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.schools.imports.fields import date_of
from services.schools.imports.findings import Findings
from shared.contracts.schools import ImportDialect

STUDENT = "student"
SCHOOL = "school"

RACES = {
    "americanIndianOrAlaskaNative": "race.american_indian", "asian": "race.asian",
    "blackOrAfricanAmerican": "race.black", "nativeHawaiianOrOtherPacificIslander": "race.pacific_islander",
    "white": "race.white",
}
SEVERAL_RACES = "demographicRaceTwoOrMoreRaces"
HISPANIC = "hispanicOrLatinoEthnicity"
SEXES = {"male": "sex.male", "female": "sex.female", "other": "sex.other"}

PROGRAMS = {
    "metadata.ell": "program.english_learner", "metadata.el": "program.english_learner",
    "metadata.englishlearner": "program.english_learner", "metadata.iep": "program.disability",
    "metadata.disability": "program.disability", "metadata.504": "program.disability",
    "metadata.frl": "program.low_income", "metadata.economicdisadvantage": "program.low_income",
}
"""Columns of our own convention for what OneRoster has no field for."""

FLAGS = {"iep": "program.disability", "504": "program.disability", "ell": "program.english_learner",
         "freelunch": "program.low_income", "reducedlunch": "program.low_income"}
LANGUAGES = ("metadata.language", "metadata.homelanguage")
YES = frozenset({"true", "yes", "y", "1"})

GRADE_NAMES = {"K": "KG", "KG": "KG", "TK": "PK", "PK": "PK", "PREK": "PK", "PR": "PK", "IT": "PK"}
A_CODE = re.compile(r"[A-Za-z0-9_./+-]{1,16}")
A_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Row:
    """The cells of one record by name. A name that the header lacks is an empty cell."""

    __slots__ = ("_cells", "_places")

    def __init__(self, places: Mapping[str, int], cells: Sequence[str]) -> None:
        self._places, self._cells = places, cells

    def __getitem__(self, name: str) -> str:
        at = self._places.get(name)
        return "" if at is None else self._cells[at].strip()

    def list_of(self, name: str) -> tuple[str, ...]:
        return tuple(part for each in self[name].split(",") if (part := each.strip()))

    def metadata(self) -> Iterator[tuple[str, str]]:
        return ((name.lower(), self._cells[at].strip())
                for name, at in self._places.items() if name.startswith("metadata."))


@dataclass(frozen=True, slots=True)
class Org:
    name: str
    kind: str
    identifier: str
    parent: str

    @classmethod
    def of(cls, row: Row) -> Org:
        return cls(row["name"], row["type"].lower(), row["identifier"], row["parentSourcedId"])

    @property
    def is_school(self) -> bool:
        return self.kind == SCHOOL


@dataclass(frozen=True, slots=True)
class Student:
    """A student as the file tells of them. `subgroup_codes` is empty when the file is silent about them."""

    sourced_id: str
    given_name: str
    family_name: str
    birth_date: str | None
    org_ids: tuple[str, ...]
    grade: str | None
    language: str | None
    subgroup_codes: tuple[str, ...]
    active: bool


@dataclass
class Roster:
    dialect: ImportDialect
    source: str
    whole: bool
    orgs: Mapping[str, Org]
    students: list[Student]
    rows: int


@dataclass(slots=True)
class User:
    line: int
    given_name: str
    family_name: str
    grade: str | None
    language: str | None
    active: bool
    org_ids: tuple[str, ...]
    is_student: bool
    programs: tuple[str, ...]


@dataclass
class Students:
    """Users and, where the version has them, their roles; students are those with the role of one."""

    version: str
    users: dict[str, User] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)
    grades: dict[str, str] = field(default_factory=dict)

    def user(self, line: int, row: Row) -> None:
        metadata = dict(row.metadata())
        self.users[row["sourcedId"]] = User(
            line, row["preferredGivenName"] or row["givenName"], row["preferredFamilyName"] or row["familyName"],
            grade_of(row.list_of("grades")), language_of(metadata), row["status"].lower() != "tobedeleted",
            row.list_of("orgSourcedIds") if self.version == "1.1" else row.list_of("primaryOrgSourcedId"),
            row["role"].lower() == STUDENT, tuple(programs_of(metadata)))

    def role(self, line: int, row: Row) -> None:
        if row["role"].lower() != STUDENT or row["status"].lower() == "tobedeleted":
            return
        user, org = row["userSourcedId"], row["orgSourcedId"]
        places = self.places.setdefault(user, [])
        if row["roleType"].lower() == "primary" or row["isPrimary"].lower() == "true":
            places.insert(0, org)
        else:
            places.append(org)
        if grade := grade_of(row.list_of("grade")):
            self.grades[user] = grade

    def all(self, orgs: Mapping[str, Org], demographics: Demographics, findings: Findings) -> list[Student]:
        found = []
        for sourced_id, user in self.users.items():
            if not (user.is_student or sourced_id in self.places):
                continue
            schools = tuple(org for org in dict.fromkeys(self.places.get(sourced_id) or user.org_ids)
                            if org not in orgs or orgs[org].is_school)
            if not schools and user.active:
                findings.warn("row.student_without_school", "users.csv", user.line)
                continue
            birth_date, codes = demographics.about(sourced_id, user.programs)
            found.append(Student(
                sourced_id, user.given_name, user.family_name, birth_date, schools,
                self.grades.get(sourced_id) or user.grade, user.language, codes, user.active))
        return found


@dataclass
class Demographics:
    """Codes of subgroups. Who is not described is `not_stated`, never dropped from totals."""

    version: str
    known: dict[str, tuple[str | None, tuple[str, ...]]] = field(default_factory=dict)
    flags: dict[str, list[str]] = field(default_factory=dict)

    def of(self, line: int, row: Row) -> None:
        sds = self.version == "sds"
        races = row.list_of("raceCodes") if sds else tuple(name for name in RACES if row[name].lower() in YES)
        several = SEVERAL_RACES in races or row[SEVERAL_RACES].lower() in YES
        ethnicity = ("true" if HISPANIC in row.list_of("ethnicityCodes") else "") if sds else row[HISPANIC].lower()
        codes = (race_of(races, several), ethnicity_of(ethnicity), SEXES.get(row["sex"].lower(), "sex.not_stated"),
                 *programs_of(dict(row.metadata())))
        self.known[row["userSourcedId"] if sds else row["sourcedId"]] = date_of(row["birthDate"]), codes

    def flag(self, line: int, row: Row) -> None:
        if code := FLAGS.get(row["flag"].lower()):
            self.flags.setdefault(row["userSourcedId"], []).append(code)

    def about(self, sourced_id: str, programs: Iterable[str]) -> tuple[str | None, tuple[str, ...]]:
        birth_date, codes = self.known.get(sourced_id, (None, ()))
        if not codes and self.known:
            codes = ("race.not_stated", "ethnicity.not_stated", "sex.not_stated")
        more = {*programs, *self.flags.get(sourced_id, ())} - set(codes)
        return birth_date, (*codes, *sorted(more))


def race_of(races: Sequence[str], several: bool) -> str:
    known = [RACES[name] for name in races if name in RACES]
    if several or len(known) > 1:
        return "race.two_or_more"
    return known[0] if known else "race.not_stated"


def ethnicity_of(value: str) -> str:
    if not value:
        return "ethnicity.not_stated"
    return "ethnicity.hispanic" if value in YES else "ethnicity.not_hispanic"


def programs_of(metadata: Mapping[str, str]) -> Iterator[str]:
    return (code for name, code in PROGRAMS.items() if metadata.get(name, "").lower() in YES)


def language_of(metadata: Mapping[str, str]) -> str | None:
    told = next((metadata[name] for name in LANGUAGES if metadata.get(name)), "")
    return told.lower() if A_LANGUAGE.fullmatch(told) else None


def grade_of(grades: Sequence[str]) -> str | None:
    """The first grade, in the form of the national directory: `PK`, `KG`, `01` to `12`; others as they are coded."""
    if not grades:
        return None
    told = grades[0].upper()
    if told.isascii() and told.isdigit():
        return f"{int(told):02}" if int(told) <= 99 else None
    return GRADE_NAMES.get(told) or (told if A_CODE.fullmatch(told) else None)
