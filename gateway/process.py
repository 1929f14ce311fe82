"""What gunicorn serves: the pages on one port, health on another, and beside them what hears events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast
from uuid import uuid4

from gateway import auth
from gateway.app import create_app
from gateway.cards import Renewal
from gateway.hearing import HEARERS
from gateway.store import database
from shared import crash_points, logs
from shared.contracts.schools import CrisisCard, CrisisCardView
from shared.health import health_app
from shared.messaging.hearing import Hearing, Threads
from shared.messaging.rpc import RpcClient
from shared.schema import SchemaCheck
from shared.settings import Settings

NAME = "gateway"
DEADLINE = 5.0      # seconds


def application() -> Gateway:
    settings = Settings.read()
    logs.configure(settings, NAME)
    crash_points.arm(settings)
    gateway = Gateway(settings)
    gateway.start()
    return gateway


class Gateway:
    """What gunicorn calls: pages and JSON on the public port, health and metrics on the other."""

    def __init__(self, settings: Settings) -> None:
        own = database(settings)
        self.settings, self.rpc = settings, RpcClient(settings.broker(NAME), name=NAME)
        self.app = create_app(settings, self.rpc.ask)
        self.threads = Threads()
        self.hearing = Hearing(own, settings, NAME, HEARERS, self.threads.spawn)
        self.renewal = Renewal(own, self.card)
        self.schema = SchemaCheck(own.engine, NAME)
        self.health = health_app(self.schema.troubles)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        # By the socket that took the connection, never by Host: a header opens no door.
        port = environ["gunicorn.socket"].getsockname()[1]
        return (self.health if port == self.settings.metrics_port else self.app)(environ, start)

    def start(self) -> None:
        self.app.extensions["feed"].start()
        self.threads.start(self.hearing)
        self.renewal.start()

    def stop(self) -> None:
        """Streams end at once; messages in hand are finished."""
        self.app.extensions["feed"].close()
        self.renewal.stop()
        self.hearing.stop()

    def card(self, question: CrisisCard) -> CrisisCardView:
        """A crisis card, asked for by the gateway itself."""
        request_id = str(uuid4())
        with self.app.app_context():
            principal = auth.service_principal(question.owner(), request_id)
        reply = self.rpc.ask(question.owner(), question.wire_name(), {
            "request": question.model_dump(mode="json"), "principal": principal, "key": None,
            "correlation_id": request_id}, DEADLINE)
        return CrisisCardView.model_validate(cast(Any, reply["view"]))
