"""A request has its effect once, its answer is kept, and a refusal is an ordinary reply."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.codes import Role
from shared.messaging.rpc import RpcClient, Unavailable
from shared.security.principal import Grant
from tests.integration.machinery.conftest import COUNSELOR, OTHER_SCHOOL, SCHOOL, World, eventually, lines


@pytest.fixture
def asked(world: World, client: RpcClient) -> World:
    world.specimen()
    return world


def a_note(**more: Any) -> dict[str, Any]:
    return {"note_id": str(uuid4()), "school_id": str(SCHOOL), **more}


def test_a_command_writes_state_outbox_key_and_audit_in_one_go(asked: World, client: RpcClient) -> None:
    note, key = a_note(), uuid4()

    reply = asked.ask(client, "note_down", note, key)

    assert reply == {"view": {"note_id": note["note_id"], "version": 1, "times": 1}, "replayed": False}
    assert asked.sql("SELECT version FROM notes WHERE id = %s", UUID(note["note_id"])) == [(1,)]
    assert asked.sql("SELECT type, aggregatetype, version, schoolid FROM outbox") == [
        ("pathway_test_acknowledged", "note", 1, SCHOOL)]
    assert asked.sql("SELECT actor_key, route, status FROM idempotency") == [(COUNSELOR, "note_down", 200)]
    assert asked.sql("SELECT actor_key, action, object_type, object_id, school_id, outcome FROM audit_log") == [
        (COUNSELOR, "referral.acknowledge", "note", UUID(note["note_id"]), SCHOOL, "done")]


@pytest.mark.failure_mode("FM03")
def test_six_clicks_at_once_are_one(asked: World, client: RpcClient) -> None:
    note, key = a_note(seconds=0.3), uuid4()

    with ThreadPoolExecutor(6) as clicks:
        replies = list(clicks.map(lambda _: asked.ask(client, "note_down", note, key), range(6)))

    assert {reply["view"]["times"] for reply in replies} == {1}
    assert sorted(reply["replayed"] for reply in replies) == [False] + [True] * 5
    assert asked.count("SELECT count(*) FROM outbox") == 1


@pytest.mark.failure_mode("FM04")
def test_a_key_used_again_for_something_else_is_refused(asked: World, client: RpcClient) -> None:
    key = uuid4()
    asked.ask(client, "note_down", a_note(), key)

    reply = asked.ask(client, "note_down", a_note(), key)

    assert reply["refused"]["code"] == "key_reused"
    assert asked.count("SELECT count(*) FROM notes") == 1


def test_the_kept_answer_is_sealed(asked: World, client: RpcClient) -> None:
    note = a_note()
    asked.ask(client, "note_down", note, uuid4())

    ((kept,),) = asked.sql("SELECT response FROM idempotency")

    assert note["note_id"].encode() not in bytes(kept)


def test_a_refusal_is_a_reply_changes_nothing_and_is_written_down(asked: World, client: RpcClient) -> None:
    reply = asked.ask(client, "note_down", a_note(refuse=True), uuid4())

    assert reply["refused"]["code"] == "not_possible"
    assert asked.count("SELECT count(*) FROM idempotency") == 0
    assert asked.sql("SELECT action, outcome FROM audit_log") == [("referral.acknowledge", "not_possible")]


def test_what_cannot_be_read_is_named_by_place_and_never_quoted(asked: World, client: RpcClient) -> None:
    reply = asked.ask(client, "note_down", a_note(note_id="Jane Doe", extra="secret"), uuid4())

    assert reply["refused"]["code"] == "invalid"
    assert {error["pointer"] for error in reply["refused"]["errors"]} == {"/note_id", "/extra"}
    assert "Jane" not in str(reply)


def test_another_school_is_out_of_reach(asked: World, client: RpcClient) -> None:
    note = a_note()
    asked.ask(client, "note_down", note, uuid4())
    elsewhere = [Grant(Role.COUNSELOR, frozenset({OTHER_SCHOOL}))]

    reply = asked.ask(client, "one_note", {"note_id": note["note_id"]}, grants=elsewhere)

    assert reply["refused"]["code"] == "not_found"


def test_a_role_without_the_action_is_refused(asked: World, client: RpcClient) -> None:
    supporter = [Grant(Role.PEER_SUPPORTER, frozenset({SCHOOL}))]

    reply = asked.ask(client, "note_down", a_note(), uuid4(), grants=supporter)

    assert reply["refused"]["code"] == "forbidden"
    assert asked.sql("SELECT outcome FROM audit_log") == [("forbidden",)]


def test_a_query_leaves_an_audit_row_where_the_policy_says_so(asked: World, client: RpcClient) -> None:
    note = a_note()
    asked.ask(client, "note_down", note, uuid4())

    reply = asked.ask(client, "one_note", {"note_id": note["note_id"]})

    assert reply["view"]["times"] == 1
    assert asked.count("SELECT count(*) FROM audit_log WHERE action = 'referral.view'") == 1


@pytest.mark.failure_mode("FM02")
def test_a_service_that_dies_before_it_answers_answers_the_second_try(world: World, client: RpcClient) -> None:
    dying = world.specimen(crash_points="write.after_commit_before_reply=nth:1")
    note, key = a_note(), uuid4()

    with pytest.raises(Unavailable) as raised:
        world.ask(client, "note_down", note, key, timeout=1.0)
    dying.wait_dead()
    world.specimen()
    reply = world.ask(client, "note_down", note, key)

    assert raised.value.timed_out
    assert reply == {"view": {"note_id": note["note_id"], "version": 1, "times": 1}, "replayed": True}
    assert world.count("SELECT count(*) FROM outbox") == 1


@pytest.mark.failure_mode("FM01")
def test_a_service_that_dies_before_it_commits_has_done_nothing(world: World, client: RpcClient) -> None:
    dying = world.specimen(crash_points="write.before_commit=nth:1")
    note, key = a_note(), uuid4()

    with pytest.raises(Unavailable):
        world.ask(client, "note_down", note, key, timeout=1.0)
    dying.wait_dead()
    left = [world.count(f"SELECT count(*) FROM {table}") for table in ("notes", "outbox", "idempotency", "audit_log")]
    world.specimen()

    assert left == [0, 0, 0, 0]
    assert world.ask(client, "note_down", note, key)["replayed"] is False


def test_nobody_there_is_known_at_once(world: World, client: RpcClient) -> None:
    began = time.monotonic()

    with pytest.raises(Unavailable, match="nobody answers"):
        client.ask("nowhere", "note_down", {})

    assert time.monotonic() - began < 1


@pytest.mark.failure_mode("FM22")
def test_a_request_outlives_the_loss_of_its_database_connection(asked: World, client: RpcClient) -> None:
    note = a_note(seconds=1)

    with ThreadPoolExecutor(1) as beside:
        answer = beside.submit(asked.ask, client, "note_down", note, uuid4())
        eventually(lambda: asked.count(SLEEPING) > 0)
        asked.sql(SLEEPING.replace("count(*)", "pg_terminate_backend(pid)"))
        reply = answer.result(10)

    assert reply["view"]["times"] == 1
    assert asked.count("SELECT count(*) FROM outbox") == 1


SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND usename = 'referrals_app'"


def test_logs_name_keys_and_outcomes_and_no_text(world: World, client: RpcClient) -> None:
    process = world.specimen()
    world.ask(client, "note_down", a_note(refuse=True), uuid4())

    eventually(lambda: any(line["what"] == "note_down" for line in lines(process)))

    (line,) = (line for line in lines(process) if line["what"] == "note_down")
    assert line["outcome"] == "not_possible"
    assert "told to refuse" not in process.log.read_text()
