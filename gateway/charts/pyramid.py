"""Three tiers as a pyramid, each with its number beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gateway.charts import canvas


@dataclass(frozen=True, slots=True)
class Layer:
    """One tier: its color class, the word inside, and beside it a number, a line and a small line."""

    css: str
    inside: str
    number: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    width: float
    height: float
    middle: float
    base: float
    words: float

    def edges(self) -> tuple[float, float, float, float]:
        return 6, self.height * .315, self.height * .637, self.height - 6

    def half(self, y: float) -> float:
        """Half of the pyramid's width at this height."""
        return (y - 6) / (self.height - 12) * self.base


WIDE = Frame(width=560, height=292, middle=176, base=170, words=364)
NARROW = Frame(width=280, height=250, middle=78, base=74, words=164)


def pyramid(layers: Sequence[Layer], ident: str, says: str, narrow: bool = False) -> Markup:
    """Three layers, the top first."""
    frame = NARROW if narrow else WIDE
    size = "narrow" if narrow else "wide"
    parts = [part for at in range(3) for part in _layer(frame, layers[at], at, narrow)]
    return canvas.picture(frame.width, frame.height, f"pyramid {size}", f"{ident}-{size}", says, parts)


def _layer(frame: Frame, layer: Layer, at: int, narrow: bool) -> list[Markup]:
    edges = frame.edges()
    top, bottom = edges[at] + (3 if at else 0), edges[at + 1] - 3
    middle = (top + bottom) / 2
    parts = [
        _trapezoid(frame, layer.css, top, bottom),
        canvas.text(frame.middle, middle + (26 if at == 0 else 6), layer.inside, "pyr-tier", "middle"),
        canvas.line(frame.middle + frame.half(middle) + 8, middle, frame.words - 8, middle, "lead"),
        canvas.text(frame.words, middle - 2, layer.number, "pyr-n"),
        canvas.text(frame.words, middle + 17, layer.label, "pyr-l"),
    ]
    if layer.note and not narrow:
        parts.append(canvas.text(frame.words, middle + 34, layer.note, "pyr-s"))
    return parts


def _trapezoid(frame: Frame, css: str, top: float, bottom: float) -> Markup:
    x, a, b = frame.middle, frame.half(top), frame.half(bottom)
    corners = [(x - a, top), (x + a, top), (x + b, bottom), (x - b, bottom)]
    return Markup('<path class="{}" d="M{}Z"/>').format(
        css, "L".join(f"{canvas.units(cx)} {canvas.units(cy)}" for cx, cy in corners))
