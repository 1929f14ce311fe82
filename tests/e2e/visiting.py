"""A person at the real pages: signs in, follows links, fills in forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.e2e.looking import a_page

KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@contextmanager
def signed_in(browser: Browser, url: str, name: str, password: str, *, phone: bool = False) -> Iterator[Page]:
    """A page of a person who has just signed in."""
    with a_page(browser, base_url=url, viewport=PHONE if phone else DESK) as page:
        page.goto("/signin")
        page.fill("[name=sign_in_name]", name)
        page.fill("[name=password]", password)
        page.click("main button")
        page.wait_for_url(lambda address: "/signin" not in address)
        yield page


def shape(path: str) -> str:
    """What kind of page this is: one program's page is like another's."""
    return KEY.sub("…", path.partition("#")[0].partition("?")[0])


def links(page: Page) -> list[str]:
    """Where a reader can go from here, within the product."""
    found: list[str] = page.eval_on_selector_all("a[href^='/']", "links => links.map(a => a.getAttribute('href'))")
    return [path for path in found if not path.startswith(("/api/v1", "/openapi", "/asyncapi", "/static"))]
