"""One number over the weeks: a line over an area, from 0, with its last value written at its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from gateway.charts import canvas
from gateway.charts.small import unbroken

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 300, 132, 34, 44, 10, 22


def trend(values: Sequence[float | None], weeks: Sequence[str], ident: str, says: str, css: str = "t1",
          write: Callable[[float], str] = "{:,.0f}".format, target: float | None = None,
          target_word: str = "", nothing: str = "") -> Markup:
    """`values` beside `weeks`; a withheld week is None and breaks the line, `nothing` stands where there is none."""
    known = [value for value in values if value is not None]
    high = (max([*known, target or 0, 0]) or 1) * 1.12
    x = canvas.Scale(0, max(len(values) - 1, 1), LEFT, WIDTH - RIGHT)
    y = canvas.Scale(0, high, HEIGHT - BOTTOM, TOP)
    parts = [*_grid(high, y, write), *_target(target, target_word, y)]
    for run in unbroken([(x(at), y(value)) if value is not None else None for at, value in enumerate(values)]):
        parts += _run(run, y(0), css)
    parts += _last(values, x, y, css, write, target)
    if not known:
        parts.append(canvas.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM - 12, nothing, "ax", "middle"))
    parts += [canvas.text(x(at), HEIGHT - 5, weeks[at], "ax", "middle") for at in _labelled(len(weeks))]
    return canvas.picture(WIDTH, HEIGHT, "trend", ident, says, parts)


def _grid(high: float, y: canvas.Scale, write: Callable[[float], str]) -> list[Markup]:
    step = max(canvas.round_step(high / 2.2), 1)
    parts: list[Markup] = []
    for at in range(int(high / step) + 1):
        parts.append(canvas.line(LEFT, y(at * step), WIDTH - RIGHT, y(at * step), "grid"))
        parts.append(canvas.text(LEFT - 6, y(at * step) + 3.5, write(at * step), "ax", "end"))
    return parts


def _target(target: float | None, word: str, y: canvas.Scale) -> list[Markup]:
    if target is None:
        return []
    return [canvas.line(LEFT, y(target), WIDTH - RIGHT, y(target), "target"),
            canvas.text(WIDTH - RIGHT + 5, y(target) + 3.5, word, "ax tgt")]


def _run(run: Sequence[tuple[float, float]], floor: float, css: str) -> list[Markup]:
    if len(run) == 1:
        return [canvas.dot(*run[0], radius=2.4, css=f"dot {css}")]
    around = canvas.points([(run[0][0], floor), *run, (run[-1][0], floor)])
    return [Markup('<polygon class="area {}" points="{}"/>').format(css, around),
            Markup('<polyline class="line {}" points="{}"/>').format(css, canvas.points(run))]


def _last(values: Sequence[float | None], x: canvas.Scale, y: canvas.Scale, css: str,
          write: Callable[[float], str], target: float | None) -> list[Markup]:
    """The last known value, at its own week, kept off the word at the target's line."""
    at = next((at for at in reversed(range(len(values))) if values[at] is not None), None)
    if at is None:
        return []
    value = values[at] or 0.0
    label = y(value) + 4
    if target is not None and abs(label - y(target)) < 13:
        label = y(target) + (-9 if value > target else 18)
    return [canvas.dot(x(at), y(value), 3.6, f"dot {css}"), canvas.text(x(at) + 7, label, write(value), "val")]


def _labelled(count: int) -> list[int]:
    """The first week, the middle one and the last."""
    return sorted({0, count // 2, count - 1}) if count else []
