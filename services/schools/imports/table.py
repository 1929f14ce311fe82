"""Rows of a CSV file with the lines they stand on. Broken quoting is found, not guessed away."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from services.schools.imports.findings import Findings

ROWS = 5_000_000
COLUMNS = 200
FIELD_CHARACTERS = 32 * 1024

CELL = r'(?:"[^"]*(?:""[^"]*)*"|[^",\r\n]*)'
RECORD = re.compile(rf"{CELL}(?:,{CELL})*(?:\r\n|\r|\n)?")
GUARD = re.compile(r'="([^"]*)"')


class Lines:
    """The physical lines of a file; remembers those of the record that is being read."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text = iter(text)
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            self.record.append(line)
            yield line

    def taken(self) -> str:
        whole = self.record[0] if len(self.record) == 1 else "".join(self.record)
        self.record.clear()
        return whole


def rows(
    text: Iterable[str], findings: Findings, file: str, *, guards: bool = False,
) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every record that is not empty. With `guards`, `="0123"` is read as 0123, as Excel writes it."""
    lines = Lines(text)
    reader = csv.reader(lines, strict=not guards)
    count, line = 0, 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            findings.error(_broken(lines.record), file, line)
            return
        raw = lines.taken()
        if cells:
            count += 1
            _check_size(cells, raw, count, findings, file, line)
            if guards:
                cells = [unguarded(cell) for cell in cells]
            elif '"' in raw and not RECORD.fullmatch(raw):
                findings.error("csv.unescaped_quote", file, line)
            yield line, cells
        line = reader.line_num + 1


def unguarded(cell: str) -> str:
    """The text that a spreadsheet was kept from taking for a number."""
    found = GUARD.fullmatch(cell.strip())
    return found[1] if found else cell


def _broken(record: list[str]) -> str:
    """A quote that never closes takes the rest of the file with it."""
    return "csv.unclosed_quote" if len(record) > 1 or "".join(record).count('"') % 2 else "csv.unescaped_quote"


def _check_size(cells: list[str], raw: str, count: int, findings: Findings, file: str, line: int) -> None:
    if count > ROWS:
        raise findings.reject("csv.too_many_rows", file, line)
    if len(cells) > COLUMNS:
        raise findings.reject("csv.too_many_columns", file, line)
    if len(raw) > FIELD_CHARACTERS and any(len(cell) > FIELD_CHARACTERS for cell in cells):
        raise findings.reject("csv.field_too_long", file, line)
