"""Did this person mean it? A change by cookie must come from our own page, with the token of its session."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from flask import current_app, request

from gateway.problems import Problem
from gateway.sign_ins import BEARER, Found

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def token_of(token_hash: bytes) -> str:
    """The token of a session; it changes with the session and needs no place of its own."""
    key = str(current_app.extensions["settings"].secret("session_key")).encode()
    return hmac.new(key, b"csrf|" + token_hash, hashlib.sha256).hexdigest()


def check(session: Found | None) -> None:
    """Refuse an unsafe request from elsewhere. A bearer token is proof enough: no browser adds it by itself."""
    if request.method in SAFE or (session is not None and session.way == BEARER):
        return
    if not from_our_own_page(required=session is None and not request.path.startswith("/api/")):
        raise Problem("forbidden", "This did not come from a page of ours.")
    if session is not None and not hmac.compare_digest(_given().encode(), token_of(session.token_hash).encode()):
        raise Problem("forbidden", "This page is too old, or not ours. Please open it again.")


def from_our_own_page(*, required: bool) -> bool:
    """What the browser itself says of where the request comes from. Programs say nothing."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:
        return not required
    return site in (None, "same-origin", "none") and (origin is None or _ours(origin))


def _ours(origin: str) -> bool:
    return origin == current_app.extensions["settings"].base_url or urlsplit(origin).netloc == request.host


def _given() -> str:
    return request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
