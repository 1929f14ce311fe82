"""Every process says how it is: /livez, /readyz and /metrics on a port of its own, never the public one."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from socketserver import ThreadingMixIn
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from shared.metrics import BUILD
from shared.settings import Settings

Troubles = Callable[[], Mapping[str, str]]
"""What keeps the process from being ready: part -> why."""


def serve_health(settings: Settings, troubles: Troubles) -> WSGIServer:
    """Answer probes until the process ends. A scraper that falls silent blocks nobody else."""
    BUILD.labels("0.1.0", "local").set(1)
    server = make_server(
        settings.host, settings.metrics_port, health_app(troubles), server_class=ThreadingServer, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def health_app(troubles: Troubles) -> Callable[..., Iterable[bytes]]:
    metrics = make_wsgi_app()

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            return list(metrics(environ, start))
        if path not in ("/livez", "/readyz"):
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"/livez, /readyz or /metrics\n"]
        # Alive means that the loop answers, whatever broker and database do.
        found = troubles() if path == "/readyz" else {}
        start("503 Service Unavailable" if found else "200 OK", [("Content-Type", "application/json")])
        return [json.dumps(found).encode()]

    return app


def ask(settings: Settings) -> int:
    """0 when the process behind the metrics port is ready."""
    try:
        with urlopen(f"http://{settings.host}:{settings.metrics_port}/readyz", timeout=3):
            return 0
    except URLError as no:
        sys.stderr.write(f"not ready: {no.reason}\n")
        return 1


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Probes come every few seconds; they are not news."""
