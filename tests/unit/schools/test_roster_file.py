"""Roster packages: what is accepted, what is warned of, what is refused, and that nothing of it is ever quoted."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from services.schools.imports.fields import date_of, fields_of
from services.schools.imports.findings import Findings
from services.schools.imports.students import grade_of, race_of
from shared.contracts.schools import ImportDialect
from tests.unit.schools.builders import MANIFEST_1_1, ORGS, a_1_1, a_zip, codes, folder_as_zip, read_zip, warned

LONGSIGHT = "oneroster/longsight-1.2"


def test_every_package_of_the_conformance_set_gets_its_verdict(real_data: Path) -> None:
    for case in json.loads((real_data / LONGSIGHT / "expected.json").read_text()):
        _, findings = read_zip((real_data / LONGSIGHT / case["file"]).read_bytes())

        assert codes(findings) == sorted(case["expectedCodes"]), case["file"]
        if case["kind"] == "missing-reference":
            assert [(each.file, each.line, each.column) for each in findings.errors()] == [
                (case["sourceFile"], case["rowNumber"], case["field"])]


def test_valid_packages_are_accepted_even_when_strict(real_data: Path) -> None:
    for case in json.loads((real_data / LONGSIGHT / "expected.json").read_text()):
        if case["kind"] == "valid":
            roster, findings = read_zip((real_data / LONGSIGHT / case["file"]).read_bytes(), strict=True)

            assert roster is not None
            assert not findings.failed, case["file"]


def test_no_finding_ever_quotes_a_value(real_data: Path) -> None:
    for file in sorted((real_data / LONGSIGHT).glob("negative-*.zip")):
        data = file.read_bytes()
        _, findings = read_zip(data)

        said = json.dumps([each.model_dump() for each in (*findings.errors(), *findings.warnings())])
        for value in values_of(data):
            assert value not in said, file.name


def values_of(data: bytes) -> set[str]:
    """Every cell of every row below the headers, except words of the specification itself."""
    fields = [field for version in ("1.1", "1.2") for file in fields_of(version).values() for field in file.values()]
    words = {word for field in fields for word in (field.name, *field.kind.split("|"))}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        cells = {cell for name in archive.namelist() if name != "manifest.csv"
                 for row in list(csv.reader(io.StringIO(archive.read(name).decode())))[1:] for cell in row}
    return {cell for cell in cells if len(cell) > 3} - words


def test_the_district_of_six_schools_is_read_whole(real_data: Path) -> None:
    roster, findings = read_zip((real_data / "oneroster/faker-1.1/district-6-schools.zip").read_bytes())

    assert roster is not None
    assert roster.dialect is ImportDialect.ONEROSTER_1_1
    assert sum(org.is_school for org in roster.orgs.values()) == 6
    assert len(roster.students) == 360
    assert all(len(student.org_ids) == 1 and student.subgroup_codes for student in roster.students)
    assert {each.file: each.count for each in findings.warnings() if each.column == "status"} == {
        "academicSessions.csv": 2, "orgs.csv": 7, "courses.csv": 36, "classes.csv": 36, "users.csv": 396,
        "enrollments.csv": 1812, "demographics.csv": 360}
    assert not findings.failed


def test_the_same_district_is_refused_when_strict(real_data: Path) -> None:
    _, findings = read_zip((real_data / "oneroster/faker-1.1/district-6-schools.zip").read_bytes(), strict=True)

    assert codes(findings) == ["row.field_forbidden_in_bulk"]


def test_microsofts_folder_needs_no_manifest_and_its_passwords_are_not_read(real_data: Path) -> None:
    roster, findings = read_zip(folder_as_zip(real_data / "oneroster/microsoft-sds-2.1"))

    assert roster is not None
    assert (roster.dialect, roster.source, len(roster.students)) == (ImportDialect.MICROSOFT_SDS, "sds", 3)
    assert "P@ssword123" not in repr(roster)
    assert warned(findings) == ["package.missing_manifest", "row.letter_case", "row.student_without_school"]


def test_secrets_of_users_are_dropped_unread() -> None:
    users = ("sourcedId,enabledUser,orgSourcedIds,role,username,password,sms,givenName,familyName,grades\n"
             "1,true,n,student,secretuser,secretpass,secretsms,A,B,07\n")
    roster, findings = read_zip(a_zip({"manifest.csv": MANIFEST_1_1, "orgs.csv": ORGS, "users.csv": users}))

    assert roster is not None
    assert len(roster.students) == 1
    assert "secret" not in repr(roster) + repr(findings)


@pytest.mark.parametrize(("users", "code", "line", "column"), [
    ("1,true,n,student,A,B,07\n1,true,n,student,A,B,07\n", "reference.duplicate_sourced_id", 3, "sourcedId"),
    ("1,true,nowhere,student,A,B,07\n", "reference.missing_target_record", 2, "orgSourcedIds"),
    ("1,perhaps,n,student,A,B,07\n", "row.invalid_boolean", 2, "enabledUser"),
    ("1,true,n,wizard,A,B,07\n", "row.invalid_enum", 2, "role"),
    ("1,true,n,student,,B,07\n", "row.missing_required_value", 2, "givenName"),
    ('1,true,n,student,A,B "x",07\n', "csv.unescaped_quote", 2, None),
    ('1,true,n,student,"A"x,B,07\n', "csv.unescaped_quote", 2, None),
    ('1,true,n,student,"A,B,07\n2,true,n,student,A,B,07\n', "csv.unclosed_quote", 2, None),
    ("1,true,n,student,A\n", "row.wrong_number_of_cells", 2, None),
    ("1,true,n,student,A,B,07,more\n", "row.wrong_number_of_cells", 2, None),
])
def test_a_broken_row_is_refused_with_its_place(users: str, code: str, line: int, column: str | None) -> None:
    _, findings = read_zip(a_1_1(users))

    assert [(each.code, each.file, each.line, each.column) for each in findings.errors()] == [
        (code, "users.csv", line, column)]


@pytest.mark.parametrize(("package", "warning"), [
    (a_1_1("1,TRUE,n,student,A,B,07\n"), "row.letter_case"),
    (a_1_1("1,true,n,Student,A,B,07\n"), "row.letter_case"),
    (a_1_1("1,true,n,student,A,B,07,\n"), "row.trailing_empty_cell"),
    (a_1_1(orgs=ORGS.replace("\n", ",\n")), "header.trailing_empty_column"),
    (a_1_1(orgs="\ufeff" + ORGS), "csv.byte_order_mark"),
    (a_1_1(orgs=ORGS.replace("\n", "\r\n")), None),
    (a_1_1(orgs=ORGS.replace("sourcedId,name", "sourcedId,dataLastModified,name").replace("d,District", "d,,District")
           .replace("n,North", "n,,North")), "header.misspelt"),
    (a_1_1(manifest="file.demographics,absent\n", demographics="sourcedId\n1\n"), "manifest.file_unexpected"),
])
def test_what_the_wild_does_is_accepted_with_a_warning(package: bytes, warning: str | None) -> None:
    roster, findings = read_zip(package)

    assert codes(findings) == []
    assert warned(findings) == ([warning] if warning else [])
    assert roster is not None
    assert len(roster.students) == 1


def test_files_in_one_folder_are_found_and_in_two_refused() -> None:
    flat = {"manifest.csv": "propertyName,value\noneroster.version,1.1\nfile.orgs,bulk\n", "orgs.csv": ORGS}

    _, one = read_zip(a_zip({f"export/{name}": text for name, text in flat.items()}))
    _, two = read_zip(a_zip({f"export{at}/{name}": text for at, (name, text) in enumerate(flat.items())}))

    assert (codes(one), warned(one)) == ([], ["archive.sub_folder"])
    assert codes(two) == ["archive.several_folders"]


def test_a_file_that_the_manifest_announces_must_be_there() -> None:
    _, findings = read_zip(a_1_1(manifest="file.enrollments,bulk\n"))

    assert [(each.code, each.file) for each in findings.errors()] == [("manifest.file_missing", "enrollments.csv")]


def test_an_unknown_version_is_refused() -> None:
    _, findings = read_zip(a_zip({"manifest.csv": "propertyName,value\noneroster.version,9.9\n"}))

    assert codes(findings) == ["manifest.unknown_version"]


def test_a_user_in_several_schools_keeps_them_all() -> None:
    orgs = ORGS + "s,South School,school,,d\n"
    roster, _ = read_zip(a_1_1('1,true,"n,s",student,A,B,07\n', orgs=orgs))

    assert roster is not None
    assert roster.students[0].org_ids == ("n", "s")


def test_staff_of_the_roster_are_no_students() -> None:
    roster, _ = read_zip(a_1_1("1,true,n,teacher,A,B,\n2,true,n,student,C,D,07\n"))

    assert roster is not None
    assert [student.sourced_id for student in roster.students] == ["2"]


def test_who_is_not_described_is_not_stated() -> None:
    demographics = "sourcedId,sex,asian,white,hispanicOrLatinoEthnicity\n1,,true,true,true\n"
    roster, _ = read_zip(a_1_1(
        "1,true,n,student,A,B,07\n2,true,n,student,C,D,07\n", manifest="file.demographics,bulk\n",
        demographics=demographics))

    assert roster is not None
    assert [student.subgroup_codes for student in roster.students] == [
        ("race.two_or_more", "ethnicity.hispanic", "sex.not_stated"),
        ("race.not_stated", "ethnicity.not_stated", "sex.not_stated")]


def test_columns_of_our_own_tell_language_and_programs() -> None:
    users = ("sourcedId,enabledUser,orgSourcedIds,role,givenName,familyName,grades,metadata.language,metadata.ell\n"
             "1,true,n,student,A,B,07,ES,true\n")
    roster, findings = read_zip(a_zip({"manifest.csv": MANIFEST_1_1, "orgs.csv": ORGS, "users.csv": users}))

    assert roster is not None
    assert (roster.students[0].language, roster.students[0].subgroup_codes) == ("es", ("program.english_learner",))
    assert warned(findings) == []


@pytest.mark.parametrize(("written", "grade"), [
    (["9"], "09"), (["09"], "09"), (["KG"], "KG"), (["k"], "KG"), (["PK"], "PK"), (["12", "13"], "12"), ([], None),
    (["UG"], "UG"), (["Günther"], None)])
def test_grades_take_the_form_of_the_directory(written: list[str], grade: str | None) -> None:
    assert grade_of(written) == grade


@pytest.mark.parametrize(("written", "day"), [
    ("2010-05-13", "2010-05-13"), ("13/5/2010", "2010-05-13"), ("5/13/2010", "2010-05-13"), ("5/5/2010", "2010-05-05"),
    ("4/5/2010", None), ("31/31/2010", None), ("", None)])
def test_a_day_is_taken_when_it_can_be_only_one(written: str, day: str | None) -> None:
    assert date_of(written) == day


def test_an_ambiguous_day_is_an_error_and_a_clear_one_a_warning() -> None:
    def birth(written: str) -> Findings:
        return read_zip(a_1_1(manifest="file.demographics,bulk\n",
                              demographics=f"sourcedId,birthDate\n1,{written}\n"))[1]

    assert codes(birth("4/5/2010")) == ["row.ambiguous_date"]
    assert warned(birth("13/5/2010")) == ["row.date_format"]
    assert codes(birth("2010-13-05")) == ["row.invalid_date"]


def test_two_races_are_a_group_of_their_own() -> None:
    assert race_of(["asian", "white"], several=False) == "race.two_or_more"
    assert race_of(["asian"], several=True) == "race.two_or_more"
    assert race_of(["asian"], several=False) == "race.asian"
    assert race_of([], several=False) == "race.not_stated"
