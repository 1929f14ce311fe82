"""Tries again what failed, when its time has come. Every consuming process has one; a row is tried by one of them."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Row, text

from shared import logs
from shared.contracts.messages import Lane
from shared.messaging.codec import Undecodable
from shared.messaging.inbox import Heard, receive
from shared.metrics import INBOX_OLDEST_RETRY, INBOX_PARKED, MESSAGE_DURATION, OUTBOX_OLDEST, OUTBOX_PENDING
from shared.work import Database, lost

if TYPE_CHECKING:
    from shared.messaging.hearing import Hearer

log = logging.getLogger(__name__)

PAUSE = 0.25        # seconds between looks at the inbox
MEASURE = 5.0       # seconds between looks at the gauges

DUE = text("""
    SELECT consumer, message_id, type, lane, payload, raw, attempts, redelivered FROM inbox
    WHERE state IN ('new', 'retry') AND next_attempt_at <= clock_timestamp() ORDER BY next_attempt_at LIMIT 50""")
PARKED = text("SELECT lane, count(*) FROM inbox WHERE state = 'parked' GROUP BY lane")
OLDEST = text("""SELECT extract(epoch FROM clock_timestamp() - min(received_at))
                 FROM inbox WHERE state IN ('new', 'retry')""")
WAITING = text("""SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0)
                  FROM outbox WHERE published_at IS NULL""")
GIVE_UP = text("""UPDATE inbox SET state = 'parked', detail = :detail, next_attempt_at = NULL
                  WHERE consumer = :consumer AND message_id = :id AND state IN ('new', 'retry')""")


class Retries:
    def __init__(self, database: Database[Any], service: str, hearers: Mapping[str, Hearer]) -> None:
        self.database, self.service, self.hearers = database, service, hearers
        self.stopping, self.measured = threading.Event(), 0.0

    def threads(self) -> list[Callable[[], None]]:
        return [self.run]

    def stop(self) -> None:
        self.stopping.set()

    def run(self) -> None:
        while not self.stopping.wait(PAUSE):
            try:
                self.look()
            except Exception as error:
                if not lost(error):
                    log.error("the retry worker failed", exc_info=error)
                self.stopping.wait(1)

    def look(self) -> None:
        with self.database.engine.connect() as db:
            due = db.execute(DUE).all()
            if monotonic() - self.measured > MEASURE:
                self.measure(db)
        for row in due:
            if not self.stopping.is_set():
                self.again(row)

    def again(self, row: Row[Any]) -> None:
        """Through the same block as the first time."""
        started, hearer = perf_counter(), self.hearers.get(row.consumer)
        if hearer is None or row.type not in hearer.events:
            return self.give_up(row.consumer, row.message_id, "unheard")
        body = row.raw if row.payload is None else json.dumps(row.payload)
        try:
            heard = Heard.of(body, hearer.events[row.type], Lane(row.lane), redelivered=row.redelivered, again=True,
                             attempts=row.attempts)
        except Undecodable as why:
            return self.give_up(row.consumer, row.message_id, why.code)
        outcome = receive(self.database, row.consumer, heard, hearer.single(), hearer.archive)
        seconds = perf_counter() - started
        MESSAGE_DURATION.labels(self.service, row.consumer, outcome).observe(seconds)
        logs.message(row.type, outcome, seconds, handler=row.consumer, message=row.message_id, attempt=row.attempts + 1)
        return None

    def give_up(self, consumer: str, id: UUID, why: str) -> None:
        with self.database.engine.begin() as db:
            db.execute(GIVE_UP, {"consumer": consumer, "id": id, "detail": why})

    def measure(self, db: Any) -> None:
        self.measured = monotonic()
        parked = dict(db.execute(PARKED).all())
        for lane in Lane:
            INBOX_PARKED.labels(self.service, lane.value).set(parked.get(lane.value, 0))
        INBOX_OLDEST_RETRY.labels(self.service).set(db.execute(OLDEST).scalar() or 0)
        pending, oldest = db.execute(WAITING).one()
        OUTBOX_PENDING.labels(self.service).set(pending)
        OUTBOX_OLDEST.labels(self.service).set(oldest)
