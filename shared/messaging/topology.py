"""Which exchanges and queues exist, derived from the contracts: data, applied once by a job before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kombu import Exchange, Queue, binding

from shared.contracts.catalog import OWNERS
from shared.contracts.messages import Event, Lane
from shared.messaging.listens import LISTENS

PREFETCH = {Lane.URGENT: 1, Lane.NORMAL: 8, Lane.BULK: 50}
BATCH_PREFETCH = 1000
"""Of a bulk queue that is taken in batches."""

LENGTH = {Lane.URGENT: 50_000, Lane.NORMAL: 100_000, Lane.BULK: 500_000}
DELIVERY_LIMIT = 50
"""High and explicit: a lost connection counts against every message that was in hand."""

ALL_IN_BULK = frozenset({"metrics"})
"""Services that take every event in batches, whatever its lane."""

DEAD_LETTERS = Exchange("dead.letters", "topic", durable=True)
REQUESTS = Exchange("nameko-rpc", "topic", durable=True)
"""nameko's name: requests keep its wire protocol."""


def events_exchange(owner: str) -> Exchange:
    return Exchange(f"{owner}.events", "topic", durable=True)


def lane_of(service: str, event: type[Event]) -> Lane:
    return Lane.BULK if service in ALL_IN_BULK else event.lane


def lanes_of(service: str) -> dict[Lane, list[type[Event]]]:
    """The lanes a service has, and what arrives in each."""
    lanes: dict[Lane, list[type[Event]]] = {}
    for event in LISTENS[service]:
        lanes.setdefault(lane_of(service, event), []).append(event)
    return lanes


def lane_queue(service: str, lane: Lane, events: tuple[type[Event], ...] = ()) -> Queue:
    return Queue(
        f"{service}.{lane}", durable=True, auto_delete=False,
        bindings=[binding(events_exchange(e.owner()), routing_key=e.wire_name()) for e in events],
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-overflow": "reject-publish",
            "x-max-length": LENGTH[lane],
            "x-dead-letter-exchange": DEAD_LETTERS.name,
            "x-dead-letter-routing-key": service,
            "x-dead-letter-strategy": "at-least-once",
        })


def dead_queue(service: str) -> Queue:
    """What the broker gave up on, until it is drained into parked rows."""
    return Queue(
        f"{service}.dead", durable=True, auto_delete=False, bindings=[binding(DEAD_LETTERS, routing_key=service)],
        queue_arguments={"x-queue-type": "quorum"})


def request_queue(service: str) -> Queue:
    """Requests live five seconds, so they need no replicas. The name is nameko's."""
    return Queue(
        f"rpc-{service}", durable=True, auto_delete=False,
        bindings=[binding(REQUESTS, routing_key=f"{service}.*")])


def exchanges() -> Iterator[Exchange]:
    yield DEAD_LETTERS
    yield REQUESTS
    yield from map(events_exchange, OWNERS)


def queues() -> Iterator[Queue]:
    yield from map(request_queue, OWNERS)
    for service in LISTENS:
        yield from queues_heard_by(service)


def queues_heard_by(service: str) -> Iterator[Queue]:
    for lane, events in lanes_of(service).items():
        yield lane_queue(service, lane, tuple(events))
        yield dead_queue(service)


def declare(channel: Any, entity: Any, *, passive: bool = False) -> None:
    """Make an exchange, or a queue with its bindings; PreconditionFailed when it exists with other arguments."""
    if isinstance(entity, Exchange):
        entity(channel).declare(passive=passive)
    else:
        queue = entity(channel)
        queue.queue_declare(passive=passive)
        if not passive:
            for bound in queue.bindings:
                bound.bind(queue, nowait=True)      # nothing to wait for: both ends exist
