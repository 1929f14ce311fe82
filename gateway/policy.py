"""The district's policy: clocks, floors, limits and contacts, each row with its source."""

from __future__ import annotations

from gateway.asking import ask
from gateway.auth import allow
from gateway.routing import Noun
from gateway.showing import page
from shared.contracts.schools import ChangePolicy, DistrictPolicy, PolicyView

policy = Noun("policy")


@policy.get("/policy")
@allow("policy.view")
def shown(question: DistrictPolicy) -> PolicyView:
    """The policy in force."""
    return ask(question)


@policy.put("/policy", form="/policy")
@allow("policy.change")
def change(command: ChangePolicy) -> PolicyView:
    """Change rows of the policy, from today."""
    return ask(command)


@policy.page("/policy")
@allow("policy.view")
def policy_page() -> str:
    return page("policy.html", policy=ask(DistrictPolicy()))
