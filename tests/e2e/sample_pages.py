"""Every page in its states, with views of the sample district."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from gateway.forms import Form
from shared.contracts import interventions as i
from shared.contracts import referrals as r
from tests.e2e.made_up import NOW, a, on
from tests.e2e.sample_district import (
    ACCEPTED,
    ACTIVE,
    ACTIVITIES,
    ADAMS,
    APPLIED,
    BREACHED,
    CALENDAR,
    CARD,
    CLOSED,
    CLUB,
    CONSENTS,
    CONTACTED,
    CREW,
    DAY,
    DRAFT,
    EMERGENCY,
    FLAGGED,
    FOUND,
    GAPPY,
    INBOX,
    LATE,
    MATCH,
    MINE,
    NIGHT_CARD,
    NO_DAY,
    PATHWAY,
    POLICY,
    PREVIEW,
    PROPOSED,
    RAISED,
    READING,
    RECEIVED,
    REJECTED,
    REQUESTED,
    SCHOOLS,
    SUBMITTED,
    SUGGESTED,
    SUPPORTER,
    TASKS,
    TEST,
    TRAINEE,
    TYPES,
    UNHEARD,
    detail,
    page_of,
)


@dataclass(frozen=True)
class Specimen:
    """One page in one state, as one role sees it."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    role: str = "site_coordinator"
    form: Form = field(default_factory=Form)
    path: str = ""
    status: int = 200


def wrong(*errors: tuple[str, str], values: dict[str, Any] | None = None, action: str = "") -> Form:
    return Form(
        values or {},
        tuple({"name": name, "code": "said", "message": words} for name, words in errors),
        problem={"code": "invalid", "status": 422, "detail": ""},
        action=action,
    )


def refused(code: str, status: int, action: str = "", values: dict[str, Any] | None = None, **more: Any) -> Form:
    return Form(values or {}, problem={"code": code, "status": status, "detail": "", **more}, action=action)


def problem(code: str, status: int, **more: Any) -> dict[str, Any]:
    return {
        "problem": {
            "code": code,
            "status": status,
            "title": code,
            "detail": code,
            "correlation_id": str(uuid4()),
            **more,
        }
    }


def registration(step: str, which: i.ProgramDetailView = DRAFT) -> dict[str, Any]:
    return {
        "program": which,
        "types": TYPES,
        "step": step,
        "staff": CREW,
        "steps": ("about", "elements", "people", "safety", "check"),
    }


REGISTER = f"/programs/{DRAFT.program_id}/register"
OPERATIONS = [
    {
        "method": "POST",
        "path": "/api/v1/referrals/{referral_id}/acknowledge",
        "summary": "Take responsibility.",
        "description": "The first wins.",
        "action": "referral.acknowledge",
        "body": None,
        "answers": ["ReferralView"],
    },
    {
        "method": "GET",
        "path": "/api/v1/referrals",
        "summary": "One part of the inbox.",
        "description": "",
        "action": "referral.list",
        "body": None,
        "answers": ["ReferralView"],
    },
]
EVENTS = [
    {
        "name": "ReferralAcknowledged",
        "owner": "referrals",
        "lane": "urgent",
        "classification": "internal",
        "doc": "A counselor took responsibility.",
        "fields": ["referral_id", "school_id", "version"],
    }
]

