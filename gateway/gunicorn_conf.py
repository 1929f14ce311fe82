"""How the gateway is served: one worker of greenlets on two ports, the public one and the one for operators."""

import signal
from typing import Any

from shared.settings import Settings

settings = Settings.read()

bind = [f"{settings.host}:{settings.port}", f"{settings.host}:{settings.metrics_port}"]
worker_class = "gevent"
workers = 1
worker_connections = 1000
graceful_timeout = 20
timeout = 60
keepalive = 75      # seconds: longer than the pause of a person who reads, so that a click finds its connection open
accesslog = None
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """On SIGTERM the streams end first; gunicorn would wait the whole grace time for them."""
    import gevent  # in the worker, which has been patched

    stop: Any = signal.getsignal(signal.SIGTERM)

    def drain_and_stop(number: int, frame: Any) -> None:
        worker.wsgi.stop()
        stop(number, frame)

    # A signal handler runs inside the hub and may not wait; the stop gets a greenlet of its own.
    signal.signal(signal.SIGTERM, lambda number, frame: gevent.spawn(drain_and_stop, number, frame))
