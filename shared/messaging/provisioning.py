"""Make the topology, or say what differs from it: the two halves of the job `peersupports topology`."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from amqp.exceptions import PreconditionFailed

from shared.messaging import topology
from shared.messaging.connections import close, connect
from shared.settings import Settings


def apply(settings: Settings) -> int:
    """Make what is missing. What exists with other arguments is left alone and named: exit 1."""
    connection = connect(settings.broker("topology"), name="topology")
    refused, channel = 0, connection.channel()
    try:
        for entity in (*topology.exchanges(), *topology.queues()):
            try:
                topology.declare(channel, entity)
            except PreconditionFailed as error:
                sys.stderr.write(f"{entity.name} exists with other arguments: {error.reply_text}\n")
                refused, channel = 1, connection.channel()      # the broker closes the channel with every refusal
        channel.close()
    finally:
        close(connection)
    return refused


def check(settings: Settings) -> int:
    """List what is missing, what is different and what is too much; exit 1 if anything is."""
    found = list(differences(settings))
    for difference in found:
        sys.stdout.write(difference + "\n")
    return 1 if found else 0


def differences(settings: Settings) -> Iterator[str]:
    broker = Management(settings)
    yield from _compare("exchange", {e.name for e in topology.exchanges()},
                        {e["name"] for e in broker.get("exchanges") if e["name"] and not e["name"].startswith("amq.")})
    wanted = {queue.name: queue for queue in topology.queues()}
    there = {queue["name"]: queue for queue in broker.get("queues")}
    for name, queue in wanted.items():
        if name not in there:
            yield f"queue {name} is missing"
        elif (arguments := there[name]["arguments"]) != (queue.queue_arguments or {}):
            yield f"queue {name} has other arguments: {json.dumps(arguments, sort_keys=True)}"
    yield from _compare("binding", set(_bindings_wanted()), set(_bindings_there(broker, wanted.keys())))


def _compare(what: str, wanted: set[Any], there: set[Any]) -> Iterator[str]:
    yield from (f"{what} {each} is missing" for each in sorted(map(str, wanted - there)))
    yield from (f"{what} {each} is there and not wanted" for each in sorted(map(str, there - wanted)))


def _bindings_wanted() -> Iterator[str]:
    for queue in topology.queues():
        for bound in queue.bindings:
            yield f"{bound.exchange.name} -- {bound.routing_key} -> {queue.name}"


def _bindings_there(broker: Management, queues: Any) -> Iterator[str]:
    for bound in broker.get("bindings"):
        if bound["source"] and bound["destination"] in queues:
            yield f"{bound['source']} -- {bound['routing_key']} -> {bound['destination']}"


class Management:
    """RabbitMQ's management interface, read as the user `monitor`."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.management_url.rstrip("/")
        self.vhost = urlsplit(settings.amqp_url.split(";")[0]).path[1:] or quote("/", safe="")
        user = f"monitor:{settings.secret('amqp_monitor')}"
        self.head = {"Authorization": "Basic " + base64.b64encode(user.encode()).decode()}

    def get(self, what: str) -> Any:
        request = Request(f"{self.url}/api/{what}/{self.vhost}", headers=self.head)     # noqa: S310 - a setting of ours
        with urlopen(request, timeout=10) as answer:        # noqa: S310
            return json.load(answer)
