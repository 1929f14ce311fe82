"""The running product's own pages, as every kind of user meets them: each kind of page once, each home for all."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from deploy.local.people import PEOPLE, Person
from tests.e2e.looking import a_page, listen, look
from tests.e2e.visiting import links, shape, signed_in
from tests.running import Product

OPEN_TO_ALL = ("/signin", "/worried", "/accessibility", "/privacy", "/api/docs", "/events/docs")


@pytest.fixture(scope="module")
def seen_before() -> set[str]:
    """The kinds of page that somebody has looked at already."""
    return set()


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.role)
def test_a_persons_pages_can_be_read_by_everyone(
    browser: Browser, stack: Product, seen_before: set[str], person: Person
) -> None:
    with signed_in(browser, stack.url, person.sign_in_name, stack.local.demo_password) as page:
        heard = listen(page, stack.url)
        wrong = {shape(page.url): [*look(page)]}
        todo = links(page)
        while todo:
            path = todo.pop(0)
            if shape(path) in seen_before:
                continue
            seen_before.add(shape(path))
            wrong[path] = visit(page, path)
            todo += links(page)

        assert not {path: complaints for path, complaints in wrong.items() if complaints}
        assert not heard


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_a_page_for_everyone_needs_no_account(browser: Browser, stack: Product, path: str) -> None:
    with a_page(browser, base_url=stack.url) as page:
        assert visit(page, path) == []


def visit(page: Page, path: str) -> list[str]:
    """Go there and say what is wrong with it."""
    answer = page.goto(path)
    assert answer is not None
    if not answer.ok:
        return [f"answers {answer.status}"]
    page.wait_for_selector("h1")
    return [*look(page)]
