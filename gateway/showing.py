"""How a page is shown: views from the services, names joined to their keys, and the form as it was sent."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Flask, current_app, g, render_template

from gateway import cursors
from gateway.auth import caller
from gateway.forms import Form
from gateway.names import Names, SchoolBook, join
from shared.contracts.messages import Page


def init_app(app: Flask) -> None:
    book = app.extensions["schools"] = SchoolBook()
    app.jinja_env.globals.update(
        school_name=book.name, school_tz=book.zone, school_names=book.rows, new_key=uuid4, waiting_now=None)
    app.context_processor(lambda: {
        "caller": caller() if caller().signed_in else None, "form": g.get("form") or Form(), "names": Names(),
        "correlation_id": g.get("correlation_id", ""), "demo": current_app.extensions["settings"].demo,
        "caller_name": "", "district_name": book.district,
        "idle_seconds": caller().idle_seconds,
    })


def page(template: str, **views: Any) -> str:
    """The page, with the names of everyone on it."""
    me = caller()
    names = join(views, me.key) if me.signed_in else Names()
    return render_template(template, names=names, caller_name=names.anyone(me.key), **_signed(views))


def fragment(template: str, **views: Any) -> str:
    """A part of a page, with the names of everyone in it."""
    return render_template(template, names=join(views), **_signed(views))


def _signed(views: dict[str, Any]) -> dict[str, Any]:
    """Lists with the cursor that the reader may bring back."""
    return {name: cursors.with_signature(view) if isinstance(view, Page) else view for name, view in views.items()}
