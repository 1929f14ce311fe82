"""What every chart is drawn with: a picture that says what it shows, and a scale from numbers to units.

Classes and numbers are ours and stand in the markup as they are; words come from outside and are escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, log10

from markupsafe import Markup, escape


def picture(width: float, height: float, css: str, ident: str, says: str, parts: Iterable[Markup]) -> Markup:
    """An image with a title; assistive technology reads `says` and nothing of what is inside."""
    head = (f'<svg viewBox="0 0 {units(width)} {units(height)}" role="img" aria-labelledby="{ident}"'
            f' class="chart {css}"><title id="{ident}">{escape(says)}</title>')
    return Markup(head + "".join(parts) + "</svg>")


def decoration(width: float, height: float, css: str, parts: Iterable[Markup], stretch: bool = False) -> Markup:
    """A picture beside a number that says the same: hidden from assistive technology."""
    size = ' preserveAspectRatio="none"' if stretch else f' width="{width}" height="{height}"'
    head = f'<svg class="{css}" viewBox="0 0 {width} {height}"{size} aria-hidden="true">'
    return Markup(head + "".join(parts) + "</svg>")


def text(x: float, y: float, words: str, css: str, anchor: str = "start") -> Markup:
    return Markup(f'<text class="{css}" x="{units(x)}" y="{units(y)}" text-anchor="{anchor}">{escape(words)}</text>')


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> Markup:
    return Markup(f'<line class="{css}" x1="{units(x1)}" y1="{units(y1)}" x2="{units(x2)}" y2="{units(y2)}"/>')


def dot(x: float, y: float, radius: float, css: str) -> Markup:
    return Markup(f'<circle class="{css}" cx="{units(x)}" cy="{units(y)}" r="{radius}"/>')


def points(pairs: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{units(x)},{units(y)}" for x, y in pairs)


def units(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from `low` to `high` laid over units from `start` to `end`; what lies outside is drawn at the edge."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, number: float) -> float:
        inside = min(max(number, self.low), self.high)
        return self.start + (inside - self.low) / ((self.high - self.low) or 1) * (self.end - self.start)


def round_step(least: float) -> float:
    """The smallest round number not under `least`."""
    magnitude = 10.0 ** floor(log10(least))
    return next(k * magnitude for k in (1, 2, 2.5, 5, 10) if k * magnitude >= least * (1 - 1e-9))
