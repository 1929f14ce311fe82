"""What a referral is made of beside its clocks: who acts, what is known, one line of history, one follow-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypedDict
from uuid import UUID

from shared.contracts.codes import GradeBand, ReferralStatus, Role, Urgency
from shared.contracts.ids import ReferralId, SchoolId
from shared.contracts.messages import Code
from shared.contracts.referrals import FollowUpResult, ReferralState


class Actor(NamedTuple):
    """Who acts, and in which role."""

    key: UUID
    role: Role


class Mark(TypedDict):
    """What every event of a referral carries."""

    referral_id: ReferralId
    school_id: SchoolId
    version: int
    state: ReferralState


class Background(NamedTuple):
    """What is known of a student and of who referred them, at the moment of referral."""

    grade_band: GradeBand | None = None
    subgroup_codes: tuple[Code, ...] = ()
    first_ever: bool = True
    from_tier2: bool = False


@dataclass(eq=False)
class Step:
    """One line of a referral's history."""

    referral_id: UUID
    school_id: UUID
    no: int
    at: datetime
    verb: str
    actor_key: UUID
    actor_role: Role
    status_from: ReferralStatus | None
    status_to: ReferralStatus
    urgency_from: Urgency | None
    urgency_to: Urgency
    reason_code: str | None


@dataclass(eq=False)
class FollowUp:
    """A day on which someone asks again how the student is."""

    referral_id: UUID
    school_id: UUID
    n: int
    due_on: date
    done_on: date | None = None
    result_code: FollowUpResult | None = None
