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

    def wake(self) -> None:
        if self._process is None or self._process.poll() is not None:
            # Its standard input is never written to: when this process ends, however it ends, the pipe closes,
            # and the worker knows that it is alone.
            self._process = subprocess.Popen(COMMAND, cwd=ROOT, stdin=subprocess.PIPE)


WORKER = Worker()
