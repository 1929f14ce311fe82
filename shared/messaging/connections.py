"""How a connection to the broker is opened: kombu knows addresses, TLS and failover; py-amqp speaks beneath."""

from __future__ import annotations

import random
from collections.abc import Callable

import amqp
import kombu
from amqp.exceptions import AMQPError

LOST = (AMQPError, OSError)
HEARTBEAT = 10      # seconds
CONNECT = 3         # seconds
GOOD_BYE = 3        # seconds


def connect(urls: str, name: str, blocked: Callable[[bool], None] = lambda _: None) -> amqp.Connection:
    """A connection to a node that answers; `blocked` is told when an alarm stops publishers, and when it ends."""
    opening = kombu.Connection(
        urls, heartbeat=HEARTBEAT, connect_timeout=CONNECT, failover_strategy="shuffle",
        transport_options={
            "client_properties": {"connection_name": name},
            "on_blocked": lambda reason: blocked(True), "on_unblocked": lambda: blocked(False),
        })
    nodes = len(urls.split(";"))
    opening.ensure_connection(
        max_retries=nodes, interval_start=0, interval_step=0, reraise_as_library_errors=False)
    connection = opening.connection
    _read_by_one(connection)
    return connection


def _read_by_one(connection: amqp.Connection) -> None:
    """Let no publish read the socket.

    Where alarms are negotiated, py-amqp looks for one before each publish: a second reader, which tears frames
    apart when one thread reads and others write. The broker still tells of alarms; the reader hears them.
    """
    told = connection.client_properties
    capabilities = {**told.get("capabilities", {}), "connection.blocked": False}
    connection.client_properties = {**told, "capabilities": capabilities}


def close(connection: amqp.Connection) -> None:
    """Say good-bye, or, when nobody listens any more, just hang up."""
    try:
        with connection.transport.having_timeout(GOOD_BYE):
            connection.close()      # the broker answers after it has read every earlier frame
    except (*LOST, AttributeError):     # no transport any more: hung up already
        connection.collect()


def full_jitter(attempt: int, first: float = 0.2, most: float = 10.0) -> float:
    """Seconds to wait before the next try: any time up to a limit that doubles."""
    return random.uniform(0.05, min(most, first * 2 ** min(attempt, 10)))  # noqa: S311 - no secret


