"""A school in a database of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.interventions.transaction import InterventionsTransaction
from shared.work import Database
from tests.integration.interventions.district import School
from tests.running import Servers


@pytest.fixture
def school(servers: Servers) -> Iterator[School]:
    database = Database(servers.fresh_database(), "interventions", InterventionsTransaction, pool_size=4)
    try:
        yield School(database).opens()
    finally:
        database.engine.dispose()
