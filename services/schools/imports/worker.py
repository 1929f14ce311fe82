"""Starts the process that works on imports, so that the service's own loop and its heartbeats go on meanwhile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-m", "services.schools.imports.work")


class Worker:
    """At most one process at a time. It takes its work from the database and ends when there was none for a while."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wake(self) -> None:
        if not self.running:
            # Its standard input is never written to: when this process ends, however it ends, the pipe closes,
            # and the worker knows that it is alone.
            self._process = subprocess.Popen(COMMAND, cwd=ROOT, stdin=subprocess.PIPE)

    def end(self) -> None:
        """Close the pipe, as the end of this process would, and wait."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait(10)


WORKER = Worker()
