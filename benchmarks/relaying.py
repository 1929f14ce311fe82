"""B2: the outbox to the broker, confirmed and marked, beside publishing alone."""

from __future__ import annotations

import json
import subprocess
import sys
from uuid import uuid4

import psycopg

from benchmarks.ground import ROOT, Goal, Ground, Pace, middle, watch
from benchmarks.projecting import KEY, QUEUE, events

ROUNDS, MANY, FEW = 3, 20_000, 2_000

INSERT = """INSERT INTO outbox (id, aggregatetype, aggregateid, version, type, lane, payload, occurred_at)
            VALUES (%s, 'student', gen_random_uuid(), 1, %s, 2, %s, clock_timestamp())"""


def run(ground: Ground) -> tuple[list[Pace], list[Goal]]:
    for queue in ("interventions.bulk", "referrals.bulk"):      # one queue, as the limit has
        with ground.channel() as channel:
            channel.queue_unbind(queue, "schools.events", KEY)
    raws, ours = [], []
    for _ in range(ROUNDS):
        raws.append(raw(ground))
        ours.append(relayed(ground, MANY, "relay, 500 a batch, confirmed and marked"))
    small = relayed(ground, FEW, "relay, a tenth of the events")
    limit, our = middle(raws), middle(ours)
    return [limit, our, small], [
        Goal("B2 relay beside raw confirmed publishing", ">= 0.9", our.beside(limit), our.beside(limit) >= 0.9),
        Goal("B2 CPU an event, ten times the events", "<= 1.2", our.cpu_us / small.cpu_us,
             our.cpu_us / small.cpu_us <= 1.2),
    ]


def raw(ground: Ground) -> Pace:
    clear(ground)
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.raw_publishing", str(MANY)], cwd=ROOT, env=ground.environment,
        capture_output=True, text=True, check=True)
    assert ground.depth(QUEUE) == MANY
    per_second, cpu_us = json.loads(ended.stdout)
    return Pace("publish alone, 500 a batch, all confirmed", per_second, cpu_us, MANY)


def relayed(ground: Ground, number: int, what: str) -> Pace:
    clear(ground)
    with psycopg.connect(ground.superuser, options="-c search_path=schools") as db:
        db.cursor().executemany(INSERT, [(id, KEY, body) for id, body in events(number, [uuid4()])])
    ground.sql("ANALYZE outbox", schema="schools")
    with ground.process("peersupports.py", "relay", "schools") as process:
        pace = watch(what, process, lambda: published(ground), number)
    assert ground.depth(QUEUE) == number, "something was lost"
    return pace


def published(ground: Ground) -> int:
    return int(ground.sql("SELECT count(*) FROM outbox WHERE published_at IS NOT NULL", schema="schools")[0][0])


def clear(ground: Ground) -> None:
    ground.sql("TRUNCATE outbox", schema="schools")
    with ground.channel() as channel:
        channel.queue_purge(QUEUE)
