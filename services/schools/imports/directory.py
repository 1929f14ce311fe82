"""The national directory of schools in its two dialects: the HIFLD file, and an export of ELSI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from services.schools.imports.archive import Member
from services.schools.imports.findings import Findings
from services.schools.imports.table import rows
from services.schools.sites.model import Facts
from shared.contracts.schools import ImportDialect, SchoolLevel, SchoolStatus

FILE = "schools.csv"

MISSING = frozenset({"", "-999", "-1", "-2", "-9", "M", "N", "NOT AVAILABLE", "NOT REPORTED", "NOT APPLICABLE",
                     "†", "–", "‡", "-"})
"""How the directories say that there is no value."""

STATUSES = {"1": SchoolStatus.OPEN, "2": SchoolStatus.CLOSED, "3": SchoolStatus.NEW, "4": SchoolStatus.ADDED,
            "7": SchoolStatus.FUTURE}

LEVELS = {"PREKINDERGARTEN": SchoolLevel.PREKINDERGARTEN, "ELEMENTARY": SchoolLevel.ELEMENTARY,
          "MIDDLE": SchoolLevel.MIDDLE, "SECONDARY": SchoolLevel.SECONDARY, "HIGH": SchoolLevel.HIGH,
          "UNGRADED": SchoolLevel.UNGRADED, "ADULT EDUCATION": SchoolLevel.ADULT, "OTHER": SchoolLevel.OTHER}

HIFLD = ("NCESID", "NAME", "STATUS", "LEVEL_", "ENROLLMENT", "ST_GRADE", "END_GRADE", "DISTRICTID")
ELSI_ID, ELSI_NAME = "School ID - NCES Assigned", "School Name"
ELSI_TOTAL = "Total Students, All Grades"
ELSI_FIRST = "ELSI Export"
ELSI_END = "Data Source"
ELSI_GRADES = ("Prekindergarten", "Kindergarten", *(f"Grade {number}" for number in range(1, 13)))
SPAN_GRADES = ("PK", "KG", *(f"{number:02}" for number in range(1, 13)))


@dataclass(frozen=True)
class Listed:
    """A school as a directory lists it."""

    ncesid: str
    facts: Facts


@dataclass
class Directory:
    dialect: ImportDialect
    schools: list[Listed] = field(default_factory=list)


Rows = Iterator[tuple[int, list[str]]]


def read_directory(member: Member, findings: Findings, leaid: str | None) -> Directory:
    """The schools of a directory; of this district alone where its LEAID is known."""
    with member.text(findings, FILE) as text:
        lines = iter(text)
        first = next(lines, "")
        if first.strip().strip('"').startswith(ELSI_FIRST):
            found = _elsi(rows(lines, findings, FILE, guards=True), findings, leaid, offset=1)
        else:
            found = _hifld(rows(chain([first], lines), findings, FILE), findings, leaid)
    if not found.schools and not findings.failed:
        findings.error("package.no_schools", FILE)
    return found


def _hifld(records: Rows, findings: Findings, leaid: str | None) -> Directory:
    header = [name.strip().upper() for name in next(records, (1, [""]))[1]]
    for name in HIFLD:
        if name not in header:
            findings.error("header.missing_column", FILE, 1, name)
    directory = Directory(ImportDialect.HIFLD_CSV)
    if findings.failed:
        return directory
    place = {name: header.index(name) for name in HIFLD}
    known: set[str] = set()
    for line, cells in records:
        if len(cells) != len(header):
            findings.error("row.wrong_number_of_cells", FILE, line)
            continue
        row = {name: cells[at].strip() for name, at in place.items()}
        if listed := _listed(row["NCESID"], _hifld_facts(row, findings, line), known, findings, line, leaid, "NCESID"):
            directory.schools.append(listed)
    return directory


def _hifld_facts(row: Mapping[str, str], findings: Findings, line: int) -> Facts | None:
    if not row["NAME"]:
        findings.error("row.missing_required_value", FILE, line, "NAME")
        return None
    status = STATUSES.get(row["STATUS"])
    if status is None:
        findings.warn("row.unknown_status", FILE, line, "STATUS")
        status = SchoolStatus.CLOSED
    level = LEVELS.get(row["LEVEL_"].upper())
    if level is None and row["LEVEL_"].upper() not in MISSING:
        findings.warn("row.unknown_level", FILE, line, "LEVEL_")
    return Facts(
        name=row["NAME"], level=level or SchoolLevel.NOT_REPORTED,
        grade_span=span(row["ST_GRADE"], row["END_GRADE"]), status=status,
        enrollment=whole_number(row["ENROLLMENT"], findings, line, "ENROLLMENT"))


def _elsi(records: Rows, findings: Findings, leaid: str | None, offset: int) -> Directory:
    directory = Directory(ImportDialect.ELSI_CSV)
    header: Sequence[str] | None = None
    known: set[str] = set()
    for number, cells in records:
        line = number + offset
        if header is None:
            header = _elsi_header(cells)
        elif cells[0].startswith((ELSI_END, "†", "‡")) or (len(cells) == 1 and cells[0].startswith("–")):
            return directory
        elif len(cells) != len(header):
            findings.error("row.wrong_number_of_cells", FILE, line)
        else:
            row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            facts = _elsi_facts(row, findings, line)
            if listed := _listed(row[ELSI_ID], facts, known, findings, line, leaid, ELSI_ID):
                directory.schools.append(listed)
    if header is None:
        findings.error("header.missing_column", FILE, None, ELSI_ID)
    return directory


def _elsi_header(cells: Sequence[str]) -> Sequence[str] | None:
    """The header, if this is it: each column's name without the year. The newest column of a name comes first."""
    names = [cell.partition(" [")[0].strip() for cell in cells]
    if ELSI_ID not in names or ELSI_NAME not in names:
        return None
    return [f"{name}#{at}" if name in names[:at] else name for at, name in enumerate(names)]


