"""Files of schools and rosters: sent in pieces to the schools service, looked at, then applied."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from flask import g, redirect, request
from pydantic import ValidationError
from werkzeug.datastructures import FileStorage

from gateway import forms
from gateway.asking import ask, ask_also
from gateway.auth import allow
from gateway.problems import Problem, invalid
from gateway.routing import Noun, key_of, show_again, upload
from gateway.showing import fragment, page
from shared.contracts.ids import BatchId
from shared.contracts.schools import (
    CHUNK_BYTES,
    AddImportChunk,
    ApplyRosterImport,
    ApplySchoolImport,
    ImportJob,
    ImportKind,
    ImportStatusOf,
    StartRosterImport,
    StartSchoolImport,
)

imports = Noun("imports")


@imports.upload("/school-imports")
@allow("school.import")
def send_schools() -> ImportJob:
    """Send a directory of schools; nothing changes before it is applied."""
    return send(ImportKind.SCHOOLS)


@imports.get("/school-imports/<uuid:import_id>")
@allow("import.view")
def school_import(question: ImportStatusOf) -> ImportJob:
    """Where an import stands, and what it would change."""
    return ask(question)


@imports.post("/school-imports/<uuid:import_id>/apply", status=202, form="/imports/{import_id}")
@allow("school.apply")
def apply_schools(command: ApplySchoolImport) -> ImportJob:
    """Do what the preview of a school directory showed."""
    return ask(command)


@imports.upload("/roster-imports")
@allow("roster.import")
def send_roster() -> ImportJob:
    """Send a roster as one zip; nothing changes before it is applied."""
    return send(ImportKind.ROSTER)


@imports.get("/roster-imports/<uuid:import_id>")
@allow("import.view")
def roster_import(question: ImportStatusOf) -> ImportJob:
    """Where an import stands, and what it would change."""
    return ask(question)


@imports.post("/roster-imports/<uuid:import_id>/apply", status=202, form="/imports/{import_id}")
@allow("roster.apply")
def apply_roster(command: ApplyRosterImport) -> ImportJob:
    """Do what the preview of a roster showed. Many students leaving a school must be confirmed."""
    return ask(command)


def send(kind: ImportKind) -> ImportJob:
    """Carry the file over, piece by piece. With the last one the service begins to read."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Problem("invalid", errors=[{"pointer": "/file", "code": "missing", "message": "Choose a file"}])
    job = ask(_start(kind, file))
    for number, piece in enumerate(_pieces(file)):
        job = ask_also(AddImportChunk(import_id=job.import_id, number=number, data=b64encode(piece)), part=f"{number}")
    return job


def _start(kind: ImportKind, file: FileStorage) -> StartSchoolImport | StartRosterImport:
    """A coordinator names the own school of a roster; a district lead may leave it out."""
    start = StartSchoolImport if kind is ImportKind.SCHOOLS else StartRosterImport
    try:
        return start.model_validate({**forms.nested(start, request.form), "size_bytes": _size(file)})
    except ValidationError as error:
        raise invalid(error) from None


def _size(file: FileStorage) -> int:
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    if size == 0:
        raise Problem("invalid", errors=[{"pointer": "/file", "code": "empty", "message": "The file is empty"}])
    return size


def _pieces(file: FileStorage) -> Iterator[bytes]:
    while piece := file.stream.read(CHUNK_BYTES):
        yield piece


# --- pages ----------------------------------------------------------------------------------------------------------

@imports.page("/imports")
@allow("import.view")
def choose_page() -> str:
    return page("imports.html")


@imports.pages.post("/imports/schools")
@upload
@allow("school.import")
def send_schools_form() -> Any:
    return _sent(ImportKind.SCHOOLS)


@imports.pages.post("/imports/roster")
@upload
@allow("roster.import")
def send_roster_form() -> Any:
    return _sent(ImportKind.ROSTER)


def _sent(kind: ImportKind) -> Any:
    g.idempotency_key = key_of(request.form.get("idempotency_key"), required=True)
    try:
        return redirect(f"/imports/{send(kind).import_id}", 303)
    except Problem as problem:
        return show_again("/imports", problem)


@imports.page("/imports/<uuid:import_id>")
@allow("import.view")
def import_page(import_id: BatchId) -> str:
    return page("import.html", job=ask(ImportStatusOf(import_id=import_id)))


@imports.page("/imports/<uuid:import_id>/progress")
@allow("import.view")
def progress(import_id: BatchId) -> str:
    return fragment("_import.html", job=ask(ImportStatusOf(import_id=import_id)))
