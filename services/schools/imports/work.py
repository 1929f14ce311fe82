"""The process that works on imports: reads what was received, applies what a person approved, one at a time.

A file is read outside any transaction and applied within one. Whoever dies at it leaves a lease that runs out; the next
one begins that import anew, and nothing of the first attempt remains.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.schools.imports import directories, rosters
from services.schools.imports.directory import Directory
from services.schools.imports.findings import Findings, Rejected
from services.schools.imports.model import Import, Result
from services.schools.imports.students import Roster
from services.schools.transaction import SchoolsTransaction as Transaction
from shared import logs
from shared.contracts.ids import BatchId
from shared.contracts.schools import ImportKind, ImportStatus
from shared.settings import Settings
from shared.work import Database, Errand, lost

log = logging.getLogger(__name__)

PATIENCE, PAUSE = 30.0, 0.2
"""Seconds without work before the process ends, and between two looks."""

SIGN_OF_LIFE = 1.0
READ_SHARE = 0.5
"""Reading is half of the work that applying is, as the progress is shown."""

KINDS = {ImportKind.SCHOOLS: directories, ImportKind.ROSTER: rosters}
UNHURRIED = text("SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),"
                 " set_config('idle_in_transaction_session_timeout', '0', true)")
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('schools.imports'))")


def main() -> None:
    settings = Settings.read()
    logs.configure(settings, "schools.imports")
    threading.Thread(target=end_with_parent, daemon=True).start()
    work_until_idle(Database(settings, "schools", Transaction, pool_size=3))


def end_with_parent() -> None:
    """The pipe closes when the service ends; a transaction in hand is undone by the database."""
    sys.stdin.buffer.read()
    os._exit(0)


def work_until_idle(database: Database[Transaction], patience: float = PATIENCE) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if work_on_next(database):
            until = time.monotonic() + patience
        else:
            time.sleep(PAUSE)


def work_on_next(database: Database[Transaction]) -> bool:
    """Take the oldest import that waits; False when none does."""
    job = claimed(database)
    if job is None:
        return False
    started = time.monotonic()
    try:
        (read if job.status is ImportStatus.READING else apply)(database, job)
    except Superseded:
        log.warning("import %s: somebody else has finished it", job.id)
    except Exception as error:
        if lost(error):
            # The database went away. The lease runs out, and the import begins anew.
            log.warning("import %s of %s was interrupted", job.id, job.kind)
            return True
        # Its text may quote a row of the file; its class and its place may not.
        log.error("import %s of %s failed: %s at %s", job.id, job.kind, type(error).__name__, place_of(error))
        give_up(database, job.id, type(error).__name__)
    log.info("import %s of %s, %s: %.1f s", job.id, job.kind, job.status, time.monotonic() - started)
    return True


def claimed(database: Database[Transaction]) -> Import | None:
    with database.begin(own("import.claim")) as tx:
        job = tx.imports.waiting()
        if job:
            job.lease(at=tx.now)
        return job


def read(database: Database[Transaction], job: Import) -> None:
    """Read the file, compare it with what is known, and show what it would do."""
    findings, kind = Findings(job.strict), KINDS[job.kind]
    with file_of(database, job) as file:
        content = understood(database, job, file, findings, Progress(database, job.id, 1.0))
    with database.begin(own("import.read")) as tx:
        tx.session.execute(UNHURRIED)
        result = kind.compare(tx, job, content, findings).result if content else Result()
        settled(tx, job).show(with_findings(result, findings), at=tx.now)
        if findings.failed:
            tx.imports.drop_file(job)


def apply(database: Database[Transaction], job: Import) -> None:
    """Do all of it in one transaction; what came between is looked at again."""
    findings, kind = Findings(job.strict), KINDS[job.kind]
    with file_of(database, job) as file:
        content = understood(database, job, file, findings, Progress(database, job.id, READ_SHARE))
    with database.begin(own("import.apply", audited=True)) as tx:
        tx.session.execute(UNHURRIED)
        tx.session.execute(ONE_AT_A_TIME)
        if content is None:
            settled(tx, job).look_again(with_findings(Result(), findings), at=tx.now)
            return
        compared = kind.compare(tx, job, content, findings)
        result = with_findings(compared.result, findings)
        if findings.failed or (result.needs_confirmation and not job.confirmed):
            settled(tx, job).look_again(result, at=tx.now)
            return
        kind.take(tx, job, compared, Progress(database, job.id, 1.0, READ_SHARE).tell)
        settled(tx, job).finish(result, at=tx.now)
        tx.imports.drop_file(job)


class Superseded(Exception):
    """Another worker took this import over."""


def settled(tx: Transaction, job: Import) -> Import:
    """The import as it is now, locked, if it is still where this work began."""
    now = tx.imports.get(job.id)
    if now.status is not job.status:
        raise Superseded
    return now


@contextmanager
def file_of(database: Database[Transaction], job: Import) -> Iterator[BinaryIO]:
    """The file in one piece, in a place without a name, gone when it is closed."""
    with tempfile.TemporaryFile() as file:
        with database.begin(own("import.read")) as tx:
            tx.session.execute(UNHURRIED)
            tx.imports.write_to(file, job)
        yield file


def understood(
    database: Database[Transaction], job: Import, file: BinaryIO, findings: Findings, progress: Progress,
) -> Directory | Roster | None:
    """What stands in the file; None when it cannot be read. The findings say why."""
    with database.begin(own("import.read")) as tx:
        leaid = tx.districts.the().nces_leaid
    try:
        if job.kind is ImportKind.SCHOOLS:
            content: Directory | Roster = directories.read(file, findings, leaid)
        else:
            content = rosters.read(file, findings, progress.tell)
    except Rejected:
        return None
    return None if findings.failed else content


def with_findings(result: Result, findings: Findings) -> Result:
    return replace(result, errors=findings.errors(), errors_total=findings.errors_total(),
                   warnings=findings.warnings(), warnings_total=findings.warnings_total())


def give_up(database: Database[Transaction], job_id: BatchId, why: str) -> None:
    with database.begin(own("import.fail", audited=True)) as tx:
        job = tx.imports.get(job_id)
        if job.status in {ImportStatus.READING, ImportStatus.APPLYING}:
            job.fail(why[:64], at=tx.now)
            tx.imports.drop_file(job)


def place_of(error: Exception) -> str:
    """Where in our own code it happened."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/services/" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def own(action: str, *, audited: bool = False) -> Errand:
    return Errand.own("schools", action, audited=audited)


class Progress:
    """Writes down now and then how far the work is, between `start` and `end`, on a connection of its own."""

    def __init__(self, database: Database[Transaction], job_id: BatchId, end: float, start: float = 0.0) -> None:
        self.database, self.job_id, self.start, self.end = database, job_id, start, end
        self.said = time.monotonic()

    def tell(self, share: float) -> None:
        if time.monotonic() - self.said < SIGN_OF_LIFE:
            return
        self.said = time.monotonic()
        try:
            with self.database.begin(own("import.progress")) as tx:
                tx.imports.still_alive(self.job_id, self.start + share * (self.end - self.start))
        except DBAPIError as error:
            # A sign of life that did not get through is no reason to stop living.
            log.warning("import %s: no sign of life: %s", self.job_id, type(error).__name__)


if __name__ == "__main__":
    main()
