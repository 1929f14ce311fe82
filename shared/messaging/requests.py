"""The request queue of a service: nameko's wire protocol, our own consumer, an answer before the acknowledgement."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import amqp

from shared.answering import Answering, Method, Reply
from shared.logs import failure
from shared.messaging.consumer import Consumer, NotReady, Session
from shared.messaging.topology import REQUESTS, request_queue

AT_ONCE = 8

Spawn = Callable[[Method, Callable[[], Reply], Callable[[Any, BaseException | None], None]], None]
"""`spawn(method, run, then)`: run it beside the reader, then `then(reply, error)`."""


class Requests:
    """Every request a service answers, from one queue."""

    def __init__(self, urls: str, answering: Answering, methods: Mapping[str, Method], spawn: Spawn) -> None:
        self.answering, self.methods, self.spawn = answering, methods, spawn
        service = answering.database.service
        self.consumer = Consumer(urls, service, request_queue(service), AT_ONCE, self.deliver, self.ready)

    def ready(self) -> None:
        """Without a database nothing could be answered: requests wait for a replica that has one, or expire."""
        try:
            self.answering.database.check()
        except Exception as error:
            raise NotReady(f"no database: {type(error).__name__}") from error

    def deliver(self, session: Session, message: amqp.Message) -> None:
        reply = partial(self.reply, session, message)
        try:
            method = self.methods[message.delivery_info["routing_key"].partition(".")[2]]
            (envelope,) = json.loads(message.body)["args"]
        except (KeyError, ValueError) as error:
            reply(None, error)
        else:
            self.spawn(method, partial(self.answering.answer, method, envelope), reply)

    def reply(self, session: Session, message: amqp.Message, result: Any, error: BaseException | None) -> None:
        asked = message.properties
        body = json.dumps({"result": result, "error": error and wire(error)})
        answer = amqp.Message(
            body, content_type="application/json", content_encoding="utf-8",
            correlation_id=asked.get("correlation_id", ""))
        session.answer(answer, REQUESTS.name, asked.get("reply_to", ""))
        session.settle(message.delivery_info["delivery_tag"])


def wire(error: BaseException) -> dict[str, Any]:
    """nameko's form of an exception, without its text: that may quote a person's data."""
    kind = type(error)
    return {"exc_type": kind.__name__, "exc_path": f"{kind.__module__}.{kind.__name__}", "exc_args": [],
            "value": failure(error)}
