"""A gateway over a real database, in front of services that answer what a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from gateway.app import create_app
from gateway.store import database
from shared.contracts.messages import Request, View
from shared.domain import Refused
from shared.messaging.rpc import Unavailable
from shared.settings import Settings
from tests.running import Servers
from tests.security.conftest import Gateway

Answer = View | Refused | Exception | Callable[[dict[str, Any]], View]


@dataclass
class Services:
    """What each request is answered with; one that no answer was given for finds nobody there."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    replayed: bool = False

    def say(self, request: type[Request[Any]], answer: Answer) -> None:
        self.answers[request.wire_name()] = answer

    def requests(self, request: type[Request[Any]]) -> list[dict[str, Any]]:
        return [envelope for envelope in self.asked if envelope["method"] == request.wire_name()]

    def send(self, service: str, method: str, envelope: dict[str, Any], deadline: float) -> dict[str, Any]:
        self.asked.append({"service": service, "method": method, **envelope})
        answer = self.answers.get(method) or Unavailable("nobody is there")
        if isinstance(answer, Refused):
            return {"refused": {"code": answer.code, "detail": answer.detail, **answer.more}}
        if isinstance(answer, Exception):
            raise answer
        view = answer if isinstance(answer, View) else answer(envelope["request"])
        return {"view": view.model_dump(mode="json"), "replayed": self.replayed}


@pytest.fixture(scope="session")
def settings(servers: Servers) -> Settings:
    return replace(servers.fresh_database(), base_url="http://localhost")


@pytest.fixture(scope="session")
def gateway(settings: Settings) -> Gateway:
    def nobody(service: str, method: str, envelope: dict[str, Any], deadline: float) -> dict[str, Any]:
        raise Unavailable("nobody is there")

    return Gateway(create_app(settings, nobody), database(settings), [])


@pytest.fixture
def services(gateway: Gateway) -> Iterator[Services]:
    """The services of one test."""
    before, behind = gateway.app.extensions["send"], Services()
    gateway.app.extensions["send"] = behind.send
    yield behind
    gateway.app.extensions["send"] = before
