"""`make test`: every part, each with its seconds, in two lanes side by side; all parts run even when one fails."""

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


PATH = "tests/e2e/test_one_students_path.py"

LANES = (               # about as long as each other; every part has servers of its own
    (Part("integration", ("tests/integration",)), Part("chaos", ("tests/chaos",)), Part("one student's path", (PATH,))),
    (Part("unit and contract", ("tests/unit", "tests/contract")), Part("security", ("tests/security",)),
     Part("pages", ("tests/e2e", f"--ignore={PATH}"))),
)


def drive(lane: tuple[Part, ...]) -> list[Result]:
    return [part.run() for part in lane]


def main() -> int:
    began = time.monotonic()
    bring()
    with ThreadPoolExecutor(len(LANES)) as both:
        results = [result for lane in both.map(drive, LANES) for result in lane]
    print("=== " + ", ".join(f"{each.name} {each.seconds:.0f} s" for each in results)
          + f"; all of it {time.monotonic() - began:.0f} s")
    failed = [each.name for each in results if not each.passed]
    print(f"=== failed: {', '.join(failed)}" if failed else "=== every part passed", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
