"""What may be done with a referral in which state, and what it then becomes (FHIR Task status beside it)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from shared.contracts.codes import RedFlag, ReferralStatus, Urgency
from shared.contracts.referrals import FHIR_ENDINGS, Outcome

S = ReferralStatus


class Verb(StrEnum):
    """A step, in the words of its route."""

    SUBMIT = "submit"
    TRIAGE = "triage"
    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    DECLINE = "decline"
    REROUTE = "reroute"
    RAISE_URGENCY = "raise_urgency"
    LOWER_URGENCY = "lower_urgency"
    FIRST_CONTACT = "first_contact"
    FIRST_SERVICE = "first_service"
    HOLD = "hold"
    RESUME = "resume"
    CLOSE = "close"
    REOPEN = "reopen"
    FOLLOW_UP = "follow_up"
    CALENDAR = "calendar"


OPEN = (S.SUBMITTED, S.TRIAGED, S.ACKNOWLEDGED, S.ACCEPTED, S.IN_PROGRESS, S.ON_HOLD)
WAITING = (S.SUBMITTED, S.TRIAGED)
ENDED = (S.CLOSED, S.DECLINED)
UNCHANGED = {state: state for state in OPEN}

MOVES: Mapping[Verb, Mapping[S, S]] = {
    # In progress and on hold only for an emergency, which is triaged after first contact.
    Verb.TRIAGE: {S.SUBMITTED: S.TRIAGED, S.IN_PROGRESS: S.IN_PROGRESS, S.ON_HOLD: S.ON_HOLD},
    # From submitted and triaged only: acknowledging never reopens.
    Verb.ACKNOWLEDGE: {S.SUBMITTED: S.ACKNOWLEDGED, S.TRIAGED: S.ACKNOWLEDGED},
    Verb.ACCEPT: {S.ACKNOWLEDGED: S.ACCEPTED},
    Verb.DECLINE: {S.TRIAGED: S.DECLINED, S.ACKNOWLEDGED: S.DECLINED},
    Verb.REROUTE: {
        S.TRIAGED: S.TRIAGED, S.ACKNOWLEDGED: S.TRIAGED, S.ACCEPTED: S.TRIAGED,
        S.SUBMITTED: S.SUBMITTED, S.IN_PROGRESS: S.IN_PROGRESS, S.ON_HOLD: S.ON_HOLD,
    },
    Verb.RAISE_URGENCY: UNCHANGED,
    Verb.LOWER_URGENCY: UNCHANGED,
    Verb.FIRST_CONTACT: {S.ACCEPTED: S.IN_PROGRESS},
    Verb.FIRST_SERVICE: {S.IN_PROGRESS: S.IN_PROGRESS, S.ON_HOLD: S.ON_HOLD},
    Verb.HOLD: {S.IN_PROGRESS: S.ON_HOLD},
    Verb.RESUME: {S.ON_HOLD: S.IN_PROGRESS},
    Verb.CLOSE: {S.ACKNOWLEDGED: S.CLOSED, S.ACCEPTED: S.CLOSED, S.IN_PROGRESS: S.CLOSED, S.ON_HOLD: S.CLOSED},
    Verb.REOPEN: {S.CLOSED: S.ACKNOWLEDGED, S.DECLINED: S.ACKNOWLEDGED},
    Verb.FOLLOW_UP: {**UNCHANGED, S.CLOSED: S.CLOSED},
    Verb.CALENDAR: UNCHANGED,
}

OWN_WORK = frozenset({Verb.SUBMIT, Verb.CALENDAR})
"""Steps that no button offers."""

PASSIVE: Mapping[Verb, str] = {
    Verb.TRIAGE: "be triaged",
    Verb.ACKNOWLEDGE: "become acknowledged",
    Verb.ACCEPT: "be accepted",
    Verb.DECLINE: "be declined",
    Verb.REROUTE: "be given to another person",
    Verb.RAISE_URGENCY: "become more urgent",
    Verb.LOWER_URGENCY: "become less urgent",
    Verb.FIRST_CONTACT: "have its first contact",
    Verb.FIRST_SERVICE: "have its first service",
    Verb.HOLD: "be put on hold",
    Verb.RESUME: "go on",
    Verb.CLOSE: "be closed",
    Verb.REOPEN: "be reopened",
    Verb.FOLLOW_UP: "be followed up",
    Verb.CALENDAR: "be counted again",
}

FHIR_STATUS: Mapping[S, str] = {
    S.SUBMITTED: "requested",
    S.TRIAGED: "requested",
    S.ACKNOWLEDGED: "requested",
    S.ACCEPTED: "accepted",
    S.DECLINED: "rejected",
    S.IN_PROGRESS: "in-progress",
    S.ON_HOLD: "on-hold",
}


def fhir_status(status: S, outcome: Outcome | None) -> str:
    """The FHIR Task status; a closed referral's depends on its outcome."""
    return FHIR_ENDINGS[outcome] if status is S.CLOSED and outcome else FHIR_STATUS[status]


USUAL_FLOORS: Mapping[RedFlag, Urgency] = {
    RedFlag.SUICIDE_IDEATION: Urgency.URGENT,
    RedFlag.SELF_INJURY: Urgency.URGENT,
    RedFlag.HARM_TO_OTHERS: Urgency.URGENT,
    RedFlag.ABUSE_NEGLECT: Urgency.URGENT,
    RedFlag.SEXUAL_ASSAULT: Urgency.URGENT,
    RedFlag.DATING_VIOLENCE: Urgency.URGENT,
    RedFlag.OVERDOSE_INTOXICATION: Urgency.EMERGENCY,
    RedFlag.MISSING_FRIEND: Urgency.EMERGENCY,
    RedFlag.PSYCHOSIS_LIKE: Urgency.URGENT,
    RedFlag.DISORDERED_EATING_MEDICAL: Urgency.URGENT,
    RedFlag.UNSAFE_TONIGHT: Urgency.URGENT,
    RedFlag.GRIEF_TRAUMA: Urgency.PRIORITY,
    RedFlag.SUBSTANCE_USE: Urgency.PRIORITY,
    RedFlag.PERSISTENT_SYMPTOMS: Urgency.PRIORITY,
    RedFlag.ISOLATION_BULLYING: Urgency.PRIORITY,
    RedFlag.OTHER: Urgency.ROUTINE,
}
"""The least urgency of each red flag, until the district's policy arrives. The most severe answer wins."""
