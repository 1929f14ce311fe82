"""What referrals say together: their waits, and how many kept their limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from services.metrics.indicators.shares import Punctuality
from services.metrics.indicators.waiting import (
    End,
    Wait,
    cumulative_incidence,
    kaplan_meier,
    served_until,
    time_until,
    usable,
)


class Referred(Protocol):
    """One referral's waits so far, in minutes on its clock."""

    @property
    def ended(self) -> bool: ...
    @property
    def elapsed(self) -> float: ...
    @property
    def acknowledged(self) -> bool: ...
    @property
    def contacted(self) -> bool: ...
    @property
    def served(self) -> bool: ...
    @property
    def acknowledge_minutes(self) -> float | None: ...
    @property
    def acknowledge_met(self) -> bool | None: ...
    @property
    def acknowledge_overdue(self) -> bool: ...
    @property
    def contact_minutes(self) -> float | None: ...
    @property
    def service_minutes(self) -> float | None: ...


def until_acknowledged(rows: Iterable[Referred]) -> list[Wait]:
    return _known(_wait(row, row.acknowledged, row.acknowledge_minutes) for row in rows)


def until_contacted(rows: Iterable[Referred]) -> list[Wait]:
    return _known(_wait(row, row.contacted, row.contact_minutes) for row in rows)


def until_served(rows: Iterable[Referred]) -> list[Wait]:
    return _known(_wait(row, row.served, row.service_minutes) for row in rows)


def quantile(waits: Sequence[Wait], share: float) -> float | None:
    """By when `share` are answered, those who wait counted as waiting (Kaplan-Meier)."""
    return time_until(kaplan_meier(waits), share)


def quantile_of_service(waits: Sequence[Wait], share: float) -> float | None:
    """By when `share` are served, when a referral may also end without service (Aalen-Johansen)."""
    return served_until(cumulative_incidence(waits), share)


def punctuality(rows: Iterable[Referred]) -> Punctuality:
    """How many were acknowledged within their limit. One that ended unacknowledged was answered otherwise: left out."""
    met = late = open_past = pending = 0
    for row in rows:
        if row.acknowledge_met is not None:
            met, late = met + row.acknowledge_met, late + (not row.acknowledge_met)
        elif not row.acknowledged and not row.ended:
            open_past, pending = open_past + row.acknowledge_overdue, pending + (not row.acknowledge_overdue)
    return Punctuality(met, late, open_past, pending)


def _wait(row: Referred, done: bool, minutes: float | None) -> Wait | None:
    if not done:
        return Wait(row.elapsed, End.ENDED if row.ended else End.OPEN)
    # The minutes are told by one event; until it is here the wait cannot be used.
    return None if minutes is None else Wait(minutes, End.SERVED)


def _known(waits: Iterable[Wait | None]) -> list[Wait]:
    good, _errors = usable(wait for wait in waits if wait is not None)
    return good
