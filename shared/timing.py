"""Work that comes round: each job has a row in `timers`, and the replica that claims it runs it once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import text

from shared import logs
from shared.work import Database, Errand, lost

log = logging.getLogger(__name__)

LOOK = 0.5          # seconds between looks at the timers
AGAIN = 30.0        # seconds until a job that failed is tried again, or its own interval if that is shorter

ENTER = text("INSERT INTO timers (name) VALUES (:name) ON CONFLICT DO NOTHING")
DUE = text("SELECT name FROM timers WHERE due_at <= clock_timestamp()")
CLAIM = text("""
    UPDATE timers SET due_at = clock_timestamp() + make_interval(secs => :seconds)
    WHERE name IN (SELECT name FROM timers WHERE name = :name AND due_at <= clock_timestamp() FOR UPDATE SKIP LOCKED)
    RETURNING 1""")
POSTPONE = text("UPDATE timers SET due_at = clock_timestamp() + make_interval(secs => :seconds) WHERE name = :name")


@dataclass(frozen=True)
class Job:
    """What is done every so many seconds: `handle(tx)`."""

    name: str
    seconds: float
    handle: Callable[[Any], None]


class Timers:
    """Runs the jobs of a service when they are due; a missed run is caught up, once."""

    def __init__(self, database: Database[Any], service: str, jobs: Sequence[Job]) -> None:
        self.database, self.service, self.jobs = database, service, {job.name: job for job in jobs}
        self.stopping, self.entered = threading.Event(), False

    def run(self) -> None:
        while not self.stopping.wait(LOOK):
            try:
                self.look()
            except Exception as error:
                if not lost(error):
                    log.error("the timers failed", exc_info=error)
                self.stopping.wait(1)

    def stop(self) -> None:
        self.stopping.set()

    def look(self) -> None:
        with self.database.engine.begin() as db:
            if not self.entered:
                for name in self.jobs:
                    db.execute(ENTER, {"name": name})
                self.entered = True
            due = [name for name in db.execute(DUE).scalars() if name in self.jobs]
        for name in due:
            if not self.stopping.is_set():
                self.do(self.jobs[name])

    def do(self, job: Job) -> None:
        started, outcome = perf_counter(), "done"
        try:
            with self.database.begin(Errand.own(self.service, job.name)) as tx:
                if tx.session.execute(CLAIM, {"name": job.name, "seconds": job.seconds}).first() is None:
                    return
                job.handle(tx)
        except Exception as error:
            if lost(error):
                raise
            outcome = logs.failure(error)
            with self.database.engine.begin() as db:
                db.execute(POSTPONE, {"name": job.name, "seconds": min(job.seconds, AGAIN)})
        logs.timer(job.name, outcome, perf_counter() - started)
