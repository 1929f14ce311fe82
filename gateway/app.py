"""The gateway: pages and JSON in front of the services."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import Flask, Response, g, request

from gateway import auth, problems, rendering, showing
from gateway.asking import Send
from gateway.nouns import NOUNS, OTHERS
from gateway.store import engine
from gateway.stream import Feed
from shared.settings import Settings


def create_app(settings: Settings, send: Send) -> Flask:
    app = Flask("gateway")
    app.secret_key = settings.secret("session_key")
    app.json.sort_keys = False      # type: ignore[attr-defined]
    app.config.update(MAX_CONTENT_LENGTH=1 << 20, MAX_FORM_MEMORY_SIZE=1 << 20)
    app.extensions |= {"settings": settings, "send": send, "db": engine(settings), "feed": Feed()}
    app.before_request(follow)
    app.after_request(mark)
    for room in (problems, auth, rendering, showing):
        room.init_app(app)
    for noun in NOUNS:
        app.register_blueprint(noun.api)
        app.register_blueprint(noun.pages)
    for blueprint in OTHERS:
        app.register_blueprint(blueprint)
    return app


def follow() -> None:
    """One id goes with a request through every service, and back to whoever asked."""
    try:
        g.correlation_id = str(UUID(request.headers.get("X-Request-ID", "")))
    except ValueError:
        g.correlation_id = str(uuid4())


def mark(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("correlation_id", "")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