PAGES: dict[str, Specimen] = {
    "signin": Specimen("signin.html", role="", path="/signin"),
    "signin-refused": Specimen(
        "signin.html",
        {"demo_accounts": [("d.reyes", "counselor"), ("t.nguyen", "peer_supporter")]},
        role="",
        form=refused("unauthenticated", 401, values={"sign_in_name": "d.reyes"}),
        path="/signin",
    ),
    "today": Specimen("today.html", {"tasks": TASKS}, path="/today"),
    "today-empty": Specimen("today.html", {"tasks": a(i.TasksView)}, path="/today"),
    "schools": Specimen(
        "schools.html",
        {"schools": page_of(*SCHOOLS, next_cursor="next"), "q": "", "level": "", "status": ""},
        "district_lead",
        path="/schools",
    ),
    "schools-empty": Specimen(
        "schools.html", {"schools": page_of(), "q": "", "level": "", "status": ""}, "district_lead"
    ),
    "school-new": Specimen("school_new.html", {}, "district_lead", form=wrong(("name", "Write a name"))),
    "school": Specimen(
        "school.html",
        {"school": SCHOOLS[0], "programs": page_of(ACTIVE, CLUB, DRAFT), "rota": GAPPY, "numbers": None},
        path="/schools/x",
    ),
    "school-calendar": Specimen(
        "school_calendar.html", {"school": SCHOOLS[0], "calendar": CALENDAR}, path="/schools/x"
    ),
    "school-rota": Specimen(
        "school_rota.html", {"school": SCHOOLS[0], "rota": GAPPY, "staff": CREW}, path="/schools/x"
    ),
    "school-pathway": Specimen(
        "school_pathway.html", {"school": SCHOOLS[0], "pathway": PATHWAY, "staff": CREW, "test": TEST}
    ),
    "imports": Specimen("imports.html", {}, "district_lead", path="/imports"),
    "import-reading": Specimen("import.html", {"job": READING}, "district_lead"),
    "import-previewed": Specimen("import.html", {"job": PREVIEW}, "district_lead"),
    "import-rejected": Specimen("import.html", {"job": REJECTED}, "district_lead"),
    "import-applied": Specimen("import.html", {"job": APPLIED}, "district_lead"),
    "staff": Specimen("staff.html", {"staff": CREW, "school_id": "", "role": ""}, "district_lead", path="/staff"),
    "staff-new": Specimen("staff_new.html", {}, "district_lead", form=wrong(("email", "Write an e-mail address"))),
    "staff-member": Specimen("staff_member.html", {"member": CREW.items[0]}, "district_lead", path="/staff"),
    "policy": Specimen("policy.html", {"policy": POLICY}, "district_lead"),
    "programs": Specimen(
        "programs.html",
        {"programs": page_of(ACTIVE, CLUB, DRAFT, SUBMITTED, BREACHED), "school_id": "", "status": "", "tier": ""},
        path="/programs",
    ),
    "program-new": Specimen("program_new.html", {"types": TYPES}, path="/programs"),
    "program": Specimen(
        "program.html",
        {
            "program": ACTIVE,
            "supporters": page_of(SUPPORTER, TRAINEE),
            "matches": page_of(MATCH, REQUESTED),
            "activities": None,
        },
        path="/programs",
    ),
    "program-draft": Specimen(
        "program.html",
        {"program": DRAFT, "supporters": None, "matches": None, "activities": None},
        form=refused(
            "gate_unmet",
            409,
            f"/programs/{DRAFT.program_id}/submit",
            unmet=["element_7_answered", "element_10_answered"],
        ),
    ),
    "program-breached": Specimen(
        "program.html", {"program": BREACHED, "supporters": None, "matches": None, "activities": None}
    ),
    "register-about": Specimen("program_register.html", registration("about"), path="/programs"),
    "register-elements": Specimen("program_register.html", registration("elements"), path="/programs"),
    "register-elements-wrong": Specimen(
        "program_register.html",
        registration("elements"),
        path="/programs",
        form=wrong(
            ("elements.7.status", "Say where your policies stand"),
            ("elements.7.evidence", "Say what shows it"),
            action=f"{REGISTER}/elements",
        ),
    ),
    "register-people": Specimen("program_register.html", registration("people"), path="/programs"),
    "register-safety": Specimen("program_register.html", registration("safety"), path="/programs"),
    "register-check": Specimen("program_register.html", registration("check"), path="/programs"),
    "program-review": Specimen("program_review.html", {"program": SUBMITTED}, "district_lead", path="/programs"),
    "supporters": Specimen(
        "supporters.html",
        {"program": ACTIVE, "supporters": page_of(SUPPORTER, TRAINEE), "found": FOUND, "name": "ma"},
        "advisor",
        path="/programs",
    ),
    "supporter": Specimen("supporter.html", {"supporter": SUPPORTER, "program": ACTIVE, "staff": CREW}, "advisor"),
    "supporter-training": Specimen(
        "supporter.html", {"supporter": TRAINEE, "program": ACTIVE, "staff": CREW}, "advisor"
    ),
    "matches": Specimen(
        "matches.html",
        {"program": BREACHED, "matches": page_of(MATCH, REQUESTED, PROPOSED), "found": None, "name": ""},
        "advisor",
        path="/programs",
    ),
    "match": Specimen(
        "match.html", {"match": MATCH, "program": ACTIVE, "suggestions": None, "consents": CONSENTS}, "advisor"
    ),
    "match-suggestions": Specimen(
        "match.html", {"match": REQUESTED, "program": ACTIVE, "suggestions": SUGGESTED, "consents": ()}, "advisor"
    ),
    "match-proposed": Specimen(
        "match.html", {"match": PROPOSED, "program": ACTIVE, "suggestions": None, "consents": CONSENTS}, "advisor"
    ),
    "activities": Specimen(
        "activities.html", {"activities": ACTIVITIES, "programs": page_of(CLUB)}, "advisor", path="/activities"
    ),
    "me": Specimen("me.html", {"day": DAY, "saved": True}, "peer_supporter", path="/me"),
    "me-empty": Specimen("me.html", {"day": NO_DAY, "saved": False}, "peer_supporter", path="/me"),
    "session": Specimen("session_new.html", {"day": DAY, "card": CARD, "match_id": None}, "peer_supporter", path="/me"),
    "session-flagged": Specimen(
        "session_new.html",
        {"day": DAY, "card": CARD, "match_id": None},
        "peer_supporter",
        form=Form(FLAGGED),
        path="/me",
    ),
    "session-nobody-told": Specimen(
        "session_new.html",
        {"day": DAY, "card": NIGHT_CARD, "match_id": None},
        "peer_supporter",
        form=refused("unavailable", 503, values=FLAGGED),
        status=503,
    ),
    "session-unanswered": Specimen(
        "session_new.html",
        {"day": DAY, "card": CARD, "match_id": None},
        "peer_supporter",
        form=wrong(("minutes", "Say how long"), ("red_flag_answers.harm_to_others", "Answer Yes or No")),
    ),
    "concern-raised": Specimen("concern.html", {"concern": RAISED, "card": CARD}, "peer_supporter"),
    "concern-unheard": Specimen("concern.html", {"concern": UNHEARD, "card": NIGHT_CARD}, "peer_supporter"),
    "concern-received": Specimen("concern.html", {"concern": RECEIVED, "card": CARD}, "peer_supporter"),
    "concern-contacted": Specimen("concern.html", {"concern": CONTACTED, "card": CARD}, "peer_supporter"),
    "worried": Specimen("worried.html", {"day": DAY, "card": CARD}, "peer_supporter", path="/worried"),
    "worried-night": Specimen("worried.html", {"day": None, "card": NIGHT_CARD}, role="", path="/worried"),
    "worried-unknown": Specimen("worried.html", {"day": None, "card": None}, role="", path="/worried"),
    "inbox": Specimen("referrals.html", INBOX, "counselor", path="/referrals"),
    "inbox-empty": Specimen(
        "referrals.html", INBOX | {"queue": page_of(), "watchdog": LATE}, "counselor", path="/referrals"
    ),
    "inbox-mine": Specimen("referrals.html", INBOX | {"queue": MINE, "view": "mine"}, "counselor", path="/referrals"),
    "referral": Specimen(
        "referral.html",
        {"detail": detail(ACCEPTED), "referral": ACCEPTED, "staff": CREW, "now": NOW, "programs": page_of(ACTIVE)},
        "counselor",
        path="/referrals",
    ),
    "referral-emergency": Specimen(
        "referral.html",
        {
            "detail": detail(
                EMERGENCY, content_awaited=True, red_flag_codes=(), summary=None, escalations=(), notices=()
            ),
            "referral": EMERGENCY,
            "staff": CREW,
            "now": NOW,
            "programs": page_of(ACTIVE),
        },
        "counselor",
        path="/referrals",
    ),
    "referral-closed": Specimen(
        "referral.html",
        {
            "detail": detail(
                CLOSED,
                peer_sees="closed",
                follow_ups=(
                    a(r.FollowUpView, n=1, due_on=on(7)),
                    a(r.FollowUpView, n=2, due_on=on(-2), done_on=on(-2), result_code="doing_well"),
                ),
            ),
            "referral": CLOSED,
            "staff": CREW,
            "now": NOW,
            "programs": page_of(ACTIVE),
        },
        "counselor",
        path="/referrals",
    ),
    "referral-refused": Specimen(
        "referral.html",
        {"detail": detail(ACCEPTED), "referral": ACCEPTED, "staff": CREW, "now": NOW, "programs": page_of(ACTIVE)},
        "counselor",
        path="/referrals",
        form=wrong(
            ("follow_ups", "Plan a follow-up, or say why none is needed"),
            action=f"/referrals/{ACCEPTED.referral_id}/close",
        ),
    ),
    "referral-new": Specimen("referral_new.html", {"found": FOUND, "name": "ma", "school_id": ADAMS}, "counselor"),
    "api-docs": Specimen(
        "api_docs.html",
        {"document": {"info": {"title": "Peer Supports"}}, "groups": [{"name": "referrals", "operations": OPERATIONS}]},
        role="",
    ),
    "events-docs": Specimen("events_docs.html", {"document": {}, "events": EVENTS}, role=""),
    "accessibility": Specimen("about/accessibility.html", role=""),
    "privacy": Specimen("about/privacy.html", role=""),
    "forbidden": Specimen("problem.html", problem("forbidden", 403, roles=["counselor", "district_lead"]), status=403),
    "not-found": Specimen("problem.html", problem("not_found", 404), status=404),
    "not-possible": Specimen("problem.html", problem("not_possible", 409), status=409),
    "gate-unmet": Specimen(
        "problem.html", problem("gate_unmet", 409, unmet=["certified_supporter", "supervision_ratio"]), status=409
    ),
    "unavailable": Specimen("problem.html", problem("unavailable", 503), status=503),
    "unavailable-nobody-told": Specimen(
        "problem.html", problem("unavailable", 503, draft_kept=True) | {"card": CARD}, "peer_supporter", status=503
    ),
}
