"""The watchdog calls the next person in time, once, and its notices reach a real mailbox. No broker runs here."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from services.referrals.duty import handlers as duty
from services.referrals.notices.store import Notices
from services.referrals.referrals import handlers
from shared.contracts.codes import ClockKind, Urgency
from shared.contracts.referrals import AcknowledgeReferral
from shared.contracts.schools import StaffAssigned, StaffDeactivated
from tests.integration.referrals.conftest import Mailbox, Room, detail

ROOT = Path(__file__).resolve().parents[3]


def test_it_imports_no_message_library():
    code = ("import sys, services.referrals.watchdog; "
            "print({m.split('.')[0] for m in sys.modules} & {'amqp', 'kombu', 'nameko', 'eventlet', 'gevent'})")

    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "set()"


def test_a_step_its_notice_its_events_and_its_audit_row_are_one(room: Room):
    referral = room.submit(Urgency.EMERGENCY)
    room.expire(referral.referral_id)

    assert room.watchdog().look() == 1

    assert room.steps(referral.referral_id) == [("acknowledge", 1, room.people.second)]
    assert room.sql("SELECT to_key, kind FROM notices ORDER BY created_at") == [
        (room.people.first, "new_referral"), (room.people.second, "escalation")]
    assert [event["step_no"] for event in room.announced("referral_escalated")] == [1]
    assert len(room.announced("referral_clock_breached")) == 1
    assert room.sql("SELECT count(*) FROM audit_log WHERE action = 'referral.escalate' AND object_id = %s",
                    referral.referral_id) == [(1,)]


def test_an_emergency_goes_along_the_rota_to_the_designee_to_the_district_and_round_again(room: Room):
    referral, people = room.submit(Urgency.EMERGENCY), room.people
    watchdog = room.watchdog()

    for _ in range(6):
        room.expire(referral.referral_id)
        watchdog.look()

    assert [step[2] for step in room.steps(referral.referral_id)] == [
        people.second, people.third, people.principal, people.crisis_lead, people.first, people.second]


def test_the_next_step_of_an_emergency_is_five_minutes_after_the_last(room: Room):
    referral = room.submit(Urgency.EMERGENCY)
    room.expire(referral.referral_id)
    room.watchdog().look()

    (wait,), = room.sql("SELECT extract(epoch FROM next_due_at - due_at)::float FROM referral_clocks "
                        "WHERE referral_id = %s AND kind = 'acknowledge'", referral.referral_id)

    assert wait == pytest.approx(300, abs=1)


def test_whoever_acknowledges_stops_the_chain(room: Room):
    referral = room.submit(Urgency.EMERGENCY)
    room.expire(referral.referral_id)
    room.ask(handlers.acknowledge_referral, AcknowledgeReferral(referral_id=referral.referral_id),
             "referral.acknowledge", by=room.people.third)

    assert room.watchdog().look() == 0
    assert [clock.within_limit for clock in detail(room, referral.referral_id).clocks
            if clock.kind is ClockKind.ACKNOWLEDGE] == [False]


def test_a_running_watchdog_is_less_than_two_seconds_late(room: Room):
    referrals = [room.submit(Urgency.EMERGENCY) for _ in range(5)]
    with running(room.watchdog()):
        room.sql("UPDATE referral_clocks SET due_at = clock_timestamp() + interval '2 seconds', "
                 "next_due_at = clock_timestamp() + interval '2 seconds' WHERE kind = 'acknowledge'")
        wait_for(lambda: len(room.sql("SELECT 1 FROM escalation_steps")) == 5)

    late = [row[0] for row in room.sql("SELECT extract(epoch FROM at - due_at)::float FROM escalation_steps")]
    assert all(0 <= seconds <= 2 for seconds in late), late
    assert all(len(room.steps(each.referral_id)) == 1 for each in referrals)


@pytest.mark.failure_mode("FM25")
def test_two_watchdogs_never_double_a_step(room: Room):
    referrals = [room.submit(Urgency.EMERGENCY) for _ in range(30)]
    for each in referrals:
        room.expire(each.referral_id)
    watchdogs = [room.watchdog() for _ in range(2)]
    steps: list[int] = []

    threads = [threading.Thread(target=lambda each=each: steps.append(each.look())) for each in watchdogs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    steps.append(watchdogs[0].look())

    assert sum(steps) == 30
    assert room.sql("SELECT count(*), count(DISTINCT referral_id) FROM escalation_steps") == [(30, 30)]
    assert room.sql("SELECT count(*) FROM notices WHERE kind = 'escalation'") == [(30,)]


def test_what_somebody_is_answering_right_now_is_passed_by(room: Room):
    held, free = room.submit(Urgency.EMERGENCY), room.submit(Urgency.EMERGENCY)
    for each in (held, free):
        room.expire(each.referral_id)

    with psycopg.connect(room.superuser) as db:
        db.execute("SELECT 1 FROM referrals.referrals WHERE id = %s FOR UPDATE", [held.referral_id])
        assert room.watchdog().look() == 1

    assert (room.steps(held.referral_id), len(room.steps(free.referral_id))) == ([], 1)
    assert room.watchdog().look() == 1


def test_a_dead_watchdog_shows(room: Room):
    from services.referrals.clocks.handlers import watchdog_state
    from shared.contracts.referrals import WatchdogState

    def state():
        return room.ask(watchdog_state, WatchdogState(), "watchdog.view", changes=False)

    assert state().late
    room.watchdog().look()
    assert not state().late
    room.sql("UPDATE watchdog_ticks SET at = at - interval '16 seconds'")
    assert state().late


# --- Notices --------------------------------------------------------------------------------------------------------

def test_an_emergency_is_told_to_its_owner_at_once_by_case_number_and_link_only(room: Room, mailbox: Mailbox):
    referral = room.submit(Urgency.EMERGENCY, summary="Jordan said something that frightened me")

    room.watchdog(mailbox.url).send()

    (message,) = mailbox.to(room.people.mail(room.people.first))
    text = message.get_payload()
    assert referral.case_number in message["Subject"]
    assert f"/referrals/{referral.referral_id}" in text
    for secret in ("Jordan", "frightened", "emergency referral", str(referral.student_key), "safety"):
        assert secret not in message.as_string()


def test_a_routine_referral_sends_no_mail(room: Room):
    room.submit(Urgency.ROUTINE)

    assert room.sql("SELECT count(*) FROM notices") == [(0,)]


def test_a_notice_is_sent_once(room: Room, mailbox: Mailbox):
    room.submit(Urgency.URGENT)
    watchdog = room.watchdog(mailbox.url)

    assert [watchdog.send(), watchdog.send()] == [1, 0]
    assert len(mailbox.received) == 1
    assert room.sql("SELECT status, attempts FROM notices") == [("sent", 1)]


@pytest.mark.failure_mode("FM26")
def test_a_notice_whose_sender_died_is_sent_when_its_lease_ends(room: Room, mailbox: Mailbox):
    room.submit(Urgency.URGENT)
    with room.work() as tx:
        (notice,) = Notices(tx).due(20)
        notice.lease(tx.now)
    watchdog = room.watchdog(mailbox.url)

    assert watchdog.send() == 0
    room.sql("UPDATE notices SET lease_until = clock_timestamp() - interval '1 second'")
    assert watchdog.send() == 1

    (message,) = [message for _, message in mailbox.received]
    assert str(notice.id) in message["Message-ID"]


@pytest.mark.failure_mode("FM26")
def test_a_notice_that_cannot_be_sent_is_tried_again_and_then_goes_to_the_next_person(room: Room, mailbox: Mailbox):
    room.submit(Urgency.URGENT)
    mailbox.broken = True
    watchdog = room.watchdog(mailbox.url)

    for _ in range(4):
        watchdog.send()
        room.sql("UPDATE notices SET next_attempt_at = clock_timestamp() WHERE status = 'queued'")
    assert len(room.announced("notice_exhausted")) == 1
    mailbox.broken = False
    watchdog.send()

    assert [to for to, _ in mailbox.received] == [room.people.mail(room.people.second)]
    assert room.sql("SELECT status FROM notices ORDER BY created_at") == [("exhausted",), ("sent",)]


def test_a_person_without_an_address_is_passed_over_at_once(room: Room, mailbox: Mailbox):
    room.sql("UPDATE duty_contacts SET mail = NULL WHERE staff_key = %s", room.people.first)
    room.submit(Urgency.EMERGENCY)

    room.watchdog(mailbox.url).send()

    assert [to for to, _ in mailbox.received] == [room.people.mail(room.people.second)]


def test_addresses_lie_sealed(room: Room):
    (sealed,), *_ = room.sql("SELECT mail FROM duty_contacts")

    assert b"school.invalid" not in bytes(sealed)


def test_what_an_owner_had_in_hand_goes_to_the_backup_when_the_owner_leaves(room: Room):
    referral, people = room.submit(Urgency.URGENT), room.people

    room.hear(duty.hand_over, StaffDeactivated(
        staff_key=people.first, school_id=None, version=2, school_ids=(room.school,)))

    shown = detail(room, referral.referral_id, by=people.second).referral
    assert (shown.owner_key, shown.backup_key) == (people.second, people.third)
    assert room.sql("SELECT to_key FROM notices WHERE kind = 'given_to_you'") == [(people.second,)]
    assert [event["reason_code"] for event in room.announced("referral_rerouted")] == ["owner_deactivated"]


def test_what_belongs_to_someone_who_has_no_role_here_any_more_finds_another_owner(room: Room):
    referral, people = room.submit(Urgency.URGENT), room.people
    room.hear(duty.learn_staff, StaffAssigned(
        staff_key=people.first, school_id=None, version=2, credentials=(), assignments=()))
    room.sql("DELETE FROM rota_shifts")

    for _ in range(2):
        with room.work("find_owners") as tx:
            duty.find_owners(tx)

    shown = detail(room, referral.referral_id, by=people.second).referral
    assert (shown.owner_key, shown.version) == (people.second, referral.version + 1)


def test_it_measures_what_is_open_late_and_unanswered(room: Room):
    from prometheus_client import REGISTRY

    late = room.submit(Urgency.EMERGENCY)
    room.submit(Urgency.ROUTINE)
    room.expire(late.referral_id)
    room.watchdog().measure()

    def value(name: str, **labels: str):
        return REGISTRY.get_sample_value(name, labels)

    assert value("mtss_referrals_open", urgency="emergency") == 1
    assert value("mtss_referrals_overdue", urgency="emergency") == 1
    assert value("mtss_referrals_overdue", urgency="routine") == 0
    assert value("mtss_referrals_without_owner") == 0
    assert value("mtss_referral_oldest_unacknowledged_seconds", urgency="routine") > 0


@contextmanager
def running(watchdog):
    thread = threading.Thread(target=watchdog.run)
    thread.start()
    try:
        yield watchdog
    finally:
        watchdog.stop()
        thread.join()


def wait_for(true, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "in time"
        time.sleep(0.1)


