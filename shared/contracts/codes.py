"""The words of the field that more than one service uses, as closed lists."""

from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What a person may be, within a school or the district (domain.md section 6)."""

    PEER_SUPPORTER = "peer_supporter"
    ADVISOR = "advisor"
    SITE_COORDINATOR = "site_coordinator"
    PRINCIPAL = "principal"
    COUNSELOR = "counselor"
    CLINICAL_SUPERVISOR = "clinical_supervisor"
    DISTRICT_LEAD = "district_lead"
    CRISIS_LEAD = "crisis_lead"
    EVALUATOR = "evaluator"
    OPERATOR = "operator"
    GUARDIAN = "guardian"
    PRIVACY_OFFICER = "privacy_officer"
    PUBLIC = "public"
    SERVICE = "service"


class Tier(IntEnum):
    """The tier of a multi-tiered system of supports."""

    UNIVERSAL = 1
    TARGETED = 2
    INTENSIVE = 3


class Urgency(StrEnum):
    """How soon a student must be reached; the order is `SEVERITY`."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    PRIORITY = "priority"
    ROUTINE = "routine"

    def at_least(self, floor: "Urgency") -> bool:
        """Is this as urgent as `floor`, or more?"""
        return SEVERITY[self] >= SEVERITY[floor]


SEVERITY = {Urgency.ROUTINE: 0, Urgency.PRIORITY: 1, Urgency.URGENT: 2, Urgency.EMERGENCY: 3}


class RedFlag(StrEnum):
    """What a peer supporter may meet and must pass on."""

    SUICIDE_IDEATION = "suicide_ideation"
    SELF_INJURY = "self_injury"
    HARM_TO_OTHERS = "harm_to_others"
    ABUSE_NEGLECT = "abuse_neglect"
    SEXUAL_ASSAULT = "sexual_assault"
    DATING_VIOLENCE = "dating_violence"
    OVERDOSE_INTOXICATION = "overdose_intoxication"
    MISSING_FRIEND = "missing_friend"
    PSYCHOSIS_LIKE = "psychosis_like"
    DISORDERED_EATING_MEDICAL = "disordered_eating_medical"
    UNSAFE_TONIGHT = "unsafe_tonight"
    GRIEF_TRAUMA = "grief_trauma"
    SUBSTANCE_USE = "substance_use"
    PERSISTENT_SYMPTOMS = "persistent_symptoms"
    ISOLATION_BULLYING = "isolation_bullying"
    OTHER = "other"


class ConcernDomain(StrEnum):
    """What a worry is about, in a word that may be shown on a list."""

    SAFETY_SELF = "safety_self"
    SAFETY_OTHERS = "safety_others"
    SAFETY_HOME = "safety_home"
    SUBSTANCE = "substance"
    HEALTH = "health"
    LOSS = "loss"
    MOOD = "mood"
    BELONGING = "belonging"
    OTHER = "other"


class StudentTold(StrEnum):
    """Does the student know that the worry was passed on? Asked, and never a reason not to send."""

    TOLD = "told"
    NOT_YET = "not_yet"
    COULD_NOT = "could_not"
    UNANSWERED = "unanswered"


class Modality(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    PHONE = "phone"
    TEXT = "text"
    HYBRID = "hybrid"


class GradeBand(StrEnum):
    """Grades as published: never a single grade beside a small school."""

    ELEMENTARY = "elementary"
    MIDDLE = "middle"
    HIGH = "high"
    OTHER = "other"


class ClockKind(StrEnum):
    """What a student waits for."""

    ACKNOWLEDGE = "acknowledge"
    CONTACT = "contact"
    SERVICE = "service"
    FOLLOW_UP = "follow_up"


class ReferralStatus(StrEnum):
    SUBMITTED = "submitted"
    TRIAGED = "triaged"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    DECLINED = "declined"
    CLOSED = "closed"


class PeerView(StrEnum):
    """All that a peer supporter ever sees of a referral."""

    RECEIVED = "received"
    CONTACTED = "contacted"
    CLOSED = "closed"
