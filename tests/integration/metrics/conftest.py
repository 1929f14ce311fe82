"""The metrics service's own room: its database and its handlers; no broker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from services.metrics.facts.handlers import archive
from services.metrics.schema import metadata
from services.metrics.service import COUNTED
from services.metrics.snapshots import handlers
from services.metrics.transaction import MetricsTransaction
from shared.contracts.codes import Role
from shared.contracts.ids import SchoolId
from shared.contracts.messages import Event
from shared.contracts.metrics import DistrictOverview, DistrictOverviewView, SchoolDashboard, SchoolDashboardView
from shared.entrypoints import by_handler
from shared.messaging.codec import Fact
from shared.security.principal import Grant, Principal
from shared.settings import Settings
from shared.work import Database, Errand
from tests.happenings import a_fact
from tests.running import Servers


class Metrics:
    """Hears events and answers questions, as the service does."""

    def __init__(self, database: Database[MetricsTransaction]) -> None:
        self.database = database

    def hear(self, *events: Event) -> None:
        self.hear_facts([a_fact(event) for event in events])

    def hear_facts(self, facts: Sequence[Fact[Any]]) -> int:
        """One batch; how many of it were new."""
        with self.database.begin(Errand.own("metrics", "count_facts")) as tx:
            fresh = archive(facts, tx)
            by_handler(COUNTED, fresh, tx)
            return len(fresh)

    def refresh(self) -> None:
        with self.database.begin(Errand.own("metrics", "snapshot")) as tx:
            handlers.refresh_snapshot(tx)

    def overview(self, role: Role = Role.DISTRICT_LEAD) -> DistrictOverviewView:
        """The page as it is after a snapshot of now."""
        with self.database.begin(Errand.own("metrics", "snapshot")) as tx:
            handlers.publish_snapshot(tx)
        with self.database.begin(self.asked("dashboard.district", role, None)) as tx:
            return handlers.district_overview(DistrictOverview(), tx)

    def school(self, school_id: UUID, of: UUID | None = None) -> SchoolDashboardView:
        """One school's numbers, asked by the principal of a school (this one, if none is named)."""
        with self.database.begin(self.asked("dashboard.school", Role.PRINCIPAL, of or school_id)) as tx:
            return handlers.school_dashboard(SchoolDashboard(school_id=SchoolId(school_id)), tx)

    def asked(self, action: str, role: Role, school_id: UUID | None) -> Errand:
        grant = Grant(role, None if school_id is None else frozenset({school_id}))
        principal = Principal(uuid4(), (grant,), "gateway", "a-test")
        return Errand.asked(principal, action, changes=False, correlation_id=str(uuid4()))

    def rows(self, statement: str) -> list[Any]:
        with self.database.begin(Errand.own("metrics", "look")) as tx:
            return list(tx.session.execute(text(statement)))


TABLES = ", ".join(table.fullname for table in metadata.sorted_tables)


@pytest.fixture(scope="module")
def settings(servers: Servers) -> Settings:
    return servers.fresh_database()


@pytest.fixture
def metrics(servers: Servers, settings: Settings) -> Iterator[Metrics]:
    """An empty room; emptying one is much quicker than making one."""
    with psycopg.connect(servers.superuser(settings)) as db:
        db.execute(f"TRUNCATE {TABLES}")
    database = Database(settings, "metrics", MetricsTransaction, pool_size=4)
    try:
        yield Metrics(database)
    finally:
        database.engine.dispose()
