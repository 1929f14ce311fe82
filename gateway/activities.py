"""Activities for everyone: what was held, for how many, and never for whom."""

from __future__ import annotations

from gateway.asking import ask, look_up
from gateway.auth import allow
from gateway.routing import Noun, asked
from gateway.showing import page
from shared.contracts.interventions import ActivityList, ActivityView, ProgramList, RecordActivity
from shared.contracts.messages import Page

activities = Noun("activities")


@activities.get("/activities")
@allow("activity.list")
def listed(question: ActivityList) -> Page[ActivityView]:
    """What was held within the caller's scope."""
    return ask(question)


@activities.post("/activities", status=201, form="/activities")
@allow("activity.record")
def record(command: RecordActivity) -> ActivityView:
    """Record a Tier 1 activity that was held."""
    return ask(command)


@activities.page("/activities")
@allow("activity.list")
def list_page() -> str:
    return page("activities.html", activities=ask(asked(ActivityList)), programs=look_up(ProgramList(limit=200)))
