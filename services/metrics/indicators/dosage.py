"""How much of the planned peer support a match has really had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.metrics.indicators.shares import Share

ON_DOSE = 0.80
RIPE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Dose:
    """One match so far. Due: sessions whose time has passed, no-shows and unmarked ones among them, those that the
    calendar cancelled not. Marked: those of which we know what became of them."""

    due: int
    held: int
    marked: int
    due_minutes: int
    held_minutes: int

    @property
    def sessions(self) -> Share:
        return Share(min(self.held, self.due), self.due)

    @property
    def minutes(self) -> Share:
        return Share(min(self.held_minutes, self.due_minutes), self.due_minutes)

    @property
    def completeness(self) -> Share:
        return Share(self.marked, self.due)

    @property
    def on_dose(self) -> bool:
        """Four fifths of both, the sessions and the minutes."""
        shares = (self.sessions.value, self.minutes.value)
        return all(share is not None and share >= ON_DOSE for share in shares)


def on_dose(doses: Iterable[Dose]) -> Share:
    """The share of matches, active for two weeks or more, that get what was planned."""
    every = list(doses)
    return Share(sum(dose.on_dose for dose in every), len(every))
