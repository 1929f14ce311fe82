"""The way in, and what everyone may read about this site."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from gateway.auth import allow, caller
from gateway.showing import page
from shared.contracts.codes import Role

about = Blueprint("about", __name__)

HOMES = {
    Role.PEER_SUPPORTER: "/me", Role.COUNSELOR: "/referrals", Role.CRISIS_LEAD: "/referrals",
    Role.EVALUATOR: "/overview",
}
"""Where a role begins; everybody else begins with the day's work."""


@about.get("/")
@allow("site.view")
def home() -> Response:
    me = caller()
    if not me.signed_in:
        return redirect("/signin", 303)
    return redirect(next((place for role, place in HOMES.items() if role in me.roles), "/today"), 303)


@about.get("/accessibility")
@allow("site.view")
def accessibility() -> str:
    return page("about/accessibility.html")


@about.get("/privacy")
@allow("site.view")
def privacy() -> str:
    return page("about/privacy.html")
