"""The processes of one running product: started, watched, restarted, ended, and never mistaken for others."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOG_BYTES, LOGS_KEPT = 10_000_000, 3
CALM = 120.0            # five deaths within this many seconds are too many
TOO_MANY = 5


@dataclass
class Child:
    """One process that we start. `order` is the place in which it stops: lower first."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    user: str | None = None
    grace: float = 40.0
    cwd: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    wanted: bool = False

    def start(self) -> None:
        roll(self.log)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, env=dict(self.environment), stdout=out, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, start_new_session=True, cwd=self.cwd,
                user=self.user, group=self.user, extra_groups=[] if self.user else None)
        self.wanted = True

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def stop(self) -> bool:
        """Ask to end and wait; True when it went within its grace."""
        self.wanted = False
        if self.process is None or self.process.poll() is not None:
            return True
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(self.grace)
            return True
        except subprocess.TimeoutExpired:
            self.kill()
            return False

    def kill(self) -> None:
        """End it and all that it started, at once."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def died(self, now: float) -> float | None:
        """Seconds to wait before it starts again; None when it died too often."""
        self.deaths = [at for at in self.deaths if now - at < CALM] + [now]
        return None if len(self.deaths) >= TOO_MANY else min(30.0, 2.0 ** (len(self.deaths) - 1))

    def last_lines(self, count: int = 30) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


def roll(log: Path) -> None:
    """Keep three old logs of ten million bytes."""
    if not log.exists() or log.stat().st_size < LOG_BYTES:
        return
    for number in range(LOGS_KEPT, 1, -1):
        older = log.with_suffix(f".log.{number - 1}")
        if older.exists():
            older.replace(log.with_suffix(f".log.{number}"))
    log.replace(log.with_suffix(".log.1"))


def started_at(pid: int) -> str | None:
    """When a process started, in the kernel's own words: with the pid it names one process for ever."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        found = subprocess.run(["ps", "-o", "lstart=,stat=", "-p", str(pid)], capture_output=True, text=True)
        line = found.stdout.strip()
        return None if not line or line.split()[-1].startswith("Z") else line
    state, *rest = text.rpartition(")")[2].split()
    return None if state == "Z" else rest[18]


def boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "unknown"


@dataclass(frozen=True)
class Noted:
    """A process as it was written down: it is the same one only if its start time and boot agree."""

    name: str
    pid: int
    started: str | None
    boot: str

    @property
    def alive(self) -> bool:
        return self.boot == boot_id() and self.started is not None and started_at(self.pid) == self.started


class Notebook:
    """`.run/processes.json`: what runs, so that a later command finds or ends exactly that."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, pids: Mapping[str, int | None]) -> None:
        rows = [{"name": name, "pid": pid, "started": started_at(pid), "boot": boot_id()}
                for name, pid in pids.items() if pid]
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(rows, indent=1))
        new.replace(self.path)

    def read(self) -> list[Noted]:
        return [Noted(**row) for row in json.loads(self.path.read_text())] if self.path.exists() else []

    def alive(self) -> list[Noted]:
        return [noted for noted in self.read() if noted.alive]

    def end_leftovers(self) -> list[str]:
        """End what an earlier run left behind; the names of what was ended."""
        left = self.alive()
        for noted in left:
            signal_group(noted.pid, signal.SIGTERM)
        end = time.monotonic() + 10
        while time.monotonic() < end and any(noted.alive for noted in left):
            time.sleep(0.1)
        for noted in left:
            if noted.alive:
                signal_group(noted.pid, signal.SIGKILL)
        self.path.unlink(missing_ok=True)
        return [noted.name for noted in left]


def signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
