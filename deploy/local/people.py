"""The people of the sample district. They are made up, as is their district."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    sign_in_name: str
    given_name: str
    family_name: str
    role: str
    school: str | None      # the key of a sample school; None: the whole district
    what: str


PEOPLE = (
    Person("l.ortega", "Luz", "Ortega", "district_lead", None, "district lead: overview, approvals, imports, people"),
    Person("s.kim", "Soo-ah", "Kim", "site_coordinator", "adams", "site coordinator, Adams High: registers programs"),
    Person("h.brooks", "Harriet", "Brooks", "principal", "adams", "principal, Adams High: approves programs"),
    Person("r.bell", "Rafael", "Bell", "advisor", "adams", "advisor, Adams High: supporters and matches"),
    Person("d.reyes", "Dana", "Reyes", "counselor", "adams", "counselor, Adams High: live referral inbox"),
    Person("p.anand", "Priya", "Anand", "counselor", "adams", "counselor, Adams High: the back-up"),
    Person("t.nguyen", "Tam", "Nguyen", "peer_supporter", "adams", "peer supporter (a student), best on a phone"),
    Person("c.lead", "Casey", "Moreau", "crisis_lead", None, "district crisis lead: end of every escalation"),
    Person("e.stone", "Ellis", "Stone", "evaluator", None, "evaluator: published numbers only"),
)
