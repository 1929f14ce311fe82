"""Every method about a thing, for every role, on the rows of a real district.

From another school, or with no tie to it, a thing is as absent as one that never was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import ValidationError

from shared.answering import Method
from shared.contracts.codes import Role
from shared.security.policy import TIES, Scope, policy
from shared.security.principal import Grant
from tests.running import Product
from tests.security.samples import a_request
from tests.security.services import ALL, Services, refusal_of

ELSEWHERE = UUID("5c000000-0000-4000-8000-00000000ffff")

WHERE_THINGS_LIE = {
    "program_id": "interventions.programs", "supporter_id": "interventions.supporters",
    "match_id": "interventions.matches", "session_id": "interventions.sessions",
    "concern_id": "interventions.concerns", "referral_id": "referrals.referrals", "consent_id": "schools.consents",
}
"""What the name of a request's field is the id of."""

ABOUT_A_THING = [(service, method) for service, method in ALL
                 if any(name in WHERE_THINGS_LIE and field.is_required()
                        for name, field in method.request.model_fields.items())]
NAMES = [f"{service}.{method.name}" for service, method in ABOUT_A_THING]

Things = Mapping[str, tuple[UUID, UUID]]


@pytest.fixture(scope="module")
def services(stack: Product) -> Iterator[Services]:
    running = Services(stack.settings)
    yield running
    running.close()


@pytest.fixture(scope="module")
def things(stack: Product) -> Things:
    """One thing of each kind, with its school."""
    with psycopg.connect(stack.superuser(stack.settings)) as db:
        return {
            field: (row[0], row[1]) for field, table in WHERE_THINGS_LIE.items()
            if (row := db.execute(f"SELECT id, school_id FROM {table} ORDER BY id LIMIT 1").fetchone())}


def about(method: Method, things: Things) -> tuple[dict[str, object], UUID]:
    """A request about a real thing, and the school of that thing."""
    fields = method.request.model_fields
    named = [name for name in WHERE_THINGS_LIE if name in fields and fields[name].is_required()]
    school = things[named[0]][1]
    ids: dict[str, object] = {name: str(things[name][0]) for name in named}
    if "school_id" in fields:
        ids["school_id"] = str(school)
    return a_request(method.request, ids), school


def readable(method: Method, request: dict[str, object]) -> bool:
    try:
        method.request.model_validate(request)
    except ValidationError:
        return False
    return True


def test_the_sample_district_has_one_of_everything(things: Things) -> None:
    assert set(things) == set(WHERE_THINGS_LIE)


def test_most_methods_can_be_asked(things: Things) -> None:
    mute = [f"{service}.{method.name}" for service, method in ABOUT_A_THING
            if not readable(method, about(method, things)[0])]

    assert len(mute) <= len(ABOUT_A_THING) // 10, mute


@pytest.mark.parametrize(("service", "method"), ABOUT_A_THING, ids=NAMES)
def test_from_another_school_it_is_not_there(
    services: Services, things: Things, service: str, method: Method
) -> None:
    request, _ = about(method, things)
    if not readable(method, request):
        pytest.skip("a request like this cannot be made up")

    answers = {role.value: refusal_of(services.ask(service, method, request, Grant(role, frozenset({ELSEWHERE}))))
               for role, scope in policy()[method.allow].cells.items()
               if scope is not Scope.DISTRICT and role is not Role.SERVICE}

    assert set(answers.values()) <= {"not_found"}, answers


@pytest.mark.parametrize(("service", "method"), ABOUT_A_THING, ids=NAMES)
def test_without_a_tie_it_is_not_there(services: Services, things: Things, service: str, method: Method) -> None:
    request, school = about(method, things)
    if not readable(method, request):
        pytest.skip("a request like this cannot be made up")

    answers = {role.value: refusal_of(services.ask(service, method, request, Grant(role, frozenset({school}))))
               for role, scope in policy()[method.allow].cells.items()
               if scope in TIES and scope is not Scope.EMERGENCY}

    assert set(answers.values()) <= {"not_found"}, answers


@pytest.mark.parametrize(("service", "method"), [pair for pair in ABOUT_A_THING if not pair[1].changes])
def test_from_its_own_school_it_is_there(services: Services, things: Things, service: str, method: Method) -> None:
    request, school = about(method, things)

    answers = {role.value: refusal_of(services.ask(service, method, request, Grant(role, frozenset({school}))))
               for role, scope in policy()[method.allow].cells.items() if scope is Scope.SCHOOL}

    assert set(answers.values()) <= {""}, answers


def test_a_thing_out_of_reach_is_refused_in_the_words_of_one_that_never_was(services: Services, things: Things) -> None:
    service, method = next(pair for pair in ALL if pair[1].name == "referral_detail")
    stranger = Grant(Role.COUNSELOR, frozenset({ELSEWHERE}))

    def said(referral: UUID) -> object:
        reply = services.ask(service, method, {"referral_id": str(referral)}, stranger)
        return str(reply["refused"]).replace(str(referral), "…")

    assert said(things["referral_id"][0]) == said(uuid4())


def test_lists_from_another_school_are_empty(services: Services) -> None:
    full = {}
    for service, method in ALL:
        scopes = {role: scope for role, scope in policy()[method.allow].cells.items() if scope is Scope.SCHOOL}
        required = [name for name, field in method.request.model_fields.items() if field.is_required()]
        if method.changes or required or not method.allow.endswith(".list") or method.allow == "school.list":
            continue
        for role in scopes:
            reply = services.ask(service, method, {}, Grant(role, frozenset({ELSEWHERE})))
            if reply.get("view", {}).get("items"):
                full[f"{service}.{method.name}"] = role.value

    assert full == {"interventions.program_types": "advisor"} or full == {}
