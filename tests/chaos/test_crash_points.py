"""Worries are passed on while services and relay die at their most delicate places: none is lost, none counts twice."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest

from deploy.local.client import ApiError, Client, Unanswered
from tests.running import Product

CONCERNS, SENDERS, AGAIN = 60, 4, 6     # AGAIN: every so many is sent a second time
CHANCE = 0.03
POINTS = ("write.before_commit", "write.after_commit_before_reply", "relay.before_publish",
          "relay.after_publish_before_confirm", "relay.after_confirm_before_mark", "relay.after_mark_before_commit",
          "inbox.after_claim_before_effect", "inbox.before_commit", "inbox.after_commit_before_ack")
FRAGILE = ("interventions", "referrals", "relay")
SETTLED_WITHIN = 90.0

Accepted = dict[UUID, str]              # idempotency key -> concern


@pytest.mark.failure_mode("FM01")
@pytest.mark.failure_mode("FM06")
@pytest.mark.failure_mode("FM16")
def test_no_worry_is_lost_or_counted_twice(stack: Product) -> None:
    with dying(stack) as deaths:
        accepted = pass_on(stack)

    settled(stack, accepted)

    print(f"{len(accepted)} worries, {sum(deaths.values())} deaths: {dict(deaths)}")
    assert len(accepted) == CONCERNS
    assert len(set(accepted.values())) == CONCERNS, "two keys, two concerns"
    assert sum(deaths.values()) >= 3, "too few deaths to prove anything"
    assert referrals_by_concern(stack, accepted) == dict.fromkeys(accepted.values(), 1)
    assert ghosts(stack) == 0
    assert unpublished(stack) == 0


@contextmanager
def dying(stack: Product) -> Iterator[Counter[str]]:
    """The fragile processes die by chance at their crash points and come back; afterwards they are as before."""
    deaths: Counter[str] = Counter()
    over = threading.Event()
    points = ",".join(f"{point}={CHANCE}" for point in POINTS)
    for name in FRAGILE:
        stack.stop_process(name)
        stack.local.start_process(name, {"PEERSUPPORTS_CRASH_POINTS": points})
    stack.local.wait_ready(60, *FRAGILE)

    def bring_back() -> None:
        while not over.wait(0.1):
            for name in FRAGILE:
                child = stack.local.children[name]
                if not child.alive:
                    deaths[name] += 1
                    child.start()

    thread = threading.Thread(target=bring_back)
    thread.start()
    try:
        yield deaths
    finally:
        over.set()
        thread.join()
        for name in FRAGILE:
            stack.stop_process(name)
            stack.start_process(name)


def pass_on(stack: Product) -> Accepted:
    """Each worry until it is answered 2xx, always with the same key; some are sent again afterwards."""
    matches = Client(stack.url, "t.nguyen", stack.local.demo_password).get("/me")["matches"]

    def send(share: int) -> Accepted:
        client, accepted = Client(stack.url, "t.nguyen", stack.local.demo_password), {}
        for number in range(share, CONCERNS, SENDERS):
            body = {"match_id": matches[number % len(matches)]["match_id"], "student_told": "told",
                    "red_flag_codes": ["grief_trauma"], "urgency": "priority"}
            key = uuid4()
            accepted[key] = until_answered(client, key, body)
            if number % AGAIN == 0:
                assert until_answered(client, key, body) == accepted[key], "one key, one concern"
        return accepted

    with ThreadPoolExecutor(SENDERS) as senders:
        return {key: concern for share in senders.map(send, range(SENDERS)) for key, concern in share.items()}


def until_answered(client: Client, key: UUID, body: dict[str, object]) -> str:
    end = time.monotonic() + 60
    while True:
        try:
            return str(client.post("/concerns", body, key=str(key))["concern_id"])
        except (ApiError, Unanswered) as no:
            if time.monotonic() > end or (isinstance(no, ApiError) and no.status < 500):
                raise
            time.sleep(0.2)


def settled(stack: Product, accepted: Accepted) -> None:
    """Until every worry is a referral and everything was told, or the time is up."""
    end = time.monotonic() + SETTLED_WITHIN
    while time.monotonic() < end:
        if len(referrals_by_concern(stack, accepted)) == len(accepted) and unpublished(stack) == 0:
            return
        time.sleep(0.5)


def referrals_by_concern(stack: Product, accepted: Accepted) -> dict[str, int]:
    rows = ask(stack, """SELECT concern_id::text, count(*) FROM referrals.referrals
                         WHERE concern_id = ANY(%s) GROUP BY 1""", [UUID(concern) for concern in accepted.values()])
    return {str(concern): int(str(count)) for concern, count in rows}


def ghosts(stack: Product) -> int:
    """Referrals of a concern that was never committed."""
    return len(ask(stack, """SELECT 1 FROM referrals.referrals r WHERE concern_id IS NOT NULL AND NOT EXISTS
                             (SELECT 1 FROM interventions.concerns c WHERE c.id = r.concern_id)"""))


def unpublished(stack: Product) -> int:
    return sum(len(ask(stack, f"SELECT 1 FROM {schema}.outbox WHERE published_at IS NULL"))
               for schema in ("interventions", "referrals"))


def ask(stack: Product, question: str, *given: object) -> list[tuple[object, ...]]:
    with psycopg.connect(stack.superuser(stack.settings)) as database:
        return database.execute(question, given or None).fetchall()     # type: ignore[arg-type]
