"""A noun's routes: JSON under /api/v1 for programs, beside it the form a person sends; one function answers both."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, TypedDict, TypeVar, Unpack, get_type_hints
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, current_app, g, jsonify, redirect, request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.routing import RequestRedirect

from gateway import cursors, drafts, forms
from gateway.problems import Problem, invalid
from shared.contracts.messages import Page, Request

API = "/api/v1"
IF_MATCH = "expected_version"
"""The field of a request that says which version the caller has seen."""

Handler = TypeVar("Handler", bound=Callable[..., Any])
R = TypeVar("R", bound=BaseModel)

Reads = Callable[[type[BaseModel], MultiDict[str, str]], dict[str, Any]]
"""Makes a request's fields of what was typed."""


class Register(Protocol):
    """Takes a handler and gives it back unchanged."""

    def __call__(self, handler: Handler, /) -> Handler: ...


class Button(TypedDict, total=False):
    """The form that does the same as a route, for people."""

    form: str
    """The page on which it stands."""
    then: str | Callable[[Any], str]
    """The page that follows, by its address or by what was answered; the same page when absent."""
    reads: Reads
    draft: str
    """Under this name what was typed is kept when no service could be reached."""


@dataclass(frozen=True)
class Operation:
    """What the description of the API says of one route; made from the function's annotations."""

    method: str
    rule: str
    noun: str
    handler: Callable[..., Any]
    takes: type[Request[Any]] | None
    gives: Any
    status: int
    keyed: bool
    uploads: bool = False

    @property
    def action(self) -> str:
        return str(getattr(self.handler, "action", ""))

    @property
    def path_fields(self) -> tuple[str, ...]:
        return tuple(re.findall(r"<(?:[^:<>]+:)?([^<>]+)>", self.rule))

    @property
    def needs_version(self) -> bool:
        return self.takes is not None and IF_MATCH in self.takes.model_fields


def upload(handler: Handler) -> Handler:
    """Mark a route that takes a file; any other body is small."""
    handler.uploads = True      # type: ignore[attr-defined]
    return handler


