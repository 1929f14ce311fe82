"""Who could support whom: constraints first, then an order, and a person decides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.codes import GradeBand
from shared.contracts.interventions import Constraint

BANDS = (GradeBand.ELEMENTARY, GradeBand.MIDDLE, GradeBand.HIGH)
WIDEST_GAP = 1


@dataclass(frozen=True)
class Candidate:
    """A peer supporter, as far as matching needs to know."""

    supporter_id: UUID
    student_key: UUID
    takes_matches: bool
    open_matches: int
    load_cap: int
    minutes_this_week: int
    minutes_cap: int
    languages: frozenset[str]
    band: GradeBand | None
    active_student: bool = True


@dataclass(frozen=True)
class Need:
    """What the participants need and what stands in the way."""

    participants: frozenset[UUID]
    languages: frozenset[str]
    bands: frozenset[GradeBand]
    not_with: frozenset[UUID]
    minutes_a_week: int
    in_crisis: bool
    ratio_breached: bool


@dataclass(frozen=True)
class Fit:
    """How well a candidate fits, and which constraints fail."""

    candidate: Candidate
    failed: tuple[Constraint, ...]
    shared_languages: tuple[str, ...]
    same_band: bool

    @property
    def score(self) -> int:
        """0 to 100: a shared language 40, the same grade band 30, free capacity up to 30."""
        free = 1 - self.candidate.open_matches / self.candidate.load_cap if self.candidate.load_cap else 0.0
        return 40 * bool(self.shared_languages) + 30 * self.same_band + round(30 * max(free, 0.0))


CONSTRAINTS: dict[Constraint, Callable[[Candidate, Need], bool]] = {
    Constraint.SUPPORTER_ACTIVE: lambda c, need: c.takes_matches and c.active_student,
    Constraint.LOAD: lambda c, need: c.open_matches < c.load_cap,
    Constraint.MINUTES: lambda c, need: c.minutes_this_week + need.minutes_a_week <= c.minutes_cap,
    Constraint.RATIO: lambda c, need: not need.ratio_breached,
    Constraint.LANGUAGE: lambda c, need: not need.languages or bool(need.languages & c.languages),
    Constraint.GRADE_GAP: lambda c, need: all(_gap(c.band, band) <= WIDEST_GAP for band in need.bands),
    Constraint.CONFLICT: lambda c, need: c.supporter_id not in need.not_with,
    Constraint.OPEN_CRISIS: lambda c, need: not need.in_crisis,
    Constraint.SAME_PERSON: lambda c, need: c.student_key not in need.participants,
}


def fit(candidate: Candidate, need: Need) -> Fit:
    failed = tuple(constraint for constraint, holds in CONSTRAINTS.items() if not holds(candidate, need))
    shared = tuple(sorted(candidate.languages & need.languages))
    return Fit(candidate, failed, shared, _same(candidate.band, need.bands))


def ranked(candidates: Iterable[Candidate], need: Need) -> list[Fit]:
    """Those who may be proposed first, the best fit on top; ties by id so that a list does not jump."""
    fits = [fit(candidate, need) for candidate in candidates]
    return sorted(fits, key=lambda each: (bool(each.failed), -each.score, each.candidate.supporter_id))


def _gap(one: GradeBand | None, other: GradeBand | None) -> int:
    # A band that is not known, or is none of the three, keeps nobody away.
    if one not in BANDS or other not in BANDS:
        return 0
    return abs(BANDS.index(one) - BANDS.index(other))


def _same(band: GradeBand | None, bands: Collection[GradeBand]) -> bool:
    return bool(bands) and all(band is each for each in bands)
