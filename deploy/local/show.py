"""What a person sees in the terminal: what is being done, then how to use it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from deploy.local.people import PEOPLE


class Progress:
    """One line per step with the seconds it took; on a terminal the open step is shown while it works."""

    def __init__(self, began: float) -> None:
        self.began, self.step, self.since = began, "", began

    def follow(self, supervisor: subprocess.Popen[str]) -> bool:
        """Show what the supervisor says until it is ready (True) or has failed (False)."""
        print("\n  Peer Supports is starting.\n", flush=True)
        assert supervisor.stdout is not None
        for line in supervisor.stdout:
            word, _, rest = line.rstrip("\n").partition(" ")
            if word == "step":
                self.next(rest)
            elif word == "ready":
                self.next("")
                return True
            elif word == "failed":
                self.failed(*json.loads(rest))
                return False
            else:
                print(f"    {line.rstrip()}", flush=True)
        self.failed("the start ended without a word", "Look into .run/logs.")
        return False

    def next(self, step: str) -> None:
        now = time.monotonic()
        if self.step:
            print(f"\r  ✓ {self.step:<46} {now - self.since:5.1f} s", flush=True)
        self.step, self.since = step, now
        if step and sys.stdout.isatty():
            print(f"  … {step}", end="", flush=True)

    def failed(self, why: str, advice: str) -> None:
        print(f"\n  ✗ {self.step}: {why}\n\n  What to do: {advice}\n", flush=True)


def ready_block(run: Path, seconds: float | None = None, again: bool = False) -> str:
    """Address, sign-in names, places, how to stop."""
    up = json.loads((run / "up.json").read_text())
    password_file = run / "secrets" / "demo_password"
    lines = ["", "  Peer Supports is already up." if again else f"  Peer Supports is up after {seconds:.0f} s.",
             "", f"    Open      {up['url']}", ""]
    if password_file.exists():
        lines += [f"    Password  {password_file.read_text().strip()}   (the same for everyone below)", ""]
        lines += [f"    {person.sign_in_name:<14}{person.what}" for person in PEOPLE]
    lines += ["", f"    Mail      {shorter(up['mail'])}   every message ends here as a file",
              f"    Logs      {shorter(up['logs'])}", "    Stop      make stop", ""]
    return "\n".join(lines)


def shorter(path: str) -> str:
    """A path as one would type it from here."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path
