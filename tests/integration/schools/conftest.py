"""The schools service's own room for tests: its database, its handlers, its import worker; no broker."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import pytest

from services.schools.district import handlers as district
from services.schools.imports import handlers as imports
from services.schools.imports.work import work_on_next
from services.schools.people import handlers as people
from services.schools.sites import handlers as sites
from services.schools.transaction import SchoolsTransaction
from shared.contracts.codes import Role
from shared.contracts.ids import DistrictId, SchoolId, StaffKey
from shared.contracts.messages import Request
from shared.contracts.schools import (
    CHUNK_BYTES,
    AddImportChunk,
    AddStaff,
    ApplyRosterImport,
    ApplySchoolImport,
    Assignment,
    FoundDistrict,
    ImportJob,
    ImportStatusOf,
    RegisterSchool,
    SchoolLevel,
    StartRosterImport,
    StartSchoolImport,
)
from shared.security.principal import NOBODY, SERVICE, Grant, Principal
from shared.settings import Settings
from shared.work import Database, Errand
from tests.running import Servers

V = TypeVar("V")


@dataclass
class Room:
    """A district with its lead, and everything that can be done in it."""

    settings: Settings
    superuser: str
    database: Database[SchoolsTransaction]
    lead: StaffKey = StaffKey(NOBODY)

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look, or change, from above: past scopes and rights."""
        with psycopg.connect(self.superuser, autocommit=True, options="-c search_path=schools") as db:
            found = db.execute(statement, values or None)  # type: ignore[call-overload]
            return list(found.fetchall()) if found.description else []

    def ask(self, handle: Callable[[Any, SchoolsTransaction], V], request: Request[Any], action: str, *,
            role: Role = Role.DISTRICT_LEAD, schools: frozenset[UUID] | None = None, by: UUID | None = None,
            changes: bool = True) -> V:
        """Ask as somebody: a district lead, unless said otherwise."""
        principal = Principal(by or self.lead, (Grant(role, schools),), issuer="gateway", request_id="test")
        return self._ask(handle, request, action, principal, changes)

    def ask_as_service(self, handle: Callable[[Any, SchoolsTransaction], V], request: Request[Any], action: str,
                       issuer: str = "gateway", changes: bool = True) -> V:
        return self._ask(handle, request, action, Principal(NOBODY, SERVICE, issuer, "test"), changes)

    def _ask(self, handle: Callable[[Any, SchoolsTransaction], V], request: Request[Any], action: str,
             principal: Principal, changes: bool) -> V:
        errand = Errand.asked(principal, action, changes=changes, correlation_id="test")
        with self.database.begin(errand) as tx:
            return handle(request, tx)

    def work(self, handle: Callable[[SchoolsTransaction], None]) -> None:
        """What comes round by the clock."""
        with self.database.begin(Errand.own("schools", "test")) as tx:
            handle(tx)

    def found(self, nces_leaid: str | None = None) -> None:
        view = self.ask_as_service(district.found_district, FoundDistrict(
            district_id=DistrictId(self.settings.district_id), name="Rio Verde Unified School District",
            nces_leaid=nces_leaid, state="CA", tz="America/New_York", crisis_phone="(555) 010-0100",
            lead_given_name="Dolores", lead_family_name="Canaryreyes", lead_email="d.reyes@example.invalid",
        ), "district.found")
        self.lead = view.lead_key

    def school(self, name: str = "Palo Alto Middle") -> SchoolId:
        command = RegisterSchool(name=name, level=SchoolLevel.MIDDLE, grade_span="06-08", enrollment=420,
                                 tz=where_it_is_noon())
        return self.ask(sites.register_school, command, "school.register").school_id

    def member(self, role: Role, school: SchoolId | None, name: str = "Ana") -> StaffKey:
        command = AddStaff(given_name=name, family_name="Lopez", email=f"{name.lower()}@example.invalid",
                           phone="(555) 010-0199", assignments=(Assignment(role=role, school_id=school),))
        return self.ask(people.add_staff, command, "staff.add").staff_key

    # --- Imports ----------------------------------------------------------------------------------------------------

    def send(self, data: bytes, *, kind: str = "roster", strict: bool = False, school: SchoolId | None = None,
             **who: Any) -> ImportJob:
        """Send a file in pieces and let it be read."""
        if kind == "schools":
            job = self.ask(imports.start_school_import, StartSchoolImport(size_bytes=len(data), strict=strict),
                           "school.import", **who)
        else:
            job = self.ask(imports.start_roster_import,
                           StartRosterImport(size_bytes=len(data), strict=strict, school_id=school),
                           "roster.import", **who)
        for number, start in enumerate(range(0, len(data), CHUNK_BYTES)):
            piece = base64.b64encode(data[start:start + CHUNK_BYTES])
            self.ask(imports.add_import_chunk, AddImportChunk(import_id=job.import_id, number=number, data=piece),
                     "import.send", **who)
        return self.worked(job)

    def apply(self, job: ImportJob, *, confirm_leaving: bool = False) -> ImportJob:
        if job.kind == "schools":
            self.ask(imports.apply_school_import, ApplySchoolImport(import_id=job.import_id), "school.apply")
        else:
            self.ask(imports.apply_roster_import,
                     ApplyRosterImport(import_id=job.import_id, confirm_leaving=confirm_leaving), "roster.apply")
        return self.worked(job)

    def worked(self, job: ImportJob) -> ImportJob:
        while work_on_next(self.database):
            pass
        return self.status(job)

    def status(self, job: ImportJob) -> ImportJob:
        return self.ask(imports.import_status_of, ImportStatusOf(import_id=job.import_id), "import.view",
                        changes=False)

    def announced(self, wire_name: str) -> list[Any]:
        return [row[0] for row in self.sql(
            "SELECT payload::jsonb -> 'data' FROM outbox WHERE type = %s ORDER BY seq", wire_name)]


@pytest.fixture
def empty(servers: Servers) -> Iterator[Room]:
    """A database in which nobody has founded a district."""
    settings = servers.fresh_database()
    database = Database(settings, "schools", SchoolsTransaction, pool_size=3)
    yield Room(settings, servers.superuser(settings), database)
    database.engine.dispose()


@pytest.fixture
def room(empty: Room) -> Room:
    empty.found()
    return empty


def a_zip(files: dict[str, str]) -> bytes:
    """A zip of these texts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def a_zip_of(folder: Path) -> bytes:
    return a_zip({file.name: file.read_text() for file in sorted(folder.glob("*.csv"))})


def where_it_is_noon() -> str:
    """A zone far from midnight: "today" is the same day for the whole test."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
