"""A world for tests of the machinery: a fresh database, a fresh virtual host, the specimen, and a view from above."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from uuid import UUID, uuid4

import amqp
import psycopg
import pytest
from sqlalchemy import create_engine

from shared.contracts.codes import GradeBand, Role
from shared.contracts.messages import Event
from shared.contracts.schools import PathwayChanged, RosterStudentChanged, StaffAssigned
from shared.messaging import provisioning, topology
from shared.messaging.codec import Fact, encode
from shared.messaging.confirms import Confirms
from shared.messaging.connections import connect
from shared.messaging.rpc import RpcClient
from shared.migrating import rights
from shared.security.principal import Grant, Signer
from shared.settings import Settings
from tests.running import Servers
from tests.specimen.transaction import SPECIMEN, metadata

ROOT = Path(__file__).resolve().parents[3]
SCHOOL, OTHER_SCHOOL, COUNSELOR = uuid4(), uuid4(), uuid4()


@dataclass
class World:
    settings: Settings
    superuser: str
    environment: dict[str, str]
    folder: Path
    processes: list[Process] = field(default_factory=list)

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look, or change, from above: past scopes and rights."""
        with psycopg.connect(self.superuser, autocommit=True, options="-c search_path=referrals") as db:
            found = db.execute(statement, values or None)
            return list(found.fetchall()) if found.description else []

    def count(self, statement: str, *values: Any) -> int:
        return int(self.sql(statement, *values)[0][0])

    def effects(self, consumer: str, id: UUID) -> int:
        return self.count("SELECT count(*) FROM effects WHERE consumer = %s AND message_id = %s", consumer, id)

    def inbox(self, consumer: str, id: UUID) -> tuple[Any, ...] | None:
        """State, detail and attempts."""
        rows = self.sql(
            "SELECT state, detail, attempts FROM inbox WHERE consumer = %s AND message_id = %s", consumer, id)
        return rows[0] if rows else None

    def order(self, id: UUID, verb: str, seconds: float = 0) -> None:
        """Tell the specimen what to do with a message."""
        self.sql("INSERT INTO orders (message_id, verb, seconds) VALUES (%s, %s, %s)", id, verb, seconds)

    def publish(self, *facts: Fact[Any] | tuple[str, str, str]) -> None:
        """Put events straight into the exchanges: facts, or (exchange, key, body)."""
        with self.channel("schools") as channel:
            sent = Confirms(channel)
            for fact in facts:
                exchange, key, body = fact if isinstance(fact, tuple) else wire(fact)
                sent.publish(amqp.Message(body, delivery_mode=2, message_id=str(uuid4())), exchange, key)
            while sent.open:        # a channel that closes takes with it what a quorum queue has not confirmed
                channel.connection.drain_events(timeout=5)
            assert len(sent.taken()) == len(facts)

    def sweep(self) -> None:
        self.sql(f"TRUNCATE {', '.join(table.name for table in metadata.sorted_tables)}")
        with self.channel("topology") as channel:
            for queue in topology.queues():
                channel.queue_purge(queue.name)

    @contextlib.contextmanager
    def bound(self, queue: str, exchange: str, key: str) -> Iterator[None]:
        """A binding for a while."""
        with self.channel("topology") as channel:
            channel.queue_bind(queue, exchange, key)
            yield
            channel.queue_unbind(queue, exchange, key)

    @contextlib.contextmanager
    def unbound(self, queue: str, exchange: str, key: str) -> Iterator[None]:
        """A binding that is missing for a while."""
        with self.channel("topology") as channel:
            channel.queue_unbind(queue, exchange, key)
            yield
            channel.queue_bind(queue, exchange, key)

    @contextlib.contextmanager
    def channel(self, user: str) -> Iterator[Any]:
        connection = connect(self.settings.broker(user), name="a test")
        try:
            yield connection.channel()
        finally:
            connection.close()

    def depth(self, queue: str) -> int:
        with self.channel("topology") as channel:
            return int(channel.queue_declare(queue, passive=True).message_count)

    def start(self, *arguments: str, **environment: str) -> Process:
        """A process of ours: `-m tests.specimen`, or `peersupports.py relay schools`."""
        port = a_port()
        given = {**self.environment, "PEERSUPPORTS_METRICS_PORT": str(port),
                 **{f"PEERSUPPORTS_{name.upper()}": value for name, value in environment.items()}}
        log = (self.folder / f"{len(self.processes)}.log").open("wb")
        running = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=given, stderr=log, stdout=log)
        process = Process(running, port, Path(log.name))
        self.processes.append(process)
        return process

    def run(self, *arguments: str, expect: int = 0) -> str:
        """A verb of the command line, to its end."""
        ended = subprocess.run(
            [sys.executable, "peersupports.py", *arguments], cwd=ROOT, env=self.environment, text=True,
            capture_output=True, timeout=120)
        assert ended.returncode == expect, ended.stderr
        return ended.stdout

    def specimen(self, **environment: str) -> Process:
        process = self.start("-m", "tests.specimen", **environment)
        process.wait_ready()
        return process

    def relay(self, service: str = "referrals", **environment: str) -> Process:
        process = self.start("peersupports.py", "relay", service, **environment)
        process.wait_ready()
        return process

    def ask(self, client: RpcClient, method: str, request: dict[str, Any], key: UUID | None = None, **more: Any) -> Any:
        """Ask the specimen as a counselor of SCHOOL."""
        principal = Signer.of("gateway", self.settings.secrets).mint(
            "referrals", actor=more.pop("actor", COUNSELOR), request_id="test",
            grants=more.pop("grants", [Grant(Role.COUNSELOR, frozenset({SCHOOL}))]))
        envelope = {"request": request, "principal": principal, "key": key and str(key), "correlation_id": "test"}
        return client.ask("referrals", method, envelope, **more)


