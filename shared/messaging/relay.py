"""Carries one service's outbox to the broker. A row is marked only when the broker said that it has the message.

Plain psycopg and py-amqp, one thread; nothing here is shared with another thread.
"""

from __future__ import annotations

import logging
import select
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic, perf_counter
from typing import Any
from uuid import UUID

import amqp
import psycopg
from psycopg.rows import class_row

from shared.crash_points import crash_point
from shared.logs import failure
from shared.messaging.codec import CONTENT_TYPE
from shared.messaging.confirms import Confirms
from shared.messaging.connections import HEARTBEAT, LOST, close, connect, full_jitter
from shared.metrics import (
    BROKER_BLOCKED,
    BROKER_CONNECTED,
    OUTBOX_BATCH,
    OUTBOX_OLDEST,
    OUTBOX_PENDING,
    OUTBOX_PUBLISHED,
    OUTBOX_RETURNED,
    RELAY_LEADER,
)
from shared.settings import Settings

log = logging.getLogger(__name__)

MOST, LEAST = 500, 10       # rows in a batch
CONFIRM = 5.0               # seconds the broker has to take a batch
POLL = 0.25                 # seconds between looks when nothing is announced
FOLLOW = 1.0                # seconds between tries to become the leader
RETURNED = 60               # seconds until an unroutable row is tried again
MEASURE = 5.0               # seconds between looks at the gauges
SWEEP = 3600.0              # seconds between removals of what is old

LEAD = "SELECT pg_try_advisory_lock(hashtext('outbox'), hashtext(%s))"
# By state, never `seq > last`: identities commit out of order, and a late one would be passed over for ever.
WAITING = """SELECT seq, id, type, payload, attempts FROM outbox
             WHERE published_at IS NULL AND next_attempt_at <= clock_timestamp()
             ORDER BY lane, seq LIMIT %s FOR UPDATE"""
MARK = "UPDATE outbox SET published_at = clock_timestamp(), attempts = attempts + 1 WHERE id = ANY(%s)"
POSTPONE = """UPDATE outbox SET attempts = attempts + 1, last_error = %s, next_attempt_at =
                  clock_timestamp() + make_interval(secs => least(60, %s * power(2, least(attempts, 6))))
              WHERE id = ANY(%s)"""
PENDING = """SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0)::float
             FROM outbox WHERE published_at IS NULL"""
OLD = (
    "DELETE FROM outbox WHERE published_at < clock_timestamp() - interval '30 days'",
    "DELETE FROM inbox WHERE state = 'done' AND settled_at < clock_timestamp() - interval '30 days'",
    "DELETE FROM idempotency WHERE created_at < clock_timestamp() - interval '72 hours'",
)


@dataclass(frozen=True)
class Waiting:
    """A row of the outbox that the broker has not taken."""

    seq: int
    id: UUID
    type: str
    payload: str
    attempts: int

    def message(self) -> amqp.Message:
        return amqp.Message(
            self.payload, content_type=CONTENT_TYPE, content_encoding="utf-8", delivery_mode=2,
            message_id=str(self.id))


class Stuck(Exception):
    """The broker took its time; nothing on this channel can be believed any more."""


