"""Small pictures in the row of their number: a line of weeks, and a bar."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from gateway.charts import canvas


def spark(values: Sequence[float | None], width: int = 84, height: int = 22) -> Markup:
    """Weeks from left to right, from 0 up; a withheld week breaks the line."""
    known = [value for value in values if value is not None]
    if not known:
        return Markup("")
    x = canvas.Scale(0, max(len(values) - 1, 1), 2, width - 4)
    y = canvas.Scale(0, max(known) or 1, height - 3, 3)
    placed = [(x(at), y(value)) if value is not None else None for at, value in enumerate(values)]
    parts = [canvas.line(2, height - 2, width - 4, height - 2, "base")]
    parts += [Markup(f'<polyline points="{canvas.points(run)}"/>') for run in unbroken(placed)]
    if (last := placed[-1]) is not None:
        parts.append(canvas.dot(*last, radius=2.4, css="last"))
    return canvas.decoration(width, height, "spark", parts)


def bar(share: float | None, css: str, width: int = 100, height: int = 8) -> Markup:
    """A share from 0 to 1 of a track; an unknown one leaves the track empty."""
    part = width * min(max(share or 0.0, 0.0), 1.0)
    track = Markup('<rect class="track" width="{}" height="{}"/>').format(width, height)
    fill = Markup('<rect class="{}" width="{}" height="{}"/>').format(css, canvas.units(part), height)
    return canvas.decoration(width, height, "mbar", [track, fill], stretch=True)


def unbroken(placed: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The runs of points between the gaps."""
    return [[point for point in run if point is not None]
            for known, run in groupby(placed, key=lambda point: point is not None) if known]
