"""The only way from the gateway to a service: ask a typed question, get a typed view or a problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID, uuid5

from flask import current_app, g
from pydantic import TypeAdapter

from gateway import auth
from gateway.problems import KINDS, Problem
from shared.contracts.messages import Request
from shared.messaging.rpc import Unavailable

V = TypeVar("V")

DEADLINE = 5.0          # seconds

Send = Callable[[str, str, dict[str, Any], float], dict[str, Any]]
"""Carries (service, method, envelope, deadline) and brings the reply; raises Unavailable."""


def ask(request: Request[V]) -> V:
    """Ask on behalf of the caller, with the idempotency key of the request at hand."""
    return _ask(request, principal=auth.principal_for(request.owner()), key=g.get("idempotency_key"))


def ask_also(request: Request[V], *, part: str) -> V:
    """A further command of the same request; its key is made of the caller's, so that a repeat repeats it too."""
    key = g.get("idempotency_key")
    return _ask(request, principal=auth.principal_for(request.owner()), key=uuid5(key, part) if key else None)


def look_up(request: Request[V]) -> V:
    """Ask beside the main question, for a name or a list; it changes nothing and needs no key."""
    return _ask(request, principal=auth.principal_for(request.owner()), key=None)


def find(request: Request[V]) -> V | None:
    """Like `look_up`, for what may not be there yet."""
    try:
        return look_up(request)
    except Problem as problem:
        if problem.code == "not_found":
            return None
        raise


def _ask(request: Request[V], *, principal: str, key: UUID | None) -> V:
    service, method = request.owner(), request.wire_name()
    envelope = {
        "request": request.model_dump(mode="json"), "principal": principal, "key": str(key) if key else None,
        "correlation_id": g.get("correlation_id", ""),
    }
    send: Send = current_app.extensions["send"]
    try:
        reply = send(service, method, envelope, DEADLINE)
    except Unavailable as why:
        # The services' names and the reason stay in our log: a person reads what was not done.
        current_app.logger.warning("%s.%s: %s", service, method, why)
        raise Problem("timeout" if why.timed_out else "unavailable") from None
    if refused := reply.get("refused"):
        raise refusal(refused)
    g.replayed = g.get("replayed", False) or bool(reply.get("replayed"))
    return cast(V, TypeAdapter(request.answers_with()).validate_python(reply["view"]))


def refusal(refused: dict[str, Any]) -> Problem:
    """A service's no, as the problem it is to the caller."""
    more = {name: value for name, value in refused.items() if name not in {"code", "detail", "errors"}}
    code = refused["code"] if refused["code"] in KINDS else "not_possible"
    return Problem(code, refused["detail"], errors=refused.get("errors", ()), **more)
