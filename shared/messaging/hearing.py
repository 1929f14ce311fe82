"""How events reach a service: its lanes, its dead letters and its retries, together. Knows no nameko.

Messages are worked on by `spawn`: nameko's workers in a service, plain threads elsewhere.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from time import perf_counter, time
from typing import Any

import amqp

from shared import logs
from shared.contracts.messages import Event
from shared.contracts.messages import Lane as LaneName
from shared.crash_points import crash_point
from shared.messaging.codec import Undecodable
from shared.messaging.consumer import Consumer, Deliver, NotReady, Session
from shared.messaging.inbox import Archive, Handle, Heard, park, receive, receive_all
from shared.messaging.retries import Retries
from shared.messaging.topology import BATCH_PREFETCH, PREFETCH, dead_queue, lane_of, lane_queue
from shared.metrics import MESSAGE_AGE, MESSAGE_DURATION, MESSAGES_IN_PROGRESS
from shared.settings import Settings
from shared.work import Database

log = logging.getLogger(__name__)

BATCH, BATCH_WAIT = 500, 0.05       # events, seconds

Then = Callable[[BaseException | None], None]
Spawn = Callable[["Hearer", Callable[[], None], Then], None]
"""`spawn(hearer, run, then)`: run it beside the reader, then say how it ended."""


@dataclass(frozen=True)
class Hearer:
    """One handler and the events it hears, by wire name. Its name is the consumer's name in the inbox."""

    name: str
    events: Mapping[str, type[Event]]
    handle: Handle
    batch: bool = False
    archive: Archive | None = None

    def single(self) -> Handle:
        """The handler as it takes one fact."""
        return (lambda fact, tx: self.handle([fact], tx)) if self.batch else self.handle


class Hearing:
    """Everything through which one service hears; starts and drains as one."""

    def __init__(
        self, database: Database[Any], settings: Settings, service: str, hearers: Sequence[Hearer], spawn: Spawn,
        urls: str | None = None,
    ) -> None:
        self.database, self.service, self.hearers, self.spawn = database, service, hearers, spawn
        self.urls = urls or settings.broker(service)
        self.lanes: list[Lane | Batches] = [
            *(self._lane(lane) for lane in LaneName if self._of(lane, batch=False)),
            *(Batches(self, hearer) for hearer in self.hearers if hearer.batch)]
        self.dead = DeadLetters(self)
        self.retries = Retries(database, service, {hearer.name: hearer for hearer in hearers})

    def threads(self) -> list[Callable[[], None]]:
        """What must run beside each other, each in a thread of its own."""
        return [run for part in (*self.lanes, self.dead, self.retries) for run in part.threads()]

    def stop(self) -> None:
        """Take no more, finish and acknowledge what is in hand. May be called by many; all wait for the end."""
        self.retries.stop()
        for part in (*self.lanes, self.dead):
            part.consumer.stopping.set()
        for part in (*self.lanes, self.dead):
            part.stop()

    def troubles(self) -> dict[str, str]:
        consumers = [part.consumer for part in (*self.lanes, self.dead)]
        return {consumer.queue.name: consumer.trouble for consumer in consumers if consumer.trouble}

    def ready(self) -> None:
        try:
            self.database.check()
        except Exception as error:
            raise NotReady(f"no database: {type(error).__name__}") from error

    def consumer(self, queue: Any, prefetch: int, deliver: Deliver) -> Consumer:
        return Consumer(self.urls, self.service, queue, prefetch, deliver, self.ready)

    def _lane(self, lane: LaneName) -> Lane:
        return Lane(self, lane, self._of(lane, batch=False))

    def _of(self, lane: LaneName, *, batch: bool) -> list[Hearer]:
        return [hearer for hearer in self.hearers if hearer.batch is batch
                and any(lane_of(self.service, event) is lane for event in hearer.events.values())]


