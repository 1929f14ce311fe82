"""Each handler takes a batch of one kind of facts into its read copy, in one statement."""

from __future__ import annotations

from collections.abc import Sequence

from services.metrics.copies import rows
from services.metrics.transaction import MetricsTransaction
from shared.contracts.interventions import (
    ActivityHeld,
    MatchActivated,
    MatchCareChanged,
    MatchCompleted,
    MatchConsented,
    MatchDeclined,
    MatchEnded,
    MatchPaused,
    MatchProposed,
    MatchRequested,
    MatchResumed,
    ProgramActivated,
    ProgramApproved,
    ProgramClosed,
    ProgramClosing,
    ProgramElementUpdated,
    ProgramPaused,
    ProgramRegistered,
    ProgramResumed,
    ProgramReturned,
    ProgramRevised,
    ProgramSafeguardFailed,
    ProgramSafeguardRestored,
    ProgramSubmitted,
    ProgramWithdrawn,
    SessionCancelled,
    SessionDocumentationOverdue,
    SessionDocumented,
    SessionHeld,
    SessionMissed,
    SessionScheduled,
    SessionUnmarked,
    SupervisionRatioBreached,
    SupervisionRatioRestored,
    SupporterActivated,
    SupporterCertified,
    SupporterCheckInCompleted,
    SupporterCheckInOverdue,
    SupporterLapsed,
    SupporterNominated,
    SupporterNotSelected,
    SupporterOnBreak,
    SupporterRefresherDue,
    SupporterRemoved,
    SupporterRetired,
    SupporterReturned,
    SupporterSelected,
    SupporterSuspended,
    TrainingCompleted,
)
from shared.contracts.referrals import (
    ConcernReceived,
    FollowUpDone,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralAssigned,
    ReferralClockBreached,
    ReferralClockWarned,
    ReferralClosed,
    ReferralDeclined,
    ReferralEscalated,
    ReferralFirstContactMade,
    ReferralFirstServiceDelivered,
    ReferralLoopClosed,
    ReferralPutOnHold,
    ReferralReopened,
    ReferralRerouted,
    ReferralResumed,
    ReferralSubmitted,
    ReferralTriaged,
    ReferralUrgencyChanged,
)
from shared.contracts.schools import (
    CalendarPublished,
    DistrictPolicyChanged,
    OnCallGapDetected,
    RosterSynced,
    SchoolDeactivated,
    SchoolRegistered,
    SchoolUpdated,
)
from shared.messaging.codec import Fact

SchoolEvent = SchoolRegistered | SchoolUpdated | SchoolDeactivated

ProgramEvent = (
    ProgramRegistered | ProgramSubmitted | ProgramReturned | ProgramRevised | ProgramApproved | ProgramActivated
    | ProgramPaused | ProgramResumed | ProgramClosing | ProgramClosed | ProgramWithdrawn | ProgramElementUpdated)

SafeguardEvent = ProgramSafeguardFailed | ProgramSafeguardRestored

RatioEvent = SupervisionRatioBreached | SupervisionRatioRestored

SupporterEvent = (
    SupporterNominated | SupporterSelected | SupporterNotSelected | TrainingCompleted | SupporterCertified
    | SupporterActivated | SupporterRefresherDue | SupporterLapsed | SupporterOnBreak | SupporterReturned
    | SupporterSuspended | SupporterRemoved | SupporterRetired | SupporterCheckInCompleted | SupporterCheckInOverdue)

MatchEvent = (
    MatchRequested | MatchProposed | MatchConsented | MatchDeclined | MatchActivated | MatchPaused | MatchResumed
    | MatchCompleted | MatchEnded | MatchCareChanged)

SessionEvent = (
    SessionScheduled | SessionHeld | SessionMissed | SessionCancelled | SessionUnmarked
    | SessionDocumentationOverdue | SessionDocumented)

ReferralEvent = (
    ReferralSubmitted | ReferralTriaged | ReferralUrgencyChanged | ReferralAssigned | ReferralRerouted
    | ReferralAcknowledged | ReferralAccepted | ReferralDeclined | ReferralFirstContactMade
    | ReferralFirstServiceDelivered | ReferralPutOnHold | ReferralResumed | ReferralClockWarned
    | ReferralClockBreached | ReferralEscalated | ReferralClosed | ReferralReopened | ReferralLoopClosed
    | FollowUpDone)


def copy_policies(facts: Sequence[Fact[DistrictPolicyChanged]], tx: MetricsTransaction) -> None:
    tx.policies.keep(rows.policy_row(fact.event) for fact in facts)


def copy_schools(facts: Sequence[Fact[SchoolEvent]], tx: MetricsTransaction) -> None:
    tx.schools.keep(rows.school_row(fact.event) for fact in facts)


def copy_rosters(facts: Sequence[Fact[RosterSynced]], tx: MetricsTransaction) -> None:
    tx.rosters.keep(rows.roster_row(fact.event) for fact in facts)


def copy_calendars(facts: Sequence[Fact[CalendarPublished]], tx: MetricsTransaction) -> None:
    tx.calendars.replace(fact.event for fact in facts)


def copy_on_call_gaps(facts: Sequence[Fact[OnCallGapDetected]], tx: MetricsTransaction) -> None:
    tx.on_call_gaps.keep(rows.gap_row(fact.event) for fact in facts)


def copy_programs(facts: Sequence[Fact[ProgramEvent]], tx: MetricsTransaction) -> None:
    tx.programs.keep(rows.program_row(fact.event, fact.at) for fact in facts)


def copy_safeguards(facts: Sequence[Fact[SafeguardEvent]], tx: MetricsTransaction) -> None:
    tx.programs.keep(rows.program_row(fact.event, fact.at) for fact in facts)
    tx.safeguards.keep(rows.safeguard_row(fact.event, fact.at) for fact in facts)


def copy_ratios(facts: Sequence[Fact[RatioEvent]], tx: MetricsTransaction) -> None:
    tx.programs.keep(rows.program_row(fact.event, fact.at) for fact in facts)
    tx.ratios.keep(rows.ratio_row(fact.event, fact.at) for fact in facts)


def copy_supporters(facts: Sequence[Fact[SupporterEvent]], tx: MetricsTransaction) -> None:
    tx.supporters.keep(rows.supporter_row(fact.event) for fact in facts)


def copy_matches(facts: Sequence[Fact[MatchEvent]], tx: MetricsTransaction) -> None:
    tx.matches.keep(rows.match_row(fact.event) for fact in facts)


def copy_sessions(facts: Sequence[Fact[SessionEvent]], tx: MetricsTransaction) -> None:
    tx.sessions.keep(rows.session_row(fact.event, fact.at) for fact in facts)


def copy_activities(facts: Sequence[Fact[ActivityHeld]], tx: MetricsTransaction) -> None:
    tx.activities.keep(rows.activity_row(fact.event) for fact in facts)


def copy_concerns(facts: Sequence[Fact[ConcernReceived]], tx: MetricsTransaction) -> None:
    tx.concerns.keep(rows.concern_row(fact.event) for fact in facts)


def copy_referrals(facts: Sequence[Fact[ReferralEvent]], tx: MetricsTransaction) -> None:
    tx.referral_waits.keep(rows.referral_row(fact.event, fact.at) for fact in facts)
