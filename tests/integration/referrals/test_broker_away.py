"""A clock runs out while RabbitMQ is stopped: people are told in time all the same, and the rest is told later."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest

from services.referrals.clocks import handlers as clocks
from shared.contracts.codes import ClockKind, Urgency
from shared.contracts.schools import ClockRule, ClockUnit
from shared.messaging import provisioning
from tests.integration.referrals.conftest import Mailbox, Room
from tests.integration.referrals.test_read_copies import a_policy
from tests.running import Servers

FOUR_SECONDS = ClockRule(
    urgency=Urgency.EMERGENCY, kind=ClockKind.ACKNOWLEDGE, unit=ClockUnit.SECONDS, amount=4,
    reviewed_on=date(2026, 8, 1))


@pytest.mark.failure_mode("FM24")
def test_the_next_person_is_called_in_time_while_the_broker_is_stopped(servers: Servers, room: Room, mailbox: Mailbox):
    room.hear(clocks.learn_policy, a_policy(2, FOUR_SECONDS))
    assert provisioning.apply(room.settings) == 0
    given = {"PEERSUPPORTS_DATABASE_URL": room.settings.database_url, "PEERSUPPORTS_SMTP_URL": mailbox.url}
    processes = [servers.local.start_process(name, given) for name in ("watchdog", "relay")]
    servers.local.wait_ready(60, "watchdog", "relay")

    broker = servers.local.broker
    broker.stop()
    try:
        referral = room.submit(Urgency.EMERGENCY)
        wait_for(lambda: mailbox.to(room.people.mail(room.people.second)), 15)

        ((late, told),) = room.sql(
            "SELECT extract(epoch FROM s.at - s.due_at)::float, extract(epoch FROM n.sent_at - s.due_at)::float "
            "FROM escalation_steps s JOIN notices n ON n.subject_id = s.referral_id AND n.to_key = s.to_key")
        assert 0 <= late <= 2
        assert told <= 5
        assert room.sql("SELECT count(*) FROM outbox WHERE published_at IS NOT NULL "
                        "AND type = 'referral_escalated'") == [(0,)]
        assert referral.case_number in mailbox.to(room.people.mail(room.people.first))[0]["Subject"]

    finally:
        broker.start()
        broker.wait()
    try:
        wait_for(lambda: room.sql(
            "SELECT 1 FROM outbox WHERE type = 'referral_escalated' AND published_at IS NOT NULL"), 60)
    finally:
        for process in processes:
            process.stop()


def wait_for(true: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds:g} s"
        time.sleep(0.1)
