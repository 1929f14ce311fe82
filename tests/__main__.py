"""`make test`: every part, each with its seconds; all parts run even when one fails. Two at a time, pages alone."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.e2e.chromium import bring


@dataclass(frozen=True)
class Part:
    """Some folders of tests, run by one pytest of its own, with its own servers."""

    name: str
    folders: tuple[str, ...]

    def run(self) -> Result:
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "pytest", "-q", *self.folders], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        print(f"\n=== {self.name}\n{done.stdout}", flush=True)
        return Result(self.name, done.returncode == 0, time.monotonic() - began)


@dataclass(frozen=True)
class Result:
    name: str
    passed: bool
    seconds: float


UNIT = Part("unit and contract", ("tests/unit", "tests/contract"))
TOGETHER = (Part("integration", ("tests/integration",)), Part("security", ("tests/security",)))
ALONE = (Part("chaos", ("tests/chaos",)), Part("end to end", ("tests/e2e",)))


def main() -> int:
    began = time.monotonic()
    bring()
    results = [UNIT.run()]
    with ThreadPoolExecutor(len(TOGETHER)) as pair:
        results += pair.map(Part.run, TOGETHER)
    results += [part.run() for part in ALONE]
    print("=== " + ", ".join(f"{each.name} {each.seconds:.0f} s" for each in results)
          + f"; all of it {time.monotonic() - began:.0f} s")
    failed = [each.name for each in results if not each.passed]
    print(f"=== failed: {', '.join(failed)}" if failed else "=== every part passed", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
