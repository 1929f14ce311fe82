"""Real servers and the real product for tests: each run on its own ports, in its own folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from deploy.local import Local
from deploy.local.local import DATABASE, ROOT
from shared.settings import Settings

CACHE = Path(os.environ.get("PEERSUPPORTS_RUN", ROOT / ".run")) / "rabbitmq"

ROOM = 3_000_000_000        # bytes


def a_run_folder() -> Path:
    """A new folder for one test run, in memory where there is room: tests wait for no disk.

    A RabbitMQ that was unpacked before is used again, not fetched again.
    """
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    folder = Path(tempfile.mkdtemp(prefix="peersupports-test-", dir=memory if roomy else None))
    CACHE.mkdir(parents=True, exist_ok=True)
    (folder / "rabbitmq").symlink_to(CACHE.absolute())
    return folder


class Servers:
    """PostgreSQL (migrated) and RabbitMQ, none of our processes: for tests of single rooms."""

    def __init__(self) -> None:
        self.local = Local(a_run_folder(), "free")
        self.numbers = count(1)

    def start(self) -> None:
        self.local.start_servers()

    def stop(self) -> None:
        """End everything, now; the folder goes too, unless PEERSUPPORTS_KEEP says to leave it for reading."""
        self.local.kill()
        if not os.environ.get("PEERSUPPORTS_KEEP"):
            shutil.rmtree(self.local.run_dir, ignore_errors=True)

    @property
    def settings(self) -> Settings:
        """Settings of the migrated database `peersupports` and the virtual host `/peersupports`."""
        return Settings.read(self.local.environment("schools"))

    def fresh_database(self) -> Settings:
        """Settings of a new database, migrated and empty; a copy of the first one, made in a moment."""
        name = f"fresh_{next(self.numbers)}"
        with psycopg.connect(self.local.postgres.url, autocommit=True) as server:
            server.execute(sql.SQL("create database {} template {}").format(
                sql.Identifier(name), sql.Identifier(DATABASE)))
        return replace(self.settings, database_url=self.settings.database_url.rpartition("/")[0] + f"/{name}")

    def fresh_vhost(self) -> Settings:
        """Settings of a new, empty virtual host in which every user of ours may do everything."""
        name = f"/fresh-{next(self.numbers)}"
        place, broker = quote(name, safe=""), self.local.broker
        broker.api("PUT", f"vhosts/{place}")
        for user in broker.passwords:
            broker.api("PUT", f"permissions/{place}/{user}", {"configure": ".*", "write": ".*", "read": ".*"})
        return replace(self.settings, amqp_url=self.settings.amqp_url.rpartition("/")[0] + f"/{place}")

    def superuser(self, settings: Settings) -> str:
        """The superuser's address of a database of ours: for looking, never for the product."""
        return self.local.postgres.url.rpartition("/")[0] + "/" + settings.database_url.rpartition("/")[2]


class Product(Servers):
    """The whole product: servers and all our processes, seeded or empty."""

    def __init__(self, seed: bool = True, founding: tuple[str, ...] = (),
                 environment: dict[str, str] | None = None) -> None:
        super().__init__()
        self.seed, self.local.founding = seed, founding
        self.local.extra |= environment or {}

    def start(self) -> None:
        self.local.start(seed=self.seed)

    @property
    def url(self) -> str:
        return self.local.url

    @property
    def mail(self) -> Path:
        return self.local.mail

    def stop_process(self, name: str) -> None:
        self.local.children[name].stop()

    def kill_process(self, name: str) -> None:
        self.local.children[name].kill()

    def start_process(self, name: str) -> None:
        self.local.start_process(name)
        self.local.wait_ready(60, name)
