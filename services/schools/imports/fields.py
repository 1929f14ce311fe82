"""Which fields a roster's files have and what may stand in them: `fields.csv` read as data, one row per field.

A kind is one of those in `CHECKS`, or the words that are allowed, separated by `|`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

Check = Callable[[str], str | None]
"""None when the value is right; else a code, which begins with `~` if it only deserves a warning."""

OLD_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
PAIRS = re.compile(r"\{[^{}:]+:[^{}]*\}(?:,\{[^{}:]+:[^{}]*\})*")
ID = re.compile(r"[^\s,]{1,255}")


@dataclass(frozen=True)
class Field:
    file: str
    name: str
    kind: str
    required: bool
    target: str | None

    @property
    def check(self) -> Check | None:
        return words(self.kind) if "|" in self.kind else CHECKS[self.kind]

    @property
    def secret(self) -> bool:
        """Dropped unread."""
        return self.kind == "secret"


@cache
def fields_of(version: str) -> Mapping[str, Mapping[str, Field]]:
    """The files of a version in the order in which they are read, each with its fields."""
    found: dict[str, dict[str, Field]] = {}
    with Path(__file__).with_name("fields.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if version in row["versions"].split():
                field = Field(row["file"], row["field"], row["kind"], row["required"] == "yes", row["target"] or None)
                found.setdefault(field.file, {})[field.name] = field
    return found


def words(allowed: str) -> Check:
    known = frozenset(allowed.split("|"))
    by_lower = {word.lower() for word in known}

    def check(value: str) -> str | None:
        if value in known or value.startswith("ext:"):
            return None
        return "~row.letter_case" if value.lower() in by_lower else "row.invalid_enum"

    return check


def an_id(value: str) -> str | None:
    return None if ID.fullmatch(value) else "row.invalid_guid"


def ids(value: str) -> str | None:
    return None if all(ID.fullmatch(part.strip()) for part in value.split(",")) else "row.invalid_guid"


def texts(value: str) -> str | None:
    return None if all(part.strip() for part in value.split(",")) else "row.invalid_list"


def pairs(value: str) -> str | None:
    return None if PAIRS.fullmatch(value) else "row.invalid_list"


def status(value: str) -> str | None:
    if value in {"active", "tobedeleted"}:
        return None
    return "~row.letter_case" if value.lower() in {"active", "tobedeleted"} else "row.invalid_enum"


def truth(value: str) -> str | None:
    if value in {"true", "false"}:
        return None
    return "~row.letter_case" if value.lower() in {"true", "false"} else "row.invalid_boolean"


def whole(value: str) -> str | None:
    return None if re.fullmatch(r"-?\d{1,18}", value) else "row.invalid_integer"


def number(value: str) -> str | None:
    return None if re.fullmatch(r"-?\d{1,18}(\.\d+)?", value) else "row.invalid_float"


def year(value: str) -> str | None:
    return None if re.fullmatch(r"[12]\d{3}", value) else "row.invalid_year"


def day(value: str) -> str | None:
    try:
        date.fromisoformat(value)
    except ValueError:
        return _old_day(value)
    return None if len(value) == 10 else "row.invalid_date"


def _old_day(value: str) -> str | None:
    if not OLD_DATE.fullmatch(value):
        return "row.invalid_date"
    return "~row.date_format" if date_of(value) else "row.ambiguous_date"


def moment(value: str) -> str | None:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return "row.invalid_date"
    return None


def date_of(value: str) -> str | None:
    """The day as YYYY-MM-DD; `13/5/2010` and `5/13/2010` can only be one day, `4/5/2010` could be two."""
    found = OLD_DATE.fullmatch(value)
    if not found:
        return value or None
    first, second, in_year = map(int, found.groups())
    if first <= 12 and second <= 12 and first != second:
        return None
    month, day_of_month = (second, first) if first > 12 else (first, second)
    try:
        return date(in_year, month, day_of_month).isoformat()
    except ValueError:
        return None


CHECKS: Mapping[str, Check | None] = {
    "id": an_id, "idref": an_id, "ref": an_id, "refs": ids, "text": None, "texts": texts, "pairs": pairs,
    "status": status, "bool": truth, "int": whole, "float": number, "year": year, "date": day, "moment": moment,
    "secret": None,
}
