"""Words for people: roles, grades, languages, consents."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ROLES = {
    "peer_supporter": _l("Peer supporter"),
    "advisor": _l("Advisor"),
    "site_coordinator": _l("Site coordinator"),
    "principal": _l("Principal"),
    "counselor": _l("Counselor"),
    "clinical_supervisor": _l("Clinical supervisor"),
    "district_lead": _l("District lead"),
    "crisis_lead": _l("District crisis lead"),
    "evaluator": _l("Evaluator"),
    "operator": _l("Operator"),
    "guardian": _l("Guardian"),
    "privacy_officer": _l("Privacy officer"),
    "public": _l("Visitor"),
    "role.service": _l("The system"),
}

GRADE_BANDS = {
    "elementary": _l("Elementary grades"),
    "middle": _l("Middle grades"),
    "high": _l("High school grades"),
    "grade_band.other": _l("Other grades"),
    "fact.elementary": _l("elementary grades"),
    "fact.middle": _l("middle grades"),
    "fact.high": _l("high school grades"),
    "fact.other": _l("other grades"),
}

SPOKEN = {
    "language.en": _l("English"),
    "language.es": _l("Spanish"),
    "language.vi": _l("Vietnamese"),
    "language.zh": _l("Chinese"),
    "language.tl": _l("Tagalog"),
    "language.ar": _l("Arabic"),
    "language.ht": _l("Haitian Creole"),
    "language.hmn": _l("Hmong"),
}

CONSENTS = {
    "consent.guardian": _l("Guardian's consent"),
    "consent.student_assent": _l("Student's own yes"),
    "consent.minor_self": _l("Minor's own consent"),
    "consent.eligible_student": _l("Adult student's consent"),
    "consent.paper": _l("on paper"),
    "consent.electronic": _l("electronic"),
    "consent.spoken": _l("spoken"),
}
