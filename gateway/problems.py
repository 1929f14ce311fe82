"""How the gateway says no: RFC 9457 for programs, the same words on a page for people."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Flask, Response, g, json, render_template, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)

TYPES = "https://peersupports.org/problems/"
RETRY_SECONDS = 5


class Kind(NamedTuple):
    status: int
    title: str


KINDS = {
    "invalid": Kind(422, "Something that was sent is not right"),
    "key_missing": Kind(400, "The idempotency key is missing"),
    "key_reused": Kind(422, "This idempotency key came before, with another request"),
    "cursor_invalid": Kind(400, "This cursor is not one of ours"),
    "unauthenticated": Kind(401, "Please sign in"),
    "forbidden": Kind(403, "Your role does not include this"),
    "not_found": Kind(404, "There is no such thing here"),
    "not_possible": Kind(409, "This step is not possible now"),
    "gate_unmet": Kind(409, "Something must be in place first"),
    "duplicate": Kind(409, "It exists already"),
    "stale": Kind(412, "Somebody changed it in the meantime"),
    "version_missing": Kind(428, "Say which version you have seen"),
    "too_large": Kind(413, "This is too large"),
    "unsupported": Kind(415, "This kind of content is not understood"),
    "too_many": Kind(429, "Too many tries, please wait a little"),
    "failed": Kind(500, "Something went wrong on our side"),
    "pdf_unavailable": Kind(501, "PDF cannot be made on this server"),
    "unavailable": Kind(503, "A part of the system does not answer"),
    "timeout": Kind(504, "A part of the system did not answer in time"),
}
"""Each code with its status. They are a promise to programs; a contract test pins them."""

BY_STATUS = {404: "not_found", 405: "not_found", 413: "too_large", 415: "unsupported", 429: "too_many", 400: "invalid"}


class Problem(Exception):
    """A request that is not answered as hoped; `more` are further members of the problem document."""

    def __init__(
        self, code: str, detail: str = "", *,
        errors: Sequence[dict[str, str]] = (), retry_after: int | None = None, **more: Any,
    ) -> None:
        super().__init__(code)
        self.code, self.detail, self.errors, self.retry_after, self.more = code, detail, errors, retry_after, more

    @property
    def status(self) -> int:
        return KINDS[self.code].status

    @property
    def title(self) -> str:
        return KINDS[self.code].title

    def document(self) -> dict[str, Any]:
        """The problem as RFC 9457 writes it; what a service adds never replaces the members of the standard."""
        return self.more | {
            "type": TYPES + self.code, "title": self.title, "status": self.status, "detail": self.detail or self.title,
            "instance": request.path, "code": self.code, "correlation_id": g.get("correlation_id", ""),
        } | ({"errors": list(self.errors)} if self.errors else {})


def invalid(error: ValidationError, detail: str = "") -> Problem:
    """Where and why, never what: a value that was sent does not come back in an answer or a log."""
    return Problem("invalid", detail, errors=[
        {"pointer": "".join(f"/{part}" for part in each["loc"]), "code": each["type"], "message": each["msg"]}
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    ])


def init_app(app: Flask) -> None:
    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, _of_werkzeug)
    app.register_error_handler(Exception, _unforeseen)


def for_program() -> bool:
    """Does a program ask, or a person? Programs live under /api/v1."""
    return request.path.startswith("/api/v1/")


def answer(problem: Problem) -> Response:
    document = problem.document()
    if for_program():
        response = Response(json.dumps(document), problem.status, mimetype="application/problem+json")
    else:
        response = Response(render_template("problem.html", problem=document), problem.status)
    response.headers["Cache-Control"] = "no-store"
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE or problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after or RETRY_SECONDS)
    return response


def _of_werkzeug(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:      # a redirect is no problem
        return error
    return answer(Problem(BY_STATUS.get(error.code, "invalid" if error.code < 500 else "failed")))


def _unforeseen(error: Exception) -> Response:
    """A defect of ours. Its text may hold a person's data, so only its class and place are written down."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    log.error("%s failed with %s at %s", request.endpoint, type(error).__name__, where)
    return answer(Problem("failed"))
