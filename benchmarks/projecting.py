"""B1: events into counts, 500 a transaction, beside the plainest loop that does the same and stock nameko."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from amqp.exceptions import NotFound

from benchmarks.ground import Goal, Ground, Pace, middle, watch
from shared.contracts.codes import GradeBand
from shared.contracts.schools import RosterStudentChanged
from shared.messaging.codec import CONTENT_TYPE, Fact, encode

QUEUE, KEY = "metrics.bulk", "roster_student_changed"
ROUNDS, MANY, FEW, STOCK = 3, 20_000, 2_000, 3_000
STOCK_QUEUE = "evt-bench-counted--bench.count"

TABLES = """
    DROP TABLE IF EXISTS bench_counts, bench_rows;
    CREATE TABLE bench_counts (school uuid PRIMARY KEY, n bigint NOT NULL);
    CREATE TABLE bench_rows (id uuid PRIMARY KEY, school uuid NOT NULL);
    GRANT SELECT, INSERT, UPDATE ON bench_counts, bench_rows TO metrics_app"""


def run(ground: Ground) -> tuple[list[Pace], list[Goal]]:
    schools = [uuid4() for _ in range(60)]
    loops, ours, small = [], [], []
    for _ in range(ROUNDS):
        loops.append(batches(ground, "plain loop, 500 a transaction", ("-m", "benchmarks.plain_loop"), MANY, schools))
        ours.append(batches(ground, "on_batch, 500 a transaction", ("-m", "benchmarks.counting"), MANY, schools))
    small.append(batches(ground, "on_batch, a tenth of the events", ("-m", "benchmarks.counting"), FEW, schools))
    stock = stock_nameko(ground, schools)
    loop, our = middle(loops), middle(ours)
    return [loop, our, small[0], stock], [
        Goal("B1 on_batch beside the plain loop", ">= 0.95", our.beside(loop), our.beside(loop) >= 0.95),
        Goal("B1 on_batch beside stock nameko, a commit each", ">= 7", our.beside(stock), our.beside(stock) >= 7),
        Goal("B1 CPU an event, ten times the events", "<= 1.2", our.cpu_us / small[0].cpu_us,
             our.cpu_us / small[0].cpu_us <= 1.2),
    ]


def batches(ground: Ground, what: str, arguments: tuple[str, ...], number: int, schools: Sequence[UUID]) -> Pace:
    ground.sql(TABLES)
    ground.sql("TRUNCATE inbox")
    ground.publish("schools.events", KEY, events(number, schools), CONTENT_TYPE)
    with ground.process(*arguments) as process:
        pace = watch(what, process, lambda: counted(ground), number)
    assert counted(ground) == number
    assert ground.depth(QUEUE) == 0
    return pace


def stock_nameko(ground: Ground, schools: Sequence[UUID]) -> Pace:
    """Its own event handler with one insert and one commit each; its queue must exist before the backlog."""
    ground.sql(TABLES)
    with ground.process("-m", "benchmarks.stock_nameko"):
        wait_for_queue(ground)
    bodies = [(id, json.dumps(json.loads(body)["data"])) for id, body in events(STOCK, schools)]
    ground.publish("bench.events", "counted", bodies, "application/json")
    with ground.process("-m", "benchmarks.stock_nameko") as process:
        return watch("stock nameko, a commit each", process, lambda: rows(ground), STOCK)


def wait_for_queue(ground: Ground) -> None:
    while True:
        try:
            ground.depth(STOCK_QUEUE)
        except NotFound:
            time.sleep(0.2)
        else:
            return


def counted(ground: Ground) -> int:
    return int(ground.sql("SELECT coalesce(sum(n), 0) FROM bench_counts")[0][0])


def rows(ground: Ground) -> int:
    return int(ground.sql("SELECT count(*) FROM bench_rows")[0][0])


def events(number: int, schools: Sequence[UUID]) -> list[tuple[str, str]]:
    """(id, body) of events of about 800 bytes, spread over the schools."""
    return [a_change(schools[n % len(schools)]) for n in range(number)]


def a_change(school: UUID) -> tuple[str, str]:
    event = RosterStudentChanged.model_validate({
        "student_key": uuid4(), "school_id": school, "version": 1, "school_ids": (school,),
        "grade_band": GradeBand.HIGH, "language": "es", "subgroup_codes": ("EL", "FRL"), "active": True})
    fact = Fact(id=uuid4(), at=datetime.now(UTC), event=event, subject=uuid4(), school_id=event.school_id,
                correlation_id=str(uuid4()))
    return str(fact.id), encode(fact)


