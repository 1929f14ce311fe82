"""The people of the sample district. They are made up, as is their district."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    sign_in_name: str
    given_name: str
    family_name: str
    role: str
    schools: tuple[str, ...]        # keys of sample schools; none: the whole district
    what: str


PEOPLE = (
    Person("l.ortega", "Luz", "Ortega", "district_lead", (), "district lead: overview, approvals, imports, people"),
    Person("s.kim", "Soo-ah", "Kim", "site_coordinator", ("adams",), "site coordinator: registers and runs programs"),
    Person("h.brooks", "Harriet", "Brooks", "principal", ("adams", "northgate", "rincon", "mission"),
           "principal: approves programs"),
    Person("r.bell", "Rafael", "Bell", "advisor", ("adams", "northgate", "rincon"), "advisor: supporters, matches"),
    Person("d.reyes", "Dana", "Reyes", "counselor", ("adams", "northgate", "rincon", "mission"),
           "counselor: the live referral inbox"),
    Person("p.anand", "Priya", "Anand", "counselor",
           ("adams", "northgate", "rincon", "mission", "baker", "chavez", "alder", "mesquite"), "counselor, back-up"),
    Person("t.nguyen", "Tam", "Nguyen", "peer_supporter", ("adams",), "peer supporter, a student: best on a phone"),
    Person("c.moreau", "Casey", "Moreau", "crisis_lead", (), "district crisis lead"),
    Person("j.ruiz", "Jamie", "Ruiz", "site_coordinator", ("northgate", "rincon", "mission"), "another coordinator"),
    Person("e.stone", "Ellis", "Stone", "evaluator", (), "evaluator: published numbers only"),
)
