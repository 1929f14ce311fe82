"""How a page is looked at: axe, reflow, text spacing, target size, focus, console, and no request to anyone else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, Page

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (1280, 390, 320)
SCHEMES = ("light", "dark")
EVERY_PAIR = frozenset((width, scheme) for width in WIDTHS for scheme in SCHEMES)
OPPOSITES = frozenset({(1280, "light"), (320, "dark")})
"""What differs most. Layout is measured at every width all the same."""
TEXT_SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-bottom: 2em !important }"
)

RUN_AXE = """async rules => {
  const found = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
  const say = (rule, node) => `${rule}: ${node.target.join(' ')}: ${node.failureSummary}`.slice(0, 400);
  return found.violations.flatMap(v => v.nodes.map(n => say(v.id, n)));
}"""
FITS = "() => document.documentElement.scrollWidth <= innerWidth"
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.tw, .nav, details.data'))
  .map(e => e.outerHTML.slice(0, 120)).slice(0, 5)"""
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, select, summary')].filter(e => {
  const box = e.getBoundingClientRect(), shown = box.width > 1 && box.height > 1;
  const inline = getComputedStyle(e).display === 'inline';
  return shown && !inline && (box.width < 24 || box.height < 24) && !e.closest('label') && !e.matches('.skip');
}).map(e => e.outerHTML.slice(0, 120))"""
SPACE_OUT = "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s] }"
NORMAL = "() => { document.adoptedStyleSheets = [] }"
FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = e => getComputedStyle(e);
  const ring = e => style(e).outlineStyle !== 'none' && parseFloat(style(e).outlineWidth) >= 2;
  return [at.outerHTML.slice(0, 120), ring(at) || ring(at.parentElement)];
}"""


class Complaints(list[str]):
    """What is wrong with a page, as sentences; a test asserts that there are none."""

    def __call__(self, where: str, what: Any) -> None:
        for each in what if isinstance(what, list) else [what]:
            self.append(f"{where}: {each}")


@contextmanager
def a_page(browser: Browser, **settings: Any) -> Iterator[Page]:
    """A page of its own, in a context of its own."""
    context = browser.new_context(reduced_motion="reduce", **settings)
    page = context.new_page()
    # Each script a page loads must be ours; axe comes through the debugger, so the strict policy stays in force.
    page.add_init_script(path=AXE)
    try:
        yield page
    finally:
        context.close()


def listen(page: Page, base: str) -> Complaints:
    """Note what the console says and who else is asked, from now on."""
    heard = Complaints()
    page.on("console", lambda message: heard("console", message.text) if _bad(message) else None)
    page.on("pageerror", lambda error: heard("script", str(error)))
    page.on("request", lambda request: None if request.url.startswith((base, "data:")) else heard("asked", request.url))
    return heard


def _bad(message: Any) -> bool:
    # A page that is itself an answer of 4xx or 5xx is reported by the browser as a failed load.
    return bool(message.type == "error" and "Failed to load resource" not in message.text)


def look(page: Page, pairs: frozenset[tuple[int, str]] = EVERY_PAIR) -> Complaints:
    """Everything that can be seen of the loaded page: layout at every width, axe at these pairs of width and scheme."""
    wrong = Complaints()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            if (width, scheme) in pairs:
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                wrong(f"{width} {scheme} axe", page.evaluate(RUN_AXE, RULES))
        _fits(page, wrong, f"{width} sideways")
        wrong(f"{width} small target", page.evaluate(SMALL_TARGETS))
        page.evaluate(SPACE_OUT, TEXT_SPACING)
        _fits(page, wrong, f"{width} sideways with text spacing")
        page.evaluate(NORMAL)
    return wrong


def _fits(page: Page, wrong: Complaints, where: str) -> None:
    if not page.evaluate(FITS):
        wrong(where, page.evaluate(TOO_WIDE) or "the page is wider than its window")


def stops_without_focus(page: Page, most: int = 80) -> tuple[int, list[str]]:
    """Press Tab through the page: how many stops there are, and which of them do not show where the reader is."""
    seen, hidden = 0, []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            break
        seen += 1
        if not stop[1]:
            hidden.append(stop[0])
    return seen, hidden
