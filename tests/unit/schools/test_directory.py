"""The national directory of schools, in the dialects in which it comes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from shared.contracts.schools import ImportDialect, SchoolLevel, SchoolStatus
from tests.unit.schools.builders import codes, read_csv, warned

HEADER = "NCESID,NAME,STATUS,LEVEL_,ENROLLMENT,ST_GRADE,END_GRADE,DISTRICTID\n"


def a_row(**cells: str) -> bytes:
    row = {"NCESID": "120039000367", "NAME": "A School", "STATUS": "1", "LEVEL_": "MIDDLE", "ENROLLMENT": "10",
           "ST_GRADE": "06", "END_GRADE": "08", "DISTRICTID": "1200390", **cells}
    return (HEADER + ",".join(row.values()) + "\n").encode()


def test_miami_dade_is_read_as_it_is(real_data: Path) -> None:
    directory, findings = read_csv((real_data / "nces/hifld_public_schools_1200390_miami-dade.csv").read_bytes())

    assert directory is not None
    assert directory.dialect is ImportDialect.HIFLD_CSV
    facts = [school.facts for school in directory.schools]
    assert len(facts) == 559
    assert sum(each.enrollment or 0 for each in facts) == 335_929
    assert Counter(each.status.value for each in facts) == {
        "open": 514, "closed": 9, "new": 25, "added": 3, "future": 8}
    assert sum(not each.enrollment for each in facts) == 39
    assert sum(each.grade_span is None for each in facts) == 17
    assert sum(each.level is SchoolLevel.NOT_REPORTED for each in facts) == 17
    assert sum("@" in each.name for each in facts) == 1
    assert not findings.failed
    assert findings.warnings() == ()


def test_an_elsi_export_is_read_past_preamble_guards_and_footer(real_data: Path) -> None:
    directory, findings = read_csv((real_data / "nces/elsi_export_2019-20_grade_by_race_sample.csv").read_bytes())

    assert directory is not None
    assert directory.dialect is ImportDialect.ELSI_CSV
    by_id = {school.ncesid: school.facts for school in directory.schools}
    assert len(by_id) == 7
    assert by_id["090147000254"].name == "Prudence Crandall School"
    # The export has grades up to 8 and no total: a sum of some grades would be an invented number.
    assert {facts.enrollment for facts in by_id.values()} == {None}
    assert {facts.grade_span for facts in by_id.values()} == {None}
    assert not findings.failed


@pytest.mark.parametrize("written", ["-999", "-1", "M", "N", "NOT AVAILABLE", "NOT REPORTED", ""])
def test_a_missing_enrollment_is_none(written: str) -> None:
    directory, _ = read_csv(a_row(ENROLLMENT=written))

    assert directory is not None
    assert directory.schools[0].facts.enrollment is None


def test_an_enrollment_of_zero_stays_zero() -> None:
    directory, _ = read_csv(a_row(ENROLLMENT="0"))

    assert directory is not None
    assert directory.schools[0].facts.enrollment == 0


def test_an_id_that_lost_its_zeros_gets_them_back() -> None:
    directory, _ = read_csv(a_row(NCESID="90147000254"))

    assert directory is not None
    assert directory.schools[0].ncesid == "090147000254"


@pytest.mark.parametrize(("written", "status", "active"), [
    ("1", SchoolStatus.OPEN, True), ("2", SchoolStatus.CLOSED, False), ("3", SchoolStatus.NEW, True),
    ("4", SchoolStatus.ADDED, True), ("7", SchoolStatus.FUTURE, False)])
def test_open_new_and_added_schools_are_active(written: str, status: SchoolStatus, active: bool) -> None:
    directory, _ = read_csv(a_row(STATUS=written))

    assert directory is not None
    assert directory.schools[0].facts.status is status
    assert status.active is active


def test_an_unknown_status_opens_nothing() -> None:
    directory, findings = read_csv(a_row(STATUS="9"))

    assert directory is not None
    assert directory.schools[0].facts.status is SchoolStatus.CLOSED
    assert warned(findings) == ["row.unknown_status"]


def test_a_header_that_lacks_a_column_is_refused_by_its_name() -> None:
    _, findings = read_csv(a_row().replace(b"LEVEL_,", b"WHATEVER,"))

    assert [(each.code, each.line, each.column) for each in findings.errors()] == [
        ("header.missing_column", 1, "LEVEL_")]


def test_a_school_twice_is_refused_with_its_line() -> None:
    _, findings = read_csv(a_row() + a_row()[len(HEADER):])

    assert [(each.code, each.line) for each in findings.errors()] == [("reference.duplicate_nces_id", 3)]


def test_schools_of_other_districts_are_left_out_with_a_warning() -> None:
    directory, findings = read_csv(a_row() + a_row(NCESID="490081001074")[len(HEADER):], leaid="1200390")

    assert directory is not None
    assert [school.ncesid for school in directory.schools] == ["120039000367"]
    assert warned(findings) == ["row.another_district"]


def test_a_file_without_schools_is_refused() -> None:
    _, findings = read_csv(HEADER.encode())

    assert codes(findings) == ["package.no_schools"]


def test_a_name_in_an_old_encoding_is_read_with_a_warning() -> None:
    directory, findings = read_csv(a_row(NAME="Peña Middle").decode().encode("cp1252"))

    assert directory is not None
    assert directory.schools[0].facts.name == "Peña Middle"
    assert warned(findings) == ["csv.not_utf8"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_first_name(encoding: str) -> None:
    directory, _ = read_csv(a_row().decode().encode(encoding))

    assert directory is not None
    assert len(directory.schools) == 1
