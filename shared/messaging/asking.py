"""A service asks another, in its own name and for the few things it may: the token says so, and the other checks it."""

from __future__ import annotations

import threading
from typing import TypeVar
from uuid import uuid4

from pydantic import TypeAdapter

from shared.contracts.messages import Request
from shared.domain import Refused
from shared.messaging.rpc import RpcClient
from shared.security.principal import Signer
from shared.settings import Settings

V = TypeVar("V")

KINDS = {kind.code: kind for kind in Refused.__subclasses__()}


class Asking:
    """Connects when it is first needed: most services ask nobody."""

    def __init__(self, settings: Settings, service: str) -> None:
        self.settings, self.service = settings, service
        self.opening = threading.Lock()
        self.client: RpcClient | None = None

    def __call__(self, request: Request[V], correlation_id: str) -> V:
        """The view; raises the refusal that came back, or Unavailable."""
        owner = request.owner()
        signer = Signer.of(self.service, self.settings.secrets)
        envelope = {
            "request": request.model_dump(mode="json"), "key": str(uuid4()), "correlation_id": correlation_id,
            "principal": signer.mint_own(owner, request_id=correlation_id),
        }
        reply = self._client().ask(owner, request.wire_name(), envelope)
        if no := reply.get("refused"):
            raise refused(no)
        view: V = TypeAdapter(request.answers_with()).validate_python(reply["view"], strict=False)
        return view

    def close(self) -> None:
        if self.client is not None:
            self.client.close()

    def _client(self) -> RpcClient:
        with self.opening:
            if self.client is None:
                self.client = RpcClient(self.settings.broker(self.service), self.service)
                self.client.connected.wait(3)
            return self.client


def refused(no: dict[str, object]) -> Refused:
    """The refusal as it was raised on the other side."""
    more = {name: value for name, value in no.items() if name not in ("code", "detail")}
    kind = KINDS.get(str(no["code"]), Refused)
    error = kind(str(no["detail"]), **more)
    error.code = str(no["code"])
    return error
