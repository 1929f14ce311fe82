"""Who is calling, and whether their role includes what they ask for. A route that declares no action is shut.

The gateway decides only what a role may do at all. Which things are within reach, the owning service decides on the
row itself, from the principal that is minted here for each request to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict, TypeVar
from urllib.parse import quote, urlsplit
from uuid import UUID

from flask import Flask, current_app, g, redirect, request
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, TimeoutError
from werkzeug.wrappers import Response

from gateway import csrf, headers, sign_ins
from gateway.problems import Problem
from gateway.sign_ins import Found
from gateway.store import database
from gateway.throttle import Throttle
from shared.contracts.codes import Role
from shared.security.policy import scopes_of
from shared.security.principal import GATEWAY, NOBODY, PUBLIC, Grant, Principal, Signer
from shared.settings import Settings
from shared.work import lost

V = TypeVar("V", bound=Callable[..., object])

BEARER = "Bearer "
PASSWORD_ONLY = "pwd"


@dataclass(frozen=True)
class Caller:
    """Whoever sent the request at hand: a person, or the public."""

    key: UUID
    kind: str
    grants: tuple[Grant, ...]
    session: Found | None = None

    @property
    def signed_in(self) -> bool:
        return self.session is not None

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def session_id(self) -> UUID | None:
        return self.session.id if self.session else None

    @property
    def idle_seconds(self) -> int | None:
        """After how many seconds without a touch they are asked to sign in again."""
        return self.session.idle_seconds if self.session else None

    @property
    def principal(self) -> Principal:
        return Principal(self.key, self.grants, GATEWAY, g.get("correlation_id", ""), str(self.session_id))

    def may(self, action: str) -> bool:
        """Does any of their roles include this action?"""
        return bool(scopes_of(self.principal, action))


NOBODY_KNOWN = Caller(NOBODY, "public", PUBLIC)


def init_app(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    refuse_what_production_must_not_have(settings)
    app.extensions["signer"] = Signer.of(GATEWAY, settings.secrets)
    app.extensions["throttle"] = Throttle(database(settings).engine, settings.secret("session_key").encode())
    app.before_request(admit)
    app.after_request(headers.harden)
    app.jinja_env.globals["csrf_token"] = csrf_token


def allow(action: str, *, background: bool = False) -> Callable[[V], V]:
    """The one action of a route. `background`: the page asks by itself; it keeps nobody signed in."""

    def mark(view: V) -> V:
        view.__dict__.update(action=action, background=background)
        return view

    return mark


def caller() -> Caller:
    found: Caller = g.get("caller", NOBODY_KNOWN)
    return found


def csrf_token() -> str:
    session = caller().session
    return csrf.token_of(session.token_hash) if session else ""


def principal_for(service: str) -> str:
    """The caller, as one service is to believe it for one request."""
    me, signer = caller(), current_app.extensions["signer"]
    session = str(me.session_id) if me.session_id else None
    return str(signer.mint(
        service, actor=me.key, grants=me.grants, request_id=g.correlation_id, session=session,
        strength=PASSWORD_ONLY if session else None))


def service_principal(service: str, request_id: str) -> str:
    """The gateway itself, asking for no person."""
    return str(current_app.extensions["signer"].mint_own(service, request_id=request_id))


def admit() -> Response | None:
    """Before anything is read: who is it, may they, and did they mean it?"""
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    action = getattr(view, "action", None)
    if action is None:
        raise Problem("forbidden", "This address is not open to anybody.")
    g.caller = recognized(background=getattr(view, "background", False))
    if not caller().may(action):
        return _turned_away()
    csrf.check(caller().session)
    return None


def recognized(*, background: bool) -> Caller:
    """The caller, from a bearer token or the session cookie; no other header says anything about who it is."""
    authorization, cookie = request.headers.get("Authorization", ""), request.cookies.get(cookie_name())
    if authorization.startswith(BEARER):
        found = _session(authorization.removeprefix(BEARER))
        if found is None or found.way != sign_ins.BEARER:
            raise Problem("unauthenticated", "This token is not good, or no longer.")
        return _caller(found)
    found = _session(cookie) if cookie else None
    # A list that lies open goes on by itself; anything else after a long rest asks who is there.
    if found is None or found.way != sign_ins.COOKIE or (found.slept and not background):
        return NOBODY_KNOWN
    if not background:
        sign_ins.touch(_engine(), found)
    return _caller(found)


def cookie_name() -> str:
    return "__Host-session" if over_https(current_app.extensions["settings"]) else "session"


def cookie_terms() -> CookieTerms:
    return {
        "path": "/", "secure": over_https(current_app.extensions["settings"]), "httponly": True, "samesite": "Lax",
    }  # fmt: skip


class CookieTerms(TypedDict):
    """How far the session cookie goes: to us alone, over HTTPS alone, out of reach of scripts and other sites."""

    path: str
    secure: bool
    httponly: bool
    samesite: str


def over_https(settings: Settings) -> bool:
    return urlsplit(settings.base_url).scheme == "https"


def refuse_what_production_must_not_have(settings: Settings) -> None:
    """Production starts only over HTTPS and without demo accounts."""
    if settings.environment != "production":
        return
    if not over_https(settings):
        raise SystemExit("PEERSUPPORTS_BASE_URL must begin with https:// in production: cookies travel with it.")
    if settings.demo:
        raise SystemExit("PEERSUPPORTS_DEMO=1 is not for production: everybody knows those accounts.")


def _session(token: str) -> Found | None:
    try:
        return sign_ins.find(_engine(), token)
    except (DBAPIError, TimeoutError) as error:
        if lost(error):
            raise Problem("unavailable") from None
        raise


def _caller(found: Found) -> Caller:
    # Whoever has lost every role is let out again, and may do what anybody may.
    return Caller(found.actor_key, found.kind, found.grants or PUBLIC, found)


def _turned_away() -> Response:
    """Whoever is known may not; whoever is not is asked to sign in, and a page is found again afterwards."""
    if caller().signed_in:
        raise Problem("forbidden")
    if request.path.startswith("/api/") or request.headers.get("HX-Request"):
        raise Problem("unauthenticated")
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(f"/signin?next={quote(back, safe='')}", 303)


def _engine() -> Engine:
    return database(current_app.extensions["settings"]).engine
