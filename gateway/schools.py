"""Schools: the list, one school, its staffed hours, who is on duty and who receives its referrals."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from gateway import forms
from gateway.asking import ask, find, look_up
from gateway.auth import allow, caller
from gateway.routing import Noun, asked
from gateway.showing import page
from gateway.staff import staff_of
from shared.contracts.ids import SchoolId
from shared.contracts.interventions import ProgramList
from shared.contracts.messages import Page
from shared.contracts.metrics import SchoolDashboard
from shared.contracts.referrals import AcknowledgePathwayTest, LatestPathwayTest, PathwayTestView, TestPathway
from shared.contracts.schools import (
    CalendarOf,
    CalendarView,
    PathwayOf,
    PathwayView,
    PublishCalendar,
    PublishPathway,
    PublishRota,
    RegisterSchool,
    RotaOf,
    RotaView,
    School,
    SchoolNames,
    SchoolNamesView,
    Schools,
    SchoolView,
    UpdateSchool,
)

schools = Noun("schools")


def days_typed(model: type[BaseModel], form: MultiDict[str, str]) -> dict[str, Any]:
    """A calendar as a person says it: from, to, on these weekdays, at these hours, without these days."""
    given = forms.nested(model, form)
    try:
        first, last = date.fromisoformat(form["_from"]), date.fromisoformat(form["_to"])
    except (KeyError, ValueError):
        return given
    closed = set(form.get("_closed", "").split())
    every = (first + timedelta(days=n) for n in range(min((last - first).days + 1, 400)))
    return given | {"days": [
        {"date": day.isoformat(), "opens": form.get("_opens"), "closes": form.get("_closes")}
        for day in every if str(day.weekday()) in form.getlist("_weekdays") and day.isoformat() not in closed]}


@schools.get("/schools")
@allow("school.list")
def listed(question: Schools) -> Page[SchoolView]:
    """The schools of the district, by name."""
    return ask(question)


@schools.get("/schools/names")
@allow("school.names")
def names(question: SchoolNames) -> SchoolNamesView:
    """The name and zone of every school."""
    return ask(question)


@schools.post("/schools", status=201, form="/schools/new", then="/schools/{school_id}")
@allow("school.register")
def register(command: RegisterSchool) -> SchoolView:
    """Add a school that no directory lists yet."""
    return ask(command)


@schools.get("/schools/<uuid:school_id>")
@allow("school.view")
def shown(question: School) -> SchoolView:
    """One school."""
    return ask(question)


@schools.patch("/schools/<uuid:school_id>", form="/schools/{school_id}")
@allow("school.update")
def update(command: UpdateSchool) -> SchoolView:
    """Correct what is known of a school."""
    return ask(command)


@schools.get("/schools/<uuid:school_id>/calendar")
@allow("calendar.view")
def calendar(question: CalendarOf) -> CalendarView:
    """A school's staffed hours."""
    return ask(question)


@schools.put("/schools/<uuid:school_id>/calendar", form="/schools/{school_id}/calendar", reads=days_typed)
@allow("calendar.publish")
def publish_calendar(command: PublishCalendar) -> CalendarView:
    """Say on which days and hours the school is staffed."""
    return ask(command)


@schools.get("/schools/<uuid:school_id>/rota")
@allow("rota.view")
def rota(question: RotaOf) -> RotaView:
    """Who is on duty when, and where nobody is."""
    return ask(question)


@schools.put("/schools/<uuid:school_id>/rota", form="/schools/{school_id}/rota")
@allow("rota.publish")
def publish_rota(command: PublishRota) -> RotaView:
    """Say who is on duty when."""
    return ask(command)


@schools.get("/schools/<uuid:school_id>/pathway")
@allow("pathway.view")
def pathway(question: PathwayOf) -> PathwayView:
    """Who receives the school's referrals, in order."""
    return ask(question)


@schools.put("/schools/<uuid:school_id>/pathway", form="/schools/{school_id}/pathway")
@allow("pathway.publish")
def publish_pathway(command: PublishPathway) -> PathwayView:
    """Say who receives the school's referrals."""
    return ask(command)


@schools.get("/schools/<uuid:school_id>/pathway/test")
@allow("pathway.view")
def latest_test(question: LatestPathwayTest) -> PathwayTestView:
    """The last test of the pathway."""
    return ask(question)


@schools.post("/schools/<uuid:school_id>/pathway/test", form="/schools/{school_id}/pathway")
@allow("pathway.test")
def test_pathway(command: TestPathway) -> PathwayTestView:
    """Send a test notice along the pathway, to see whether a person answers."""
    return ask(command)


@schools.post("/pathway-tests/<uuid:test_id>/acknowledge", form="/today")
@allow("pathway.acknowledge")
def acknowledge_test(command: AcknowledgePathwayTest) -> PathwayTestView:
    """I have received the test notice."""
    return ask(command)


# --- pages ----------------------------------------------------------------------------------------------------------

@schools.page("/schools")
@allow("school.list")
def list_page() -> str:
    """All schools of the reader's scope."""
    question = asked(Schools)
    return page("schools.html", schools=ask(question), q=question.q, level=question.level, status=question.status)


@schools.page("/schools/new")
@allow("school.register")
def new_page() -> str:
    return page("school_new.html")


@schools.page("/schools/<uuid:school_id>")
@allow("school.view")
def school_page(school_id: SchoolId) -> str:
    """One school: its programs, gaps and numbers."""
    me = caller()
    return page(
        "school.html", school=ask(School(school_id=school_id)),
        programs=look_up(ProgramList(school_id=school_id)) if me.may("program.list") else Page(),
        numbers=look_up(SchoolDashboard(school_id=school_id)) if me.may("dashboard.school") else None,
        rota=look_up(RotaOf(school_id=school_id)) if me.may("rota.view") else None)


@schools.page("/schools/<uuid:school_id>/calendar")
@allow("calendar.view")
def calendar_page(school_id: SchoolId) -> str:
    return page(
        "school_calendar.html", school=ask(School(school_id=school_id)),
        calendar=look_up(CalendarOf(school_id=school_id)))


@schools.page("/schools/<uuid:school_id>/rota")
@allow("rota.view")
def rota_page(school_id: SchoolId) -> str:
    return page(
        "school_rota.html", school=ask(School(school_id=school_id)), rota=look_up(RotaOf(school_id=school_id)),
        staff=staff_of(school_id))


@schools.page("/schools/<uuid:school_id>/pathway")
@allow("pathway.view")
def pathway_page(school_id: SchoolId) -> str:
    return page(
        "school_pathway.html", school=ask(School(school_id=school_id)), pathway=look_up(PathwayOf(school_id=school_id)),
        staff=staff_of(school_id), test=find(LatestPathwayTest(school_id=school_id)))
