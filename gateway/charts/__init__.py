"""Charts drawn on the server as SVG: no script, no inline style, colors from app.css by class.

A chart that says more than the text beside it is an image with a title that says the numbers; the page prints a table
twin. `narrow=True` draws the variant for a small screen at its own size, and the style sheet shows one of the two.
Words come in translated; a number that may not be shown comes in as None, with the words to print in its place.
"""

from gateway.charts.dumbbell import Pair, dumbbell
from gateway.charts.pyramid import Layer, pyramid
from gateway.charts.small import bar, spark
from gateway.charts.trend import trend

__all__ = ["Layer", "Pair", "bar", "dumbbell", "pyramid", "spark", "trend"]
