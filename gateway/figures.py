"""How a figure reads on a page: its number, or in plain words why there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from gateway.spoken import _, lasting
from shared.contracts.metrics import WITHHELD, Bound, Figure, Shown

Write = Callable[[float], str]

WORDS = {
    Shown.HIDDEN: _l("hidden"), Shown.FEW: _l("few"), Shown.NOT_REACHED: _l("not reached"),
    Shown.NOT_AVAILABLE: _l("no data"),
}

BOUNDS = {Bound.EXACT: "", Bound.AT_MOST: "≤\u00a0", Bound.AT_LEAST: "≥\u00a0"}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(figure=figure, minutes=minutes, whole_percent=whole_percent)
    app.jinja_env.globals.update(cell=cell)


def plain(value: float) -> str:
    """`5,871`, `0.8`: the same in both languages as they are written in the United States."""
    return f"{value:,.1f}".removesuffix(".0")


def figure(given: Figure, n_min: int, write: Write = plain) -> str:
    """The number, `<10`, `hidden`, `few`, `not reached` or `no data`."""
    if given.shown is Shown.NUMBER and not isinstance(given.value, str):
        return BOUNDS[given.bound] + write(given.value or 0)
    if given.shown is Shown.BELOW:
        return f"<{n_min}"
    return str(WORDS[given.shown])


def minutes(given: Figure, n_min: int) -> str:
    """A wait, as people say it; under ten minutes to the tenth."""
    return figure(given, n_min, lambda value: lasting(value) if value >= 1 else _("under 1 min"))


def whole_percent(given: Figure, n_min: int) -> str:
    return figure(given, n_min, lambda value: f"{plain(value)}%")


def cell(given: Figure, n_min: int, write: Any = figure, steps: tuple[float, ...] = (), heat: str = "h") -> Markup:
    """A table cell. One that is withheld is hatched and says why; a shown one is colored by the steps it reaches:
    `h` from pale to strong, `w` from warm (no step reached) to calm (all of them)."""
    words = write(given, n_min)
    if given.shown in WITHHELD:
        return Markup(f'<td class="sup"><span>{escape(words)}</span></td>')
    if not steps or given.number is None:
        return Markup(f"<td>{escape(words)}</td>")
    reached = sum(given.number >= step for step in steps)
    shade = reached if heat == "h" else len(steps) - reached
    return Markup(f'<td class="{heat}{shade}">{escape(words)}</td>')
