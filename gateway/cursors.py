"""Where a list goes on: a service's cursor, signed, so that only one we gave comes back."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from gateway.problems import Problem
from shared.contracts.messages import Page


def signed(cursor: str | None) -> str | None:
    return None if cursor is None else str(_signer().dumps(cursor))


def with_signature(page: Page[Any]) -> Page[Any]:
    """The page as it leaves the gateway."""
    return page.model_copy(update={"next_cursor": signed(page.next_cursor)})


def opened(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        return str(_signer().loads(cursor))
    except BadSignature:
        raise Problem("cursor_invalid") from None


def _signer() -> URLSafeSerializer:
    # A cursor belongs to its list: the path is part of the signature.
    return URLSafeSerializer(current_app.secret_key or "", salt=f"cursor:{request.path.removeprefix('/api/v1')}")
