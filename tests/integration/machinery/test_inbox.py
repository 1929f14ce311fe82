"""An event has its effect once; what fails is tried again or kept for a person; the queue flows on."""

from __future__ import annotations

import time
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import pytest

from shared.messaging.codec import Fact
from tests.integration.machinery.conftest import (
    World,
    eventually,
    lines,
    pathway_changed,
    staff_assigned,
    student_changed,
    wire,
)


def settled(world: World, consumer: str, fact: Fact[Any], state: str) -> bool:
    row = world.inbox(consumer, fact.id)
    return row is not None and row[0] == state


def test_an_event_of_two_hearers_has_two_rows_and_one_acknowledgement(world: World) -> None:
    world.specimen()
    fact = pathway_changed()

    world.publish(fact)

    for consumer in ("hear_pathway", "hear_pathway_too"):
        eventually(lambda consumer=consumer: settled(world, consumer, fact, "done"))     # type: ignore[misc]
    assert world.effects("hear_pathway", fact.id) == world.effects("hear_pathway_too", fact.id) == 1
    eventually(lambda: world.depth("referrals.normal") == 0)


def test_what_was_heard_is_heard_no_second_time(world: World) -> None:
    world.specimen()
    fact, after = staff_assigned(), staff_assigned()

    world.publish(fact, fact, fact, after)

    eventually(lambda: world.effects("hear_staff", after.id) == 1)
    assert world.effects("hear_staff", fact.id) == 1


@pytest.mark.failure_mode("FM16")
def test_a_consumer_that_dies_between_commit_and_acknowledgement_repeats_nothing(world: World) -> None:
    dying = world.specimen(crash_points="inbox.after_commit_before_ack=nth:1")
    fact = staff_assigned()

    world.publish(fact)
    dying.wait_dead()
    survivor = world.specimen()

    eventually(lambda: world.depth("referrals.urgent") == 0)
    eventually(lambda: any(line.get("outcome") == "duplicate" for line in lines(survivor)))
    assert world.effects("hear_staff", fact.id) == 1


@pytest.mark.parametrize("point", ["inbox.after_claim_before_effect", "inbox.before_commit"])
def test_a_consumer_that_dies_before_it_commits_is_followed_by_another(world: World, point: str) -> None:
    dying = world.specimen(crash_points=f"{point}=nth:1")
    fact = staff_assigned()

    world.publish(fact)
    dying.wait_dead()
    world.specimen()

    eventually(lambda: world.effects("hear_staff", fact.id) == 1)


@pytest.mark.failure_mode("FM17")
def test_the_same_message_at_two_workers_is_done_by_one(world: World) -> None:
    one, other = world.specimen(), world.specimen()
    fact = pathway_changed()
    world.order(fact.id, "wait", seconds=0.5)

    world.publish(*[fact] * 6)

    eventually(lambda: sum(line.get("outcome") == "duplicate" for p in (one, other) for line in lines(p)) >= 10)
    assert world.effects("hear_pathway", fact.id) == world.effects("hear_pathway_too", fact.id) == 1


@pytest.mark.failure_mode("FM18")
def test_a_handler_that_raises_is_undone_tried_again_and_holds_up_nobody(world: World) -> None:
    process = world.specimen()
    bad, good = staff_assigned(), staff_assigned()
    world.order(bad.id, "raise")

    world.publish(bad, good)

    eventually(lambda: world.effects("hear_staff", good.id) == 1)
    eventually(lambda: (world.inbox("hear_staff", bad.id) or ("", "", 0))[2] >= 2)
    assert world.inbox("hear_staff", bad.id)[:2] == ("retry", "ValueError")       # type: ignore[index]
    assert world.effects("hear_staff", bad.id) == 0
    assert world.depth("referrals.urgent") == 0
    world.sql("DELETE FROM orders")
    eventually(lambda: settled(world, "hear_staff", bad, "done"), 20)
    assert world.effects("hear_staff", bad.id) == 1
    assert "must never be seen" not in process.log.read_text()


def test_when_the_tries_are_used_up_the_message_is_parked(world: World) -> None:
    world.specimen()
    fact = staff_assigned()
    world.order(fact.id, "raise")
    world.publish(fact)
    eventually(lambda: settled(world, "hear_staff", fact, "retry"))

    world.sql("UPDATE inbox SET attempts = 6, next_attempt_at = clock_timestamp() WHERE message_id = %s", fact.id)

    eventually(lambda: settled(world, "hear_staff", fact, "parked"))
    assert world.inbox("hear_staff", fact.id) == ("parked", "ValueError", 7)


def test_the_domains_final_no_is_an_end(world: World) -> None:
    world.specimen()
    fact = staff_assigned()
    world.order(fact.id, "refuse")

    world.publish(fact)

    eventually(lambda: settled(world, "hear_staff", fact, "done"))
    assert world.inbox("hear_staff", fact.id) == ("done", "not_possible", 1)
    assert world.effects("hear_staff", fact.id) == 0


