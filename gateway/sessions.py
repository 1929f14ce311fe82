"""Sessions: what a peer supporter writes down in under a minute, and the red flag that must reach an adult."""

from __future__ import annotations

from typing import Any

from flask import request
from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from gateway import drafts, forms
from gateway.asking import ask
from gateway.auth import allow
from gateway.crisis import card_of, my_day, my_school
from gateway.routing import Noun
from gateway.showing import page
from shared.contracts.interventions import (
    LogSession,
    MarkSession,
    ReviewSession,
    SessionList,
    SessionLoggedView,
    SessionsToMark,
    SessionView,
)
from shared.contracts.messages import Page

sessions = Noun("sessions")

FORM = "session"


def with_concern(model: type[BaseModel], form: MultiDict[str, str]) -> dict[str, Any]:
    """The concern counts only with a yes; with a yes it is there even when nothing more was filled in."""
    given = forms.nested(model, form)
    flagged = "yes" in given.get("red_flag_answers", {}).values()
    concern = given.pop("concern", {})
    return given | ({"concern": concern} if flagged else {})


@sessions.get("/sessions")
@allow("session.list")
def listed(question: SessionList) -> Page[SessionView]:
    """The sessions within the caller's scope."""
    return ask(question)


@sessions.get("/sessions/to-mark")
@allow("session.list")
def to_mark(question: SessionsToMark) -> Page[SessionView]:
    """Sessions past their time of which nobody has said what became of them."""
    return ask(question)


@sessions.post(
    "/sessions", status=201, form="/sessions/new", reads=with_concern, draft=FORM,
    then=lambda logged: f"/concerns/{logged.concern.concern_id}" if logged.concern else "/me?saved=1")
@allow("session.log")
def log(command: LogSession) -> SessionLoggedView:
    """Record a session. A yes to a red-flag question needs `concern`, which is saved in the same transaction."""
    return ask(command)


@sessions.post("/sessions/<uuid:session_id>/mark", form="/today")
@allow("session.mark")
def mark(command: MarkSession) -> SessionView:
    """Say what became of a planned session."""
    return ask(command)


@sessions.post("/sessions/<uuid:session_id>/review", form="/today")
@allow("session.review")
def review(command: ReviewSession) -> SessionView:
    """An advisor has read a documented session."""
    return ask(command)


# --- pages ----------------------------------------------------------------------------------------------------------

@sessions.page("/sessions/new")
@allow("session.log")
def log_page() -> str:
    """The session log, with what could not be sent before."""
    drafts.show_kept(FORM)
    day = my_day()
    return page("session_new.html", day=day, card=card_of(my_school(day)), match_id=request.args.get("match_id", ""))
