"""What a OneRoster package says of itself: its version, its source, and which files it holds in which mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.schools.imports.archive import ZIPPED, Member
from services.schools.imports.fields import fields_of
from services.schools.imports.findings import Findings
from services.schools.imports.table import rows
from shared.contracts.schools import ImportDialect

FILE = "manifest.csv"
SDS_MARKS = frozenset({"orgs.csv", "users.csv", "roles.csv"})
"""A folder with these and no manifest is Microsoft School Data Sync."""

VERSIONS = {"1.1": ImportDialect.ONEROSTER_1_1, "1.2": ImportDialect.ONEROSTER_1_2}


class Mode(StrEnum):
    """Bulk is the full state: who is not in it has left. Delta is what changed."""

    BULK = "bulk"
    DELTA = "delta"
    ABSENT = "absent"


@dataclass(frozen=True)
class Package:
    """The files to read, under the names that the specification gives them."""

    dialect: ImportDialect
    version: str
    source: str
    files: Mapping[str, tuple[Member, Mode]] = field(default_factory=dict)

    def mode(self, file: str) -> Mode:
        return self.files[file][1] if file in self.files else Mode.ABSENT


def package_of(members: Mapping[str, Member], findings: Findings) -> Package:
    """What is in these files, by the manifest, or by Microsoft's names where there is none."""
    if FILE not in members:
        if members.keys() >= SDS_MARKS:
            findings.warn("package.missing_manifest", ZIPPED)
            return _all_of(members, "sds", findings)
        raise findings.reject("package.missing_manifest", ZIPPED)
    said = _properties(members[FILE], findings)
    version = said.get("oneroster.version", "").strip()
    if version not in VERSIONS:
        raise findings.reject("manifest.unknown_version", FILE, None, "oneroster.version")
    package = Package(VERSIONS[version], version, said.get("source.systemCode", "").strip() or "sis",
                      _announced(said, version, members, findings))
    _look_for_strays(package, members, findings)
    return package


def _properties(member: Member, findings: Findings) -> dict[str, str]:
    with member.text(findings, FILE) as text:
        records = rows(text, findings, FILE)
        _, header = next(records, (1, []))
        if header[:2] != ["propertyName", "value"] or any(header[2:]):
            raise findings.reject("manifest.invalid_header", FILE, 1)
        return {cells[0].strip(): cells[1] for _, cells in records if len(cells) > 1}


def _announced(
    said: Mapping[str, str], version: str, members: Mapping[str, Member], findings: Findings,
) -> dict[str, tuple[Member, Mode]]:
    found, unexpected = {}, []
    for name in fields_of(version):
        wanted = said.get(f"file.{name}", Mode.ABSENT).strip().lower()
        member = members.get(f"{name}.csv".lower())
        if wanted not in set(Mode):
            findings.error("manifest.invalid_value", FILE, None, f"file.{name}")
        elif wanted == Mode.ABSENT:
            if member:
                unexpected.append(f"{name}.csv")
        elif member is None:
            findings.error("manifest.file_missing", f"{name}.csv")
        else:
            found[name] = member, Mode(wanted)
            _look_at_name(member, name, findings)
    for shown in unexpected:
        # Beside others, a file that the manifest denies is left out. Where nothing else is, the manifest is wrong.
        (findings.warn if found else findings.error)("manifest.file_unexpected", shown)
    return found


def _all_of(members: Mapping[str, Member], version: str, findings: Findings) -> Package:
    files = {name: (members[f"{name}.csv".lower()], Mode.BULK)
             for name in fields_of(version) if f"{name}.csv".lower() in members}
    package = Package(ImportDialect.MICROSOFT_SDS, version, "sds", files)
    _look_for_strays(package, members, findings)
    return package


def _look_at_name(member: Member, name: str, findings: Findings) -> None:
    if member.written != f"{name}.csv":
        findings.warn("package.file_name", f"{name}.csv")


def _look_for_strays(package: Package, members: Mapping[str, Member], findings: Findings) -> None:
    known = {f"{name}.csv".lower() for name in fields_of(package.version)} | {FILE}
    for _ in members.keys() - known:
        findings.warn("package.unknown_file", ZIPPED)
