"""A roster package, read and checked: OneRoster 1.1 and 1.2, and Microsoft School Data Sync.

Each file is read once, from first to last row, and only what this product needs is kept: schools, and students with
their grade and subgroups. Staff are counted; a role in a roster gives nobody access here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.schools.imports.fields import Check, Field, fields_of
from services.schools.imports.findings import Findings
from services.schools.imports.manifest import Mode, Package
from services.schools.imports.students import Demographics, Org, Roster, Row, Students
from services.schools.imports.table import rows

TYPOS = {"dataLastModified": "dateLastModified", "prefferedGivenName": "preferredGivenName",
         "prefferedMiddleName": "preferredMiddleName", "prefferedFamilyName": "preferredFamilyName"}
"""Header names as they are misspelt in the wild."""

METADATA = "metadata."
BULK_FORBIDDEN = frozenset({"status", "dateLastModified"})
DEMANDED_IN_DELTA = frozenset({"status", "dateLastModified"})

Told = Callable[[float], None]
"""Hears the share of the work that is done."""


@dataclass(frozen=True)
class Column:
    """A column of a file that is checked."""

    at: int
    field: Field
    check: Check | None
    required: bool
    forbidden: bool


@dataclass
class Layout:
    """What a header says: the columns to check, those that refer, and where each known or `metadata.` name stands."""

    width: int
    columns: list[Column]
    references: list[tuple[Column, str]]
    places: Mapping[str, int]
    key: int | None


@dataclass
class Reader:
    package: Package
    findings: Findings
    told: Told = lambda share: None
    ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    counted: int = 0

    def read(self) -> Roster:
        """Everything in the package, as far as this product needs it."""
        students, orgs, demographics = Students(self.package.version), {}, Demographics(self.package.version)
        keep: Mapping[str, Callable[[int, Row], None]] = {
            "orgs": lambda line, row: orgs.update({row["sourcedId"]: Org.of(row)}),
            "users": students.user, "roles": students.role, "demographics": demographics.of,
            "userFlags": demographics.flag,
        }
        for number, name in enumerate(self.package.files):
            self.told(number / len(self.package.files))
            self.file(name, keep.get(name))
        return Roster(
            self.package.dialect, self.package.source, whole=self.package.mode("users") is Mode.BULK,
            orgs=orgs, students=students.all(orgs, demographics, self.findings), rows=self.counted)

    def file(self, name: str, keep: Callable[[int, Row], None] | None) -> None:
        member, mode = self.package.files[name]
        shown = f"{name}.csv"
        with member.text(self.findings, shown) as text:
            records = rows(text, self.findings, shown)
            layout = self._layout(name, mode, next(records, (1, []))[1])
            later: list[tuple[int, Field, str]] = []
            for line, cells in self._even(records, layout.width, shown):
                self.counted += 1
                self._check(cells, line, layout, shown)
                self._identify(cells, line, layout, name)
                later += self._refer(cells, line, layout, name)
                if keep and not self.findings.failed:
                    keep(line, Row(layout.places, cells))
        for line, pointing, value in later:
            if value not in self.ids[name]:
                self.findings.error("reference.missing_target_record", shown, line, pointing.name)

    # --- Header ---------------------------------------------------------------------------------------------------

    def _layout(self, name: str, mode: Mode, header: Sequence[str]) -> Layout:
        known, shown = fields_of(self.package.version)[name], f"{name}.csv"
        width = len(header)
        while width and not header[width - 1].strip():
            width -= 1
        if width < len(header):
            self.findings.warn("header.trailing_empty_column", shown, 1)
        places = dict(self._places(header[:width], known, shown))
        for field_name, each in known.items():
            if each.required and field_name not in places:
                self.findings.error("header.missing_column", shown, 1, field_name)
        self._look_at_targets(name, known, places, shown)
        columns = [column for field_name, at in places.items() if (column := self._column(known, field_name, at, mode))]
        key = next((places[f.name] for f in known.values() if f.kind in {"id", "idref"} and f.name in places), None)
        # What a delta does not repeat may well be known from before: only a full state can lack something.
        references = [(column, target) for column in columns
                      if (target := column.field.target) and self.package.mode(target) is Mode.BULK]
        return Layout(len(header), columns, references, places, key)

    def _places(self, header: Sequence[str], known: Mapping[str, Field], shown: str) -> Iterator[tuple[str, int]]:
        by_lower = {name.lower(): name for name in known}
        seen: set[str] = set()
        for at, written in enumerate(header):
            name = TYPOS.get(written.strip(), written.strip())
            if name != written and name in known:
                self.findings.warn("header.misspelt", shown, 1, name)
            elif name not in known and name.lower() in by_lower:
                name = by_lower[name.lower()]
                self.findings.warn("header.letter_case", shown, 1, name)
            if name in seen:
                self.findings.error("header.column_twice", shown, 1, name if name in known else f"column {at + 1}")
            elif name in known or name.startswith(METADATA):
                seen.add(name)
                yield name, at
            else:
                # Not by its name: in a file without a header this is already somebody's value.
                self.findings.warn("header.unknown_column", shown, 1, f"column {at + 1}")

    def _column(self, known: Mapping[str, Field], name: str, at: int, mode: Mode) -> Column | None:
        each = known.get(name)
        if each is None or each.secret:
            return None
        sds = self.package.version == "sds"
        demanded = mode is Mode.DELTA and name in DEMANDED_IN_DELTA
        forbidden = mode is Mode.BULK and name in BULK_FORBIDDEN and not sds
        return Column(at, each, each.check, each.required or demanded, forbidden)

    def _look_at_targets(
        self, name: str, known: Mapping[str, Field], places: Mapping[str, int], shown: str,
    ) -> None:
        for each in known.values():
            if each.target and each.name in places and each.required and each.target not in self.package.files:
                self.findings.warn("package.target_file_missing", shown, 1, each.name)

    # --- Rows -----------------------------------------------------------------------------------------------------

    def _even(
        self, records: Iterator[tuple[int, list[str]]], width: int, shown: str,
    ) -> Iterator[tuple[int, list[str]]]:
        """Records as wide as the header; empty cells beyond it are dropped, missing or surplus ones are an error."""
        for line, cells in records:
            if len(cells) > width and not any(cells[width:]):
                self.findings.warn("row.trailing_empty_cell", shown, line)
                cells = cells[:width]
            if len(cells) == width:
                yield line, cells
            else:
                self.findings.error("row.wrong_number_of_cells", shown, line)

    def _check(self, cells: list[str], line: int, layout: Layout, shown: str) -> None:
        for column in layout.columns:
            value = cells[column.at]
            if not value:
                if column.required:
                    self.findings.error("row.missing_required_value", shown, line, column.field.name)
                continue
            if column.forbidden:
                self.findings.warn("row.field_forbidden_in_bulk", shown, line, column.field.name)
            if column.check and (code := column.check(value)):
                self._say(code, shown, line, column.field.name)

    def _say(self, code: str, shown: str, line: int, column: str) -> None:
        if code.startswith("~"):
            self.findings.warn(code[1:], shown, line, column)
        else:
            self.findings.error(code, shown, line, column)

    def _identify(self, cells: list[str], line: int, layout: Layout, name: str) -> None:
        if layout.key is None:
            return
        value = cells[layout.key]
        if value in self.ids[name]:
            self.findings.error("reference.duplicate_sourced_id", f"{name}.csv", line, "sourcedId")
        elif value:
            self.ids[name].add(value)

    def _refer(self, cells: list[str], line: int, layout: Layout, name: str) -> list[tuple[int, Field, str]]:
        """Follow the references to other files; those within the same file wait until it is read."""
        later = []
        for column, target in layout.references:
            for value in filter(None, map(str.strip, cells[column.at].split(","))):
                if target == name:
                    later.append((line, column.field, value))
                elif value not in self.ids[target]:
                    self.findings.error("reference.missing_target_record", f"{name}.csv", line, column.field.name)
        return later


def read_roster(package: Package, findings: Findings, told: Told = lambda share: None) -> Roster:
    return Reader(package, findings, told).read()


