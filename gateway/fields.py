"""A form's fields as a template asks for them. A page may hold several forms, so ids carry the form's prefix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.forms import Form
from gateway.words import has_word, say


@dataclass(frozen=True)
class Fields:
    """What was typed, what is wrong with it, and where it stands on the page."""

    form: Form
    prefix: str = ""

    @property
    def key(self) -> str:
        """The idempotency key: sent twice, done once."""
        return str(self.form.key)

    @property
    def errors(self) -> Sequence[Mapping[str, str]]:
        return self.form.errors

    @property
    def problem(self) -> Mapping[str, Any] | None:
        """Why the step was refused, when no single field is to blame."""
        return None if self.form.errors else self.form.problem

    @property
    def sent(self) -> bool:
        """Did the reader send this form, and was it given back?"""
        return bool(self.form.problem or self.form.errors)

    def id(self, name: str) -> str:
        return f"field-{self.prefix}{name}"

    def error(self, name: str) -> str | None:
        """What is wrong with this field, in plain words; None when nothing is."""
        return next((plainly(error) for error in self.errors if error["name"] == name), None)

    def summary(self) -> list[tuple[str, str, str]]:
        """Everything that is to be mended: where it stands, what it is about, and what is wrong with it."""
        return [(self.id(error["name"]), about(error["name"]), plainly(error)) for error in self.errors]

    def value(self, name: str, otherwise: object = "") -> object:
        """What was typed, else what is known."""
        known = "" if otherwise is None else otherwise
        return self.form.values.get(name, "" if self.sent else known)

    def chosen(self, name: str, value: object, otherwise: object = None) -> bool:
        """Is this the answer, or one of the answers, that was given?"""
        given = self.form.values.get(name, None if self.sent else otherwise)
        several = given if isinstance(given, (list, tuple, set, frozenset)) else () if given is None else (given,)
        return str(value) in {str(each) for each in several}


def plainly(error: Mapping[str, str]) -> str:
    """A checker's finding as a person would say it. What a service says in its own words stays as it is."""
    return say(error["code"], "error") if has_word(error["code"], "error") else error["message"]


def about(name: str) -> str:
    """What a field asks for, for a list of things to mend: `elements.7.status` is about element 7."""
    path = name.split(".")
    if path[0] == "elements":
        return say(path[1], "element")
    if path[0] == "safeguards":
        return say(path[1])
    return next((say(path[-1], kind) for kind in ("question", "field") if has_word(path[-1], kind)), "")


def fields(form: Form, action: str = "", prefix: str = "") -> Fields:
    """The fields of the form that is sent to `action`; without one, of the page's only form."""
    return Fields(form.at(action) if action else form, prefix)
