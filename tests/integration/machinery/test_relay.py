"""Every committed row of the outbox reaches the broker; none is marked that did not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.contracts.referrals import PathwayTestAcknowledged
from shared.messaging import provisioning
from shared.messaging.codec import Fact, encode
from shared.messaging.rpc import RpcClient
from tests.chaos.proxy import TO_CLIENT, TO_SERVER, Proxy
from tests.integration.machinery.conftest import SCHOOL, World, eventually
from tests.integration.machinery.test_requests import a_note

QUEUE = "interventions.normal"
"""Where the specimen's event goes, besides metrics and gateway."""


def post(world: World, number: int = 1, key: str = "pathway_test_acknowledged") -> list[UUID]:
    """Rows as a transaction leaves them."""
    rows = [row(key) for _ in range(number)]
    with psycopg.connect(world.superuser, options="-c search_path=referrals") as db:
        db.cursor().executemany(INSERT, rows)
    return [each["id"] for each in rows]


INSERT = """INSERT INTO outbox (id, aggregatetype, aggregateid, version, type, lane, schoolid, payload, occurred_at)
            VALUES (%(id)s, 'note', %(about)s, 1, %(type)s, 1, %(school)s, %(payload)s, clock_timestamp())"""


def row(key: str) -> dict[str, Any]:
    event = PathwayTestAcknowledged(school_id=SCHOOL, at=datetime.now(UTC))
    fact = Fact(id=uuid4(), at=datetime.now(UTC), event=event, subject=uuid4())
    return {"id": fact.id, "about": fact.subject, "type": key, "school": SCHOOL, "payload": encode(fact)}


def arrived(world: World, queue: str = QUEUE) -> list[UUID]:
    """Take everything out of a queue."""
    found = []
    with world.channel("topology") as channel:
        while message := channel.basic_get(queue, no_ack=True):
            found.append(UUID(json.loads(message.body)["id"]))
    return found


def unpublished(world: World) -> int:
    return world.count("SELECT count(*) FROM outbox WHERE published_at IS NULL")


def carried(world: World, ids: list[UUID], seconds: float = 15) -> None:
    """All are marked, and all were really taken."""
    eventually(lambda: unpublished(world) == 0, seconds)
    assert set(ids) <= set(arrived(world))


def test_what_a_command_announces_arrives_as_a_cloud_event(world: World, client: RpcClient) -> None:
    world.specimen()
    world.relay()
    note = a_note()

    world.ask(client, "note_down", note, uuid4())

    eventually(lambda: world.depth(QUEUE) == 1)
    with world.channel("topology") as channel:
        message = channel.basic_get(QUEUE, no_ack=True)
    said = json.loads(message.body)
    assert said["specversion"] == "1.0"
    assert said["type"] == "org.peersupports.referrals.pathway_test_acknowledged.v1"
    assert (said["source"], said["subject"], said["schoolid"]) == ("/referrals", note["note_id"], str(SCHOOL))
    assert (said["actorrole"], said["correlationid"], said["schemaversion"]) == ("counselor", "test", 1)
    assert message.properties["message_id"] == said["id"]
    assert message.properties["content_type"] == "application/cloudevents+json"
    assert message.properties["delivery_mode"] == 2


@pytest.mark.failure_mode("FM05")
def test_rows_arrive_and_what_was_rolled_back_does_not(world: World) -> None:
    world.relay()
    with psycopg.connect(world.superuser, options="-c search_path=referrals") as db:
        db.execute(INSERT, row("pathway_test_acknowledged"))
        db.rollback()

    ids = post(world, 1200)

    eventually(lambda: unpublished(world) == 0, 20)
    assert sorted(arrived(world)) == sorted(ids)


@pytest.mark.failure_mode("FM06")
@pytest.mark.parametrize("point", [
    "before_publish", "after_publish_before_confirm", "after_confirm_before_mark", "after_mark_before_commit"])
def test_a_relay_that_dies_anywhere_loses_nothing(world: World, point: str) -> None:
    ids = post(world, 50)
    dying = world.start("peersupports.py", "relay", "referrals", crash_points=f"relay.{point}=nth:1")
    dying.wait_dead()

    assert unpublished(world) == 50
    world.relay()

    carried(world, ids)


@pytest.mark.failure_mode("FM08")
def test_what_no_queue_wants_is_kept_and_tried_again(world: World) -> None:
    relay = world.relay()
    (lost,) = post(world, 1, key="nobody_wants_this")
    (good,) = post(world)

    eventually(lambda: good in arrived(world))

    eventually(lambda: world.sql("SELECT last_error, attempts FROM outbox WHERE id = %s", lost) == [("unroutable", 1)])
    assert unpublished(world) == 1
    assert 'mtss_outbox_returned_total{service="referrals"} 1.0' in relay.probe("metrics")
    with world.bound(QUEUE, "referrals.events", "nobody_wants_this"):
        world.sql("UPDATE outbox SET next_attempt_at = clock_timestamp()")
        carried(world, [lost])


