"""What every benchmark stands on: servers of its own, processes whose work and CPU time are watched from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import amqp
import psycopg

from shared.messaging import provisioning
from shared.messaging.confirms import Confirms
from shared.messaging.connections import connect
from shared.settings import Settings
from tests.running import Servers

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
GLANCE = 0.05       # seconds between looks at what is done
OVER_HTTP = "BENCH_OVER_HTTP"       # names the address of benchmarks.answering_http


@dataclass(frozen=True)
class Pace:
    """How fast one way of doing it was."""

    what: str
    per_second: float
    cpu_us: float
    number: int
    p50_ms: float = 0.0

    def beside(self, other: Pace) -> float:
        return self.per_second / other.per_second


@dataclass(frozen=True)
class Goal:
    """A promise of performance.md and what was found."""

    name: str
    promised: str
    found: float
    met: bool


@dataclass
class Ground:
    settings: Settings
    superuser: str
    environment: dict[str, str]
    looking: dict[str, psycopg.Connection[Any]] = field(default_factory=dict)

    def sql(self, statement: str, *values: Any, schema: str = "metrics") -> list[tuple[Any, ...]]:
        """Over connections that are kept: looking must cost what is looked at as little as it can."""
        if schema not in self.looking:
            self.looking[schema] = psycopg.connect(
                self.superuser, autocommit=True, options=f"-c search_path={schema}")
        found = self.looking[schema].execute(statement, values or None)
        return list(found.fetchall()) if found.description else []

    def close(self) -> None:
        for database in self.looking.values():
            database.close()

    @contextmanager
    def channel(self) -> Iterator[Any]:
        connection = connect(self.settings.broker("topology"), name="a benchmark")
        try:
            yield connection.channel()
        finally:
            connection.close()

    def publish(self, exchange: str, key: str, bodies: list[tuple[str, str]], content_type: str) -> None:
        """Put (id, body) into an exchange, confirmed."""
        with self.channel() as channel:
            sent = Confirms(channel)
            for id, body in bodies:
                sent.publish(amqp.Message(
                    body, delivery_mode=2, message_id=id, content_type=content_type, content_encoding="utf-8"),
                    exchange, key)
                if len(sent.open) > 2000:
                    channel.connection.drain_events(timeout=10)
            while sent.open:
                channel.connection.drain_events(timeout=10)
            assert len(sent.taken()) == len(bodies), f"{len(sent.taken())} of {len(bodies)} arrived"

    def depth(self, queue: str) -> int:
        with self.channel() as channel:
            return int(channel.queue_declare(queue, passive=True).message_count)

    @contextmanager
    def process(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process while the block lasts."""
        running = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL)
        try:
            yield running
        finally:
            running.terminate()
            running.wait(40)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def watch(what: str, process: subprocess.Popen[bytes], done: Callable[[], int], number: int) -> Pace:
    """From the first effect to the last: start-up is another matter."""
    while (first := done()) == 0:
        assert process.poll() is None, f"{what}: the process ended"
        time.sleep(GLANCE)
    began, cpu = time.perf_counter(), cpu_seconds(process.pid)
    while done() < number:
        assert process.poll() is None, f"{what}: the process ended"
        time.sleep(GLANCE)
    seconds, cpu = time.perf_counter() - began, cpu_seconds(process.pid) - cpu
    return Pace(what, (number - first) / seconds, cpu / (number - first) * 1e6, number)


def middle(paces: list[Pace]) -> Pace:
    """The median of repeated runs."""
    return sorted(paces, key=lambda pace: pace.per_second)[len(paces) // 2]


@contextmanager
def a_ground() -> Iterator[Ground]:
    servers = Servers()
    try:
        servers.start()
        settings = servers.settings
        assert provisioning.apply(settings) == 0
        environment = {**servers.local.environment("metrics"), "PEERSUPPORTS_LOGS": "warning"}
        ground = Ground(settings, servers.superuser(settings), environment)
        try:
            yield ground
        finally:
            ground.close()
    finally:
        servers.stop()
