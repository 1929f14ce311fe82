"""The overview as a reader gets it: a page and its JSON twin, at 559 schools, with nothing that may not be shown."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from services.metrics.measures.alerts import Alert
from services.metrics.measures.places import Place
from services.metrics.measures.raised import Raised
from services.metrics.measures.weekly import Weekly
from services.metrics.snapshots.dashboard import Numbers, dashboard
from services.metrics.snapshots.overview import overview
from shared.contracts.codes import Role
from shared.contracts.metrics import (
    DistrictOverview,
    DistrictOverviewView,
    IndicatorDefinitions,
    IndicatorsView,
    SchoolDashboard,
)
from shared.contracts.schools import SchoolName, SchoolNames, SchoolNamesView, SchoolStatus, StaffNames, StaffNamesView
from shared.domain import NotFound
from tests.integration.gateway.conftest import Services
from tests.security.conftest import SCHOOL, Gateway
from tests.unit.metrics.builders import NOON, WEEKS, a_place, a_referred, counted


def known(services: Services, places: list[Place], **given: object) -> DistrictOverviewView:
    """Schools with these counts, each with a name; the overview is what the metrics service makes of them."""
    view = overview(counted(places=places, **given), uuid4(), NOON)
    services.say(DistrictOverview, view)
    services.say(StaffNames, StaffNamesView(items=()))
    services.say(SchoolNames, SchoolNamesView(items=tuple(
        SchoolName(school_id=place.school_id, name=f"School {n:03}", tz="America/New_York", status=SchoolStatus.OPEN)
        for n, place in enumerate(places))))
    return view


@pytest.fixture
def lead(gateway: Gateway) -> FlaskClient:
    gateway.app.extensions["schools"]._until = 0.0      # the names of the test before are forgotten
    client, _ = gateway.person(Role.DISTRICT_LEAD).browser()
    return client


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:400]
    return re.sub(r"\s+", " ", answer.text)


def test_the_overview_shows_every_part_with_its_numbers(lead: FlaskClient, services: Services):
    places = [a_place(), a_place(t3_students=30)]
    known(services, places, referred=[a_referred(places[0].school_id, minutes=n * 5) for n in range(1, 12)],
          weekly=[Weekly(WEEKS[0], places[0].school_id, 30), Weekly(WEEKS[1], places[0].school_id, 44)],
          raised=Raised(100, 14, 12),
          alerts=[Alert("program_paused", places[1].school_id, uuid4(), "peer_mentoring", NOON)])

    page = text_of(lead, "/overview")

    for words in ("Students supported, by tier", "From red flag to care", "Time to acknowledge",
                  "What needs attention", "Compare schools", "Week by week", "30 min", "School 001"):
        assert words in page
    assert "Tier 2: 40 Targeted" in page        # the sentence of the pyramid
    assert page.count('role="img"') == 8        # three charts in two sizes each would be four, and four trends


def test_a_withheld_cell_is_hatched_and_explained_below(lead: FlaskClient, services: Services):
    known(services, [a_place(t2_students=3), a_place(t2_students=12), a_place(t2_students=40)])

    page = text_of(lead, "/overview")

    assert '<td class="sup"><span>&lt;10</span></td>' in page
    assert '<td class="sup"><span>hidden</span></td>' in page
    assert "groups under 10 people are not shown" in page


def test_the_json_twin_has_a_star_where_the_page_has_a_hatched_cell(lead: FlaskClient, services: Services):
    view = known(services, [a_place(t2_students=3), a_place(t2_students=12), a_place(t2_students=40)])

    body = lead.get("/api/v1/dashboards/district").get_json()

    assert [row["t2_students"]["value"] for row in body["comparison"]] == ["*", "*", 40]
    assert body["sha256"] == view.sha256


def test_559_schools_come_in_pages_and_can_be_searched_and_sorted(lead: FlaskClient, services: Services):
    known(services, [a_place(enrollment=1000 + n) for n in range(559)])

    first, second, found = (text_of(lead, f"/overview?{query}") for query in (
        "sort=enrollment", "sort=enrollment&page=2", "q=school+55&sort=name"))

    assert "Page 1 of 12, 559 schools" in first
    assert first.index("School 558") < first.index("School 557")
    assert "School 558" not in second
    assert found.count('<th scope="row"><a href="/schools/') == 9


def test_before_the_first_snapshot_the_page_says_so(lead: FlaskClient, services: Services):
    services.say(DistrictOverview, NotFound("no snapshot has been made yet"))

    assert "first snapshot" in text_of(lead, "/overview")


def test_the_overview_speaks_spanish(lead: FlaskClient, services: Services):
    known(services, [a_place(), a_place()])

    page = text_of(lead, "/overview?lang=es")

    assert '<html lang="es"' in page
    assert "Compare schools" not in page


def test_a_school_sees_its_own_exact_numbers(gateway: Gateway, services: Services):
    numbers = Numbers(*(getattr(counted(), name) for name in ("since", "today", "weeks", "rules")),
                      place=a_place(school_id=SCHOOL, t2_students=3), referred=[a_referred(SCHOOL)], weekly=[],
                      weekly_students={}, raised=Raised(4, 1, 1), programs=[], matched=[], gaps=[], waiting=0,
                      past_clock=0)
    services.say(SchoolDashboard, dashboard(numbers, NOON))
    services.say(StaffNames, StaffNamesView(items=()))
    services.say(SchoolNames, SchoolNamesView(items=()))
    client, _ = gateway.person(Role.PRINCIPAL).browser()

    page, body = text_of(client, f"/overview/schools/{SCHOOL}"), client.get(f"/api/v1/dashboards/schools/{SCHOOL}").json

    assert "<dt>Students who met a supporter</dt><dd>3 (1%)</dd>" in page
    assert body["t2_students"] == 3


def test_a_peer_supporter_has_no_dashboard(gateway: Gateway, services: Services):
    client, _ = gateway.person(Role.PEER_SUPPORTER).browser()

    assert client.get("/overview").status_code == 403
    assert services.asked == []


def test_anyone_may_read_what_an_indicator_means(gateway: Gateway, services: Services):
    services.say(IndicatorDefinitions, IndicatorsView(indicators=()))

    answer = gateway.app.test_client().get("/api/v1/indicators/t2_reach")

    assert answer.status_code == 200
    (asked,) = services.requests(IndicatorDefinitions)
    assert asked["request"] == {"code": "t2_reach"}
    assert UUID(asked["correlation_id"])