@pytest.mark.failure_mode("FM08")
def test_the_topology_check_names_a_missing_binding(world: World) -> None:
    assert list(provisioning.differences(world.settings)) == []

    with world.unbound("metrics.bulk", "referrals.events", "pathway_test_acknowledged"):
        assert list(provisioning.differences(world.settings)) == [
            "binding referrals.events -- pathway_test_acknowledged -> metrics.bulk is missing"]


@pytest.mark.failure_mode("FM09")
def test_a_full_queue_refuses_and_the_rest_goes_on(world: World) -> None:
    with world.channel("topology") as channel:
        channel.queue_declare("full", durable=True, auto_delete=False, arguments={
            "x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"})
        channel.queue_bind("full", "referrals.events", "to_the_full_queue")
    world.relay()
    full = post(world, 5, key="to_the_full_queue")
    eventually(lambda: world.depth("full") > 0)     # the limit is soft: what is on its way gets in
    full += post(world, 5, key="to_the_full_queue")

    eventually(lambda: world.count("SELECT count(*) FROM outbox WHERE last_error = 'nacked'") > 0)
    good = post(world, 5)
    eventually(lambda: set(good) <= set(arrived(world)))

    with world.bound(QUEUE, "referrals.events", "to_the_full_queue"):
        with world.channel("topology") as channel:
            channel.queue_delete("full")
        waiting = {id for (id,) in world.sql("SELECT id FROM outbox WHERE published_at IS NULL")}
        world.sql("UPDATE outbox SET next_attempt_at = clock_timestamp() WHERE published_at IS NULL")
        eventually(lambda: unpublished(world) == 0)
        assert waiting < set(full)
        assert waiting <= set(arrived(world))


@pytest.mark.failure_mode("FM10")
def test_a_lower_number_that_commits_late_is_not_passed_over(world: World) -> None:
    world.relay()
    late = row("pathway_test_acknowledged")
    with psycopg.connect(world.superuser, options="-c search_path=referrals") as slow:
        slow.execute(INSERT, late)
        later = post(world, 10)
        eventually(lambda: unpublished(world) == 0)
        assert set(arrived(world)) == set(later)

        slow.commit()

    eventually(lambda: world.depth(QUEUE) == 1)
    assert arrived(world) == [late["id"]]


@pytest.mark.failure_mode("FM11")
def test_of_two_relays_one_carries_and_the_other_takes_over(world: World) -> None:
    first = world.relay()
    second = world.relay()
    assert [LEADS in process.probe("metrics") for process in (first, second)] == [True, False]

    world.sql("""SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""")
    ids = post(world, 20)

    carried(world, ids)


LEADS = 'mtss_relay_leader{service="referrals"} 1.0'


@pytest.fixture
def proxied(world: World) -> Iterator[tuple[World, Proxy]]:
    at = urlsplit(world.settings.amqp_url)
    proxy = Proxy((str(at.hostname), int(at.port or 0)))
    world.environment["PEERSUPPORTS_AMQP_URL"] = at._replace(netloc=f"127.0.0.1:{proxy.port}").geturl()
    yield world, proxy
    proxy.close()


@pytest.mark.failure_mode("FM07")
def test_a_late_confirm_is_not_taken_for_another_message(proxied: tuple[World, Proxy]) -> None:
    world, proxy = proxied
    world.relay()
    warm = post(world)
    carried(world, warm)

    # The answer to the first comes so late that the relay has given up; the second never reaches the broker.
    proxy.delay(6, TO_CLIENT)
    first = post(world)
    eventually(lambda: world.depth(QUEUE) >= 1)
    proxy.swallow(TO_SERVER)
    second = post(world)
    time.sleep(7)
    marked = {id for (id,) in world.sql("SELECT id FROM outbox WHERE published_at IS NOT NULL")}

    assert not marked & set(second)
    proxy.pass_on()
    proxy.cut()
    carried(world, [*first, *second], 30)


@pytest.mark.failure_mode("FM13")
def test_a_frozen_broker_marks_nothing_and_is_left(proxied: tuple[World, Proxy]) -> None:
    world, proxy = proxied
    process = world.relay()
    carried(world, post(world))

    proxy.freeze()
    ids = post(world, 10)

    eventually(lambda: not process.probe("readyz"), 20)
    assert unpublished(world) == 10
    proxy.pass_on()
    carried(world, ids, 30)


def test_a_stopped_relay_empties_the_outbox_first(world: World) -> None:
    process = world.relay()
    ids = post(world, 2000)

    took = process.stop()

    assert process.running.returncode == 0
    assert took < 8
    assert unpublished(world) == 0
    assert set(ids) == set(arrived(world))


def test_an_urgent_event_wakes_the_relay(world: World) -> None:
    world.relay()
    waits = []
    for _ in range(10):
        time.sleep(0.1)
        began = time.monotonic()
        with psycopg.connect(world.superuser, autocommit=True, options="-c search_path=referrals") as db:
            db.execute(INSERT.replace("1, %(type)s, 1", "1, %(type)s, 0"), row("pathway_test_acknowledged"))
            db.execute("SELECT pg_notify('outbox_referrals', '')")
            while db.execute("SELECT 1 FROM outbox WHERE published_at IS NULL").fetchone():
                time.sleep(0.002)
        waits.append(time.monotonic() - began)

    assert sorted(waits)[5] < 0.15, waits


