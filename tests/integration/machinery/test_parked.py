"""What waits for a person can be listed, tried again and discarded; each step is in the audit log."""

from __future__ import annotations

import json

from tests.integration.machinery.conftest import World, eventually, staff_assigned


def test_a_parked_message_is_listed_and_tried_again(world: World) -> None:
    world.specimen()
    fact = staff_assigned()
    world.order(fact.id, "park")
    world.publish(fact)
    eventually(lambda: (world.inbox("hear_staff", fact.id) or [""])[0] == "parked")

    (listed,) = world.run("inbox", "list", "--service", "referrals").splitlines()
    assert json.loads(listed)["message_id"] == str(fact.id)
    world.run("inbox", "redrive", "--service", "referrals", "--dry-run")
    assert world.inbox("hear_staff", fact.id) == ("parked", "as_ordered", 1)
    world.sql("DELETE FROM orders")
    world.run("inbox", "redrive", "--service", "referrals", "--id", str(fact.id))

    eventually(lambda: world.effects("hear_staff", fact.id) == 1)
    assert world.inbox("hear_staff", fact.id) == ("done", None, 1)
    assert world.sql("SELECT action, object_id FROM audit_log") == [("inbox.redrive", fact.id)]


def test_what_is_discarded_needs_a_reason(world: World) -> None:
    fact = staff_assigned()
    world.sql("INSERT INTO inbox (consumer, message_id, state) VALUES ('hear_staff', %s, 'parked')", fact.id)

    world.run("inbox", "discard", "--service", "referrals", "--id", str(fact.id), expect=2)
    assert world.inbox("hear_staff", fact.id) == ("parked", None, 0)
    world.run("inbox", "discard", "--service", "referrals", "--id", str(fact.id), "--reason", "duplicate")

    assert world.inbox("hear_staff", fact.id) == ("done", "discarded", 0)
    assert world.sql("SELECT action, fields FROM audit_log") == [("inbox.discard", ["duplicate"])]
    assert "referrals: unbroken" in world.run("audit", "verify", "--service", "referrals")


def test_a_changed_past_is_found(world: World) -> None:
    world.sql("INSERT INTO inbox (consumer, message_id, state) VALUES ('hear_staff', gen_random_uuid(), 'parked')")
    world.run("inbox", "discard", "--service", "referrals", "--reason", "duplicate")

    world.sql("UPDATE audit_log SET action = 'nothing.happened'")

    assert "was altered" in world.run("audit", "verify", "--service", "referrals", expect=1)
