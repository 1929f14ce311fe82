"""The codes of problems are a promise to programs: pinned here with their statuses."""

from __future__ import annotations

from flask import Flask, g

from gateway.problems import KINDS, Problem

PINNED = {
    "invalid": 422, "key_missing": 400, "key_reused": 422, "cursor_invalid": 400, "unauthenticated": 401,
    "forbidden": 403, "not_found": 404, "not_possible": 409, "gate_unmet": 409, "duplicate": 409, "stale": 412,
    "version_missing": 428, "too_large": 413, "unsupported": 415, "too_many": 429, "failed": 500,
    "pdf_unavailable": 501, "unavailable": 503, "timeout": 504,
}


def test_no_code_vanishes_or_changes_its_status() -> None:
    assert {code: kind.status for code, kind in KINDS.items()} == PINNED


def test_what_a_service_says_never_replaces_a_member_of_the_standard() -> None:
    with Flask("a test").test_request_context("/api/v1/programs/1/submit"):
        g.correlation_id = "an id"

        problem = Problem("gate_unmet", "Two gates are unmet.", unmet=["scope"], status=200, type="elsewhere")
        document = problem.document()

    assert document == {
        "type": "https://peersupports.org/problems/gate_unmet", "title": "Something must be in place first",
        "status": 409, "detail": "Two gates are unmet.", "instance": "/api/v1/programs/1/submit", "code": "gate_unmet",
        "correlation_id": "an id", "unmet": ["scope"],
    }
