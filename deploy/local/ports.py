"""Which port belongs to whom, and what happens when one is taken."""

from __future__ import annotations

import json
import os
import socket
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from deploy.local.trouble import Trouble

NEAR = 50       # how far from its usual port a thing may move


@dataclass(frozen=True)
class Ports:
    """The ports of one running product, all on 127.0.0.1."""

    gateway: int = 8080
    postgres: int = 18432
    amqp: int = 18472
    management: int = 18473
    broker_metrics: int = 18474
    distribution: int = 18475
    epmd: int = 18476
    mail: int = 18425
    gateway_metrics: int = 18480
    schools_metrics: int = 18481
    interventions_metrics: int = 18482
    referrals_metrics: int = 18483
    metrics_metrics: int = 18484
    relay_metrics: int = 18485
    watchdog_metrics: int = 18486

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=2))


def choose(path: Path, wanted: str = "usual") -> Ports:
    """The ports of last time where they are free, else the usual ones or their neighbors; `free`: any."""
    if wanted == "free":
        return Ports(**dict(zip((field.name for field in fields(Ports)), any_free(len(fields(Ports))), strict=True)))
    before = json.loads(path.read_text()) if path.exists() else {}
    taken: set[int] = set()
    chosen: dict[str, int] = {}
    for field in fields(Ports):
        usual = int(before.get(field.name, field.default))
        chosen[field.name] = gateway_port(usual) if field.name == "gateway" else near(usual, taken)
        taken.add(chosen[field.name])
    return Ports(**chosen)


def gateway_port(usual: int) -> int:
    if asked := os.environ.get("PEERSUPPORTS_PORT"):
        if not free(int(asked)):
            raise Trouble(f"port {asked} is taken by {holder(int(asked))}", "Choose another PEERSUPPORTS_PORT.")
        return int(asked)
    for port in [usual, *range(8080, 8100)]:
        if free(port):
            return int(port)
    raise Trouble(f"ports 8080 to 8099 are taken; 8080 by {holder(8080)}", "Set PEERSUPPORTS_PORT to a free port.")


def near(usual: int, taken: set[int]) -> int:
    for port in range(usual, usual + NEAR):
        if port not in taken and free(port):
            return port
    raise Trouble(f"ports {usual} to {usual + NEAR - 1} are taken; {usual} by {holder(usual)}", "Free one of them.")


def any_free(count: int) -> list[int]:
    """Ports nobody holds now, below the range from which the system gives out its own."""
    held: list[socket.socket] = []
    try:
        start = 20_000 + os.getpid() * 37 % 9_000
        port = start
        while len(held) < count:
            port += 1
            listener = socket.socket()
            try:
                listener.bind(("127.0.0.1", port))
                held.append(listener)
            except OSError:
                listener.close()
        return [int(listener.getsockname()[1]) for listener in held]
    finally:
        for listener in held:
            listener.close()


def free(port: int) -> bool:
    with closing(socket.socket()) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    with closing(socket.socket()) as caller:
        caller.settimeout(0.5)
        return caller.connect_ex(("127.0.0.1", port)) == 0


def holder(port: int) -> str:
    """Who listens on a port, as far as this user may see."""
    wanted = f"{port:04X}"
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if Path(table).exists():
            rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
            inodes |= {row[9] for row in rows if row[1].endswith(f":{wanted}") and row[3] == "0A"}
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(link).removeprefix("socket:[").removesuffix("]") in inodes:
                return f"{Path('/proc', link.parts[2], 'comm').read_text().strip()} (process {link.parts[2]})"
        except OSError:
            continue
    return "another program"
