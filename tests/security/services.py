"""The services' methods, asked in this process on a real database, as any caller one likes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

from shared.answering import Answering, Method
from shared.contracts.codes import Role
from shared.entrypoints import Answers
from shared.security.principal import GATEWAY, Grant, Signer, Verifier
from shared.settings import SERVICES, Settings
from shared.work import Database

DISTRICT_WIDE = frozenset({
    Role.DISTRICT_LEAD, Role.CRISIS_LEAD, Role.EVALUATOR, Role.OPERATOR, Role.PRIVACY_OFFICER, Role.PUBLIC,
    Role.SERVICE,
})


def methods_of(service: str) -> Iterator[Method]:
    """Everything a service answers."""
    kind = import_module(f"services.{service}.service").SERVICE
    for _, answering in inspect.getmembers(kind):
        for entrypoint in getattr(answering, "nameko_entrypoints", ()):
            if isinstance(entrypoint, Answers):
                yield entrypoint.method


ALL = [(service, method) for service in SERVICES for method in methods_of(service)]


def grant(role: Role, school: UUID) -> Grant:
    return Grant(role, None if role in DISTRICT_WIDE else frozenset({school}))


@dataclass
class Services:
    """The four services without a broker."""

    settings: Settings

    def __post_init__(self) -> None:
        self.signer = Signer.of(GATEWAY, self.settings.secrets)
        self.desks = {service: self._desk(service) for service in SERVICES}

    def _desk(self, service: str) -> Answering:
        kind = import_module(f"services.{service}.transaction")
        transaction = getattr(kind, f"{service.capitalize()}Transaction")
        database = Database[Any](self.settings, service, transaction, pool_size=2)
        return Answering(database, Verifier(service, self.settings.secrets))

    def ask(
        self, service: str, method: Method, request: dict[str, Any], *grants: Grant,
        actor: UUID | None = None, signer: Signer | None = None,
    ) -> dict[str, Any]:
        by, me = signer or self.signer, actor or uuid4()
        principal = by.mint(service, actor=me, grants=grants, request_id=str(uuid4()))
        return self.desks[service].answer(method, {
            "request": request, "principal": principal, "key": str(uuid4()) if method.changes else None,
            "correlation_id": str(uuid4())})

    def close(self) -> None:
        for desk in self.desks.values():
            desk.database.engine.dispose()


def refusal_of(reply: dict[str, Any]) -> str:
    """The code of a refusal; empty when the request was answered."""
    return str(reply.get("refused", {}).get("code", ""))
