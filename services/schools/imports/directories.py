"""What a directory of schools changes: new schools are registered, known ones corrected, and none is forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from services.schools.imports.archive import ZIPPED, is_zip, members_of, single
from services.schools.imports.directory import Directory, read_directory
from services.schools.imports.findings import Findings
from services.schools.imports.model import Import, Result
from services.schools.imports.roster_file import Told
from services.schools.sites.model import School
from services.schools.transaction import SchoolsTransaction as Transaction
from shared.contracts.schools import ImportCounts, Tally


def read(file: BinaryIO, findings: Findings, leaid: str | None) -> Directory:
    """The one CSV of the upload, in a zip or by itself."""
    if not is_zip(file):
        return read_directory(single(file, "schools.csv"), findings, leaid)
    members = list(members_of(file, findings).values())
    if len(members) != 1:
        raise findings.reject("package.not_one_file", ZIPPED)
    return read_directory(members[0], findings, leaid)


@dataclass(frozen=True)
class Comparison:
    """A directory beside what is known already."""

    directory: Directory
    known: Mapping[str, School]
    result: Result


def compare(tx: Transaction, job: Import, directory: Directory, findings: Findings) -> Comparison:
    known = tx.schools.by_nces_ids(each.ncesid for each in directory.schools)
    changed = sum(known[each.ncesid].facts() != each.facts for each in directory.schools if each.ncesid in known)
    added = len(directory.schools) - len(known)
    return Comparison(directory, known, result_of(directory, added=added, changed=changed))


def take(tx: Transaction, job: Import, compared: Comparison, told: Told) -> None:
    tz = tx.districts.the().tz
    for each in compared.directory.schools:
        school = compared.known.get(each.ncesid)
        if school is None:
            tx.schools.add(School.registered(each.facts, tz=tz, at=tx.now, ncesid=each.ncesid))
        elif school.correct(each.facts, tz=school.tz, at=tx.now):
            tx.hold(school)
    told(1.0)


def result_of(directory: Directory, *, added: int, changed: int) -> Result:
    count = len(directory.schools)
    statuses = Counter(each.facts.status for each in directory.schools)
    return Result(
        dialect=directory.dialect,
        counts=ImportCounts(rows=count, added=added, changed=changed, unchanged=count - added - changed,
                            schools_added=added),
        by_status=tuple(Tally(code=status, count=number) for status, number in sorted(statuses.items())))
