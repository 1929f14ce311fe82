"""Draws every page in every state by the real templates, without a service: `python -m tests.e2e.specimens`.

It serves them at http://127.0.0.1:5077/specimens, and the browser tests look at each one.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, Response, abort, render_template_string
from flask import render_template as render

import gateway
from gateway import headers, rendering
from tests.e2e.made_up import TZ
from tests.e2e.sample_district import BOOK, INBOX, SCHOOL_NAMES, STAFF, STUDENTS
from tests.e2e.sample_pages import PAGES, Specimen

PORT = 5077
HIDDEN_FROM = {
    "peer_supporter": {
        "tasks.view",
        "dashboard.district",
        "school.list",
        "program.list",
        "referral.list",
        "activity.record",
        "staff.add",
    },
    "counselor": {"activity.record", "me.view", "staff.add"},
    "site_coordinator": {"me.view", "staff.add", "referral.list"},
    "advisor": {"me.view", "staff.add", "referral.list", "dashboard.district"},
    "district_lead": {"me.view", "referral.list", "activity.record"},
}
"""A plausible part of the policy: which places of the top bar a role does not have."""

drawn: ContextVar[Specimen] = ContextVar("drawn")
INDEX = """<!doctype html><title>Specimens</title>
<ul>{% for name in pages %}<li><a href="/specimens/{{ name }}">{{ name }}</a>{% endfor %}</ul>"""


@dataclass(frozen=True)
class Caller:
    """Who looks at a specimen."""

    role: str
    key: UUID

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,)

    def may(self, action: str) -> bool:
        return action not in HIDDEN_FROM.get(self.role, set())


class Names:
    """Made-up names in place of those that only the schools service knows."""

    def staff(self, key: UUID | None) -> str:
        return STAFF.get(key, "") if key else ""

    def student(self, key: UUID | None) -> str:
        return STUDENTS.get(key, "") if key else ""

    def initials(self, key: UUID | None) -> str:
        return " ".join(f"{part[0]}." for part in self.student(key).split())

    def anyone(self, key: UUID | None) -> str:
        return self.staff(key) or self.student(key)


def create() -> Flask:
    """An application that draws specimens under the real headers, and does nothing else."""
    app = Flask("gateway", root_path=str(Path(gateway.__file__).parent))
    rendering.init_app(app)
    app.after_request(headers.harden)
    app.context_processor(what_every_page_gets)
    app.jinja_env.globals.update(
        school_name=lambda key: SCHOOL_NAMES.get(key, ""),
        school_tz=lambda key: TZ,
        school_names=lambda: BOOK,
        new_key=uuid4,
    )
    app.add_url_rule("/specimens", view_func=index)
    app.add_url_rule("/specimens/<name>", view_func=draw)
    app.add_url_rule("/referrals/queue", view_func=queue)
    app.add_url_rule("/stream", view_func=stream)
    app.add_url_rule("/concerns/<concern>/status", view_func=unchanged)
    app.add_url_rule("/imports/<job>/progress", view_func=unchanged)
    return app


def index() -> str:
    return render_template_string(INDEX, pages=PAGES)


def draw(name: str) -> tuple[str, int]:
    """One specimen."""
    shown = PAGES.get(name) or abort(404)
    drawn.set(shown)
    return render(shown.template, **shown.context), shown.status


def unchanged(**_path: str) -> tuple[str, int]:
    """A poll that brings nothing."""
    return "", 204


def queue() -> str:
    drawn.set(PAGES["inbox"])
    return render("_queue.html", **INBOX)


def stream() -> Response:
    """A stream that says it is alive."""
    return Response("event: beat\ndata: {}\n\n", mimetype="text/event-stream")


def what_every_page_gets() -> dict[str, Any]:
    shown = drawn.get(Specimen("problem.html"))
    return {
        "caller": Caller(shown.role, uuid4()) if shown.role else None,
        "names": Names(),
        "form": shown.form,
        "demo": False,
        "csrf_token": lambda: "specimen",
        "correlation_id": str(uuid4()),
        "district_name": "Rio Verde Unified School District",
        "caller_name": "Tam Nguyen" if shown.role == "peer_supporter" else "Dana Reyes",
        "waiting_now": 5,
        "idle_seconds": 1800,
    }


if __name__ == "__main__":
    create().run(port=PORT, threaded=True)
