"""Consent to take part in a program: asked for, given, refused, taken back."""

from __future__ import annotations

from gateway.asking import ask
from gateway.auth import allow
from gateway.routing import Noun
from shared.contracts.messages import Page
from shared.contracts.schools import Consents, ConsentView, RecordConsent, WithdrawConsent

consents = Noun("consents")


@consents.get("/consents")
@allow("consent.list")
def listed(question: Consents) -> Page[ConsentView]:
    """The consents of a student, a program or a school."""
    return ask(question)


@consents.post("/consents", status=201, form="/matches/{_match_id}")
@allow("consent.record")
def record(command: RecordConsent) -> ConsentView:
    """Write down that consent was asked for, given, refused, or is not needed."""
    return ask(command)


@consents.post("/consents/<uuid:consent_id>/withdraw", form="/matches/{_match_id}")
@allow("consent.withdraw")
def withdraw(command: WithdrawConsent) -> ConsentView:
    """Take a consent back. The match pauses at once."""
    return ask(command)
