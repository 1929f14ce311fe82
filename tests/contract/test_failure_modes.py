"""The failure modes that prove the core each have a test that carries their number."""

from __future__ import annotations

import re
from pathlib import Path

PROVEN_NOW = {"FM02", "FM03", "FM05", "FM07", "FM08", "FM10", "FM16", "FM18", "FM19", "FM22", "FM24", "FM28"}
TESTS = Path(__file__).resolve().parents[1]


def test_each_failure_mode_of_the_core_has_a_test() -> None:
    marked = {mode for path in TESTS.rglob("test_*.py")
              for mode in re.findall(r'failure_mode\("(FM\d\d)"\)', path.read_text())}

    assert marked >= PROVEN_NOW, f"without a test: {sorted(PROVEN_NOW - marked)}"
