"""Open pages hear what changed in the order it happened, nothing twice, nothing missing, and nobody else's."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from gateway import feed
from gateway.auth import Caller
from gateway.store import GatewayTransaction
from gateway.stream import HELD, STREAMS_PER_SESSION, Feed, Page, seen_by
from shared.contracts.codes import Role, Urgency
from shared.security.principal import Grant
from shared.settings import Settings
from shared.work import Errand
from tests.security.conftest import ANOTHER_SCHOOL, SCHOOL, Gateway

Message = dict[str, str]


@pytest.fixture
def pages(gateway: Gateway, settings: Settings) -> Iterator[Feed]:
    running = Feed(gateway.database.engine, settings.database("gateway_app"))
    running.start()
    while not running.listening.wait(0.05):
        pass
    yield running
    running.close()


def change(tx: GatewayTransaction, *, school: UUID = SCHOOL, urgency: Urgency = Urgency.URGENT) -> UUID:
    referral_id = uuid4()
    feed.write(tx, topic="referral_changed", school_id=school, audience=[Role.COUNSELOR], object_id=referral_id,
               version=2, urgency=urgency)
    return referral_id


def changed(gateway: Gateway, school: UUID = SCHOOL) -> UUID:
    with gateway.database.begin(Errand.own("gateway", "a test")) as tx:
        return change(tx, school=school)


def a_page(*roles: Role, school: UUID = SCHOOL, session_id: UUID | None = None) -> Page:
    grants = tuple(Grant(role, frozenset({school})) for role in roles or (Role.COUNSELOR,))
    return Page(seen_by(Caller(uuid4(), "staff", grants)), session_id)


def understood(chunk: str) -> Message:
    lines = (line.partition(": ") for line in chunk.strip().splitlines())
    return {name: value for name, _, value in lines}


def messages(stream: Iterator[str]) -> Iterator[Message]:
    """What the page's script is given, beats aside."""
    return (message for message in map(understood, stream) if message.get("event") not in (None, "beat"))


def about(message: Message) -> str:
    return str(json.loads(message["data"])["referral_id"])


def test_a_page_that_saw_nothing_yet_loads_its_list_once_and_then_hears_each_change(
    gateway: Gateway, pages: Feed,
) -> None:
    heard = messages(pages.follow(a_page(), None))

    first = next(heard)
    referral_id = changed(gateway)
    second = next(heard)

    assert first["event"] == "resync"
    assert (second["event"], about(second)) == ("referral_changed", str(referral_id))


def test_a_message_carries_ids_and_numbers_only(gateway: Gateway, pages: Feed) -> None:
    heard = messages(pages.follow(a_page(), None))
    next(heard)
    referral_id = changed(gateway)

    assert json.loads(next(heard)["data"]) == {"referral_id": str(referral_id), "version": 2, "urgency": "urgent"}


def test_a_page_that_comes_back_is_told_what_it_missed_and_nothing_twice(gateway: Gateway, pages: Feed) -> None:
    heard = messages(pages.follow(a_page(), None))
    next(heard)
    before = changed(gateway)
    last = next(heard)
    missed = [changed(gateway) for _ in range(3)]
    wait_for(pages, last, more=3)

    again = messages(pages.follow(a_page(), int(last["id"])))
    told = [about(next(again)) for _ in missed]
    later = changed(gateway)

    assert about(last) == str(before)
    assert told == [str(each) for each in missed]
    assert about(next(again)) == str(later)


def test_what_was_missed_long_ago_cannot_be_told(gateway: Gateway, pages: Feed) -> None:
    changed(gateway)
    position = feed.newest(gateway.database.engine)
    with gateway.database.begin(Errand.own("gateway", "a test")) as tx:
        yesterday = text("UPDATE gateway.feed SET at = at - interval '25 hours' WHERE position = :position")
        tx.session.execute(yesterday, {"position": position})

    old = next(messages(pages.follow(a_page(), position)))
    unknown = next(messages(pages.follow(a_page(), position + 1000)))

    assert (old["event"], unknown["event"]) == ("resync", "resync")


def test_another_schools_changes_are_not_told(gateway: Gateway, pages: Feed) -> None:
    heard = messages(pages.follow(a_page(), None))
    next(heard)
    changed(gateway, ANOTHER_SCHOOL)
    own = changed(gateway)

    assert about(next(heard)) == str(own)


def test_a_role_that_is_not_in_the_audience_hears_nothing(gateway: Gateway, pages: Feed) -> None:
    page = a_page(Role.CRISIS_LEAD)
    with gateway.database.begin(Errand.own("gateway", "a test")) as tx:
        change(tx)
    [line] = feed.after(gateway.database.engine, feed.newest(gateway.database.engine) - 1)

    assert not page.sees(line)


def test_positions_appear_in_the_order_of_commits(gateway: Gateway, pages: Feed) -> None:
    heard = messages(pages.follow(a_page(), None))
    next(heard)
    second: list[UUID] = []
    other = threading.Thread(target=lambda: second.append(changed(gateway)))

    with gateway.database.begin(Errand.own("gateway", "a test")) as tx:
        first = change(tx)
        other.start()
        other.join(0.5)
        waits = other.is_alive()
    other.join()

    assert waits
    assert [about(next(heard)), about(next(heard))] == [str(first), str(second[0])]


def test_a_page_that_does_not_read_is_cut_off_and_others_go_on(gateway: Gateway, pages: Feed) -> None:
    asleep = a_page()
    pages.join(asleep)
    with gateway.database.begin(Errand.own("gateway", "a test")) as tx:
        for _ in range(HELD + 1):
            change(tx)
    heard = messages(pages.follow(a_page(), feed.newest(gateway.database.engine)))
    later = changed(gateway)

    assert about(next(heard)) == str(later)
    assert asleep not in pages.pages


def test_signing_out_ends_the_stream(gateway: Gateway, pages: Feed) -> None:
    session_id = uuid4()
    heard = pages.follow(a_page(session_id=session_id), None)
    next(heard), next(heard)

    pages.end(session_id)

    assert list(heard) == []


def test_a_fourth_page_of_one_session_ends_the_first(gateway: Gateway) -> None:
    client = gateway.person(Role.COUNSELOR).program()
    opened = [client.get("/api/v1/stream", buffered=False) for _ in range(STREAMS_PER_SESSION)]
    streams = [iter(answer.response) for answer in opened]
    for stream in streams:
        next(stream), next(stream)

    fourth = client.get("/api/v1/stream", buffered=False)
    ended = list(streams[0])
    for answer in (*opened, fourth):
        answer.close()

    assert [answer.status_code for answer in (*opened, fourth)] == [200, 200, 200, 200]
    assert fourth.mimetype == "text/event-stream"
    assert ended == []


def wait_for(pages: Feed, last: Message, more: int) -> None:
    """Until the reader has come past what was written."""
    waited = threading.Event()
    for _ in range(200):
        if pages.position >= int(last["id"]) + more:
            return
        waited.wait(0.02)
    raise AssertionError("the feed was not read")
