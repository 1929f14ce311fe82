"""Charts say in words what they draw, need no script and no style, and never draw what is withheld."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from gateway import charts

LAYERS = [charts.Layer("t3", "T3", "181", "Intensive", "counselors"), charts.Layer("t2", "Tier 2", "<10", "Targeted"),
          charts.Layer("t1", "Tier 1", "5,871", "Universal & more")]
PAIRS = [charts.Pair("Urgent", "60 min", "20 min", "66 min", 0.33, 1.1),
         charts.Pair("Routine", "2 days", "few", "few", None, None),
         charts.Pair("Priority", "1 day", "1 h", "not reached", 0.2, None)]


def every_chart() -> dict[str, Markup]:
    return {
        "pyramid": charts.pyramid(LAYERS, "p", "says it"),
        "pyramid narrow": charts.pyramid(LAYERS, "p", "says it", True),
        "dumbbell": charts.dumbbell(PAIRS, "d", "says it", "limit"),
        "dumbbell narrow": charts.dumbbell(PAIRS, "d", "says it", "limit", True),
        "trend": charts.trend([1, None, 3, 5], ["a", "b", "c", "d"], "t", "says it", target=4, target_word="limit"),
        "empty trend": charts.trend([None, None], ["a", "b"], "t", "says it", nothing="too few"),
        "spark": charts.spark([0, 3, None, 4, 5]), "bar": charts.bar(0.5, "t3"),
    }


@pytest.mark.parametrize("name", every_chart())
def test_a_chart_is_well_formed_and_carries_no_style_and_no_script(name: str):
    drawn = every_chart()[name]

    svg = ElementTree.fromstring(drawn)

    assert svg.tag == "svg"
    assert not re.search(r"style=|<script|on\w+=|<style", drawn)


@pytest.mark.parametrize("name", [name for name in every_chart() if name not in {"spark", "bar"}])
def test_a_chart_is_an_image_whose_title_says_the_numbers(name: str):
    svg = ElementTree.fromstring(every_chart()[name])

    title = svg.find("title")
    assert svg.get("role") == "img"
    assert title is not None
    assert (title.get("id"), title.text) == (svg.get("aria-labelledby"), "says it")


def test_small_pictures_are_hidden_from_assistive_technology():
    for drawn in (charts.spark([1, 2]), charts.bar(None, "t1")):
        assert ElementTree.fromstring(drawn).get("aria-hidden") == "true"


def test_the_narrow_variant_has_its_own_size_and_id():
    wide, narrow = (ElementTree.fromstring(charts.pyramid(LAYERS, "p", "says", narrow)) for narrow in (False, True))

    assert (wide.get("viewBox"), narrow.get("viewBox")) == ("0 0 560 292", "0 0 280 250")
    assert wide.get("aria-labelledby") != narrow.get("aria-labelledby")


def test_words_are_escaped():
    assert "Universal &amp; more" in charts.pyramid(LAYERS, "p", "<b>")
    assert "&lt;b&gt;" in charts.pyramid(LAYERS, "p", "<b>")


def test_a_withheld_week_breaks_the_line():
    drawn = ElementTree.fromstring(charts.trend([2, 3, None, 4, 5], list("abcde"), "t", "says"))

    assert len(list(drawn.iter("polyline"))) == 2


def test_a_trend_starts_at_zero():
    drawn = ElementTree.fromstring(charts.trend([90, 100], ["a", "b"], "t", "says"))

    assert "0" in [text.text for text in drawn.iter("text")]


def test_a_number_past_its_limit_is_marked_by_word_place_and_class():
    drawn = charts.dumbbell(PAIRS, "d", "says", "limit")

    assert 'class="p90 late"' in drawn
    assert "66 min" in drawn


def test_a_quantile_that_was_not_reached_has_no_end_and_says_so():
    (_, _, row) = PAIRS

    drawn = charts.dumbbell([row], "d", "says", "limit")

    assert "not reached" in drawn
    assert "p90" not in re.findall(r'class="([^"]*)"', drawn)


def test_a_bar_stays_within_its_track():
    fill = list(ElementTree.fromstring(charts.bar(3.0, "t1")).iter("rect"))[1]

    assert fill.get("width") == "100"
