"""Activities for everyone: what was held, for how many, and never for whom."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from gateway import forms
from gateway.asking import ask, look_up
from gateway.auth import allow
from gateway.routing import Noun, asked
from gateway.showing import page
from shared.contracts.interventions import ActivityList, ActivityView, ProgramList, RecordActivity
from shared.contracts.messages import Page

activities = Noun("activities")


def bands_counted(model: type[BaseModel], form: MultiDict[str, str]) -> dict[str, Any]:
    """A grade band without a number was not there."""
    given = forms.nested(model, form)
    return given | {"headcount": [band for band in given.get("headcount", ()) if "count" in band]}


@activities.get("/activities")
@allow("activity.list")
def listed(question: ActivityList) -> Page[ActivityView]:
    """What was held within the caller's scope."""
    return ask(question)


@activities.post("/activities", status=201, form="/activities", reads=bands_counted)
@allow("activity.record")
def record(command: RecordActivity) -> ActivityView:
    """Record a Tier 1 activity that was held."""
    return ask(command)


@activities.page("/activities")
@allow("activity.list")
def list_page() -> str:
    return page("activities.html", activities=ask(asked(ActivityList)), programs=look_up(ProgramList(limit=200)))
