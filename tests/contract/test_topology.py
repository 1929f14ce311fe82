"""Who listens to what, on which lane, under which names: the tables and the services say the same."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from shared.contracts.catalog import OWNERS, events, requests
from shared.contracts.messages import Classification, Event, Lane
from shared.messaging.listens import LISTENS
from shared.messaging.topology import lane_of, queues
from shared.security.policy import policy
from tests.contract.snapshots import NAMES, asked_of, heard_by, names

ROOT = Path(__file__).resolve().parents[2]
URGENT = (
    "concern_raised", "concern_received", "anonymous_concern_received", "referral_submitted",
    "referral_urgency_changed", "referral_acknowledged", "referral_clock_breached", "referral_escalated",
    "notice_exhausted", "crisis_*", "surge_*", "staff_assigned", "staff_deactivated", "on_call_gap_detected",
    "consent_withdrawn", "supporter_suspended", "supporter_removed",
)
BULK = ("roster_*", "open_referrals_digested")


@pytest.mark.parametrize("service", LISTENS)
def test_the_table_of_listeners_is_what_the_services_hear(service: str) -> None:
    heard = {event for hearers in heard_by(service).values() for event in hearers}

    assert {e.__name__ for e in LISTENS[service]} == {e.__name__ for e in heard}


@pytest.mark.parametrize("event", events(), ids=lambda event: event.wire_name())
def test_every_event_is_on_its_lane(event: type[Event]) -> None:
    name = event.wire_name()
    urgent, bulk = (any(fnmatch(name, pattern) for pattern in lane) for lane in (URGENT, BULK))

    assert event.lane is (Lane.URGENT if urgent else Lane.BULK if bulk else Lane.NORMAL)


def test_metrics_takes_every_event_in_bulk_and_nothing_restricted() -> None:
    heard = LISTENS["metrics"]

    assert {lane_of("metrics", event) for event in heard} == {Lane.BULK}
    assert not [event for event in heard if event.classification is Classification.RESTRICTED]
    assert len(heard) == sum(event.classification is not Classification.RESTRICTED for event in events())


def test_names_on_the_wire_are_as_they_were_agreed() -> None:
    agreed = json.loads(NAMES.read_text())

    assert names() == agreed, "when the change is meant: python -m tests.contract.snapshots"


def test_every_queue_of_events_keeps_what_it_cannot_deliver() -> None:
    for queue in queues():
        if re.search(r"\.(urgent|normal|bulk)$", queue.name):
            assert queue.queue_arguments["x-dead-letter-exchange"] == "dead.letters"
            assert queue.queue_arguments["x-delivery-limit"] == 50
            assert queue.queue_arguments["x-dead-letter-strategy"] == "at-least-once"
            assert queue.queue_arguments["x-overflow"] == "reject-publish"


@pytest.mark.parametrize("owner", OWNERS)
def test_every_request_is_answered_under_its_own_name_with_one_action_of_the_policy(owner: str) -> None:
    answered = asked_of(owner)

    assert set(answered) == {request.wire_name() for request in requests() if request.owner() == owner}
    assert {found.method.allow for found in answered.values()} <= set(policy())
    assert all(name == found.method.name for name, found in answered.items())


def test_nameko_is_used_for_hosting_alone() -> None:
    # Its own messaging acknowledges messages whose handler raised.
    allowed = re.compile(r"nameko\.(extensions|runners|containers|timer)\b")
    for folder in ("shared", "services", "gateway"):
        for path in (ROOT / folder).rglob("*.py"):
            for found in re.findall(r"^\s*(?:from|import) (nameko[\w.]*)", path.read_text(), re.MULTILINE):
                assert path.name in ("entrypoints.py", "hosting.py"), f"{path.name} imports {found}"
                assert allowed.match(found), f"{path.name} imports {found}"


def test_events_md_is_up_to_date() -> None:
    from shared.messaging.documents import made

    for path, content in made().items():
        assert (ROOT / path).read_text() == content, "run `make generate`"
