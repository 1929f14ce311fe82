"""The relay process: one thread and one relay for each service, and the health server."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Sequence

from shared import crash_points, logs
from shared.health import serve_health
from shared.messaging.relay import Relay
from shared.settings import Settings

log = logging.getLogger(__name__)


def run(services: Sequence[str]) -> None:
    settings = Settings.read()
    logs.configure(settings, "relay")
    crash_points.arm(settings)
    relays = [Relay(settings, service) for service in services]
    threads = [threading.Thread(target=relay.run, name=relay.service) for relay in relays]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop(relays))
    for thread in threads:
        thread.start()
    serve_health(settings, lambda: {r.service: r.trouble for r in relays if r.trouble})
    log.info("carrying %s", ", ".join(services))
    for thread in threads:
        thread.join()
    log.info("stopped")


def stop(relays: Sequence[Relay]) -> None:
    for relay in relays:
        relay.stop()
