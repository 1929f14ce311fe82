"""What may be done with an import. The work itself is done beside the service: see `worker.py`."""

from __future__ import annotations

from services.schools.imports.model import Import
from services.schools.imports.views import import_job
from services.schools.imports.worker import WORKER
from services.schools.transaction import SchoolsTransaction as Transaction
from shared.contracts.ids import ActorKey
from shared.contracts.schools import (
    AddImportChunk,
    ApplyRosterImport,
    ApplySchoolImport,
    ImportJob,
    ImportKind,
    ImportStatusOf,
    StartRosterImport,
    StartSchoolImport,
)
from shared.domain import NotFound


def start_school_import(command: StartSchoolImport, tx: Transaction) -> ImportJob:
    return import_job(tx.imports.add(Import(
        ImportKind.SCHOOLS, None, command.strict, command.size_bytes, ActorKey(tx.actor), tx.now, tx.now)))


def start_roster_import(command: StartRosterImport, tx: Transaction) -> ImportJob:
    job = Import(ImportKind.ROSTER, command.school_id, command.strict, command.size_bytes, ActorKey(tx.actor),
                 tx.now, tx.now)
    tx.permit(job)
    return import_job(tx.imports.add(job))


def add_import_chunk(command: AddImportChunk, tx: Transaction) -> ImportJob:
    job = tx.imports.get(command.import_id)
    if job.receive(command.number, len(command.data), at=tx.now):
        tx.imports.keep(job, command.number, command.data)
    return import_job(job)


def import_status_of(question: ImportStatusOf, tx: Transaction) -> ImportJob:
    return import_job(tx.imports.get(question.import_id))


def apply_school_import(command: ApplySchoolImport, tx: Transaction) -> ImportJob:
    job = of_kind(tx.imports.get(command.import_id), ImportKind.SCHOOLS)
    job.begin(confirmed=True, at=tx.now)
    return import_job(job)


def apply_roster_import(command: ApplyRosterImport, tx: Transaction) -> ImportJob:
    job = of_kind(tx.imports.get(command.import_id), ImportKind.ROSTER)
    job.begin(confirmed=command.confirm_leaving, at=tx.now)
    return import_job(job)


def work_on_imports(tx: Transaction) -> None:
    """See that somebody works on what waits."""
    if tx.imports.any_waiting():
        WORKER.wake()


def of_kind(job: Import, kind: ImportKind) -> Import:
    """The one action must not do the other's work."""
    if job.kind is not kind:
        raise NotFound(f"there is no import of {kind} {job.id}")
    return job


