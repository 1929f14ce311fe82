"""The district at a glance and the schools side by side; a school's own numbers; what an indicator means."""

from __future__ import annotations

from flask import current_app, request

from gateway import drawing
from gateway.asking import ask
from gateway.auth import allow
from gateway.comparing import compare
from gateway.problems import Problem
from gateway.routing import Noun
from gateway.showing import page
from shared.contracts.ids import SchoolId
from shared.contracts.metrics import (
    DistrictOverview,
    DistrictOverviewView,
    IndicatorDefinitions,
    IndicatorsView,
    SchoolDashboard,
    SchoolDashboardView,
)

dashboards = Noun("dashboards")


@dashboards.get("/dashboards/district")
@allow("dashboard.district")
def district(question: DistrictOverview) -> DistrictOverviewView:
    """The last snapshot of the district. Every figure in it may be shown to whoever may see the page."""
    return ask(question)


@dashboards.get("/dashboards/schools/<uuid:school_id>")
@allow("dashboard.school")
def school(question: SchoolDashboard) -> SchoolDashboardView:
    """One school's live, exact numbers; each reading is written down."""
    return ask(question)


@dashboards.get("/indicators")
@allow("indicator.view")
def indicators(question: IndicatorDefinitions) -> IndicatorsView:
    """Every indicator: its formula, what it leaves out, and who may see it."""
    return ask(question)


@dashboards.get("/indicators/<code>")
@allow("indicator.view")
def indicator(question: IndicatorDefinitions) -> IndicatorsView:
    """One indicator's definition."""
    return ask(question)


@dashboards.page("/overview/schools/<uuid:school_id>")
@allow("dashboard.school")
def numbers(school_id: SchoolId) -> str:
    """One school's exact numbers, for its own staff."""
    return page("dashboard_school.html", numbers=ask(SchoolDashboard(school_id=school_id)), draw=drawing)


@dashboards.page("/overview")
@allow("dashboard.district")
def overview() -> str:
    """Tiers, the way to care, waits, what needs attention, the comparison of schools, and the weeks."""
    try:
        view = ask(DistrictOverview())
    except Problem as problem:
        if problem.code != "not_found":
            raise
        return page("dashboard.html", overview=None)
    book = current_app.extensions["schools"]
    comparing = compare(view.comparison, request.args, lambda row: str(book.name(row.school_id)))
    return page("dashboard.html", overview=view, draw=drawing, comparing=comparing)