@pytest.mark.failure_mode("FM19")
def test_poison_is_parked_and_the_queue_flows(world: World) -> None:
    world.specimen()
    told_to_park, good = staff_assigned(), staff_assigned()
    world.order(told_to_park.id, "park")
    exchange, key, body = wire(staff_assigned())
    unknown, unknown_id = body.replace(".v1", ".v9"), UUID(body.split('"id": "')[1][:36])
    nonsense = "this is no event"

    world.publish(told_to_park, (exchange, key, nonsense), (exchange, key, unknown), good)

    eventually(lambda: world.effects("hear_staff", good.id) == 1)
    assert world.inbox("hear_staff", told_to_park.id) == ("parked", "as_ordered", 1)
    assert world.inbox("hear_staff", unknown_id) == ("parked", "unknown_version", 0)
    assert world.inbox("hear_staff", uuid5(NAMESPACE_OID, nonsense)) == ("parked", "undecodable", 0)
    eventually(lambda: world.depth("referrals.urgent") == 0)


def test_what_a_stray_binding_brings_waits_for_a_person(world: World) -> None:
    world.specimen()
    id = uuid4()

    with world.bound("referrals.normal", "schools.events", "never_heard_of"):
        world.publish(("schools.events", "never_heard_of", f'{{"id": "{id}"}}'))

    eventually(lambda: world.inbox("referrals", id) == ("parked", "unheard", 0))


@pytest.mark.failure_mode("FM20")
def test_dead_letters_become_parked_rows(world: World) -> None:
    fact = staff_assigned()
    world.publish(fact)
    with world.channel("topology") as channel:
        def die(message: object) -> None:
            channel.basic_reject(message.delivery_info["delivery_tag"], requeue=False)      # type: ignore[attr-defined]
        channel.basic_consume("referrals.urgent", callback=die)
        channel.connection.drain_events(timeout=5)

    world.specimen()

    eventually(lambda: world.inbox("hear_staff", fact.id) == ("parked", "dead_letter", 0))
    eventually(lambda: world.depth("referrals.dead") == 0)


def test_a_batch_is_one_transaction_and_a_bad_event_stands_alone(world: World) -> None:
    facts = [student_changed() for _ in range(300)]
    bad = facts[123]
    world.order(bad.id, "raise")
    world.publish(*facts)

    world.specimen()

    eventually(lambda: world.count("SELECT count(*) FROM effects WHERE consumer = 'count_students'") == 299, 20)
    assert world.inbox("count_students", bad.id)[:2] == ("retry", "ValueError")     # type: ignore[index]
    world.sql("DELETE FROM orders")
    world.sql("UPDATE inbox SET next_attempt_at = clock_timestamp() WHERE state = 'retry'")
    eventually(lambda: settled(world, "count_students", bad, "done"))
    eventually(lambda: world.depth("referrals.bulk") == 0)


@pytest.mark.failure_mode("FM22")
def test_while_the_database_is_away_nothing_is_acknowledged(world: World) -> None:
    world.specimen()
    slow, others = staff_assigned(), [staff_assigned() for _ in range(5)]
    world.order(slow.id, "wait", seconds=1)

    world.publish(slow, *others)
    eventually(lambda: world.count(SLEEPING) == 1)
    world.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'referrals_app'")

    for fact in (slow, *others):
        eventually(lambda fact=fact: world.effects("hear_staff", fact.id) == 1, 20)      # type: ignore[misc]
    assert world.inbox("hear_staff", slow.id) == ("done", None, 1)


SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND usename = 'referrals_app'"


@pytest.mark.failure_mode("FM28")
def test_a_stop_inside_handlers_finishes_them_and_nothing_comes_again(world: World) -> None:
    process = world.specimen()
    facts = [pathway_changed() for _ in range(8)] + [staff_assigned()]
    for fact in facts:
        world.order(fact.id, "wait", seconds=1)
    world.publish(*facts)
    eventually(lambda: world.count(SLEEPING) >= 5)

    took = process.stop()

    assert process.running.returncode == 0
    assert took < 25
    done = [fact for fact in facts if world.count("SELECT count(*) FROM inbox WHERE message_id = %s", fact.id)]
    waiting = world.depth("referrals.normal") + world.depth("referrals.urgent")
    assert len(done) + waiting == len(facts)
    successor = world.specimen()
    heard = "SELECT count(DISTINCT message_id) FROM effects WHERE consumer <> 'tick'"
    eventually(lambda: world.count(heard) == len(facts))
    assert not [line for line in lines(successor) if line.get("outcome") == "duplicate"]
    assert "mtss_messages_redelivered_total{" not in successor.probe("metrics")


def test_timers_run_in_one_replica_and_a_missed_run_is_caught_up_once(world: World) -> None:
    world.specimen(), world.specimen()
    eventually(lambda: world.count(TICKS) >= 2)
    began, before = time.monotonic(), world.count(TICKS)

    eventually(lambda: world.count(TICKS) >= before + 3)

    # Every second in both would be six in three seconds.
    assert world.count(TICKS) - before <= (time.monotonic() - began) + 2


TICKS = "SELECT count(*) FROM effects WHERE consumer = 'tick'"
