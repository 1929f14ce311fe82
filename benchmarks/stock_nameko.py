"""A peer: nameko as it comes, its own event handler, one insert and one commit an event."""

from __future__ import annotations

import os
from typing import Any

import peersupports

if __name__ == "__main__":
    peersupports.green()

import psycopg_pool
from nameko.events import event_handler
from nameko.extensions import DependencyProvider
from nameko.runners import ServiceRunner

from shared.settings import Settings

settings = Settings.read()


class Database(DependencyProvider):  # type: ignore[misc]
    def setup(self) -> None:
        self.pool = psycopg_pool.ConnectionPool(
            settings.database("metrics_app"), kwargs={"options": "-c search_path=metrics"}, min_size=10, max_size=10)

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.pool


class BenchService:
    name = "bench"
    database = Database()

    @event_handler("bench", "counted")      # type: ignore[untyped-decorator]
    def count(self, payload: dict[str, Any]) -> None:
        with self.database.connection() as db:
            db.execute("INSERT INTO bench_rows VALUES (%s, %s)", [payload["student_key"], payload["school_id"]])


if __name__ == "__main__":
    import signal

    import eventlet

    runner = ServiceRunner({"AMQP_URI": settings.broker("topology"), "max_workers": 10, "prefetch_count": 10})
    runner.add_service(BenchService)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    runner.start()
    eventlet.sleep(1_000_000)
