"""Waiting times in which those who still wait count as waiting, never as absent.

Times are in any one unit (staffed minutes; wall-clock minutes for an emergency). The median of closed cases alone is
too short by as much as the longest waits are long, so nothing here can compute it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from math import sqrt

CLOSE = 1e-12


class End(Enum):
    """How a wait stood when it was last seen."""

    SERVED = "served"
    ENDED = "ended"      # over without what was waited for: a competing end
    OPEN = "open"        # still waiting


@dataclass(frozen=True, slots=True)
class Wait:
    time: float
    end: End


@dataclass(frozen=True, slots=True)
class Step:
    """A moment at which somebody's wait was over: the share still waiting after it, and its Greenwood error."""

    time: float
    waiting: float
    error: float


@dataclass(frozen=True, slots=True)
class Incidence:
    """The share of all who had been served by `time`."""

    time: float
    served: float


def usable(waits: Iterable[Wait]) -> tuple[list[Wait], int]:
    """The waits that can be, and how many cannot: one that is over before it began is an error in the data."""
    every = list(waits)
    good = [wait for wait in every if wait.time >= 0]
    return good, len(every) - len(good)


def kaplan_meier(waits: Iterable[Wait]) -> list[Step]:
    """The share still waiting at each time; anything but `SERVED` leaves the count without having been served.

    Kaplan and Meier 1958; error by Greenwood's formula. Nobody served: an empty curve.
    """
    steps: list[Step] = []
    waiting, hazard = 1.0, 0.0
    for time, at_risk, served, _ended in _by_time(waits):
        if not served:
            continue
        waiting *= 1 - served / at_risk
        hazard += served / (at_risk * (at_risk - served)) if at_risk > served else 0.0
        steps.append(Step(time, waiting, waiting * sqrt(hazard)))
    return steps


def time_until(curve: Sequence[Step], share: float) -> float | None:
    """By when `share` of all have been served, or None when that has not been reached."""
    return next((step.time for step in curve if step.waiting <= 1 - share + CLOSE), None)


def still_waiting(curve: Sequence[Step], time: float) -> float:
    """S(t): the share that has not left by `time`."""
    return next((step.waiting for step in reversed(curve) if step.time <= time), 1.0)


def cumulative_incidence(waits: Iterable[Wait]) -> list[Incidence]:
    """The share served by each time when a wait may also end without service (Aalen and Johansen 1978)."""
    steps: list[Incidence] = []
    waiting, total = 1.0, 0.0
    for time, at_risk, served, ended in _by_time(waits):
        total += waiting * served / at_risk
        waiting *= 1 - (served + ended) / at_risk
        if served:
            steps.append(Incidence(time, total))
    return steps


def served_until(curve: Sequence[Incidence], share: float) -> float | None:
    """By when `share` of all have been served, or None when that has not been reached."""
    return next((step.time for step in curve if step.served >= share - CLOSE), None)


def _by_time(waits: Iterable[Wait]) -> Iterable[tuple[float, int, int, int]]:
    """Time, how many waited until then, how many of them were served then, how many ended otherwise."""
    ordered = sorted(waits, key=lambda wait: wait.time)
    at_risk = len(ordered)
    for time, group in groupby(ordered, key=lambda wait: wait.time):
        ends = [wait.end for wait in group]
        yield time, at_risk, ends.count(End.SERVED), ends.count(End.ENDED)
        at_risk -= len(ends)
