"""Shares as a numerator and a denominator, kept apart until they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """`num` of `den`. Shares are pooled by adding both, never by averaging ratios."""

    num: float
    den: float

    @property
    def value(self) -> float | None:
        """The ratio; an empty denominator is "not available", never 0."""
        return self.num / self.den if self.den else None

    @property
    def percent(self) -> int | None:
        """Whole percent, halves up."""
        return percent(int(self.num), int(self.den)) if self.den else None

    def per(self, many: int) -> float | None:
        """So many for every `many`, to one decimal."""
        return round(many * self.num / self.den, 1) if self.den else None

    def __add__(self, other: Share) -> Share:
        return Share(self.num + other.num, self.den + other.den)


def pooled(shares: Iterable[Share]) -> Share:
    return sum(shares, Share(0, 0))


def percent(k: int, n: int) -> int:
    """floor((200k + n) / 2n): whole percent, halves up, without a float in between."""
    return (200 * k + n) // (2 * n)


@dataclass(frozen=True, slots=True)
class Punctuality:
    """How many of a clock's waits kept its limit. An open wait past its limit is a breach; one within it is pending."""

    met: int = 0
    late: int = 0
    open_past: int = 0
    pending: int = 0

    @property
    def share(self) -> Share:
        return Share(self.met, self.met + self.late + self.open_past)


@dataclass(frozen=True, slots=True)
class Ending:
    """How matches of one start cohort ended; open ones are shown beside, not counted."""

    completed: int
    ended_early: int
    n_open: int

    @property
    def share(self) -> Share:
        return Share(self.completed, self.completed + self.ended_early)
