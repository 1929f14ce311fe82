"""Due times and waiting times on a real school calendar, counted by the database (domain.md section 4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from services.referrals.clocks import handlers as clocks
from services.referrals.clocks.model import Span
from services.referrals.referrals import handlers
from shared.contracts.codes import ClockKind, Urgency
from shared.contracts.referrals import LowerUrgency, RaiseUrgency, UrgencyReason
from shared.contracts.schools import ClockUnit
from tests.integration.referrals.conftest import TZ, Room, a_calendar, detail

A, C = ClockKind.ACKNOWLEDGE, ClockKind.CONTACT
EMERGENCY, URGENT, PRIORITY, ROUTINE = Urgency.EMERGENCY, Urgency.URGENT, Urgency.PRIORITY, Urgency.ROUTINE


def at(text: str, fold: int = 0) -> datetime:
    """A moment of 2026 by the school's clock: `24 Nov 15:10`."""
    local = datetime.strptime(f"2026 {text}", "%Y %d %b %H:%M").replace(tzinfo=ZoneInfo(TZ), fold=fold)
    return local.astimezone(UTC)        # Python calls moments of two zones unequal within a fold


@pytest.mark.parametrize(("submitted", "urgency", "kind", "due"), [
    (at("24 Nov 15:10"), URGENT, A, at("25 Nov 08:40")),
    (at("24 Nov 15:10"), URGENT, C, at("25 Nov 08:40")),
    (at("24 Nov 10:00"), URGENT, C, at("24 Nov 15:30")),
    (at("24 Nov 10:00"), PRIORITY, A, at("25 Nov 10:00")),
    (at("24 Nov 14:00"), PRIORITY, A, at("25 Nov 12:30")),
    (at("25 Nov 13:00"), ROUTINE, A, at("02 Dec 08:00")),
    (at("28 Nov 22:00"), URGENT, A, at("30 Nov 09:00")),
    (at("01 Nov 01:58"), EMERGENCY, A, at("01 Nov 01:03", fold=1)),
], ids=lambda value: f"{value:%d %b %H:%M}" if isinstance(value, datetime) else str(value))
def test_worked_due_times(library: Room, submitted, urgency, kind, due):
    with library.work() as tx:
        time_here = tx.referrals.time_of(library.school)

        assert time_here.due(submitted, time_here.limit(urgency, kind)) == due


@pytest.mark.parametrize(("since", "until", "minutes"), [
    (at("24 Nov 15:10"), at("25 Nov 08:25"), 45),
    (at("25 Nov 11:00"), at("30 Nov 09:15"), 165),
    (at("28 Nov 10:00"), at("29 Nov 10:00"), 0),
    (at("24 Nov 10:00"), at("24 Nov 09:00"), 0),
])
def test_worked_waiting_times_in_staffed_minutes(library: Room, since, until, minutes):
    with library.work() as tx:
        assert tx.referrals.time_of(library.school).minutes(since, until, ClockUnit.SCHOOL_MINUTES) == minutes


def test_an_emergency_waits_by_the_wall_clock(library: Room):
    with library.work() as tx:
        waited = tx.referrals.time_of(library.school).minutes(
            at("01 Nov 01:58"), at("01 Nov 01:03", fold=1), ClockUnit.SECONDS)

    assert waited == 5


def test_four_fifths_of_a_school_day_are_counted_in_staffed_minutes(library: Room):
    with library.work() as tx:
        found = tx.referrals.time_of(library.school).share(
            at("24 Nov 10:00"), at("25 Nov 10:00"), ClockUnit.SCHOOL_DAYS, 0.8)

    assert found == at("25 Nov 08:30")


@pytest.mark.parametrize(("moment", "closing"), [
    (at("24 Nov 15:00"), at("24 Nov 15:30")), (at("24 Nov 15:30"), at("24 Nov 15:30")),
    (at("24 Nov 15:31"), at("25 Nov 12:30")), (at("25 Nov 13:00"), at("30 Nov 15:30"))])
def test_closing_time_is_the_first_that_has_not_passed(library: Room, moment, closing):
    with library.work() as tx:
        assert tx.referrals.time_of(library.school).closing(moment) == closing


