"""The sample district: made up from nothing, the same at every start. No person or school in it exists."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

DISTRICT_NAME = "Rio Verde Unified School District"
LEAID = "0699990"
ZONE = "America/Los_Angeles"


@dataclass(frozen=True)
class SampleSchool:
    key: str
    name: str
    number: int
    level: str          # as the federal directory writes it
    first_grade: int    # 0: kindergarten
    last_grade: int
    students: int
    status: str = "1"

    @property
    def ncesid(self) -> str:
        return f"{LEAID}{self.number:05d}"


SCHOOLS = (
    SampleSchool("adams", "Adams High", 1, "HIGH", 9, 12, 412),
    SampleSchool("northgate", "Northgate High", 2, "HIGH", 9, 12, 388),
    SampleSchool("mission", "Mission Vista High", 3, "HIGH", 9, 12, 296),
    SampleSchool("rincon", "Rincon Middle", 4, "MIDDLE", 6, 8, 268),
    SampleSchool("baker", "Baker Middle", 5, "MIDDLE", 6, 8, 231),
    SampleSchool("chavez", "César Chávez K-8", 6, "ELEMENTARY", 0, 8, 242),
    SampleSchool("alder", "Alder Elementary", 7, "ELEMENTARY", 0, 5, 187),
    SampleSchool("mesquite", "Mesquite Continuation High", 8, "HIGH", 10, 12, 41),
    SampleSchool("sycamore", "Sycamore Middle", 9, "MIDDLE", 6, 8, 0, status="7"),
    SampleSchool("ford", "Old Ford Elementary", 10, "ELEMENTARY", 0, 5, 0, status="2"),
)

GIVEN, FAMILY = (part.split()[2:] for part in
                 Path(__file__).with_name("names.txt").read_text().removeprefix("#").split("#"))
LANGUAGES = ("en", "en", "en", "en", "en", "en", "es", "es", "es", "vi", "ar")


@dataclass(frozen=True)
class SampleStudent:
    sis_id: str
    given_name: str
    family_name: str
    school: SampleSchool
    grade: int


def students() -> list[SampleStudent]:
    """Every student of the district; the first two of Adams High are Tam Nguyen, peer supporter, and Kim Wells."""
    dice = random.Random(2026)      # noqa: S311 - made-up people, not secrets
    made: list[SampleStudent] = []
    for school in SCHOOLS:
        for number in range(school.students):
            grade = school.first_grade + number % (school.last_grade - school.first_grade + 1)
            made.append(SampleStudent(f"S{school.number:02d}{number:05d}", dice.choice(GIVEN), dice.choice(FAMILY),
                                      school, grade))
    for place, (given, family, grade) in enumerate([("Tam", "Nguyen", 11), ("Kim", "Wells", 9)]):
        made[place] = SampleStudent(made[place].sis_id, given, family, SCHOOLS[0], grade)
    return made


def directory() -> bytes:
    """The schools as the federal school directory (HIFLD form) writes them."""
    columns = ("NCESID", "NAME", "CITY", "STATE", "ZIP", "STATUS", "LEVEL_", "ENROLLMENT", "ST_GRADE", "END_GRADE",
               "DISTRICTID")
    return table(columns, (
        (school.ncesid, school.name, "RIO VERDE", "CA", "90000", school.status, school.level,
         school.students or -999, grade_code(school.first_grade), grade_code(school.last_grade), LEAID)
        for school in SCHOOLS))


def roster() -> bytes:
    """The students as a OneRoster 1.1 package in bulk mode."""
    everyone = students()
    files = {
        "manifest.csv": table(("propertyName", "value"), [
            ("manifest.version", "1.0"), ("oneroster.version", "1.1"),
            *((f"file.{name}", "bulk" if name in ("orgs", "users", "demographics") else "absent") for name in FILES)]),
        "orgs.csv": table(
            ("sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"), [
            ("district", "", "", DISTRICT_NAME, "district", LEAID, ""),
            *((f"org-{s.key}", "", "", s.name, "school", s.ncesid, "district") for s in SCHOOLS if s.students)]),
        "users.csv": table(
            ("sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds", "role", "username", "userIds",
             "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds",
             "grades", "password", "metadata.language"), rows_of(everyone)),
        "demographics.csv": table(
            ("sourcedId", "status", "dateLastModified", "birthDate", "sex", "americanIndianOrAlaskaNative", "asian",
             "blackOrAfricanAmerican", "nativeHawaiianOrOtherPacificIslander", "white",
             "demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity", "countryOfBirthCode",
             "stateOfBirthAbbreviation", "cityOfBirth", "publicSchoolResidenceStatus"), demographics_of(everyone)),
    }
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in files.items():
            into.writestr(zipfile.ZipInfo(name, (2026, 8, 1, 0, 0, 0)), content)
    return package.getvalue()


FILES = ("academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics",
         "enrollments", "lineItems", "orgs", "resources", "results", "users")


def rows_of(everyone: Sequence[SampleStudent]) -> Iterator[tuple[object, ...]]:
    dice = random.Random(7)         # noqa: S311
    for student in everyone:
        yield (student.sis_id, "", "", "true", f"org-{student.school.key}", "student", "", "", student.given_name,
               student.family_name, "", student.sis_id, "", "", "", "", grade_code(student.grade), "",
               dice.choice(LANGUAGES))


def demographics_of(everyone: Sequence[SampleStudent]) -> Iterator[tuple[object, ...]]:
    dice = random.Random(11)        # noqa: S311
    for student in everyone:
        born = date(2026 - 6 - student.grade, 1, 1) + timedelta(days=dice.randrange(365))
        race = dice.choices(range(6), (2, 14, 9, 1, 28, 46))[0]
        yield (student.sis_id, "", "", born.isoformat(), dice.choice(("female", "male")),
               *("true" if race == place else "false" for place in range(5)), "false",
               "true" if race == 5 else "false", "", "", "", "")


def grade_code(grade: int) -> str:
    return "KG" if grade == 0 else f"{grade:02d}"


def table(columns: Sequence[str], rows: Iterator[tuple[object, ...]] | Sequence[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()
