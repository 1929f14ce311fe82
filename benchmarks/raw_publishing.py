"""The limit of the relay: ready-made messages published in batches of 500, each batch confirmed before the next."""

from __future__ import annotations

import json
import sys
import time
from uuid import uuid4

import amqp

from benchmarks.projecting import KEY, events
from shared.messaging.codec import CONTENT_TYPE
from shared.messaging.confirms import Confirms
from shared.messaging.connections import connect
from shared.settings import Settings

BATCH = 500


def main(number: int) -> None:
    bodies = events(number, [uuid4()])
    connection = connect(Settings.read().broker("schools"), name="raw publishing")
    sent = Confirms(connection.channel())
    began, cpu = time.perf_counter(), time.process_time()
    for start in range(0, number, BATCH):
        for id, body in bodies[start:start + BATCH]:
            sent.publish(amqp.Message(
                body, content_type=CONTENT_TYPE, content_encoding="utf-8", delivery_mode=2, message_id=id),
                "schools.events", KEY)
        while sent.open:
            connection.drain_events(timeout=10)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    assert len(sent.taken()) == number
    sys.stdout.write(json.dumps([number / seconds, cpu / number * 1e6]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
