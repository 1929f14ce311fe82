"""One queue, one connection: delivers messages, acknowledges them when told, survives losses, stops politely.

Plain threading and sockets: it runs green under eventlet or gevent and as it is under threads.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import amqp
from amqp import spec
from amqp.exceptions import AccessRefused, NotFound
from kombu import Queue

from shared.messaging.connections import HEARTBEAT, LOST, close, connect, full_jitter
from shared.messaging.topology import declare
from shared.metrics import BROKER_CONNECTED, MESSAGES_REDELIVERED

log = logging.getLogger(__name__)

LOOK_UP = 0.25          # seconds: how often a silent consumer notices that it should stop
DRAIN = 25.0            # seconds: how long messages in hand may take to finish

Deliver = Callable[["Session", amqp.Message], None]


class NotReady(Exception):
    """Something this consumer needs before it may take messages is missing; the text says what."""


class Session:
    """One connection's life. A delivery tag means nothing outside the session that issued it."""

    def __init__(self, connection: amqp.Connection) -> None:
        self.connection = connection
        self.channel = connection.channel()
        self.writing = threading.Lock()     # workers acknowledge while the reader sends heartbeats
        self.lost = False
        self.in_hand = self.settled = self.redelivered = 0
        self.next_beat = 0.0

    def settle(self, tag: int, count: int = 1) -> bool:
        """Acknowledge a message, or all `count` up to it. False: too late, the broker will deliver again."""
        return self._write(self.channel.basic_ack, tag, multiple=count > 1, settles=count)

    def answer(self, message: amqp.Message, exchange: str, key: str) -> bool:
        return self._write(self.channel.basic_publish, message, exchange, key)

    def abandon(self) -> None:
        """Acknowledge nothing more; the reader closes the connection and everything in hand comes back."""
        self.lost = True

    def listen(self, queue: str, prefetch: int, deliver: Deliver) -> str:
        def arrived(message: amqp.Message) -> None:
            self.in_hand += 1
            if message.delivery_info["redelivered"]:
                self.redelivered += 1
            deliver(self, message)

        self.channel.basic_qos(0, prefetch, False)
        tag: str = self.channel.basic_consume(queue, callback=arrived)
        return tag

    def read(self, timeout: float) -> None:
        with suppress(TimeoutError):
            self.connection.drain_events(timeout=timeout)
        if time.monotonic() > self.next_beat:
            self.next_beat = time.monotonic() + HEARTBEAT / 4
            with self.writing:
                self.connection.heartbeat_tick()

    def cancel(self, tag: str) -> None:
        """Returns when the broker agreed: everything it sent before has arrived by then."""
        with self.writing:
            self.channel.send_method(spec.Basic.Cancel, "sb", (tag, False))
        # Not under the lock: messages delivered while we wait may be answered at once.
        self.channel.wait(spec.Basic.CancelOk)

    def close(self) -> None:
        self.lost = True
        close(self.connection)

    def _write(self, send: Callable[..., Any], *args: Any, settles: int = 0, **options: Any) -> bool:
        with self.writing:
            if self.lost:
                return False
            try:
                send(*args, **options)
            except LOST:
                self.lost = True
                return False
            self.in_hand -= settles
            self.settled += settles
        return True


class Consumer:
    """Keeps one queue consumed until it is stopped. `ready` raises NotReady while messages would only come back."""

    def __init__(
        self, urls: str, service: str, queue: Queue, prefetch: int, deliver: Deliver,
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        self.urls, self.service, self.queue, self.prefetch = urls, service, queue, prefetch
        self.deliver, self.ready = deliver, ready
        self.stopping, self.stopped = threading.Event(), threading.Event()
        self.trouble: str | None = "not started"        # shown by /readyz

    def run(self) -> None:
        attempt = 0
        try:
            while not self.stopping.is_set():
                settled = self._one_session()
                attempt = 0 if settled else attempt + 1
                if not self.stopping.is_set():
                    self.stopping.wait(full_jitter(attempt))
        finally:
            self.stopped.set()

    def stop(self) -> None:
        """Take no more, finish what is in hand, acknowledge it, close. Returns when that is done."""
        self.stopping.set()
        self.stopped.wait(DRAIN + 5)

    def _one_session(self) -> int:
        """How many messages it settled."""
        session = None
        try:
            session = self._attach()
            tag = session.listen(self.queue.name, self.prefetch, self.deliver)
            self._connected(True)
            while not (self.stopping.is_set() or session.lost):
                session.read(LOOK_UP)
            if not session.lost:
                session.cancel(tag)
                self._drain(session)
        except NotReady as why:
            self._complain(str(why))
        except NotFound:
            self._complain(f"queue {self.queue.name} does not exist; run `peersupports topology apply`")
        except AccessRefused:
            self._complain(f"the broker does not let {self.service} use {self.queue.name}")
        except LOST as error:
            self._complain(f"no connection to the broker: {type(error).__name__}")
        finally:
            self._detach(session)
        return session.settled if session else 0

    def _attach(self) -> Session:
        # First the things messages need: every delivery that comes back counts against the
        # queue's delivery limit, so nothing is taken while, say, the database is away.
        self.ready()
        session = Session(connect(self.urls, name=self.queue.name))
        try:
            declare(session.channel, self.queue, passive=True)
        except BaseException:
            session.close()
            raise
        return session

    def _drain(self, session: Session) -> None:
        end = time.monotonic() + DRAIN
        while session.in_hand and not session.lost and time.monotonic() < end:
            session.read(0.02)

    def _detach(self, session: Session | None) -> None:
        if session is not None:
            session.close()
            MESSAGES_REDELIVERED.labels(self.service, self.queue.name).inc(session.redelivered)
        self._connected(False)

    def _connected(self, yes: bool) -> None:
        if yes:
            self.trouble = None
        BROKER_CONNECTED.labels(self.service, self.queue.name).set(yes)

    def _complain(self, trouble: str) -> None:
        if trouble != self.trouble:
            log.error("%s", trouble)
        self.trouble = trouble
