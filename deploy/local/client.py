"""A caller of the public API, as any program of a district would be: signs in, sends keys, follows versions."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import httpx


class ApiError(Exception):
    """The API said no; the problem document says why."""

    def __init__(self, method: str, path: str, answer: httpx.Response) -> None:
        try:
            self.problem: dict[str, Any] = answer.json()
        except ValueError:
            self.problem = {"code": "no_json", "detail": answer.text[:200]}
        self.status, self.code = answer.status_code, str(self.problem.get("code"))
        more = {key: self.problem[key] for key in ("errors", "unmet", "allowed") if self.problem.get(key)}
        super().__init__(f"{method} {path}: {self.status} {self.code}: {self.problem.get('detail')} {more or ''}")


class Unanswered(Exception):
    """The connection broke again and again: whether it was done is not known; its key makes asking again harmless."""


class Client:
    """One person's view of the API at `url`; the token is renewed before its 15 minutes are over."""

    def __init__(self, url: str, sign_in_name: str, password: str) -> None:
        self.http = httpx.Client(base_url=f"{url}/api/v1", timeout=30)
        self.sign_in_name, self.password, self.renew_at = sign_in_name, password, 0.0

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, params={key: value for key, value in query.items() if value is not None})

    def post(self, path: str, body: Any = None, *, key: str | None = None, version: int | None = None) -> Any:
        return self.call("POST", path, json=body or {}, headers=said(key or str(uuid4()), version))

    def put(self, path: str, body: Any, *, version: int | None = None) -> Any:
        return self.call("PUT", path, json=body, headers=said(str(uuid4()), version))

    def patch(self, path: str, body: Any, *, version: int | None = None) -> Any:
        return self.call("PATCH", path, json=body, headers=said(str(uuid4()), version))

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> Any:
        return self.call("POST", path, files={"file": (name, content)}, data=fields, headers=said(str(uuid4()), None))

    def call(self, method: str, path: str, **more: Any) -> Any:
        """The answer's body. What was not answered is asked again, with the same key."""
        self._signed_in()
        answer = self._send(method, path, **more)
        for _ in range(5):
            if answer is not None and answer.status_code not in (429, 503, 504):
                break
            time.sleep(min(5.0, float(answer.headers.get("retry-after", "1"))) if answer is not None else 0.2)
            answer = self._send(method, path, **more)
        if answer is None:
            raise Unanswered(f"{method} {path}")
        if answer.status_code >= 400:
            raise ApiError(method, path, answer)
        return answer.json() if answer.content else None

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        """None: the connection broke, and nobody knows whether the request arrived."""
        try:
            return self.http.request(method, path, **more)
        except httpx.TransportError:
            return None

    def _signed_in(self) -> None:
        if time.monotonic() < self.renew_at:
            return
        answer = self.http.post("/tokens", json={"sign_in_name": self.sign_in_name, "password": self.password})
        if answer.status_code >= 400:
            raise ApiError("POST", "/tokens", answer)
        self.http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        self.renew_at = time.monotonic() + 12 * 60


def said(key: str, version: int | None) -> dict[str, str]:
    """The headers of a change: its key, and the version it was decided on."""
    return {"Idempotency-Key": key} | ({} if version is None else {"If-Match": f'"{version}"'})
