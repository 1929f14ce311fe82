"""What a referral allows, refuses and tells."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.referrals.referrals.moves import MOVES, Verb, fhir_status
from shared.contracts import referrals as told_of
from shared.contracts.codes import ClockKind, ConcernDomain, PeerView, ReferralStatus, Urgency
from shared.contracts.ids import ProgramId, StaffKey
from shared.contracts.referrals import (
    DeclineReason,
    FollowUpResult,
    HoldReason,
    Outcome,
    ReopenReason,
    RerouteReason,
    Setting,
    UrgencyReason,
    WaiverReason,
)
from shared.domain import Invalid, NotPossible
from tests.unit.referrals.builders import ANOTHER_COUNSELOR, COUNSELOR, NINE, SYSTEM, a_referral, told

MINUTE = timedelta(minutes=1)
TEN_PAST = NINE + 10 * MINUTE


def test_a_counselor_takes_responsibility():
    referral = a_referral(Urgency.URGENT)

    referral.acknowledge(by=COUNSELOR, at=TEN_PAST)

    event = told(referral, told_of.ReferralAcknowledged)
    assert (event.clock_minutes, event.within_limit) == (10, True)
    assert (event.state.status, event.state.owner_key) == (ReferralStatus.ACKNOWLEDGED, COUNSELOR.key)
    assert event.version == referral.version == 2


def test_saying_so_twice_is_harmless():
    referral = a_referral(acknowledged_by=COUNSELOR)

    referral.acknowledge(by=COUNSELOR, at=TEN_PAST)

    assert (referral.recorded(), referral.version) == ([], 2)


def test_a_second_counselor_cannot_take_over():
    referral = a_referral(acknowledged_by=COUNSELOR)

    with pytest.raises(NotPossible, match="cannot become acknowledged") as refused:
        referral.acknowledge(by=ANOTHER_COUNSELOR, at=TEN_PAST)

    assert refused.value.more["taken"] is True
    assert refused.value.more["owner_key"] == str(COUNSELOR.key)


def test_a_second_counselor_is_told_who_has_it_however_far_it_has_come():
    referral = a_referral(contacted=True)

    with pytest.raises(NotPossible) as refused:
        referral.acknowledge(by=ANOTHER_COUNSELOR, at=TEN_PAST)

    assert refused.value.more["taken"] is True


def test_whoever_acknowledges_becomes_the_owner_and_the_first_owner_the_backup():
    referral = a_referral(owner=COUNSELOR.key)

    referral.acknowledge(by=ANOTHER_COUNSELOR, at=TEN_PAST)

    assert (referral.owner_key, referral.backup_key) == (ANOTHER_COUNSELOR.key, COUNSELOR.key)


def test_acknowledging_never_reopens():
    referral = a_referral(closed=True)

    with pytest.raises(NotPossible, match="closed, it cannot become acknowledged"):
        referral.acknowledge(by=COUNSELOR, at=TEN_PAST)


def test_an_emergency_is_acknowledged_first_and_triaged_after_contact():
    referral = a_referral(Urgency.EMERGENCY)

    with pytest.raises(NotPossible, match="acknowledged first and triaged after contact"):
        referral.triage(by=COUNSELOR, at=TEN_PAST, domain=ConcernDomain.MOOD, urgency=Urgency.EMERGENCY)

    referral = a_referral(Urgency.EMERGENCY, contacted=True)
    referral.triage(by=COUNSELOR, at=TEN_PAST, domain=ConcernDomain.SAFETY_SELF, urgency=Urgency.EMERGENCY)
    assert referral.status is ReferralStatus.IN_PROGRESS
    assert told(referral, told_of.ReferralTriaged).urgency_to is Urgency.EMERGENCY


def test_triage_settles_domain_urgency_and_owner():
    referral = a_referral(Urgency.PRIORITY)
    owner = StaffKey(uuid4())

    referral.triage(by=COUNSELOR, at=TEN_PAST, domain=ConcernDomain.LOSS, urgency=Urgency.URGENT, owner=owner)

    assert (referral.status, referral.concern_domain, referral.owner_key) == (
        ReferralStatus.TRIAGED, ConcernDomain.LOSS, owner)
    assert referral.clocks[ClockKind.ACKNOWLEDGE].due_at == NINE + timedelta(hours=1)


def test_a_lower_urgency_at_triage_needs_a_reason():
    referral = a_referral(Urgency.URGENT)

    with pytest.raises(Invalid):
        referral.triage(by=COUNSELOR, at=TEN_PAST, domain=ConcernDomain.MOOD, urgency=Urgency.ROUTINE)


def test_urgency_below_the_floor_of_its_red_flags_is_refused():
    with pytest.raises(Invalid, match="more urgency"):
        a_referral(Urgency.ROUTINE, urgency_floor=Urgency.URGENT)


def test_raising_urgency_counts_again_from_the_same_start():
    referral = a_referral(Urgency.ROUTINE)

    referral.raise_urgency(by=COUNSELOR, at=TEN_PAST, to=Urgency.EMERGENCY, reason=UrgencyReason.DANGER_NOW)

    clock = referral.clocks[ClockKind.ACKNOWLEDGE]
    assert (clock.started_at, clock.due_at, clock.next_due_at) == (NINE, NINE + 5 * MINUTE, NINE + 5 * MINUTE)


def test_lowering_urgency_leaves_a_breach_standing():
    referral = a_referral(Urgency.EMERGENCY)
    referral.escalate(ClockKind.ACKNOWLEDGE, at=NINE + 5 * MINUTE)

    referral.lower_urgency(by=COUNSELOR, at=TEN_PAST, to=Urgency.ROUTINE, reason=UrgencyReason.ALREADY_SAFE)
    referral.acknowledge(by=COUNSELOR, at=TEN_PAST)

    assert referral.clocks[ClockKind.ACKNOWLEDGE].breached_at == NINE + 5 * MINUTE
    assert told(referral, told_of.ReferralAcknowledged).within_limit is False


def test_raising_to_less_is_refused():
    referral = a_referral(Urgency.URGENT)

    with pytest.raises(NotPossible, match="not more urgent"):
        referral.raise_urgency(by=COUNSELOR, at=TEN_PAST, to=Urgency.ROUTINE, reason=UrgencyReason.NEW_INFORMATION)


def test_declining_as_not_tier_3_names_what_is_offered():
    referral = a_referral(acknowledged_by=COUNSELOR)

    with pytest.raises(Invalid):
        referral.decline(by=COUNSELOR, at=TEN_PAST, reason=DeclineReason.NOT_TIER3)
    referral.decline(by=COUNSELOR, at=TEN_PAST, reason=DeclineReason.NOT_TIER3, offer=ProgramId(uuid4()))

    assert referral.status is ReferralStatus.DECLINED
    assert not any(clock.running for clock in referral.clocks.values())


def test_a_reroute_takes_it_back_to_triage_and_keeps_the_clocks_running():
    referral = a_referral(accepted=True)
    starts = {kind: clock.started_at for kind, clock in referral.clocks.items()}

    referral.reroute(by=COUNSELOR, at=TEN_PAST, owner=StaffKey(ANOTHER_COUNSELOR.key), backup=None,
                     reason=RerouteReason.WORKLOAD)

    assert referral.status is ReferralStatus.TRIAGED
    assert referral.clocks[ClockKind.CONTACT].running
    assert {kind: clock.started_at for kind, clock in referral.clocks.items()} == starts
    assert told(referral, told_of.ReferralRerouted).assignments == 2


def test_a_new_backup_alone_changes_neither_owner_nor_state():
    referral = a_referral(accepted=True)

    referral.reroute(by=SYSTEM, at=TEN_PAST, owner=referral.owner_key, backup=StaffKey(ANOTHER_COUNSELOR.key),
                     reason=RerouteReason.OWNER_DEACTIVATED)

    assert (referral.status, referral.assignments) == (ReferralStatus.ACCEPTED, 1)


def test_the_peer_sees_received_then_contacted_then_closed_and_nothing_else():
    referral = a_referral(from_concern=True, accepted=True)
    seen = [referral.peer_sees()]

    referral.first_contact(by=COUNSELOR, at=TEN_PAST, setting=Setting.SCHOOL)
    seen.append(told(referral, told_of.ReferralLoopClosed).status_for_referrer)
    referral.close(by=COUNSELOR, at=TEN_PAST, outcome=Outcome.ALREADY_IN_CARE, waived=WaiverReason.IN_OTHER_CARE)
    seen.append(told(referral, told_of.ReferralLoopClosed).status_for_referrer)

    assert seen == [PeerView.RECEIVED, PeerView.CONTACTED, PeerView.CLOSED]


def test_the_loop_event_carries_no_more_than_the_peer_may_see():
    referral = a_referral(from_concern=True, accepted=True)

    referral.first_contact(by=COUNSELOR, at=TEN_PAST, setting=Setting.HOSPITAL)

    own = set(told_of.ReferralLoopClosed.model_fields) - {"referral_id", "school_id", "version", "state"}
    assert own == {"concern_id", "status_for_referrer"}


def test_first_contact_and_first_service_are_stamped_once():
    referral = a_referral(contacted=True)
    stamp = referral.first_contact_at

    referral.first_contact(by=COUNSELOR, at=TEN_PAST, setting=Setting.PHONE)
    referral.first_service(by=COUNSELOR, at=TEN_PAST, setting=Setting.SCHOOL)
    referral.first_service(by=COUNSELOR, at=TEN_PAST + MINUTE, setting=Setting.SCHOOL)

    assert (referral.first_contact_at, referral.first_service_at) == (stamp, TEN_PAST)
    assert told(referral, told_of.ReferralFirstServiceDelivered).setting is Setting.SCHOOL


def test_holding_needs_a_review_day_and_resuming_forgets_it():
    referral = a_referral(contacted=True)

    referral.hold(by=COUNSELOR, at=TEN_PAST, reason=HoldReason.WAITLIST, until=date(2026, 3, 9))
    assert (referral.status, referral.review_on) == (ReferralStatus.ON_HOLD, date(2026, 3, 9))
    referral.resume(by=SYSTEM, at=TEN_PAST)
    assert (referral.status, referral.review_on) == (ReferralStatus.IN_PROGRESS, None)


def test_closing_plans_follow_ups_or_says_why_there_are_none():
    referral = a_referral(contacted=True)

    for follow_ups, waived in [((), None), ((date(2026, 4, 1),), WaiverReason.NOT_NEEDED)]:
        with pytest.raises(Invalid):
            referral.close(by=COUNSELOR, at=TEN_PAST, outcome=Outcome.ALREADY_IN_CARE, follow_ups=follow_ups,
                           waived=waived)
    referral.close(by=COUNSELOR, at=TEN_PAST, outcome=Outcome.CONNECTED_SCHOOL_SERVICE,
                   follow_ups=(date(2026, 4, 1), date(2026, 3, 9)))

    assert [(each.n, each.due_on) for each in referral.follow_ups] == [(1, date(2026, 3, 9)), (2, date(2026, 4, 1))]


def test_a_follow_up_is_done_once_and_says_how_late():
    referral = a_referral(contacted=True)
    referral.close(by=COUNSELOR, at=TEN_PAST, outcome=Outcome.ALREADY_IN_CARE, follow_ups=(date(2026, 3, 9),))
    referral.recorded()

    for _ in range(2):
        referral.follow_up(1, by=COUNSELOR, at=TEN_PAST, on=date(2026, 3, 11), result=FollowUpResult.DOING_WELL)

    assert told(referral, told_of.FollowUpDone).days_late == 2


def test_reopening_keeps_first_stamps_and_awaits_what_never_came():
    referral = a_referral(contacted=True)
    referral.close(by=COUNSELOR, at=TEN_PAST, outcome=Outcome.COULD_NOT_REACH, waived=WaiverReason.DECLINED)
    stamps = referral.acknowledged_at, referral.first_contact_at

    referral.reopen(by=COUNSELOR, at=TEN_PAST + MINUTE, reason=ReopenReason.STUDENT_RETURNED)

    assert (referral.acknowledged_at, referral.first_contact_at) == stamps
    assert referral.status is ReferralStatus.ACKNOWLEDGED
    assert [kind for kind, clock in referral.clocks.items() if clock.running] == [ClockKind.SERVICE]
    assert told(referral, told_of.ReferralReopened).outcome_code is Outcome.COULD_NOT_REACH


def test_after_sixty_days_it_is_a_new_episode():
    referral = a_referral(closed=True)

    with pytest.raises(NotPossible, match="60 days"):
        referral.reopen(by=COUNSELOR, at=NINE + timedelta(days=61), reason=ReopenReason.STUDENT_RETURNED)


@pytest.mark.parametrize("verb", [verb for verb in MOVES if verb is not Verb.CALENDAR])
def test_each_step_is_offered_only_in_the_states_of_the_table(verb):
    referral = a_referral()

    for state in ReferralStatus:
        referral.status = state
        if verb in referral.allowed():
            assert state in MOVES[verb]


def test_every_history_line_says_who_when_and_from_where_to_where():
    referral = a_referral(contacted=True)

    assert [(step.verb, step.status_from, step.status_to) for step in referral.history] == [
        ("submit", None, "submitted"), ("acknowledge", "submitted", "acknowledged"),
        ("accept", "acknowledged", "accepted"), ("first_contact", "accepted", "in_progress")]
    assert [step.no for step in referral.history] == [1, 2, 3, 4]


@pytest.mark.parametrize(("outcome", "status"), told_of.FHIR_ENDINGS.items())
def test_each_outcome_is_one_fhir_status(outcome, status):
    assert fhir_status(ReferralStatus.CLOSED, outcome) == status