@dataclass
class Process:
    running: subprocess.Popen[bytes]
    port: int
    log: Path

    def wait_ready(self, seconds: float = 60) -> None:
        eventually(lambda: self.probe("readyz") or self.gone(), seconds)

    def gone(self) -> bool:
        if self.running.poll() is not None:
            raise AssertionError(f"the process ended:\n{self.log.read_text()[-3000:]}")
        return False

    def probe(self, path: str) -> str:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    def kill(self) -> None:
        self.running.kill()
        self.running.wait(10)

    def stop(self, seconds: float = 35) -> float:
        """SIGTERM; how long it took."""
        began = time.monotonic()
        self.running.send_signal(signal.SIGTERM)
        self.running.wait(seconds)
        return time.monotonic() - began

    def wait_dead(self, seconds: float = 20) -> None:
        """Until it killed itself, as a crash point does."""
        assert self.running.wait(seconds) == -signal.SIGKILL, self.log.read_text()[-2000:]


def eventually(true: Callable[[], object], seconds: float = 10) -> None:
    """Returns as soon as it is true; fails when time is up."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:g} s: {true}")
        time.sleep(0.05)


def a_fact(event: Event, **more: Any) -> Fact[Any]:
    return Fact(id=uuid4(), at=datetime.now(UTC), event=event, school_id=SCHOOL, subject=uuid4(), **more)


def staff_assigned() -> Fact[Any]:
    """On the urgent lane."""
    return a_fact(StaffAssigned(staff_key=uuid4(), school_id=SCHOOL, version=1, assignments=(), credentials=()))


def student_changed() -> Fact[Any]:
    """On the bulk lane."""
    return a_fact(RosterStudentChanged(
        student_key=uuid4(), school_id=SCHOOL, version=1, school_ids=(SCHOOL,), grade_band=GradeBand.HIGH,
        language=None, subgroup_codes=(), active=True))


def pathway_changed() -> Fact[Any]:
    """On the normal lane, and heard by two handlers."""
    return a_fact(PathwayChanged(school_id=SCHOOL, version=1, order=()))


def a_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wire(fact: Fact[Any]) -> tuple[str, str, str]:
    return fact.event.exchange(), fact.event.wire_name(), encode(fact)


def prepare(world: World) -> None:
    """The specimen's own tables, with the rights every table of a service gets."""
    engine = create_engine(world.superuser.replace("postgresql://", "postgresql+psycopg://", 1))
    metadata.create_all(engine, tables=list(SPECIMEN))
    engine.dispose()
    for statement in rights(metadata, "referrals"):
        if any(f"referrals.{table.name} " in statement + " " for table in SPECIMEN):
            world.sql(statement)


@pytest.fixture(scope="session")
def ground(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> World:
    """One database and one virtual host for all tests of the machinery: thirty quorum queues take their time."""
    database, broker = servers.fresh_database(), servers.fresh_vhost()
    settings = Settings.read({
        **servers.local.environment("referrals"),
        "PEERSUPPORTS_DATABASE_URL": database.database_url, "PEERSUPPORTS_AMQP_URL": broker.amqp_url})
    environment = {
        **servers.local.environment("referrals"), "PEERSUPPORTS_DATABASE_URL": settings.database_url,
        "PEERSUPPORTS_AMQP_URL": settings.amqp_url}
    made = World(settings, servers.superuser(database), environment, tmp_path_factory.mktemp("logs"))
    assert provisioning.apply(settings) == 0
    prepare(made)
    return made


@pytest.fixture
def world(ground: World, tmp_path: Path) -> Iterator[World]:
    """Swept ground: nothing runs, nothing waits, nothing was heard."""
    fresh = replace(ground, environment=dict(ground.environment), folder=tmp_path, processes=[])
    fresh.sweep()
    yield fresh
    for process in fresh.processes:
        if process.running.poll() is None:
            process.kill()


@pytest.fixture
def client(world: World) -> Iterator[RpcClient]:
    asking = RpcClient(world.settings.broker("gateway"), "gateway")
    assert asking.connected.wait(5)
    yield asking
    asking.close()


def lines(process: Process) -> list[dict[str, Any]]:
    """What a process logged."""
    return [json.loads(line) for line in process.log.read_text().splitlines() if line.startswith("{")]
