"""Places where a test may kill the process, to prove that nothing is lost there. Unset, they do nothing."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Mapping

from shared.settings import Settings

_armed: dict[str, Callable[[], bool]] = {}


def crash_point(name: str) -> None:
    """Die here, at once and without a word, if the test asked for it."""
    if _armed and name in _armed and _armed[name]():
        os.kill(os.getpid(), signal.SIGKILL)


def arm(settings: Settings) -> None:
    """Read `name=0.03,other=nth:3`: with a chance at each passing, or exactly at the third."""
    if settings.crash_points and settings.environment == "production":
        raise SystemExit("PEERSUPPORTS_CRASH_POINTS is for tests: production does not start with it")
    _armed.clear()
    _armed.update(read(settings.crash_points))


def read(text: str) -> Mapping[str, Callable[[], bool]]:
    points = (point.strip().partition("=") for point in text.split(",") if point)
    return {name: _trigger(when) for name, _, when in points}


def _trigger(when: str) -> Callable[[], bool]:
    if not when.startswith("nth:"):
        chance = float(when)
        return lambda: random.random() < chance  # noqa: S311 - a test's dice, no secret
    passed: Counter[str] = Counter()
    wanted = int(when.removeprefix("nth:"))

    def reached() -> bool:
        passed["times"] += 1
        return passed["times"] == wanted

    return reached
