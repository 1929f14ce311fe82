"""WCAG 2.2 AA on every page in every state, by axe and by what axe does not see."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.looking import OPPOSITES, a_page, listen, look, stops_without_focus
from tests.e2e.sample_pages import PAGES

TABBED = ("signin", "inbox", "register-elements-wrong", "session", "schools", "worried", "match-suggestions")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_everyone(browser: Browser, specimen_url: str, name: str) -> None:
    with a_page(browser) as page:
        heard = listen(page, specimen_url)
        page.goto(f"{specimen_url}/specimens/{name}")
        page.wait_for_selector("h1")

        seen = look(page, OPPOSITES)

        assert not seen + heard


@pytest.mark.parametrize("name", ["inbox", "session-flagged", "me", "register-elements", "program", "worried"])
def test_spanish_fits_as_well(browser: Browser, specimen_url: str, name: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{specimen_url}/specimens/{name}?lang=es")

        seen = look(page, OPPOSITES)

        assert page.get_attribute("html", "lang") == "es"
        assert not seen


@pytest.mark.parametrize("name", TABBED)
def test_every_tab_stop_shows_where_the_reader_is(browser: Browser, specimen_url: str, name: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{specimen_url}/specimens/{name}")

        stops, hidden = stops_without_focus(page)

        assert stops > 5
        assert not hidden
