"""How many peer supporters stand behind each advisor who supervises them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

MEETS_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Ratio:
    """Active supporters per supervising advisor, and the most that the program's intensity allows."""

    active: int
    advisors: int
    limit: int

    @property
    def value(self) -> float | None:
        """None when nobody supervises."""
        return self.active / self.advisors if self.advisors else None

    @property
    def breached(self) -> bool:
        """Nobody supervising is a breach as soon as somebody must be supervised."""
        return self.active > self.limit * self.advisors

    def with_one_more(self) -> Ratio:
        return Ratio(self.active + 1, self.advisors, self.limit)


def supervising(
    advisors: Collection[UUID], last_met: Mapping[UUID, datetime], started_at: datetime | None, at: datetime,
) -> int:
    """How many advisors supervise: a meeting in the last 30 days, or a program younger than that.

    Before its first 30 days are over a program cannot have shown a meeting yet, so its named advisors count.
    """
    young = started_at is None or at - started_at <= MEETS_WITHIN
    return sum(1 for key in set(advisors) if young or (key in last_met and at - last_met[key] <= MEETS_WITHIN))
