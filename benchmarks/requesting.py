"""B4: a request through the gateway to a service that reads its database, beside two other ways to ask the service.

Gateway, question, its signature, the check of it and the read are the same; only the way between them differs.
"""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.ground import OVER_HTTP, Goal, Ground, Pace, cpu_seconds, middle
from services.schools.sites.model import Facts, School
from services.schools.transaction import SchoolsTransaction
from shared.contracts.schools import SchoolLevel
from shared.work import Database, Errand

WAYS = {"rpc": "our RPC", "http": "an HTTP call", "proxy": "ClusterRpcProxy a request"}
CLIENTS = (1, 8)
ROUNDS, SECONDS, WARM = 3, 1.5, 0.3
SCHOOLS = 8
START = 30


def run(ground: Ground) -> tuple[list[Pace], list[Goal]]:
    found_schools(ground)
    over_http, gateway = a_port(), a_port()
    told = replace(ground, environment={**ground.environment, OVER_HTTP: f"http://127.0.0.1:{over_http}"})
    with (told.process("peersupports.py", "service", "schools"),
          told.process("-m", "benchmarks.served", "benchmarks.answering_http", str(over_http)),
          told.process("-m", "benchmarks.served", "benchmarks.asking_gateway", str(gateway)) as process):
        for way in WAYS:
            wait_for(gateway, way)
        found: dict[tuple[str, int], list[Pace]] = {(way, clients): [] for clients in CLIENTS for way in WAYS}
        for _ in range(ROUNDS):
            for (way, clients), paces in found.items():
                paces.append(pace(process, gateway, way, clients))
    middles = {which: middle(paces) for which, paces in found.items()}
    return list(middles.values()), [*proxy_goals(middles), *http_goals(middles)]


def proxy_goals(found: dict[tuple[str, int], Pace]) -> list[Goal]:
    goals = []
    for clients in CLIENTS:
        ratio = found["rpc", clients].beside(found["proxy", clients])
        goals.append(Goal(f"B4 beside ClusterRpcProxy, {named(clients)}", ">= 10", ratio, ratio >= 10))
    return goals


def http_goals(found: dict[tuple[str, int], Pace]) -> list[Goal]:
    goals = []
    for clients, most in zip(CLIENTS, (2, 1.1), strict=True):
        ratio = found["rpc", clients].p50_ms / found["http", clients].p50_ms
        goals.append(Goal(f"B4 p50 beside an HTTP call, {named(clients)}", f"<= {most}", ratio, ratio <= most))
    return goals


def pace(gateway: subprocess.Popen[bytes], port: int, way: str, clients: int) -> Pace:
    """So many clients on kept connections, each with one request at a time."""
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda _: asked(port, way, WARM), range(clients)))
        began, cpu = time.perf_counter(), cpu_of_all(gateway.pid)
        waits = [wait for each in pool.map(lambda _: asked(port, way, SECONDS), range(clients)) for wait in each]
        seconds, cpu = time.perf_counter() - began, cpu_of_all(gateway.pid) - cpu
    return Pace(f"gateway by {WAYS[way]}, {named(clients)}", len(waits) / seconds, cpu / len(waits) * 1e6,
                len(waits), median(waits) * 1e3)


def asked(port: int, way: str, seconds: float) -> list[float]:
    """How long each answer took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    waits, end = [], time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        connection.request("GET", f"/bench/{way}")
        answer = connection.getresponse()
        body = answer.read()
        waits.append(time.perf_counter() - began)
        assert answer.status == 200, f"{way}: {answer.status} {body[:200]!r}"
    assert len(json.loads(body)["items"]) == SCHOOLS
    connection.close()
    return waits


def wait_for(port: int, way: str) -> None:
    end = time.monotonic() + START
    while True:
        try:
            asked(port, way, 0.05)
        except (OSError, AssertionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def found_schools(ground: Ground) -> None:
    database = Database(ground.settings, "schools", SchoolsTransaction)
    with database.begin(Errand.own("schools", "bench")) as tx:
        for n in range(SCHOOLS):
            facts = Facts(f"School {n}", SchoolLevel.HIGH)
            tx.schools.add(School.registered(facts, tz="America/Los_Angeles", at=tx.now))
    database.engine.dispose()


def cpu_of_all(pid: int) -> float:
    """Of a process and its children: gunicorn's worker is one."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return cpu_seconds(pid) + sum(cpu_of_all(int(child)) for child in children)


def a_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def named(clients: int) -> str:
    return "1 client" if clients == 1 else f"{clients} clients"