class Noun:
    """The routes of one noun. A handler takes one request of the contracts and gives the view that answers it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.api = Blueprint(f"{name}_api", __name__, url_prefix=API)
        self.pages = Blueprint(name, __name__)
        self.operations: list[Operation] = []

    def get(self, rule: str) -> Register:
        return self._route("GET", rule)

    def post(self, rule: str, *, status: int = 200, keyed: bool = True, **button: Unpack[Button]) -> Register:
        return self._route("POST", rule, status, keyed=keyed, **button)

    def put(self, rule: str, **button: Unpack[Button]) -> Register:
        return self._route("PUT", rule, **button)

    def patch(self, rule: str, **button: Unpack[Button]) -> Register:
        return self._route("PATCH", rule, **button)

    def delete(self, rule: str) -> Register:
        return self._route("DELETE", rule)

    def upload(self, rule: str) -> Register:
        """A file comes as multipart; the answer is the job that works on it."""
        return self._route("POST", rule, 202, keyed=True, uploads=True)

    def page(self, rule: str) -> Register:
        """A page for a person."""
        return self.pages.get(rule)

    def _route(
        self, method: str, rule: str, status: int = 200, *, keyed: bool = False, uploads: bool = False,
        **button: Unpack[Button],
    ) -> Register:
        def register(handler: Handler) -> Handler:
            takes, gives = _annotations(handler)
            if uploads:
                upload(handler)
            operation = Operation(method, rule, self.name, handler, takes, gives, status, keyed, uploads)
            self.operations.append(operation)
            self.api.add_url_rule(rule, handler.__name__, _for_programs(operation), methods=[method])
            if "form" in button:
                answer = _for_people(operation, **button)
                self.pages.add_url_rule(rule, f"{handler.__name__}_form", answer, methods=["POST"])
            return handler
        return register


def _annotations(handler: Callable[..., Any]) -> tuple[type[Request[Any]] | None, Any]:
    hints = get_type_hints(inspect.unwrap(handler))
    gives = hints.pop("return")
    takes = next((hint for hint in hints.values() if isinstance(hint, type) and issubclass(hint, Request)), None)
    return takes, gives


def _for_programs(operation: Operation) -> Callable[..., Response]:
    @wraps(operation.handler)
    def endpoint(**path: Any) -> Response:
        if operation.method != "GET":
            g.idempotency_key = key_of(request.headers.get("Idempotency-Key"), required=operation.keyed)
        given = _query(operation) if operation.method == "GET" else {} if operation.uploads else _body()
        if operation.needs_version:
            given[IF_MATCH] = version_of(request.headers.get("If-Match"))
        response = json_answer(_call(operation, given, path), operation.status)
        if operation.uploads:
            response.headers["Location"] = f"{request.path}/{response.get_json()['import_id']}"
        return response
    return endpoint


def _for_people(
    operation: Operation, form: str, then: str | Callable[[Any], str] = "", reads: Reads = forms.nested,
    draft: str = "",
) -> Callable[..., Any]:
    @wraps(operation.handler)
    def endpoint(**path: Any) -> Any:
        known = _texts(request.form.to_dict() | path)
        stood_on = _named_page() or _filled(form, known)
        try:
            view = _answer_form(operation, path, reads)
        except Problem as problem:
            if draft and problem.status >= 500:
                drafts.keep(draft, request.form, g.idempotency_key)
            return show_again(stood_on, problem)
        if draft:
            drafts.drop(draft)
        following = then(view) if callable(then) else _filled(then, known | _texts(dict(view))) or stood_on
        return redirect(following or "/", 303)
    return endpoint


def _filled(page: str, known: Mapping[str, str]) -> str:
    """The address of a page; none when a form has lost what it stands on."""
    try:
        return page.format_map(known)
    except KeyError:
        return ""


def _answer_form(operation: Operation, path: Mapping[str, Any], reads: Reads) -> Any:
    g.idempotency_key = key_of(request.form.get("idempotency_key"), required=True)
    given = reads(operation.takes, request.form) if operation.takes else {}
    if operation.needs_version and (version := request.form.get("version")):
        given[IF_MATCH] = version_of(version)
    return _call(operation, given, path)


def _named_page() -> str:
    """`_page` says on which page the form stood, when it stands on several; only a path of ours will do."""
    given = request.form.get("_page", "")
    return given if given.startswith("/") and not given.startswith(("//", "/\\")) else ""


def asked(model: type[R], **also: Any) -> R:
    """A question of a page: its filters and its place in the list, from the address."""
    given = {name: value for name, value in request.args.items() if name in model.model_fields and value}
    if "cursor" in given:
        given["cursor"] = cursors.opened(given["cursor"]) or ""
    try:
        return model.model_validate(also | given)
    except ValidationError as error:
        raise invalid(error) from None


def show_again(page: str, problem: Problem) -> Any:
    """The page with the form, everything typed kept, and what is to be corrected."""
    if not page:
        raise problem
    g.form = forms.sent(request.form, request.path, problem)
    path, _, query = page.partition("?")
    try:
        endpoint, arguments = current_app.url_map.bind("", query_args=query).match(path, method="GET")
    except RequestRedirect:
        raise problem from None
    return current_app.view_functions[endpoint](**arguments), problem.status


def _call(operation: Operation, given: dict[str, Any], path: Mapping[str, Any]) -> Any:
    if operation.takes is None:
        return operation.handler(**path)
    if operation.method != "GET" and (twice := given.keys() & path.keys()):
        raise not_here(*twice, say="It stands in the address")
    try:
        asked = operation.takes.model_validate(given | dict(path))
    except ValidationError as error:
        raise invalid(error) from None
    return operation.handler(asked)


def _body() -> dict[str, Any]:
    if not request.content_length:
        return {}
    if not request.is_json:
        raise Problem("unsupported", "Send application/json.")
    body = request.get_json()
    if not isinstance(body, dict):
        raise Problem("invalid", "The body is one JSON object.")
    if IF_MATCH in body:
        raise not_here(IF_MATCH, say="Send If-Match")
    return body


def not_here(*names: str, say: str) -> Problem:
    errors = [{"pointer": f"/{name}", "code": "extra_forbidden", "message": say} for name in names]
    return Problem("invalid", errors=errors)


def _query(operation: Operation) -> dict[str, Any]:
    if operation.takes is None:
        return {}
    given: dict[str, Any] = {}
    for name, values in request.args.lists():
        given[name] = values if forms.takes_many(operation.takes, name) else values[-1]
    if "cursor" in given:
        given["cursor"] = cursors.opened(given["cursor"])
    return given


def json_answer(view: Any, status: int = 200) -> Response:
    """A view as JSON, with its version as the ETag and its cursor signed."""
    if isinstance(view, Response):
        return view
    if isinstance(view, Page):
        view = cursors.with_signature(view)
    response = jsonify(view.model_dump(mode="json") if isinstance(view, BaseModel) else view)
    response.status_code = status
    if (version := getattr(view, "version", None)) is not None:
        response.headers["ETag"] = f'"{version}"'
    if g.get("replayed"):
        response.headers["Idempotent-Replayed"] = "true"
    return response


def key_of(given: str | None, *, required: bool) -> UUID | None:
    if not given:
        if required:
            raise Problem("key_missing", "Send a UUID as Idempotency-Key, the same one when you try again.")
        return None
    try:
        return UUID(given)
    except ValueError:
        raise Problem("key_missing", "The Idempotency-Key is a UUID.") from None


def version_of(given: str | None) -> int:
    if not given:
        raise Problem("version_missing", 'Send If-Match with the ETag you have seen, such as "3".')
    number = given.strip().removeprefix("W/").strip('"')
    if not number.isdecimal():
        raise Problem("stale", "If-Match is the ETag of what you have seen.")
    return int(number)


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """For an address: what a person typed must not become a path of its own."""
    return {name: quote(str(value), safe="") for name, value in values.items()}
