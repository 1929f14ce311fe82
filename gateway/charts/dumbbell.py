"""Median and 90th percentile of a wait as a share of its limit, one row an urgency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gateway.charts import canvas

END = 1.4
"""The axis runs from 0 to so many limits; what is longer is drawn at its end, with its number."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One urgency: its limit in words, both quantiles in words, and as shares of the limit (None: not drawn)."""

    label: str
    limit: str
    p50: str
    p90: str
    p50_share: float | None
    p90_share: float | None

    @property
    def late(self) -> bool:
        return self.p90_share is not None and self.p90_share > 1


@dataclass(frozen=True, slots=True)
class Frame:
    width: float
    left: float
    right: float
    pitch: float
    first: float
    below: float

    @property
    def scale(self) -> canvas.Scale:
        return canvas.Scale(0, END, self.left, self.width - self.right)


WIDE = Frame(width=520, left=124, right=14, pitch=62, first=58, below=34)
NARROW = Frame(width=280, left=6, right=10, pitch=66, first=72, below=26)


def dumbbell(rows: Sequence[Pair], ident: str, says: str, limit_word: str, narrow: bool = False) -> Markup:
    """The limit is one line for all rows; what lies beyond it is shaded."""
    frame, size = (NARROW, "narrow") if narrow else (WIDE, "wide")
    height = frame.pitch * len(rows) + frame.below
    parts = _limit(frame, height, limit_word)
    for at, row in enumerate(rows):
        parts += _row(frame, row, frame.first + at * frame.pitch, narrow)
    return canvas.picture(frame.width, height, f"dumb {size}", f"{ident}-{size}", says, parts)


def _limit(frame: Frame, height: float, word: str) -> list[Markup]:
    x = frame.scale(1)
    shade = Markup('<rect class="over" x="{}" y="18" width="{}" height="{}"/>').format(
        canvas.units(x), canvas.units(frame.width - frame.right - x), canvas.units(height - 22))
    return [shade, canvas.line(x, 16, x, height - 4, "target"), canvas.text(x, 11, word, "ax tgt", "middle")]


def _row(frame: Frame, row: Pair, y: float, narrow: bool) -> list[Markup]:
    parts = _names(row, y, narrow)
    parts.append(canvas.line(frame.left, y, frame.width - frame.right, y, "grid"))
    if row.p50_share is None and row.p90_share is None:
        return [*parts, canvas.text(frame.left + 8, y - 8, row.p50, "ax")]
    late = " late" if row.late else ""
    if row.p50_share is not None:
        parts.append(canvas.line(frame.scale(row.p50_share), y, _end(frame, row), y, f"rng{late}"))
        parts += _mark(frame, row.p50_share, y, row.p50, "p50", "val", _crowded(frame, row))
    if row.p90_share is not None:
        parts += _mark(frame, row.p90_share, y, row.p90, f"p90{late}", f"val{late}", 0)
    else:
        parts.append(canvas.text(frame.width - frame.right, y - 10, row.p90, "ax", "end"))
    return parts


def _names(row: Pair, y: float, narrow: bool) -> list[Markup]:
    if narrow:
        return [Markup('<text class="lab" x="0" y="{}">{} <tspan class="ax">{}</tspan></text>').format(
            canvas.units(y - 32), row.label, row.limit)]
    return [canvas.text(0, y - 1, row.label, "lab"), canvas.text(0, y + 14, row.limit, "ax")]


def _end(frame: Frame, row: Pair) -> float:
    """A 90th percentile that has not been reached has no end yet: its line runs to the edge."""
    return frame.scale(row.p90_share if row.p90_share is not None else END)


def _crowded(frame: Frame, row: Pair) -> float:
    """How far below the line the median's words go when they would stand on the other number's."""
    if row.p90_share is None or row.p50_share is None:
        return 0
    return 29 if frame.scale(row.p90_share) - frame.scale(row.p50_share) < 52 else 0


def _mark(frame: Frame, share: float, y: float, words: str, css: str, word_css: str, lower: float) -> list[Markup]:
    x = frame.scale(share)
    anchor = "end" if x > frame.width - frame.right - 24 else "start" if x < frame.left + 20 else "middle"
    at = x + 6 if anchor == "end" else x - 6 if anchor == "start" else x
    return [canvas.dot(x, y, 5.5, css), canvas.text(at, y - 10 + lower, words, word_css, anchor)]