class Lane:
    """One queue of a service, a message at a time to each that hears it."""

    def __init__(self, hearing: Hearing, lane: LaneName, hearers: Sequence[Hearer]) -> None:
        self.hearing, self.lane, self.hearers = hearing, lane, hearers
        self.consumer = hearing.consumer(lane_queue(hearing.service, lane), PREFETCH[lane], self.deliver)

    def threads(self) -> list[Callable[[], None]]:
        return [self.consumer.run]

    def stop(self) -> None:
        self.consumer.stop()

    def deliver(self, session: Session, message: amqp.Message) -> None:
        name = message.delivery_info["routing_key"]
        hearers = [hearer for hearer in self.hearers if name in hearer.events]
        receipt = Receipt(session, message.delivery_info["delivery_tag"], waiting=len(hearers) or 1)
        for hearer in hearers:
            self.hearing.spawn(hearer, partial(self.take, hearer, name, message), receipt.heard)
        if not hearers:
            self.hearing.spawn(self.hearers[0], partial(self.nobody, name, message), receipt.heard)

    def take(self, hearer: Hearer, name: str, message: amqp.Message) -> None:
        service, started = self.hearing.service, perf_counter()
        with MESSAGES_IN_PROGRESS.labels(service).track_inprogress():
            outcome, heard = self.settle(hearer, name, message)
        seconds = perf_counter() - started
        MESSAGE_DURATION.labels(service, hearer.name, outcome).observe(seconds)
        if heard is None:
            logs.message(name, outcome, seconds, handler=hearer.name)
            return
        if outcome == "done":
            MESSAGE_AGE.labels(service, name, self.lane.value).observe(max(0.0, time() - heard.fact.at.timestamp()))
        logs.message(name, outcome, seconds, handler=hearer.name, message=heard.fact.id, about=heard.fact.subject,
                     correlation=heard.fact.correlation_id)

    def settle(self, hearer: Hearer, name: str, message: amqp.Message) -> tuple[str, Heard | None]:
        database, redelivered = self.hearing.database, bool(message.delivery_info["redelivered"])
        try:
            heard = Heard.of(message.body, hearer.events[name], self.lane, redelivered=redelivered)
        except Undecodable as why:
            park(database, hearer.name, message.body, why.code, lane=self.lane, type=name)
            crash_point("parking.after_commit_before_ack")
            return "parked", None
        outcome = receive(database, hearer.name, heard, hearer.handle, hearer.archive)
        crash_point("inbox.after_commit_before_ack")
        return outcome, heard

    def nobody(self, name: str, message: amqp.Message) -> None:
        """A binding brought what no handler hears: it waits for a person, who mends the topology."""
        park(self.hearing.database, self.hearing.service, message.body, "unheard", lane=self.lane, type=name)


class Receipt:
    """Acknowledges a message after the last of its hearers is done with it."""

    def __init__(self, session: Session, tag: int, waiting: int) -> None:
        self.session, self.tag, self.waiting = session, tag, waiting

    def heard(self, error: BaseException | None) -> None:
        self.waiting -= 1
        if error is not None:
            not_acknowledged(self.session, error)
        elif not self.waiting:
            self.session.settle(self.tag)


