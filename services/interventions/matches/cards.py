"""What a participant is called on a supporter's paper card: BLUE-14."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

COLORS = ("BLUE", "GREEN", "AMBER", "CORAL", "INDIGO", "OLIVE", "PLUM", "SAND", "SKY", "TEAL")


def new_card(taken: Collection[str], choose: Callable[[Sequence[str]], str]) -> str:
    """A code no other match of the program has; when all short ones are taken, a longer one."""
    digits = 2
    while True:
        free = [code for color in COLORS for number in range(10 ** (digits - 1), 10 ** digits)
                if (code := f"{color}-{number}") not in taken]
        if free:
            return choose(free)
        digits += 1
