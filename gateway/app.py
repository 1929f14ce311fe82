"""The gateway: pages and JSON in front of the services."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import Flask, Response, current_app, g, request

from gateway import auth, figures, problems, rendering, showing
from gateway.asking import Send
from gateway.nouns import NOUNS, OTHERS
from gateway.store import engine
from gateway.stream import Feed
from shared.settings import Settings

SMALL, UPLOAD = 1 << 20, 200 << 20      # bytes


def create_app(settings: Settings, send: Send) -> Flask:
    app = Flask("gateway")
    app.secret_key = settings.secret("session_key")
    app.json.sort_keys = False      # type: ignore[attr-defined]
    app.config.update(MAX_CONTENT_LENGTH=SMALL, MAX_FORM_MEMORY_SIZE=SMALL)
    app.extensions |= {
        "settings": settings, "send": send, "feed": Feed(engine(settings), settings.database("gateway_app"))}
    app.before_request(follow)
    app.after_request(mark)
    for room in (problems, auth, rendering, figures, showing):
        room.init_app(app)
    for noun in NOUNS:
        app.register_blueprint(noun.api)
        app.register_blueprint(noun.pages)
    for blueprint in OTHERS:
        app.register_blueprint(blueprint)
    return app


def follow() -> None:
    """One id goes with a request through every service, and back to whoever asked. Only a file may be large."""
    try:
        g.correlation_id = str(UUID(request.headers.get("X-Request-ID", "")))
    except ValueError:
        g.correlation_id = str(uuid4())
    if getattr(current_app.view_functions.get(request.endpoint or ""), "uploads", False):
        request.max_content_length = UPLOAD


def mark(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("correlation_id", "")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