@pytest.mark.parametrize(("span", "due"), [
    (Span(ClockUnit.SCHOOL_MINUTES, 60), at("11 Dec 16:20")),
    (Span(ClockUnit.SCHOOL_DAYS, 2), at("13 Dec 15:20")),
    (Span(ClockUnit.SAME_SCHOOL_DAY, 1), at("11 Dec 16:20")),
])
def test_beyond_the_calendar_every_hour_counts(library: Room, span, due):
    """The last day of the calendar is 11 December: rather too soon than never."""
    with library.work() as tx:
        assert tx.referrals.time_of(library.school).due(at("11 Dec 15:20"), span) == due


def test_a_school_without_a_calendar_has_clocks_all_the_same(library: Room):
    with library.work() as tx:
        stranger = tx.referrals.time_of(uuid4())

        assert stranger.due(at("24 Nov 15:20"), Span(ClockUnit.SCHOOL_DAYS, 1)) == at("25 Nov 15:20")
        assert stranger.minutes(at("24 Nov 15:20"), at("24 Nov 15:50"), ClockUnit.SCHOOL_DAYS) == 30


def test_raising_and_lowering_count_again_from_the_same_start(room: Room):
    referral = room.submit(PRIORITY)
    room.sql("UPDATE referral_clocks SET started_at = %s WHERE referral_id = %s", at("24 Nov 10:00"),
             referral.referral_id)

    room.ask(handlers.raise_urgency, RaiseUrgency(
        referral_id=referral.referral_id, urgency=URGENT, reason_code=UrgencyReason.NEW_INFORMATION),
        "referral.raise_urgency")
    raised = due_times(room, referral.referral_id)
    room.ask(handlers.lower_urgency, LowerUrgency(
        referral_id=referral.referral_id, urgency=ROUTINE, reason_code=UrgencyReason.ALREADY_SAFE),
        "referral.lower_urgency")

    assert raised[A] == (at("24 Nov 10:00"), at("24 Nov 11:00"))
    assert due_times(room, referral.referral_id)[A] == (at("24 Nov 10:00"), at("30 Nov 10:00"))


def test_a_changed_calendar_counts_running_clocks_again_and_leaves_a_breach(room: Room):
    referral = room.submit(PRIORITY)
    id = referral.referral_id
    with room.work() as tx:
        found = tx.referrals.get(id)
        for clock in found.clocks.values():
            clock.started_at = at("24 Nov 10:00")
            clock.recount(found.time)
        found.clocks[A].breached_at = at("25 Nov 10:00")

    room.hear(clocks.learn_calendar, a_calendar(room.school, version=2, closed=(date(2026, 11, 25),)))

    assert due_times(room, id)[A] == (at("24 Nov 10:00"), at("30 Nov 10:00"))
    assert room.sql("SELECT breached_at FROM referral_clocks WHERE referral_id = %s AND kind = 'acknowledge'", id) == [
        (at("25 Nov 10:00"),)]
    assert [event["reason_code"] for event in room.announced("referral_urgency_changed")] == ["calendar_changed"]


def test_an_older_calendar_changes_nothing(room: Room):
    room.hear(clocks.learn_calendar, a_calendar(room.school, version=3, early={date(2026, 11, 24): time(12)}))
    room.hear(clocks.learn_calendar, a_calendar(room.school, version=2))

    with room.work() as tx:
        assert tx.referrals.time_of(room.school).closing(at("24 Nov 09:00")) == at("24 Nov 12:00")


def test_the_record_shows_each_clock_with_the_time_it_used(room: Room):
    referral = room.submit(EMERGENCY)
    room.sql("UPDATE referral_clocks SET started_at = clock_timestamp() - interval '1 minute' "
             "WHERE referral_id = %s", referral.referral_id)

    shown = {clock.kind: clock for clock in detail(room, referral.referral_id).clocks}

    assert shown[A].minutes == pytest.approx(1, abs=0.1)
    assert (shown[A].percent_used, shown[A].within_limit) == (20, True)


def due_times(room: Room, referral_id) -> dict[ClockKind, tuple[datetime, datetime]]:
    rows = room.sql("SELECT kind, started_at, due_at FROM referral_clocks WHERE referral_id = %s", referral_id)
    return {ClockKind(kind): (started, due) for kind, started, due in rows}


def test_a_clock_never_starts_later_than_it_was_received(room: Room):
    referral = room.submit(EMERGENCY)

    assert referral.submitted_at <= referral.received_at
    assert referral.due_at - referral.submitted_at == timedelta(minutes=5)
