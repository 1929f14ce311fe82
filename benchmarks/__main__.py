"""Run what is promised, print one table, keep the figures in benchmarks/results.json; exit 1 when a goal is missed."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import projecting, relaying, requesting
from benchmarks.ground import Goal, Pace, a_ground

ALL = {"B1": projecting.run, "B2": relaying.run, "B4": requesting.run}
RESULTS = Path(__file__).with_name("results.json")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *ALL], help="which; all if none is named")
    given = parser.parse_args()
    paces: list[Pace] = []
    goals: list[Goal] = []
    with a_ground() as ground:
        for name in given.names or ALL:
            sys.stderr.write(f"{name} …\n")
            found, promised = ALL[name](ground)
            paces += found
            goals += promised
    show(paces, goals)
    RESULTS.write_text(json.dumps({
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "paces": [asdict(pace) for pace in paces], "goals": [asdict(goal) for goal in goals],
    }, indent=1) + "\n")
    return int(not all(goal.met for goal in goals))


def show(paces: list[Pace], goals: list[Goal]) -> None:
    print(f"{'what':<52} {'per second':>12} {'CPU us each':>12} {'p50 ms':>8} {'of':>8}")
    for pace in paces:
        p50 = f"{pace.p50_ms:.1f}" if pace.p50_ms else ""
        print(f"{pace.what:<52} {pace.per_second:>12,.0f} {pace.cpu_us:>12,.0f} {p50:>8} {pace.number:>8,}")
    print(f"\n{'goal':<52} {'promised':>12} {'found':>12}")
    for goal in goals:
        print(f"{goal.name:<52} {goal.promised:>12} {goal.found:>12.2f} {'' if goal.met else '  missed'}")


if __name__ == "__main__":
    sys.exit(main())