class Batches:
    """The bulk queue of a service that gathers: one batch is worked on while the next arrives."""

    def __init__(self, hearing: Hearing, hearer: Hearer) -> None:
        self.hearing, self.hearer = hearing, hearer
        self.waiting: list[tuple[Session, amqp.Message]] = []
        self.arrived, self.full = threading.Event(), threading.Event()
        queue = lane_queue(hearing.service, LaneName.BULK)
        self.consumer = hearing.consumer(queue, BATCH_PREFETCH, self.deliver)

    def threads(self) -> list[Callable[[], None]]:
        return [self.consumer.run, self.gather]

    def stop(self) -> None:
        self.full.set()
        self.consumer.stop()
        self.arrived.set()      # with nothing waiting: time to go

    def deliver(self, session: Session, message: amqp.Message) -> None:
        self.waiting.append((session, message))
        if len(self.waiting) == 1:
            self.arrived.set()
        elif len(self.waiting) == BATCH:
            self.full.set()

    def gather(self) -> None:
        while self.arrived.wait() and self.waiting:
            if len(self.waiting) < BATCH and not self.consumer.stopping.is_set():
                self.full.wait(BATCH_WAIT)
            session, messages = self.take()
            if messages:
                self.work(session, messages)

    def take(self) -> tuple[Session, list[amqp.Message]]:
        """The next batch, from one session only: tags of a lost one mean nothing to its successor."""
        session = self.waiting[0][0]
        batch = [message for s, message in self.waiting[:BATCH] if s is session]
        del self.waiting[:len(batch)]
        if len(self.waiting) < BATCH and not self.consumer.stopping.is_set():
            self.full.clear()
        if not self.waiting and not self.consumer.stopped.is_set():
            self.arrived.clear()
        return session, [] if session.lost else batch

    def work(self, session: Session, messages: list[amqp.Message]) -> None:
        done = threading.Event()

        def then(error: BaseException | None) -> None:
            if error is None:
                session.settle(messages[-1].delivery_info["delivery_tag"], count=len(messages))
            else:
                not_acknowledged(session, error)
            done.set()

        self.hearing.spawn(self.hearer, partial(self.settle, messages), then)
        done.wait()

    def settle(self, messages: list[amqp.Message]) -> None:
        started, hearer, service = perf_counter(), self.hearer, self.hearing.service
        batch = self.understood(messages)
        outcomes = receive_all(self.hearing.database, hearer.name, batch, hearer.handle, hearer.archive)
        crash_point("inbox.after_commit_before_ack")
        seconds = perf_counter() - started
        for outcome, number in outcomes.items():
            if number:
                MESSAGE_DURATION.labels(service, hearer.name, outcome).observe(seconds)
        if batch:
            oldest = min(heard.fact.at.timestamp() for heard in batch)
            MESSAGE_AGE.labels(service, "batch", LaneName.BULK.value).observe(max(0.0, time() - oldest))
        logs.message("batch", "done", seconds, handler=hearer.name, **outcomes)

    def understood(self, messages: list[amqp.Message]) -> list[Heard]:
        """What these messages say; what cannot be decoded is parked, or it would come back for ever."""
        batch = []
        for message in messages:
            name = message.delivery_info["routing_key"]
            try:
                batch.append(self.decoded(name, message))
            except Undecodable as why:
                park(self.hearing.database, self.hearer.name, message.body, why.code, lane=LaneName.BULK, type=name)
        return batch

    def decoded(self, name: str, message: amqp.Message) -> Heard:
        kind = self.hearer.events.get(name)
        if kind is None:
            raise Undecodable("unheard")
        return Heard.of(message.body, kind, LaneName.BULK, redelivered=bool(message.delivery_info["redelivered"]))


def not_acknowledged(session: Session, error: BaseException) -> None:
    """How it ended is not known: everything in hand comes back over a new connection."""
    log.warning("not acknowledged: %s", logs.failure(error))
    session.abandon()


class DeadLetters:
    """What the broker gave up on becomes parked rows, one for each that should have heard it."""

    PREFETCH = 8

    def __init__(self, hearing: Hearing) -> None:
        self.hearing = hearing
        self.consumer = hearing.consumer(dead_queue(hearing.service), self.PREFETCH, self.deliver)

    def threads(self) -> list[Callable[[], None]]:
        return [self.consumer.run]

    def stop(self) -> None:
        self.consumer.stop()

    def deliver(self, session: Session, message: amqp.Message) -> None:
        receipt = Receipt(session, message.delivery_info["delivery_tag"], waiting=1)
        self.hearing.spawn(self.hearing.hearers[0], partial(self.keep, message), receipt.heard)

    def keep(self, message: amqp.Message) -> None:
        died = (message.headers.get("x-death") or [{}])[0]
        name = (died.get("routing-keys") or ["unknown"])[0]
        lane = LaneName(str(died.get("queue", "")).rpartition(".")[2] or LaneName.NORMAL)
        consumers = [hearer.name for hearer in self.hearing.hearers if name in hearer.events]
        for consumer in consumers or [self.hearing.service]:
            park(self.hearing.database, consumer, message.body, "dead_letter", lane=lane, type=name)


class Threads:
    """Hear without nameko: readers and workers are plain threads (greenlets where threading is patched)."""

    def __init__(self, workers: int = 16) -> None:
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="hearing")

    def spawn(self, hearer: Hearer, run: Callable[[], None], then: Then) -> None:
        def work() -> None:
            error: BaseException | None = None
            try:
                run()
            except Exception as raised:
                error = raised
            then(error)

        self.pool.submit(work)

    def start(self, hearing: Hearing) -> None:
        for run in hearing.threads():
            threading.Thread(target=run, daemon=True).start()
