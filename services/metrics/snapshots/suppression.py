"""Small cells are never shown, nor anything from which one could be computed (indicators.md section 7).

A cube is a list of counts and the sums of them that are published. Hiding is decided once, for the whole cube.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from services.metrics.indicators.shares import percent as whole_percent
from shared.contracts.metrics import Bound, Figure, Sensitivity, Shown

FLOOR = 5
"""No policy makes the threshold smaller."""

TAILS = ((300, 1), (100, 2), (40, 5), (20, 10), (0, 20))
"""From so many answers on, the percent at either end that is not told apart."""


@dataclass(frozen=True)
class Cube:
    """Counts, and lines: each line's cells add up to a number that is published or publicly known. Two cells that
    make up a public number by themselves are hidden together: each is the other's complement."""

    counts: tuple[int, ...]
    lines: tuple[tuple[int, ...], ...]
    complements: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def table(cls, rows: Sequence[Sequence[int]]) -> Cube:
        """A full table with published row and column totals."""
        width = len(rows[0])
        across = [tuple(range(r * width, (r + 1) * width)) for r in range(len(rows))]
        down = [tuple(range(c, len(rows) * width, width)) for c in range(width)]
        return cls(tuple(count for row in rows for count in row), tuple(across + down))

    @classmethod
    def column(cls, counts: Sequence[int]) -> Cube:
        """Counts whose sum is published, with nothing else known about them."""
        return cls(tuple(counts), (tuple(range(len(counts))),))

    @classmethod
    def served(cls, served: Sequence[int], populations: Sequence[int | None]) -> Cube:
        """Places by (served, not served). A place's population is public, so the complement is a cell of its own;
        where it is unknown there is no row to subtract from."""
        known = [place for place, population in enumerate(populations) if population]
        others = {place: len(served) + at for at, place in enumerate(known)}
        counts = (*served, *(max((populations[place] or 0) - served[place], 0) for place in known))
        rows, down = tuple(others.items()), (tuple(range(len(served))), tuple(others.values()))
        return cls(counts, (*rows, *(line for line in down if line)), others | {b: a for a, b in rows})


def suppress(cube: Cube, n_min: int) -> dict[int, Shown]:
    """Which cells to withhold and why: the primary rule, then the line rule until nothing changes."""
    n_min = max(n_min, FLOOR)
    hidden = _primary(cube, n_min)
    while sum(_protect(cube, line, hidden, n_min) for line in cube.lines):
        pass
    return hidden


def _primary(cube: Cube, n_min: int) -> dict[int, Shown]:
    """Counts of 1 to n_min - 1, and whole lines that add up to one of those, zeros too."""
    hidden = {cell: Shown.BELOW for cell, count in enumerate(cube.counts) if 0 < count < n_min}
    for line in cube.lines:
        if 0 < sum(cube.counts[cell] for cell in line) < n_min:
            hidden |= {cell: hidden.get(cell, Shown.HIDDEN) for cell in line}
    for cell in list(hidden):
        _hide(cube, cell, hidden)
    return hidden


def _hide(cube: Cube, cell: int, hidden: dict[int, Shown]) -> None:
    hidden.setdefault(cell, Shown.HIDDEN)
    if (other := cube.complements.get(cell)) is not None:
        hidden.setdefault(other, Shown.HIDDEN)


def _protect(cube: Cube, line: Sequence[int], hidden: dict[int, Shown], n_min: int) -> bool:
    """Hide the smallest further cells until subtraction from the line's total says nothing; True if any was hidden."""
    before = len(hidden)
    while (out := [cell for cell in line if cell in hidden]) and not _safe(cube, out, n_min):
        shown = [cell for cell in line if cell not in hidden]
        if not shown:
            break
        _hide(cube, min(shown, key=lambda cell: (cube.counts[cell] == 0, cube.counts[cell])), hidden)
    return len(hidden) > before


def _safe(cube: Cube, out: Sequence[int], n_min: int) -> bool:
    return len(out) >= 2 and sum(cube.counts[cell] for cell in out) >= n_min


def shown_counts(cube: Cube, hidden: dict[int, Shown], n: int) -> list[Figure]:
    """The first `n` cells as they may be shown."""
    return [Figure.withheld(hidden[cell]) if cell in hidden else Figure.of(cube.counts[cell]) for cell in range(n)]


def shown_total(cube: Cube, line: Sequence[int], hidden: dict[int, Shown], n_min: int) -> Figure:
    """A line's sum. It is withheld with its cells where hiding all of them does not protect them."""
    total = shown_count(sum(cube.counts[cell] for cell in line), n_min)
    out = [cell for cell in line if cell in hidden]
    if out and not _safe(cube, out, max(n_min, FLOOR)) and total.shown is Shown.NUMBER:
        return Figure.withheld(Shown.HIDDEN)
    return total


def shown_count(count: int, n_min: int) -> Figure:
    """A count that stands alone: no total of which it is part is published."""
    return Figure.withheld(Shown.BELOW) if 0 < count < max(n_min, FLOOR) else Figure.of(count)


def shown_quantile(value: float | None, n: int, n_min: int) -> Figure:
    """A median or other quantile of `n` waits; None when that share has not been served yet."""
    if n == 0:
        return Figure(shown=Shown.NOT_AVAILABLE)
    if n < max(n_min, FLOOR):
        return Figure.withheld(Shown.FEW)
    return Figure(shown=Shown.NOT_REACHED) if value is None else Figure.of(value)


def shown_percent(k: int, n: int, sensitivity: Sensitivity, n_min: int) -> Figure:
    """k of n in whole percent, where the count itself is not shown. Near either end only a bound is told."""
    n_min = max(n_min, FLOOR)
    if n == 0:
        return Figure(shown=Shown.NOT_AVAILABLE)
    if n < n_min:
        return Figure.withheld(Shown.FEW)
    if sensitivity is Sensitivity.OPERATIONS:
        return Figure.of(whole_percent(k, n))
    return _between_tails(k, n, _tail(n, sensitivity, n_min), n_min if sensitivity is Sensitivity.SERVICE_USE else 0)


def _tail(n: int, sensitivity: Sensitivity, n_min: int) -> int:
    tail = next(width for least, width in TAILS if n >= least)
    # The population behind a service is public: a percent of it times the population is the count again.
    return max(tail, ceil(100 * n_min / n)) if sensitivity is Sensitivity.SERVICE_USE else tail


def _between_tails(k: int, n: int, tail: int, smallest: int) -> Figure:
    value = whole_percent(k, n)
    if tail >= 50:
        return Figure.withheld(Shown.FEW)
    if k < smallest or value <= tail:
        return Figure.of(tail, Bound.AT_MOST)
    if n - k < smallest or value >= 100 - tail:
        return Figure.of(100 - tail, Bound.AT_LEAST)
    return Figure.of(value)
