"""Guessing is slow: a few failures per account and address, later and later answers, and never a lock."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from gateway.accounts.handlers import Door
from gateway.problems import Problem
from gateway.store import database
from gateway.throttle import PER_ACCOUNT, PER_ADDRESS, Bucket, Throttle
from shared.contracts.codes import Role
from tests.security.conftest import PASSWORD, Gateway


@pytest.fixture
def throttle(gateway: Gateway) -> Throttle:
    return Throttle(gateway.database.engine, uuid4().bytes)


def drained(gateway: Gateway, bucket: Bucket, minutes: int) -> None:
    with gateway.database.engine.begin() as db:
        db.execute(text("UPDATE gateway.buckets SET at = at - make_interval(mins => :minutes) WHERE name = :name"),
                   {"minutes": minutes, "name": bucket.name})


def test_five_failures_fill_an_accounts_bucket(throttle: Throttle) -> None:
    account = throttle.account("d.reyes")

    waits = []
    for _ in range(PER_ACCOUNT):
        waits.append(throttle.wait(account))
        throttle.failed(account)

    assert waits == [0, 0, 0, 0, 0]
    assert 170 <= throttle.wait(account) <= 180


def test_thirty_fill_an_addresss_bucket_whoever_is_tried(throttle: Throttle) -> None:
    address = throttle.address("192.0.2.7")

    for number in range(PER_ADDRESS):
        assert throttle.wait(throttle.account(f"name.{number}"), address) == 0
        throttle.failed(throttle.account(f"name.{number}"), address)

    assert throttle.wait(throttle.account("somebody.else"), address) > 0
    assert throttle.wait(throttle.account("somebody.else"), throttle.address("192.0.2.8")) == 0


def test_it_drains_and_is_never_a_lock(gateway: Gateway, throttle: Throttle) -> None:
    account = throttle.account("d.reyes")
    for _ in range(PER_ACCOUNT):
        throttle.failed(account)

    drained(gateway, account, minutes=4)
    one_try = throttle.wait(account)
    throttle.failed(account)
    full_again = throttle.wait(account)
    drained(gateway, account, minutes=15)

    assert (one_try, full_again > 0, throttle.wait(account)) == (0, True, 0)


def test_each_failure_makes_the_answer_later(throttle: Throttle) -> None:
    account = throttle.account("d.reyes")

    delays = [round(throttle.failed(account), 1) for _ in range(6)]

    assert delays == sorted(delays)
    assert delays[0] == pytest.approx(0.2, abs=0.1)
    assert delays[-1] == 4.0


def test_the_right_password_empties_the_accounts_bucket(throttle: Throttle) -> None:
    account = throttle.account("d.reyes")
    for _ in range(4):
        throttle.failed(account)

    throttle.succeeded(account)
    throttle.failed(account)

    assert throttle.wait(account) == 0


def test_neither_names_nor_addresses_are_kept(gateway: Gateway, throttle: Throttle) -> None:
    throttle.failed(throttle.account("d.reyes"), throttle.address("192.0.2.7"))

    with gateway.database.engine.connect() as db:
        kept = [bytes(name) for name in db.execute(text("SELECT name FROM gateway.buckets")).scalars()]
    assert all(len(name) == 32 and b"reyes" not in name and b"192.0" not in name for name in kept)


def a_try(gateway: Gateway, name: str, password: str) -> TestResponse:
    return gateway.app.test_client().post(
        "/api/v1/tokens", json={"sign_in_name": name, "password": password},
        environ_base={"REMOTE_ADDR": f"192.0.2.{uuid4().int % 250}"})


def test_a_wrong_password_and_an_unknown_name_look_the_same(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Throttle, "failed", lambda *buckets: 0.0)
    person = gateway.person(Role.COUNSELOR)

    wrong, unknown = a_try(gateway, person.sign_in_name, "wrong words entirely"), a_try(gateway, "no.body", PASSWORD)

    different = {"correlation_id", "instance"}
    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.get_json(), **dict.fromkeys(different)} == {**unknown.get_json(), **dict.fromkeys(different)}


def test_a_guesser_is_told_to_wait_and_the_owner_gets_in_later(gateway: Gateway) -> None:
    person, slept = gateway.person(Role.COUNSELOR), []
    settings = gateway.app.extensions["settings"]
    throttle = Throttle(gateway.database.engine, uuid4().bytes)
    door = Door(database(settings), throttle, settings, sleep=slept.append)

    def knock(password: str) -> str:
        try:
            door.enter(person.sign_in_name, password, address="192.0.2.9", way="bearer", request_id="r-1")
        except Problem as problem:
            return problem.code
        return "in"

    answers = [knock(f"wrong words number {number}") for number in range(6)] + [knock(PASSWORD)]
    drained(gateway, throttle.account(person.sign_in_name), minutes=4)

    assert answers == ["unauthenticated"] * 5 + ["too_many"] * 2
    assert len(slept) == 5
    assert knock(PASSWORD) == "in"


def test_every_try_is_written_down_without_what_was_typed(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Throttle, "failed", lambda *buckets: 0.0)
    person = gateway.person(Role.COUNSELOR)

    a_try(gateway, person.sign_in_name, "wrong words entirely")
    a_try(gateway, person.sign_in_name, PASSWORD)

    with gateway.database.engine.connect() as db:
        db.execute(text("SELECT set_config('app.scope', 'district', true)"))
        rows = db.execute(text("SELECT outcome, actor_key FROM gateway.audit_log WHERE object_id = :id ORDER BY seq"),
                          {"id": person.account_id}).all()
    assert [tuple(row) for row in rows] == [("refused", person.key), ("done", person.key)]