class Relay:
    """The relay of one service; of several replicas one leads."""

    def __init__(self, settings: Settings, service: str) -> None:
        self.settings, self.service, self.exchange = settings, service, f"{service}.events"
        self.stopping = threading.Event()
        self.batch, self.blocked = MOST, False
        self.trouble: str | None = "not started"

    def run(self) -> None:
        """Until stopped; then until the outbox is empty or five seconds have passed."""
        attempt = 0
        while not self.stopping.is_set():
            try:
                with self._database() as db:
                    self._lead(db)
                attempt = 0
            except (psycopg.Error, Stuck, *LOST) as error:
                attempt += 1
                self._complain(error)
                self.stopping.wait(full_jitter(attempt))

    def stop(self) -> None:
        self.stopping.set()

    def _database(self) -> psycopg.Connection[Any]:
        role = f"{self.service}_worker"
        return psycopg.connect(
            self.settings.database(role), autocommit=True, application_name=f"relay {self.service}",
            connect_timeout=3, options=f"-c search_path={self.service}")

    def _lead(self, db: psycopg.Connection[Any]) -> None:
        """Two leaders would only send some events twice; the inboxes of their consumers know."""
        while not db.execute(LEAD, [self.service]).fetchone()[0]:      # type: ignore[index]
            self.trouble = None
            if self.stopping.wait(FOLLOW):
                return
        RELAY_LEADER.labels(self.service).set(1)
        try:
            db.execute(f"LISTEN outbox_{self.service}")
            with Publisher(self.settings.broker(self.service), self.service) as publisher:
                self.trouble = None
                self._carry(db, publisher)
        finally:
            RELAY_LEADER.labels(self.service).set(0)

    def _carry(self, db: psycopg.Connection[Any], publisher: Publisher) -> None:
        chores = Chores(db, self.service)
        end: float | None = None
        while end is None or monotonic() < end:
            publisher.tend()
            carried = 0 if publisher.blocked else self._one_batch(db, publisher)
            chores.tend()
            if self.stopping.is_set():
                end = end or monotonic() + CONFIRM
                if not carried:
                    return
            if not carried:
                listen(db, POLL)

    def _one_batch(self, db: psycopg.Connection[Any], publisher: Publisher) -> int:
        """How many the broker took."""
        started = perf_counter()
        try:
            with db.transaction():
                rows = db.cursor(row_factory=class_row(Waiting)).execute(WAITING, [self.batch]).fetchall()
                taken = self._hand_over(db, publisher, rows) if rows else 0
        except psycopg.errors.QueryCanceled:
            self.batch = max(LEAST, self.batch // 2)
            raise
        self.batch = min(MOST, self.batch * 2)
        if rows:
            OUTBOX_BATCH.labels(self.service).observe(perf_counter() - started)
        return taken

    def _hand_over(self, db: psycopg.Connection[Any], publisher: Publisher, rows: Sequence[Waiting]) -> int:
        crash_point("relay.before_publish")
        sent = publisher.publish(self.exchange, rows)
        crash_point("relay.after_confirm_before_mark")
        taken, returned, nacked = sent.taken(), sent.returned, sent.nacked
        db.execute(MARK, [list(taken)])
        if returned:
            db.execute(POSTPONE, ["unroutable", RETURNED, list(returned)])
        if nacked:
            db.execute(POSTPONE, ["nacked", 1, list(nacked)])
        self._count(taken=len(taken), returned=len(returned), nacked=len(nacked))
        sent.clear()
        crash_point("relay.after_mark_before_commit")
        return len(taken)

    def _count(self, *, taken: int, returned: int, nacked: int) -> None:
        OUTBOX_PUBLISHED.labels(self.service, "confirmed").inc(taken)
        OUTBOX_PUBLISHED.labels(self.service, "nacked").inc(nacked)
        OUTBOX_RETURNED.labels(self.service).inc(returned)
        if returned or nacked:
            log.error("%s: %d events without a queue, %d refused by the broker", self.service, returned, nacked)

    def _complain(self, error: Exception) -> None:
        OUTBOX_PUBLISHED.labels(self.service, "error").inc()
        trouble = f"{self.service}: {failure(error)}"
        if trouble != self.trouble:
            log.error("the relay starts again: %s", trouble)
        self.trouble = trouble


class Publisher:
    """One connection that only publishes. After any error: closed, and everything open is unknown."""

    def __init__(self, urls: str, service: str) -> None:
        self.service, self.blocked, self.next_beat = service, False, 0.0
        self.connection = connect(urls, name=f"relay {service}", blocked=self._alarm)
        self.confirms = Confirms(self.connection.channel())

    def __enter__(self) -> Publisher:
        BROKER_CONNECTED.labels(self.service, "relay").set(1)
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        BROKER_CONNECTED.labels(self.service, "relay").set(0)
        if kind is None:
            close(self.connection)
        else:
            self.connection.collect()       # without a good-bye that a stuck broker would never answer

    def publish(self, exchange: str, rows: Sequence[Waiting]) -> Confirms:
        """Returns when the broker has answered for every row; raises Stuck when it has not within five seconds."""
        for row in rows:
            self.confirms.publish(row.message(), exchange, row.type)
        crash_point("relay.after_publish_before_confirm")
        end = monotonic() + CONFIRM
        while self.confirms.open:
            left = end - monotonic()
            if left <= 0:
                raise Stuck(f"{len(self.confirms.open)} of {len(rows)} unanswered")
            with suppress(TimeoutError):
                self.connection.drain_events(timeout=left)
        return self.confirms

    def tend(self) -> None:
        """Hear of alarms and a lost connection, and keep the heart beating."""
        with suppress(TimeoutError):
            self.connection.drain_events(timeout=POLL if self.blocked else 0.0001)
        if monotonic() > self.next_beat:
            self.next_beat = monotonic() + HEARTBEAT / 4
            self.connection.heartbeat_tick()

    def _alarm(self, on: bool) -> None:
        self.blocked = on
        BROKER_BLOCKED.labels(self.service).set(on)


class Chores:
    """What the leader does besides: measure what waits, remove what is old."""

    def __init__(self, db: psycopg.Connection[Any], service: str) -> None:
        self.db, self.service = db, service
        self.measured, self.swept = 0.0, monotonic()

    def tend(self) -> None:
        if monotonic() - self.measured > MEASURE:
            self.measured = monotonic()
            pending, oldest = self.db.execute(PENDING).fetchone() or (0, 0.0)
            OUTBOX_PENDING.labels(self.service).set(pending)
            OUTBOX_OLDEST.labels(self.service).set(oldest)
        if monotonic() - self.swept > SWEEP:
            self.swept = monotonic()
            for statement in OLD:
                self.db.execute(statement)


def listen(db: psycopg.Connection[Any], seconds: float) -> None:
    """Return when something urgent was announced, or after a while."""
    if list(db.notifies(timeout=0)):
        return
    select.select([db.fileno()], [], [], seconds)
    list(db.notifies(timeout=0))
