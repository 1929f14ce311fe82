"""A clock's limit as minutes, so that a wait can be drawn beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.codes import ClockKind, Urgency
from shared.contracts.schools import ClockUnit


@dataclass(frozen=True, slots=True)
class Limit:
    """How long one urgency may wait, in the policy's words and in minutes (None: as long as the day lasts)."""

    amount: int
    unit: ClockUnit
    minutes: float | None


def limits(
    clocks: Iterable[Mapping[str, Any]], kind: ClockKind, school_day_minutes: float | None,
) -> dict[Urgency, Limit]:
    """The limits of one kind of clock. A school day is the district's usual staffed day."""
    rules = [rule for rule in clocks if rule["kind"] == kind]
    return {Urgency(rule["urgency"]): _limit(rule["amount"], ClockUnit(rule["unit"]), school_day_minutes)
            for rule in rules}


def _limit(amount: int, unit: ClockUnit, day: float | None) -> Limit:
    minutes = {
        ClockUnit.SECONDS: amount / 60,
        ClockUnit.SCHOOL_MINUTES: float(amount),
        ClockUnit.SCHOOL_DAYS: amount * day if day else None,
        ClockUnit.SAME_SCHOOL_DAY: None,
    }
    return Limit(amount, unit, minutes[unit])
