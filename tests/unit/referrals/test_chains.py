"""Whom a clock calls, and when."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from services.referrals.clocks.model import USUAL_CHAINS, Clock
from services.referrals.duty.model import Duty
from shared.contracts import referrals as told_of
from shared.contracts.codes import ClockKind, Urgency
from shared.contracts.ids import StaffKey
from shared.contracts.schools import EscalationTarget
from tests.unit.referrals.builders import COUNSELOR, NINE, SCHOOL, EveryHour, a_referral

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OWNER, SECOND, THIRD, PRINCIPAL, CRISIS, LEAD, COORDINATOR = (StaffKey(UUID(int=n)) for n in range(1, 8))
DUTY = Duty(on_shift=(OWNER, SECOND, THIRD), principals=(PRINCIPAL,), crisis_leads=(CRISIS,), district_leads=(LEAD,),
            coordinators=(COORDINATOR,))


def calls(urgency: Urgency, until: timedelta) -> list[tuple[timedelta, object]]:
    """When after nine a clock calls whom, if somebody looks each minute and nobody answers."""
    time, found, at = EveryHour(), [], NINE
    clock = Clock.started(UUID(int=9), SCHOOL, ClockKind.ACKNOWLEDGE, NINE, urgency, time)
    while at <= NINE + until:
        while link := clock.call(at, time):
            found.append((at - NINE, DUTY.called_by(link, USUAL_CHAINS[urgency], clock.turn, OWNER, SECOND)))
        at += MINUTE
    return found


def test_an_emergency_calls_one_person_every_five_minutes_until_someone_answers():
    assert calls(Urgency.EMERGENCY, 31 * MINUTE) == [
        (5 * MINUTE, (SECOND,)), (10 * MINUTE, (THIRD,)), (15 * MINUTE, (PRINCIPAL,)), (20 * MINUTE, (CRISIS,)),
        (25 * MINUTE, (OWNER,)), (30 * MINUTE, (SECOND,))]


def test_an_urgent_one_calls_the_backup_then_the_designee_then_at_closing_the_district():
    assert calls(Urgency.URGENT, 12 * HOUR) == [
        (HOUR, (SECOND,)), (2 * HOUR, (PRINCIPAL,)), (7 * HOUR, (LEAD,))]


def test_closing_time_comes_first_when_it_is_less_than_an_hour_away():
    time = EveryHour()
    clock = Clock.started(UUID(int=9), SCHOOL, ClockKind.ACKNOWLEDGE, NINE + 5.5 * HOUR, Urgency.URGENT, time)

    moments = []
    while clock.next_due_at and len(moments) < 9:
        moments.append((clock.next_due_at - NINE, clock.call(clock.next_due_at, time).to))

    assert moments == [(6.5 * HOUR, EscalationTarget.BACKUP), (7 * HOUR, EscalationTarget.DISTRICT_LEAD),
                       (7.5 * HOUR, EscalationTarget.DESIGNEE)]


def test_a_priority_one_reminds_the_owner_then_calls_the_coordinator_then_the_district():
    assert calls(Urgency.PRIORITY, 60 * HOUR) == [
        (19.2 * HOUR, (OWNER,)), (24 * HOUR, (COORDINATOR,)), (48 * HOUR, (LEAD,))]


def test_a_routine_one_calls_the_coordinator_once():
    assert calls(Urgency.ROUTINE, 200 * HOUR) == [(48 * HOUR, (COORDINATOR,))]


def test_a_link_that_finds_nobody_calls_whoever_comes_after_it():
    link, *_ = USUAL_CHAINS[Urgency.URGENT]
    nobody_but_the_district = Duty(district_leads=(LEAD,))

    assert nobody_but_the_district.called_by(link, USUAL_CHAINS[Urgency.URGENT], 1, OWNER, None) == (LEAD,)


def test_a_watchdog_that_was_away_calls_one_person_now_and_the_next_an_interval_later():
    time = EveryHour()
    clock = Clock.started(UUID(int=9), SCHOOL, ClockKind.ACKNOWLEDGE, NINE, Urgency.EMERGENCY, time)
    late = NINE + HOUR

    assert clock.call(late, time)
    assert clock.call(late, time) is None
    assert clock.next_due_at == late + 5 * MINUTE


def test_a_stopped_clock_calls_nobody():
    referral = a_referral(Urgency.EMERGENCY, acknowledged_by=COUNSELOR)

    assert referral.escalate(ClockKind.ACKNOWLEDGE, at=NINE + HOUR) is None


def test_the_first_step_past_the_limit_is_the_breach_and_later_ones_are_not():
    referral = a_referral(Urgency.EMERGENCY)

    told = []
    for minutes in (5, 10):
        referral.escalate(ClockKind.ACKNOWLEDGE, at=NINE + minutes * MINUTE)
        told.append([(type(event), event.step_no) for event in referral.recorded()])

    assert told == [[(told_of.ReferralClockBreached, 1), (told_of.ReferralEscalated, 1)],
                    [(told_of.ReferralEscalated, 2)]]


def test_a_reminder_is_a_warning_and_no_breach():
    referral = a_referral(Urgency.PRIORITY)

    referral.escalate(ClockKind.ACKNOWLEDGE, at=NINE + 20 * HOUR)

    assert [type(event) for event in referral.recorded()] == [told_of.ReferralClockWarned]
    assert referral.clocks[ClockKind.ACKNOWLEDGE].met


def test_steps_are_numbered_on_when_the_urgency_changes():
    referral = a_referral(Urgency.URGENT)
    referral.escalate(ClockKind.ACKNOWLEDGE, at=NINE + HOUR)

    referral.raise_urgency(by=COUNSELOR, at=NINE + HOUR, to=Urgency.EMERGENCY, reason="danger_now")
    referral.escalate(ClockKind.ACKNOWLEDGE, at=NINE + HOUR)

    assert referral.clocks[ClockKind.ACKNOWLEDGE].steps == 2


def test_whoever_left_is_replaced_by_the_backup_and_the_nearest_follow():
    assert DUTY.in_place_of(OWNER, OWNER, SECOND) == (SECOND, THIRD)
    assert DUTY.in_place_of(SECOND, OWNER, SECOND) == (OWNER, THIRD)
    assert Duty(on_shift=(OWNER,)).in_place_of(OWNER, OWNER, None) == (None, None)
