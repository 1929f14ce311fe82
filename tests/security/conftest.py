"""A gateway over a real database whose services do not answer: what gets past the door shows as 503."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule, UUIDConverter

from gateway import csrf, sign_ins
from gateway.accounts.model import Account
from gateway.accounts.store import Accounts
from gateway.app import create_app
from gateway.grants import take
from gateway.passwords import hash_password
from gateway.store import GatewayTransaction, database
from shared.contracts.codes import Role
from shared.messaging.rpc import Unavailable
from shared.settings import Settings
from shared.work import Database, Errand
from tests.running import Servers

SCHOOL, ANOTHER_SCHOOL = UUID("5c000000-0000-4000-8000-000000000001"), UUID("5c000000-0000-4000-8000-000000000002")
PASSWORD = "four words nobody guesses"
DISTRICT_WIDE = frozenset({
    Role.DISTRICT_LEAD, Role.CRISIS_LEAD, Role.EVALUATOR, Role.OPERATOR, Role.PRIVACY_OFFICER,
})
PERSONS = tuple(role for role in Role if role not in (Role.PUBLIC, Role.SERVICE))


@dataclass
class Person:
    """Somebody with an account, and the ways in which they are signed in."""

    gateway: Gateway
    key: UUID
    account_id: UUID
    sign_in_name: str
    kind: str

    def token(self, way: str = sign_ins.BEARER) -> str:
        with self.gateway.database.engine.begin() as db:
            return sign_ins.begin(db, self.account_id, self.kind, way)

    def program(self) -> FlaskClient:
        """A client that sends a bearer token."""
        client = self.gateway.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.token()}"
        return client

    def browser(self) -> tuple[FlaskClient, str]:
        """A client with a session cookie, and the CSRF token of its pages."""
        client, token = self.gateway.app.test_client(), self.token(sign_ins.COOKIE)
        client.set_cookie("session", token)
        with self.gateway.app.app_context():
            return client, csrf.token_of(sign_ins.hashed(token))


class Gateway:
    def __init__(self, app: Flask, database: Database[GatewayTransaction], asked: list[dict[str, Any]]) -> None:
        self.app, self.database, self.asked = app, database, asked
        # A password costs a tenth of a second on purpose; one is enough for all who do not sign in by it.
        self.kept = hash_password(PASSWORD)

    def person(self, *roles: Role, school: UUID | None = SCHOOL, name: str | None = None) -> Person:
        """Somebody with these roles: in one school, or in the district where the role is the district's."""
        key, kind = uuid4(), sign_ins.STUDENT if Role.PEER_SUPPORTER in roles else sign_ins.STAFF
        standing = {"source_id": key, "actor_key": key, "kind": kind, "active": True, "version": 1,
                    "school_id": school if kind == sign_ins.STUDENT else None}
        rows = [{"role": role.value, "school_id": None if role in DISTRICT_WIDE else school, "starts_on": None,
                 "ends_on": None} for role in roles]
        account = Account(uuid4(), key, kind, standing["school_id"], name or f"p.{key.hex[:12]}", self.kept, demo=False)
        with self.database.begin(Errand.own("gateway", "a test")) as tx:
            take(tx.session, standing, rows)
            Accounts(tx).add(account)
        return Person(self, key, account.id, account.sign_in_name, kind)

    def routes(self) -> Iterator[tuple[Rule, str, str]]:
        """Every route there is, each with a method and an address."""
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint != "static":
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    yield rule, method, address_of(rule)

    def action_of(self, rule: Rule) -> str:
        return str(getattr(self.app.view_functions[rule.endpoint], "action"))  # noqa: B009 - mypy knows no such name


def address_of(rule: Rule) -> str:
    """An address that fits the rule and names nothing that exists."""
    parts = [_sample(rule._converters[text]) if is_dynamic else text for is_dynamic, text in rule._trace]
    return "".join(parts).lstrip("|")


def _sample(converter: BaseConverter) -> str:
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return {UUIDConverter: "0a000000-0000-4000-8000-00000000000a", IntegerConverter: "1"}.get(type(converter), "a")


@pytest.fixture(scope="session")
def settings(servers: Servers) -> Settings:
    return servers.fresh_database()


@pytest.fixture(scope="session")
def gateway(settings: Settings) -> Gateway:
    asked: list[dict[str, Any]] = []

    def send(service: str, method: str, envelope: dict[str, Any], deadline: float) -> dict[str, Any]:
        asked.append({"service": service, "method": method, **envelope})
        raise Unavailable("the services of this test do not answer")

    settings = replace(settings, base_url="http://localhost")
    return Gateway(create_app(settings, send), database(settings), asked)
