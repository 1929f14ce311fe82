"""The crisis card: what to do, whom to call, and who is on duty now. It is shown even when nothing else answers."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import current_app, request

from gateway import drafts
from gateway.asking import look_up
from gateway.auth import allow, caller
from gateway.cards import kept_card
from gateway.problems import Problem
from gateway.routing import Noun
from gateway.showing import page
from shared.contracts.ids import SchoolId
from shared.contracts.interventions import MyDay, MyDayView
from shared.contracts.schools import CrisisCard, CrisisCardView, CrisisLine

crisis = Noun("crisis")

ALWAYS = (
    CrisisLine(code="988", name="Suicide and Crisis Lifeline", phone="988", text_to="988"),
    CrisisLine(code="911", name="Emergency", phone="911"),
)
"""The two numbers that answer everywhere in the country."""


@crisis.get("/crisis-card")
@allow("crisis_card.view")
def card(question: CrisisCard) -> CrisisCardView:
    """The numbers that always answer and, for those signed in, the adult on duty."""
    return card_of(question.school_id)


@crisis.page("/worried")
@allow("crisis_card.view")
def card_page() -> str:
    """Stay with the student, call the adult on duty, say this."""
    drafts.show_kept("concern")
    day = my_day()
    return page("worried.html", card=card_of(_school(day)), day=day)


def card_of(school_id: SchoolId | None) -> CrisisCardView:
    """As the schools service has it now, else as it was last kept here, else the numbers that always answer."""
    try:
        return look_up(CrisisCard(school_id=school_id))
    except Problem as problem:
        current_app.logger.warning("the crisis card comes from the gateway's own copy: %s", problem.code)
        kept = kept_card(school_id) if caller().signed_in else None
        return kept or CrisisCardView(
            school_id=school_id, as_of=datetime.now(UTC), staffed=False, closes_at=None, next_opens_at=None,
            on_duty=(), lines=ALWAYS, fallback_contacts=())


def my_day() -> MyDayView | None:
    """The peer supporter's own page if there is one to be had; the card does not wait for it."""
    if not caller().may("session.log"):
        return None
    try:
        return look_up(MyDay())
    except Problem:
        return None


def my_school(day: MyDayView | None) -> SchoolId | None:
    if day and day.roles:
        return day.roles[0].school_id
    return next((SchoolId(school) for grant in caller().grants for school in sorted(grant.schools or ())), None)


def _school(day: MyDayView | None) -> SchoolId | None:
    try:
        return SchoolId(UUID(request.args["school_id"]))
    except (KeyError, ValueError):
        return my_school(day)
