"""A worry about a student: passed on, and how far it has come, as the one who raised it may know."""

from __future__ import annotations

from gateway.asking import ask
from gateway.auth import allow
from gateway.crisis import card_of
from gateway.routing import Noun
from gateway.showing import fragment, page
from shared.contracts.ids import ConcernId
from shared.contracts.interventions import ConcernView, MyConcern, RaiseConcern

concerns = Noun("concerns")

FORM = "concern"


@concerns.post("/concerns", status=201, form="/worried", then="/concerns/{concern_id}", draft=FORM)
@allow("concern.raise")
def raise_concern(command: RaiseConcern) -> ConcernView:
    """Pass a worry on to the counselors. It is received only when the answer of GET says so."""
    return ask(command)


@concerns.get("/concerns/<uuid:concern_id>")
@allow("concern.view")
def shown(question: MyConcern) -> ConcernView:
    """How far a worry has come: on its way, received, spoken with, closed."""
    return ask(question)


@concerns.page("/concerns/<uuid:concern_id>")
@allow("concern.view")
def concern_page(concern_id: ConcernId) -> str:
    concern = ask(MyConcern(concern_id=concern_id))
    return page("concern.html", concern=concern, card=card_of(concern.school_id))


@concerns.page("/concerns/<uuid:concern_id>/status")
@allow("concern.view", background=True)
def status(concern_id: ConcernId) -> str:
    """The part of the page that changes; it says received when referrals has it, and not before."""
    return fragment("_concern_status.html", concern=ask(MyConcern(concern_id=concern_id)))
