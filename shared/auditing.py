"""Prove that nobody changed the past: every chain of every service's audit log, from its first row to its head."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.migrating import RUNNING, metadata_of
from shared.settings import Settings
from shared.work import engine, trail_of

# Reading every row is the worker's right; the app role sees only what is in its scope.
DISTRICT = text("SELECT set_config('app.scope', 'district', true)")


def verify(settings: Settings, services: Iterable[str] | None) -> int:
    """Names each break; 1 if there was one."""
    broken = 0
    for service in services or RUNNING:
        role = f"{service}_{RUNNING[service][-1]}"
        database = engine(settings, role, service, pool_size=1)
        with Session(database) as session:
            session.execute(DISTRICT)
            findings = trail_of(service, metadata_of(service), settings).verify(session)
        database.dispose()
        sys.stdout.writelines(f"{service}: {finding}\n" for finding in findings)
        sys.stdout.write(f"{service}: {'broken' if findings else 'unbroken'}\n")
        broken |= bool(findings)
    return int(broken)
