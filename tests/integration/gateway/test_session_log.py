"""The session log never claims more than is true, and never loses what was typed."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.contracts.codes import PeerView, Role
from shared.contracts.interventions import LogSession, MyConcern, MyDay, MyDayView
from shared.messaging.rpc import Unavailable
from tests.integration.gateway.conftest import Services
from tests.integration.gateway.views import CONCERN, a_concern, a_logged_session
from tests.security.conftest import Gateway

QUESTIONS = ("suicide_or_self_harm", "being_hurt_or_unsafe", "harm_to_others", "overdose_or_use_alone",
             "not_eating_or_sleeping")
MATCH = "0a000000-0000-4000-8000-00000000000a"
WORDS = "He said he did not want to be here any more"


class Browser:
    """A peer supporter at their phone."""

    def __init__(self, client: FlaskClient, csrf_token: str) -> None:
        self.client, self.csrf_token, self.key = client, csrf_token, str(uuid4())

    def send(self, **answers: str) -> TestResponse:
        return self.client.post("/sessions", data={
            "csrf_token": self.csrf_token, "idempotency_key": self.key, "match_id": MATCH, "minutes": "30",
            "modality": "in_person", "topic_codes": ["friends", "sadness"], "concern.note": WORDS,
            **{f"red_flag_answers.{question}": answer for question, answer in answers.items()}})


@pytest.fixture
def browser(gateway: Gateway, services: Services) -> Browser:
    services.say(MyDay, MyDayView(roles=(), matches=(), next_session=None, to_document=(), concerns=()))
    return Browser(*gateway.person(Role.PEER_SUPPORTER).browser())


def all_no(**but: str) -> dict[str, str]:
    return dict.fromkeys(QUESTIONS, "no") | but


def typed(page: str, name: str) -> str | None:
    """What stands in an input or text area of a page."""
    found = (re.search(rf'name="{re.escape(name)}"[^>]*value="([^"]*)"', page)
             or re.search(rf'value="([^"]*)"[^>]*name="{re.escape(name)}"', page)
             or re.search(rf'<textarea[^>]*name="{re.escape(name)}"[^>]*>([^<]*)<', page))
    return found and found[1]


def chosen(page: str, name: str) -> list[str]:
    """Which choices of a group are marked."""
    boxes = re.findall(rf'<input type="(?:radio|checkbox)"[^>]*name="{re.escape(name)}"[^>]*>', page)
    return [found[1] for box in boxes if " checked" in box and (found := re.search(r'value="([^"]*)"', box))]


def test_a_session_without_a_red_flag_is_saved(browser: Browser, services: Services) -> None:
    services.say(LogSession, a_logged_session())

    answer = browser.send(**all_no())

    [sent] = services.requests(LogSession)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me?saved=1")
    assert (sent["key"], sent["request"]["concern"]) == (browser.key, None)


def test_an_unanswered_question_is_asked_again_with_everything_typed_kept(browser: Browser, services: Services) -> None:
    answer = browser.send(**dict.fromkeys(QUESTIONS[1:], "no"))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(r"<title>\s*Error:", page)
    assert "field-red_flag_answers.suicide_or_self_harm" in page
    assert (chosen(page, "minutes"), typed(page, "concern.note")) == (["30"], WORDS)
    assert typed(page, "idempotency_key") == browser.key
    assert services.requests(LogSession) == []


def test_a_yes_sends_the_concern_along_and_leads_to_how_far_it_has_come(browser: Browser, services: Services) -> None:
    services.say(LogSession, a_logged_session(concern=a_concern()))

    answer = browser.send(**all_no(suicide_or_self_harm="yes"))

    [sent] = services.requests(LogSession)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/concerns/{CONCERN}")
    assert sent["request"]["concern"]["note"] == WORDS


@pytest.mark.parametrize(("seen", "received"), [(None, False), (PeerView.RECEIVED, True)])
def test_received_is_said_only_when_it_is(
    browser: Browser, services: Services, seen: PeerView | None, received: bool,
) -> None:
    services.say(MyConcern, a_concern(seen=seen))

    fragment = browser.client.get(f"/concerns/{CONCERN}/status").get_data(as_text=True)

    assert ('<li class="on">' in fragment) is received
    assert ("on its way" in fragment) is not received


def test_when_nobody_can_be_told_the_page_says_so_and_shows_whom_to_call(browser: Browser, services: Services) -> None:
    services.say(LogSession, Unavailable("no connection to the broker"))

    answer = browser.send(**all_no(suicide_or_self_harm="yes"))

    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
    assert "Nobody has been told" in page
    assert "988" in page
    assert "911" in page
    assert (chosen(page, "minutes"), typed(page, "idempotency_key")) == (["30"], browser.key)
    assert chosen(page, "match_id") == [MATCH]


def test_what_could_not_be_sent_waits_under_the_same_key_until_it_is(browser: Browser, services: Services) -> None:
    services.say(LogSession, Unavailable("no connection to the broker"))
    browser.send(**all_no(suicide_or_self_harm="yes"))

    kept = browser.client.get("/sessions/new").get_data(as_text=True)
    services.say(LogSession, a_logged_session(concern=a_concern()))
    browser.send(**all_no(suicide_or_self_harm="yes"))
    empty = browser.client.get("/sessions/new").get_data(as_text=True)

    assert (typed(kept, "idempotency_key"), typed(kept, "concern.note")) == (browser.key, WORDS)
    assert {request["key"] for request in services.requests(LogSession)} == {browser.key}
    assert typed(empty, "idempotency_key") != browser.key
    assert not typed(empty, "concern.note")


def test_a_draft_is_unreadable_in_the_database(browser: Browser, services: Services, gateway: Gateway) -> None:
    services.say(LogSession, Unavailable("no connection to the broker"))
    browser.send(**all_no(suicide_or_self_harm="yes"))

    with gateway.database.engine.connect() as db:
        rows: list[Any] = list(db.exec_driver_sql("SELECT sealed FROM gateway.drafts").scalars())

    assert rows
    assert not any(WORDS.encode() in bytes(row) for row in rows)
