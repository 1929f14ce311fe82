"""Ask services over RabbitMQ: one connection and one reply queue for the whole process, however many ask at once.

Speaks nameko's wire protocol and needs neither nameko nor eventlet. Under gevent the reader thread is a greenlet.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from typing import Any
from uuid import uuid4

import amqp

from shared.messaging.connections import HEARTBEAT, LOST, close, connect, full_jitter
from shared.messaging.topology import REQUESTS
from shared.metrics import BROKER_CONNECTED, RPC_CLIENT

log = logging.getLogger(__name__)

DEADLINE = 5.0                  # seconds
KEPT_AFTER_LOSS = 60_000        # milliseconds


class Unavailable(Exception):
    """No answer: the broker is away, nobody serves this, or the time is up.

    `timed_out`: it was sent and may have run.
    """

    def __init__(self, detail: str, outcome: str = "error") -> None:
        super().__init__(detail)
        self.outcome = outcome

    @property
    def timed_out(self) -> bool:
        return self.outcome == "timeout"


class RpcClient:
    def __init__(self, urls: str, name: str) -> None:
        self.urls, self.name = urls, name
        self.replies = str(uuid4())
        self.pending: dict[str, Future[dict[str, Any]]] = {}
        self.writing = threading.Lock()
        self.channel: amqp.Channel | None = None        # None: not connected
        self.connected, self.stopping = threading.Event(), threading.Event()
        self.reader = threading.Thread(target=self._run, name="rpc-replies", daemon=True)
        self.reader.start()

    def ask(self, service: str, method: str, envelope: Mapping[str, Any], timeout: float = DEADLINE) -> dict[str, Any]:
        """The reply: `view` and `replayed`, or `refused`. Raises Unavailable."""
        started, outcome = time.perf_counter(), "ok"
        try:
            return self._ask(service, method, envelope, timeout)
        except Unavailable as why:
            outcome = why.outcome
            raise
        finally:
            RPC_CLIENT.labels(service, method, outcome).observe(time.perf_counter() - started)

    def close(self) -> None:
        self.stopping.set()
        self.reader.join(3)

    def _ask(self, service: str, method: str, envelope: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        asked = uuid4().hex
        answer: Future[dict[str, Any]] = Future()
        self.pending[asked] = answer
        try:
            self._send(f"{service}.{method}", envelope, asked, timeout)
            reply = answer.result(timeout)
        except TimeoutError:
            raise Unavailable(f"{service} did not answer within {timeout:g} s", "timeout") from None
        finally:
            self.pending.pop(asked, None)
        if reply["error"]:
            raise Unavailable(f"{service}.{method} failed: {reply['error']['exc_type']}")
        result: dict[str, Any] = reply["result"]
        return result

    def _send(self, key: str, envelope: Mapping[str, Any], asked: str, timeout: float) -> None:
        message = amqp.Message(
            json.dumps({"args": [envelope], "kwargs": {}}),
            content_type="application/json", content_encoding="utf-8",
            reply_to=self.replies, correlation_id=asked, expiration=str(int(timeout * 1000)))
        with self.writing:
            if self.channel is None:
                raise Unavailable("no connection to the broker")
            try:
                self.channel.basic_publish(message, REQUESTS.name, key, mandatory=True)
            except LOST as error:
                self.channel = None
                raise Unavailable("the connection to the broker was lost") from error

    def _run(self) -> None:
        attempt = 0
        while not self.stopping.is_set():
            try:
                connection = connect(self.urls, name=f"{self.name} asks")
            except LOST as error:
                attempt = self._wait(error, attempt)
                continue
            try:
                self._listen(connection)
                attempt = 0
                self._read(connection)
            except LOST as error:
                attempt = self._wait(error, attempt)
            finally:
                self._lose(connection)

    def _wait(self, error: BaseException, attempt: int) -> int:
        log.warning("no connection to the broker: %s", type(error).__name__)
        self.stopping.wait(full_jitter(attempt + 1))
        return attempt + 1

    def _listen(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        queue = f"rpc.reply-{self.name}-{self.replies}"
        channel.queue_declare(queue, auto_delete=False, arguments={"x-expires": KEPT_AFTER_LOSS})
        channel.queue_bind(queue, REQUESTS.name, self.replies)
        channel.basic_consume(queue, no_ack=True, callback=self._answered)
        channel.events["basic_return"].add(self._returned)
        self.channel = channel
        self.connected.set()
        BROKER_CONNECTED.labels(self.name, "asks").set(1)

    def _read(self, connection: amqp.Connection) -> None:
        beat = 0.0
        while self.channel is not None and not self.stopping.is_set():
            with suppress(TimeoutError):
                connection.drain_events(timeout=1)
            if time.monotonic() > beat:
                beat = time.monotonic() + HEARTBEAT / 4
                with self.writing:
                    connection.heartbeat_tick()

    def _answered(self, message: amqp.Message) -> None:
        answer = self.pending.pop(message.properties.get("correlation_id", ""), None)
        if answer is not None:      # None: it came after the deadline
            answer.set_result(json.loads(message.body))

    def _returned(self, error: Any, exchange: str, key: str, message: amqp.Message) -> None:
        answer = self.pending.pop(message.properties["correlation_id"], None)
        if answer is not None:
            answer.set_exception(Unavailable(f"nobody answers {key}", "returned"))

    def _lose(self, connection: amqp.Connection) -> None:
        BROKER_CONNECTED.labels(self.name, "asks").set(0)
        with self.writing:
            self.channel = None
            self.connected.clear()
        lost, self.pending = self.pending, {}
        for answer in lost.values():
            answer.set_exception(Unavailable("the connection to the broker was lost"))
        close(connection)