def _elsi_facts(row: Mapping[str, str], findings: Findings, line: int) -> Facts | None:
    # An export holds the columns somebody chose: without the total there is no enrollment, and no sum is one.
    name = next((value for key, value in row.items() if key.startswith(f"{ELSI_NAME}#") and value not in MISSING),
                row[ELSI_NAME])
    if name in MISSING:
        findings.error("row.missing_required_value", FILE, line, ELSI_NAME)
        return None
    total = row.get(ELSI_TOTAL)
    offered = [
        code for prefix, code in zip(ELSI_GRADES, SPAN_GRADES, strict=True)
        if any(value != "†" for key, value in row.items() if key.startswith(f"{prefix} "))]
    all_grades_asked = all(any(key.startswith(f"{prefix} ") for key in row) for prefix in ELSI_GRADES)
    return Facts(
        name=name, enrollment=None if total is None else whole_number(total, findings, line, ELSI_TOTAL),
        grade_span=span(offered[0], offered[-1]) if offered and all_grades_asked else None)


def _listed(
    ncesid: str, facts: Facts | None, known: set[str], findings: Findings, line: int, leaid: str | None, column: str,
) -> Listed | None:
    """The school under its 12-digit id, unless it is another district's, comes twice, or cannot be read."""
    ncesid = ncesid.zfill(12)
    if not (ncesid.isascii() and ncesid.isdigit() and len(ncesid) == 12):
        findings.error("row.invalid_nces_id", FILE, line, column)
        return None
    if ncesid in known:
        findings.error("reference.duplicate_nces_id", FILE, line, column)
        return None
    known.add(ncesid)
    if leaid and ncesid[:7] != leaid:
        findings.warn("row.another_district", FILE, line, column)
        return None
    return Listed(ncesid, facts) if facts else None


def whole_number(value: str, findings: Findings, line: int, column: str) -> int | None:
    if value.upper() in MISSING:
        return None
    if value.isascii() and value.isdigit():
        return int(value)
    findings.error("row.invalid_integer", FILE, line, column)
    return None


def span(first: str, last: str) -> str | None:
    """`PK-05`; None when either end is not a grade."""
    return f"{first}-{last}" if first in SPAN_GRADES and last in SPAN_GRADES else None
