"""The worker as a process of its own: woken by the service, gone when the service is gone."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator

import pytest

from services.schools.imports import handlers as imports
from services.schools.imports.worker import Worker
from shared.contracts.schools import AddImportChunk, ImportStatus, StartRosterImport
from tests.integration.schools.conftest import Room
from tests.integration.schools.test_imports import a_roster
from tests.running import Servers


@pytest.fixture
def worker(servers: Servers, room: Room, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker whose environment is that of the service."""
    for name, value in servers.local.environment("schools").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PEERSUPPORTS_DATABASE_URL", room.settings.database_url)
    made = Worker()
    yield made
    made.end()


def until(happens: Callable[[], bool], seconds: float = 120.0) -> bool:
    """Wait for it; False when the time is up."""
    end = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def test_a_file_is_read_by_a_process_that_the_service_wakes_and_that_ends_with_it(room: Room, worker: Worker) -> None:
    data = a_roster({"1": "07"})
    job = room.ask(imports.start_roster_import, StartRosterImport(size_bytes=len(data)), "roster.import")
    room.ask(imports.add_import_chunk,
             AddImportChunk(import_id=job.import_id, number=0, data=base64.b64encode(data)), "import.send")

    worker.wake()

    assert until(lambda: room.status(job).status is ImportStatus.PREVIEWED)
    assert worker.running

    worker.end()

    assert not worker.running
