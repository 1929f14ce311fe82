"""`make demo`: a simulated school day through the public API, so that pages and metrics move."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from deploy.local.__main__ import RUN
from deploy.local.client import ApiError
from deploy.local.seed import RED_FLAG_QUESTIONS, Row, Seed

DAY_MINUTES = 7.5 * 60          # a school day
PACE = {                        # how often each thing happens in a school day, with these people
    "session": 24.0, "red_flag": 2.0, "concern": 3.0, "activity": 2.0, "look": 90.0, "registration": 1.0,
}
FLAGS = {"grief_trauma": "priority", "persistent_symptoms": "priority", "isolation_bullying": "priority",
         "self_injury": "urgent", "unsafe_tonight": "urgent"}


@dataclass
class Day:
    """One simulated day: what is due when, and what has happened."""

    seed: Seed
    speed: float
    dice: random.Random
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    waiting: dict[str, float] = field(default_factory=dict)     # referral -> simulated minute to acknowledge it

    def run(self) -> None:
        due = {what: self.next_after(0.0, what) for what in PACE}
        minute = 0.0
        while minute < DAY_MINUTES:
            what = min(due, key=lambda name: due[name])
            pause = max(0.0, due[what] - minute) * 60 / self.speed
            time.sleep(pause)
            minute = due[what]
            due[what] = self.next_after(minute, what)
            self.try_it(what, minute)
            self.answer_waiting(minute)
            self.show(minute)
        print()

    def next_after(self, minute: float, what: str) -> float:
        return minute + self.dice.expovariate(PACE[what] / DAY_MINUTES)

    def try_it(self, what: str, minute: float) -> None:
        step: Callable[[float], None] = getattr(self, what)
        try:
            step(minute)
            self.done[what] += 1
        except ApiError as no:
            self.refused[f"{what}: {no.code}"] += 1

    # ------------------------------------------------------------------ what people do

    def session(self, minute: float) -> None:
        advisor = self.seed.as_("r.bell")
        match = self.dice.choice(advisor.get("/matches", status="active", limit=200)["items"])
        advisor.post("/sessions", self.a_session(match["match_id"], "no"))

    def red_flag(self, minute: float) -> None:
        tam = self.seed.as_("t.nguyen")
        match = self.dice.choice(tam.get("/me")["matches"])
        flag = self.dice.choice(list(FLAGS))
        logged = tam.post("/sessions", {
            **self.a_session(match["match_id"], "yes"),
            "concern": {"red_flag_codes": [flag], "urgency": FLAGS[flag], "student_told": "told"}})
        self.expect(logged["concern"], minute)

    def concern(self, minute: float) -> None:
        tam = self.seed.as_("t.nguyen")
        match = self.dice.choice(tam.get("/me")["matches"])
        flag = self.dice.choice(list(FLAGS))
        self.expect(tam.post("/concerns", {"match_id": match["match_id"], "red_flag_codes": [flag],
                                           "urgency": FLAGS[flag], "student_told": "not_yet"}), minute)

    def activity(self, minute: float) -> None:
        coordinator = self.seed.as_("s.kim")
        clubs = coordinator.get("/programs", status="active", tier=1)["items"]
        coordinator.post("/activities", {
            "program_id": self.dice.choice(clubs)["program_id"], "type_code": "club_meeting",
            "held_on": date.today().isoformat(), "minutes": 45, "modality": "in_person",
            "headcount_by_grade_band": {"high": self.dice.randint(12, 48)},
            "resources_shared": self.dice.randint(0, 40)})

    def registration(self, minute: float) -> None:
        coordinator = self.seed.as_("s.kim")
        school = coordinator.get("/programs", limit=1)["items"][0]["school_id"]
        coordinator.post("/programs", {"school_id": school, "type_code": "mental_health_club", "tier": 1,
                                       "title": f"Wellness circle {self.dice.randint(2, 99)}", "languages": ["en"]})

    def look(self, minute: float) -> None:
        name, path = self.dice.choice((("l.ortega", "/dashboards/district"), ("d.reyes", "/referrals"),
                                       ("s.kim", "/programs"), ("t.nguyen", "/me")))
        self.seed.as_(name).get(path)

    def a_session(self, match_id: str, answer: str) -> Row:
        flags = dict.fromkeys(RED_FLAG_QUESTIONS, "no")
        if answer == "yes":
            flags[self.dice.choice(RED_FLAG_QUESTIONS)] = "yes"
        return {"match_id": match_id, "held_at": datetime.now(UTC).isoformat(), "modality": "in_person",
                "minutes": self.dice.choice((20, 25, 30, 30, 45)), "topic_codes": ["school_stress"],
                "red_flag_answers": flags}

    # ------------------------------------------------------------------ the counselor answers

    def expect(self, concern: Row, minute: float) -> None:
        """A counselor will look at it after a believable while."""
        self.waiting[concern["concern_id"]] = minute + self.dice.lognormvariate(2.2, 0.7)

    def answer_waiting(self, minute: float) -> None:
        if not any(at <= minute for at in self.waiting.values()):
            return
        counselor = self.seed.as_("d.reyes")
        for row in counselor.get("/referrals", view="waiting", limit=200)["items"]:
            if self.waiting.get(str(row.get("concern_id")), minute + 1) > minute:
                continue
            del self.waiting[row["concern_id"]]
            for step in ("acknowledge", "accept", "first-contact")[: self.dice.choice((1, 3, 3))]:
                self.try_it_quietly(step, str(row["referral_id"]))

    def try_it_quietly(self, step: str, referral_id: str) -> None:
        try:
            self.seed.step(self.seed.as_("d.reyes"), referral_id, step)
            self.done[step] += 1
        except ApiError as no:
            self.refused[f"{step}: {no.code}"] += 1

    # ------------------------------------------------------------------ progress

    def show(self, minute: float) -> None:
        clock = f"{int(8 * 60 + minute) // 60:02d}:{int(8 * 60 + minute) % 60:02d}"
        width = int(24 * min(1.0, minute / DAY_MINUTES))
        counts = "  ".join(f"{name} {count}" for name, count in sorted(self.done.items()) if name != "look")
        print(f"\r  {clock} [{'█' * width}{'·' * (24 - width)}]  {counts}   ", end="", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--speed", type=float, default=60.0, help="how many times as fast (60: a day in 7.5 min)")
    parser.add_argument("--dice", type=int, default=None, help="a number that makes the day repeatable")
    given = parser.parse_args()
    up = RUN / "up.json"
    if not up.exists():
        print("  Peer Supports is not running. `make run` starts it.", file=sys.stderr)
        return 1
    url = json.loads(up.read_text())["url"]
    password = (RUN / "secrets" / "demo_password").read_text().strip()
    print(f"\n  A school day at {url}, {given.speed:g} times as fast. Ctrl-C ends it.\n")
    day = Day(Seed(url, password), given.speed, random.Random(given.dice))     # noqa: S311
    try:
        day.run()
    except KeyboardInterrupt:
        print()
    for what, count in sorted(day.refused.items()):
        print(f"  refused {what} ({count})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
