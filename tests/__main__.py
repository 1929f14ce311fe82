"""`make test`: every part in order, each with its seconds; all parts run even when one fails."""

from __future__ import annotations

import subprocess
import sys
import time

from tests.e2e.chromium import bring

PARTS = (
    ("unit and contract", "tests/unit", "tests/contract"),
    ("integration", "tests/integration"),
    ("security", "tests/security"),
    ("chaos", "tests/chaos"),
    ("end to end", "tests/e2e"),
)


def main() -> int:
    bring()
    failed, took = [], []
    for name, *folders in PARTS:
        began = time.monotonic()
        print(f"\n=== {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", "pytest", "-q", *folders])
        took.append((name, time.monotonic() - began))
        if done.returncode:
            failed.append(name)
    print("\n=== " + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in took), flush=True)
    print(f"=== failed: {', '.join(failed)}" if failed else "=== every part passed", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
