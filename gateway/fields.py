"""A form's fields as a template asks for them. A page may hold several forms, so ids carry the form's prefix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.forms import Form


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
        return self.form.error(name)

    def value(self, name: str, otherwise: object = "") -> object:
        """What was typed, else what is known."""
        known = "" if otherwise is None else otherwise
        return self.form.values.get(name, "" if self.sent else known)

    def chosen(self, name: str, value: object, otherwise: object = None) -> bool:
        """Is this the answer, or one of the answers, that was given?"""
        given = self.form.values.get(name, None if self.sent else otherwise)
        several = given if isinstance(given, (list, tuple, set, frozenset)) else () if given is None else (given,)
        return str(value) in {str(each) for each in several}


def fields(form: Form, action: str = "", prefix: str = "") -> Fields:
    """The fields of the form that is sent to `action`; without one, of the page's only form."""
    return Fields(form.at(action) if action else form, prefix)
