"""What a person typed: read into a request, or given back whole with what is to be corrected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import g
from pydantic import AwareDatetime, BaseModel
from werkzeug.datastructures import MultiDict

from gateway.problems import Problem

OURS = {"csrf_token", "idempotency_key", "version"}
"""Hidden fields of every form. They are not part of the request, nor is what begins with `_`."""

NEVER_SHOWN = {"password"}
"""What is typed again rather than sent back."""

LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")


@dataclass(frozen=True)
class Form:
    """A form as it stands on the page: empty, or with everything typed and what is wrong with it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: tuple[dict[str, str], ...] = ()
    key: UUID = field(default_factory=uuid4)
    problem: Mapping[str, Any] | None = None
    action: str = ""

    def value(self, name: str, default: Any = "") -> Any:
        return self.values.get(name, default)

    def error(self, name: str) -> str | None:
        return next((error["message"] for error in self.errors if error["name"] == name), None)

    def at(self, action: str) -> Form:
        """This form if it was sent to `action`, else an empty one: a page may hold several."""
        return self if self.action == action else Form()


def sent(form: MultiDict[str, str], action: str, problem: Problem | None = None) -> Form:
    """The form as it came, for the page that shows it again."""
    errors = tuple({**error, "name": name_of(error["pointer"])} for error in (problem.errors if problem else ()))
    document = problem.document() if problem else None
    return Form(typed(form), errors, g.get("idempotency_key") or uuid4(), document, action)


def typed(form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, by the names of the inputs."""
    return {name: given if len(given) > 1 else given[0] for name, given in form.lists()
            if name not in OURS | NEVER_SHOWN}


def name_of(pointer: str) -> str:
    """The input that a pointer is about: `/concern/student_told` is `concern.student_told`."""
    return pointer.strip("/").replace("/", ".")


def nested(model: type[BaseModel], form: MultiDict[str, str]) -> dict[str, Any]:
    """The flat names of a form as the nested fields of a request. What was left empty was not given."""
    fields: dict[str, Any] = {}
    for name, given in form.lists():
        values = [value for value in given if value.strip()]
        if name in OURS or name.startswith("_") or not values:
            continue
        *parents, last = path = name.split(".")
        place = fields
        for parent in parents:
            place = place.setdefault(parent, {})
        kind = _at(model, path)
        place[last] = values if is_list(kind) else _with_zone(values[-1], form) if kind is AwareDatetime else values[-1]
    return {name: _lists(value) for name, value in fields.items()}


def takes_many(model: type[BaseModel], name: str) -> bool:
    """Does this field of the request hold a list?"""
    return is_list(_at(model, [name]))


def is_list(kind: Any) -> bool:
    return get_origin(kind) in {tuple, list}


def _with_zone(value: str, form: MultiDict[str, str]) -> str:
    """A time as a browser writes it has no zone; the form says whose clock it is."""
    if not LOCAL_TIME.fullmatch(value) or "_tz" not in form:
        return value
    try:
        return datetime.fromisoformat(value).replace(tzinfo=ZoneInfo(form["_tz"])).isoformat()
    except (ValueError, KeyError):
        return value


def _at(annotation: Any, path: list[str]) -> Any:
    """The type of the field at the end of the path."""
    for step in path:
        annotation = _one_of(annotation) if step.isdigit() else _field(annotation, step)
    return _bare(annotation)


def _field(annotation: Any, name: str) -> Any:
    model = _bare(annotation)
    if isinstance(model, type) and issubclass(model, BaseModel) and name in model.model_fields:
        return model.model_fields[name].annotation
    return None


def _one_of(annotation: Any) -> Any:
    return next(iter(get_args(_bare(annotation))), None)


def _bare(annotation: Any) -> Any:
    """Without `Annotated` and without `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        return _bare(next((arm for arm in get_args(annotation) if arm is not type(None)), None))
    return annotation


def _lists(value: Any) -> Any:
    """`{"0": …, "1": …}` is a list."""
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(inner) for key, inner in value.items()}
