"""Which messages the broker took, on one channel. After any error: discard with its connection."""

from __future__ import annotations

from itertools import takewhile

import amqp


class Confirms:
    def __init__(self, channel: amqp.Channel) -> None:
        self.channel, self.tag = channel, 0
        self.open: dict[int, str] = {}          # delivery tag -> message id
        self.acked: set[str] = set()
        self.nacked: set[str] = set()
        self.returned: set[str] = set()
        channel.confirm_select()                # tags count from 1
        channel.events["basic_ack"].add(lambda tag, many: self.acked.update(self.settle(tag, many)))
        channel.events["basic_nack"].add(lambda tag, many: self.nacked.update(self.settle(tag, many)))
        channel.events["basic_return"].add(
            lambda error, exchange, key, m: self.returned.add(m.properties["message_id"]))

    def publish(self, message: amqp.Message, exchange: str, key: str) -> None:
        self.channel.basic_publish(message, exchange, key, mandatory=True, timeout=3)
        self.tag += 1
        self.open[self.tag] = message.properties["message_id"]

    def settle(self, tag: int, many: bool) -> list[str]:
        waiting = takewhile(lambda t: t <= tag, self.open) if many else filter(self.open.__contains__, [tag])
        tags = list(waiting)
        return [self.open.pop(t) for t in tags]

    def taken(self) -> set[str]:
        """What the broker has, and has routed."""
        return self.acked - self.returned       # a return precedes its ack

    def clear(self) -> None:
        """Forget a batch that has been dealt with."""
        self.acked, self.nacked, self.returned = set(), set(), set()
