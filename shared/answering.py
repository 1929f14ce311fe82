"""How a request is answered: who asks is checked, a key is used once, a refusal is an ordinary reply."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import text

from shared import logs
from shared.contracts.messages import Request, View
from shared.crash_points import crash_point
from shared.domain import Forbidden, Invalid, KeyReused, NotFound, Refused
from shared.metrics import RPC_SERVER
from shared.security.principal import Principal, Verifier
from shared.work import Database, Errand, Transaction, lost

Reply = dict[str, Any]

CLAIM = text("""INSERT INTO idempotency (actor_key, key, route, request_hash) VALUES (:actor, :key, :route, :hash)
                ON CONFLICT DO NOTHING RETURNING 1""")
FIRST = text("SELECT request_hash, response FROM idempotency WHERE actor_key = :actor AND key = :key")
KEEP = text("UPDATE idempotency SET status = 200, response = :response WHERE actor_key = :actor AND key = :key")

OUTCOMES = {Forbidden.code: "forbidden", NotFound.code: "not_found"}


@dataclass(frozen=True)
class Method:
    """One thing a service can be asked: the request, the action it needs, and who answers it."""

    request: type[Request[Any]]
    allow: str
    handle: Callable[[Any, Any], Any]
    changes: bool

    @classmethod
    def of(cls, handle: Callable[[Any, Any], Any], allow: str, *, changes: bool) -> Method:
        return cls(_request_of(handle), allow, handle, changes)

    @property
    def name(self) -> str:
        return self.request.wire_name()


@dataclass(frozen=True)
class Asked:
    """One request as it came: unread, unchecked."""

    request: Mapping[str, Any]
    principal: str
    key: UUID | None
    correlation_id: str

    @classmethod
    def of(cls, envelope: Mapping[str, Any]) -> Asked:
        key = envelope.get("key")
        return cls(envelope["request"], envelope["principal"], UUID(key) if key else None,
                   str(envelope.get("correlation_id") or "-"))


class Answering:
    """Answers the requests of one service."""

    def __init__(self, database: Database[Any], verifier: Verifier) -> None:
        self.database, self.verifier = database, verifier

    def answer(self, method: Method, envelope: Mapping[str, Any]) -> Reply:
        """The view, or the refusal with its stable code. Raises only when the answer is not known."""
        started, asked = perf_counter(), Asked.of(envelope)
        try:
            reply, outcome = self._answer(method, asked), "ok"
        except Refused as no:
            reply, outcome = refusal(no), no.code
        except Exception:
            self._tell(method, asked, "error", started)
            raise
        self._tell(method, asked, outcome, started)
        return reply

    def _answer(self, method: Method, asked: Asked) -> Reply:
        principal = self.verifier.verify(asked.principal)
        try:
            # Whoever may not ask learns nothing, not even whether the question was well put.
            errand = Errand.asked(
                principal, method.allow, changes=method.changes, correlation_id=asked.correlation_id)
            request = read(method.request, asked.request)
            try:
                return self._once(method, request, asked, errand)
            except Exception as error:
                # The answer is unknown, not no; the key makes a second try harmless.
                if not lost(error) or (method.changes and asked.key is None):
                    raise
                return self._once(method, request, asked, errand)
        except Invalid:
            raise       # nobody was denied anything
        except Refused as no:
            self._deny(principal, method, no, asked)
            raise

    def _once(self, method: Method, request: Request[Any], asked: Asked, errand: Errand) -> Reply:
        with self.database.begin(errand) as tx:
            once = Once(tx, asked.key, method, request) if method.changes and asked.key else None
            stored = once.claim() if once else None
            if stored is not None:
                return {"view": stored, "replayed": True}
            view = shown(method, method.handle(request, tx))
            if once:
                once.keep(view)
        crash_point("write.after_commit_before_reply")
        return {"view": view, "replayed": False}

    def _deny(self, principal: Principal, method: Method, no: Refused, asked: Asked) -> None:
        """Refusals are written down too, in a transaction of their own: the first one is undone."""
        errand = Errand.denied(principal, method.allow, asked.correlation_id)
        with self.database.begin(errand) as tx:
            tx.denied(OUTCOMES.get(no.code, no.code))

    def _tell(self, method: Method, asked: Asked, outcome: str, started: float) -> None:
        seconds = perf_counter() - started
        kind = outcome if outcome in ("ok", "error") else "refused"
        RPC_SERVER.labels(self.database.service, method.name, kind).observe(seconds)
        logs.message(method.name, outcome, seconds, correlation=asked.correlation_id, key=asked.key)


class Once:
    """The idempotency key of one request: claimed first, answered from the store when it came before."""

    def __init__(self, tx: Transaction, key: UUID, method: Method, request: Request[Any]) -> None:
        self.tx, self.method = tx, method
        self.key = {"actor": tx.actor, "key": key}
        self.hash = hashlib.sha256(f"{method.name}:{request.model_dump_json()}".encode()).digest()

    def claim(self) -> Any | None:
        """None: it is ours to do. Whoever comes second waits here for the first to commit."""
        claimed = self.tx.session.execute(CLAIM, {**self.key, "route": self.method.name, "hash": self.hash})
        if claimed.first() is not None:
            return None
        first = self.tx.session.execute(FIRST, self.key).one()
        if first.request_hash != self.hash:
            raise KeyReused("this idempotency key came before, with another request")
        return json.loads(self.tx.opened(first.response, self._place()))

    def keep(self, view: Any) -> None:
        response = self.tx.closed(json.dumps(view).encode(), self._place())
        self.tx.session.execute(KEEP, {**self.key, "response": response})

    def _place(self) -> str:
        return f"idempotency|{self.key['actor']}|{self.key['key']}"


def read(kind: type[Request[Any]], given: Mapping[str, Any]) -> Request[Any]:
    """The request, or Invalid with each place that is wrong: never with what stood there."""
    try:
        # As JSON, so that "…" may be a UUID and a list a tuple.
        return kind.model_validate_json(json.dumps(given))
    except ValidationError as error:
        places = [{"pointer": "/" + "/".join(map(str, each["loc"])), "code": each["type"], "message": each["msg"]}
                  for each in error.errors(include_url=False, include_context=False, include_input=False)]
        raise Invalid(f"{kind.__name__} cannot be read: {len(places)} fields are wrong", errors=places) from None


def shown(method: Method, view: Any) -> Any:
    """The view as JSON has it."""
    if isinstance(view, View):
        return view.model_dump(mode="json")
    return TypeAdapter(method.request.answers_with()).dump_python(view, mode="json")


def refusal(no: Refused) -> Reply:
    return {"refused": {**json.loads(json.dumps(no.more, default=str)), "code": no.code, "detail": no.detail}}


def _request_of(handle: Callable[[Any, Any], Any]) -> type[Request[Any]]:
    """The request class in `def handle(command: AcknowledgeReferral, tx: …)`."""
    first = next(iter(handle.__annotations__))
    found = handle.__annotations__[first]
    kind = eval(found, handle.__globals__) if isinstance(found, str) else found  # noqa: S307 - our own annotation
    if not (isinstance(kind, type) and issubclass(kind, Request)):
        raise TypeError(f"{handle.__name__} takes no request first")
    return kind
