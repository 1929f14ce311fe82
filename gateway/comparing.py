"""The comparison of schools as a reader wants it: found, filtered, sorted and in pages. Totals stay the district's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from urllib.parse import urlencode

from shared.contracts.metrics import Figure, SchoolComparison, Shown

PAGE = 50
FIRST_SORT = "ack_p90_minutes"

Name = Callable[[SchoolComparison], str]


def shown_number(figure: Figure) -> float | None:
    """What a reader sees; a withheld number takes no place in an order, which would give it away."""
    return inf if figure.shown is Shown.NOT_REACHED else figure.number


NUMBERS: Mapping[str, Callable[[SchoolComparison], float | None]] = {
    "enrollment": lambda row: row.enrollment,
    "programs": lambda row: row.programs_tier1 + row.programs_tier2,
    "elements_percent": lambda row: shown_number(row.elements_percent),
    "t1_contacts": lambda row: shown_number(row.t1_contacts),
    "t2_students": lambda row: shown_number(row.t2_students),
    "t2_reach": lambda row: shown_number(row.t2_reach),
    "t3_students": lambda row: shown_number(row.t3_students),
    "ack_p50_minutes": lambda row: shown_number(row.ack_p50_minutes),
    "ack_p90_minutes": lambda row: shown_number(row.ack_p90_minutes),
    "within_limit": lambda row: shown_number(row.within_limit),
    "supporters_per_100": lambda row: shown_number(row.supporters_per_100),
    "documented": lambda row: shown_number(row.documented),
}


@dataclass(frozen=True)
class Comparing:
    """One view of the comparison, and the addresses of the others."""

    rows: Sequence[SchoolComparison]
    total: int
    sort: str
    down: bool
    level: str
    q: str
    every: bool
    page: int

    @property
    def pages(self) -> int:
        return max(-(-self.total // PAGE), 1)

    def sorted_by(self, column: str) -> str:
        """The address of the same schools by another column; the same column once more turns the order round."""
        down = not self.down if column == self.sort else column in NUMBERS
        return self._address(sort=column, order="down" if down else "up", page=1)

    def on_page(self, page: int) -> str:
        return self._address(page=page)

    def _address(self, **changes: object) -> str:
        now = {"sort": self.sort, "order": "down" if self.down else "up", "level": self.level, "q": self.q,
               "schools": "all" if self.every else "", "page": self.page}
        return "?" + urlencode({name: value for name, value in (now | changes).items() if value}) + "#compare"


def compare(rows: Sequence[SchoolComparison], asked: Mapping[str, str], name: Name) -> Comparing:
    """`asked` is the page's query; what it does not understand it leaves out."""
    every = asked.get("schools") == "all" or not any(row.rolled_out for row in rows)
    q, level = asked.get("q", "").strip(), asked.get("level", "")
    found = [row for row in rows if (every or row.rolled_out) and level in {"", row.level or ""}
             and q.casefold() in name(row).casefold()]
    sort = asked.get("sort", FIRST_SORT)
    sort = sort if sort in NUMBERS or sort == "name" else FIRST_SORT
    down = asked.get("order", "up" if sort == "name" else "down") == "down"
    number = asked.get("page", "1")
    last = max(-(-len(found) // PAGE), 1)
    page = min(max(int(number) if number.isdecimal() else 1, 1), last)
    shown = in_order(found, sort, down, name)[(page - 1) * PAGE:page * PAGE]
    return Comparing(shown, len(found), sort, down, level, q, every, page)


def in_order(rows: Sequence[SchoolComparison], sort: str, down: bool, name: Name) -> list[SchoolComparison]:
    """By the column, those without a shown number last whichever way it goes; equals by name."""
    by_name = sorted(rows, key=lambda row: name(row).casefold(), reverse=down and sort == "name")
    if sort == "name":
        return by_name
    number = NUMBERS[sort]
    known = [row for row in by_name if number(row) is not None]
    unknown = [row for row in by_name if number(row) is None]
    return sorted(known, key=lambda row: number(row) or 0, reverse=down) + unknown
