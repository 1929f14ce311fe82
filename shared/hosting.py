"""Run services in this process until told to stop. Import only after eventlet has patched the process."""

from __future__ import annotations

import logging
import signal
from typing import Any

import eventlet
from nameko.runners import ServiceRunner

from shared import crash_points, logs
from shared.entrypoints import WORKERS, Desk, Work
from shared.health import serve_health
from shared.metrics import POOL_OUT, POOL_SIZE
from shared.schema import SchemaCheck
from shared.settings import Settings

log = logging.getLogger(__name__)


def host(*services: type) -> None:
    settings = Settings.read()
    logs.configure(settings, "+".join(service.name for service in services))  # type: ignore[attr-defined]
    crash_points.arm(settings)
    runner = run(settings, *services)
    # A signal handler runs inside the hub and may not wait; the stop gets a greenlet of its own.
    signal.signal(signal.SIGTERM, lambda *_: eventlet.spawn_n(runner.stop))
    signal.signal(signal.SIGINT, lambda *_: eventlet.spawn_n(runner.stop))
    log.info("serving %s", ", ".join(runner.service_names))
    runner.wait()
    log.info("stopped")


def run(settings: Settings, *services: type) -> ServiceRunner:
    """Start services and their health server."""
    runner = ServiceRunner({"max_workers": WORKERS, "settings": settings})
    for service in services:
        runner.add_service(service)
    runner.start()
    schemas = [SchemaCheck(work.database.engine, work.database.service) for work in every(runner, Work)]
    for work in every(runner, Work):
        measure(work)
    serve_health(settings, lambda: troubles(runner, schemas))
    return runner


def troubles(runner: ServiceRunner, schemas: list[SchemaCheck]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in (*schemas, *every(runner, Desk)):
        found |= part.troubles()
    return found


def measure(work: Work) -> None:
    pool: Any = work.database.engine.pool
    POOL_SIZE.labels(work.database.service).set(pool.size())
    POOL_OUT.labels(work.database.service).set_function(pool.checkedout)


def every(runner: ServiceRunner, kind: type) -> list[Any]:
    """All extensions of one kind, in every service hosted here."""
    return [each for container in runner.containers for each in (*container.subextensions, *container.dependencies)
            if isinstance(each, kind)]
