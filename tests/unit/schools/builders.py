"""Schools, staff, rotas and files with defaults: a test names only what it is about."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from services.schools.imports.archive import members_of, single
from services.schools.imports.directory import Directory, read_directory
from services.schools.imports.findings import Findings, Rejected
from services.schools.imports.manifest import package_of
from services.schools.imports.roster_file import read_roster
from services.schools.imports.students import Roster
from services.schools.people.model import StaffMember
from services.schools.sites.model import Facts, School
from shared.contracts.codes import Role
from shared.contracts.ids import SchoolId, StaffKey
from shared.contracts.schools import Assignment, RotaShift, SchoolLevel

NINE = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""Nine in the morning in New York, on a Tuesday."""

NORTH, SOUTH = SchoolId(UUID(int=1)), SchoolId(UUID(int=2))
ANA, BEN, CLEO = (StaffKey(UUID(int=number)) for number in (11, 12, 13))


def a_school(**facts: object) -> School:
    school = School.registered(Facts(**{"name": "North School", "level": SchoolLevel.MIDDLE, **facts}),  # type: ignore[arg-type]
                               tz="America/New_York", at=NINE)
    school.recorded()
    return school


def a_member(*roles: Role, school: SchoolId | None = NORTH) -> StaffMember:
    member = StaffMember.joined((), [Assignment(role=role, school_id=school) for role in roles], NINE)
    member.recorded()
    return member


def a_shift(start: datetime, end: datetime, *order: StaffKey, backup: StaffKey | None = None) -> RotaShift:
    return RotaShift(starts_at=start, ends_at=end, order=order or (ANA,), backup_key=backup)


def a_zip(files: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read_zip(data: bytes, *, strict: bool = False) -> tuple[Roster | None, Findings]:
    """Read a roster; None when it was refused before its end."""
    findings = Findings(strict)
    try:
        file = io.BytesIO(data)
        return read_roster(package_of(members_of(file, findings), findings), findings), findings
    except Rejected:
        return None, findings


def read_csv(data: bytes, *, leaid: str | None = None) -> tuple[Directory | None, Findings]:
    findings = Findings()
    try:
        return read_directory(single(io.BytesIO(data), "schools.csv"), findings, leaid), findings
    except Rejected:
        return None, findings


def codes(findings: Findings) -> list[str]:
    return sorted({each.code for each in findings.errors()})


def warned(findings: Findings) -> list[str]:
    return sorted({each.code for each in findings.warnings()})


MANIFEST_1_1 = "propertyName,value\noneroster.version,1.1\nfile.orgs,bulk\nfile.users,bulk\n"
ORGS = "sourcedId,name,type,identifier,parentSourcedId\nd,District,district,,\nn,North School,school,,d\n"
USERS = "sourcedId,enabledUser,orgSourcedIds,role,givenName,familyName,grades\n"


def a_1_1(users: str = "1,true,n,student,Given,Family,07\n", *, manifest: str = "", **files: str) -> bytes:
    """A small OneRoster 1.1 package with one school; `files` replaces or adds files by name."""
    content = {"manifest": MANIFEST_1_1 + manifest, "orgs": ORGS, "users": USERS + users, **files}
    return a_zip({f"{name}.csv": text for name, text in content.items()})


def folder_as_zip(folder: Path) -> bytes:
    return a_zip({file.name: file.read_bytes() for file in sorted(folder.glob("*.csv"))})
