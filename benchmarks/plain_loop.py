"""The limit: the plainest loop that counts each event once, 500 a transaction, with nothing around it."""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from typing import Any

import amqp
import psycopg

from shared.messaging.connections import connect
from shared.settings import Settings

BATCH, WAIT = 500, 0.05

CLAIM = """INSERT INTO inbox (consumer, message_id, state) SELECT 'loop', id, 'done' FROM unnest(%s::uuid[]) AS id
           ORDER BY id ON CONFLICT DO NOTHING RETURNING message_id"""
COUNT = """INSERT INTO bench_counts (school, n) SELECT * FROM unnest(%s::uuid[], %s::bigint[]) ORDER BY 1
           ON CONFLICT (school) DO UPDATE SET n = bench_counts.n + excluded.n"""


def main() -> None:
    settings = Settings.read()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    database = psycopg.connect(settings.database("metrics_app"), options="-c search_path=metrics")
    connection = connect(settings.broker("metrics"), name="the plain loop")
    channel, waiting = connection.channel(), list[amqp.Message]()
    channel.basic_qos(0, 1000, False)
    channel.basic_consume("metrics.bulk", callback=waiting.append)
    while True:
        try:
            connection.drain_events(timeout=WAIT)
        except TimeoutError:
            pass
        else:
            if len(waiting) < BATCH:
                continue
        while waiting:
            batch, waiting[:] = waiting[:BATCH], waiting[BATCH:]
            count(database, batch)
            channel.basic_ack(batch[-1].delivery_tag, multiple=True)


def count(database: psycopg.Connection[Any], batch: list[amqp.Message]) -> None:
    events = {event["id"]: event for event in (json.loads(message.body) for message in batch)}
    with database.transaction():
        new = database.execute(CLAIM, [list(events)]).fetchall()
        totals = Counter(events[str(id)]["data"]["school_id"] for (id,) in new)
        database.execute(COUNT, [list(totals), list(totals.values())])


if __name__ == "__main__":
    main()
