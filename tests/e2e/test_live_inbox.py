"""The counselor's open inbox: what comes, comes by itself; what is lost, is said out loud."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.looking import a_page
from tests.e2e.visiting import signed_in
from tests.running import Product

QUESTIONS = (
    "suicide_or_self_harm", "being_hurt_or_unsafe", "harm_to_others", "overdose_or_use_alone", "not_eating_or_sleeping",
)
SOON = 20_000       # milliseconds; the way leads through a service, the relay, another service and the stream


def test_a_red_flag_arrives_and_is_acknowledged_by_keyboard(browser: Browser, stack: Product) -> None:
    with (
        signed_in(browser, stack.url, "d.reyes", stack.local.demo_password) as counselor,
        signed_in(browser, stack.url, "t.nguyen", stack.local.demo_password, phone=True) as supporter,
    ):
        expect(counselor.locator("#conn")).to_have_text("Connected")
        before = set(cards(counselor))

        log_a_session_by_keyboard(supporter)

        expect(supporter.locator("#status")).to_contain_text("Received.", timeout=SOON)
        expect(counselor.locator(".ref")).to_have_count(len(before) + 1, timeout=SOON)
        (arrived,) = set(cards(counselor)) - before
        spoken = counselor.locator("#announce")
        assert "New emergency referral" in (spoken.text_content() or "")
        assert counselor.title().startswith(f"({len(before) + 1}) ")
        assert counselor.evaluate("document.activeElement === document.body"), "nothing takes the focus away"

        counselor.keyboard.press("j")
        counselor.keyboard.press("a")

        acknowledged = counselor.locator(f"#{arrived}.acked")
        expect(acknowledged).to_contain_text("Acknowledged by you", timeout=SOON)
        expect(supporter.locator("#status")).not_to_contain_text("spoken with the student.")


def test_keys_can_be_turned_off(browser: Browser, stack: Product) -> None:
    with signed_in(browser, stack.url, "d.reyes", stack.local.demo_password) as page:
        page.click("[data-shortcuts-toggle]")
        page.reload()

        page.keyboard.press("/")

        assert page.evaluate("document.activeElement.id") != "find"
        page.click("[data-shortcuts-toggle]")
        page.locator("h1").click()
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "find"


def test_a_lost_stream_is_said_out_loud(browser: Browser, specimen_url: str) -> None:
    with a_page(browser, base_url=specimen_url) as page:
        page.route("**/stream", lambda route: _away(route))
        page.goto("/specimens/inbox")

        expect(page.locator("#down .alert")).to_contain_text("Not connected since")
        expect(page.locator("#conn")).to_have_text("Not connected")

        page.unroute("**/stream")
        page.click("[data-retry]")

        expect(page.locator("#down")).to_be_empty(timeout=SOON)
        expect(page.locator("#conn")).to_have_text("Connected")


def _away(route: Route) -> None:
    route.abort("connectionrefused")


def cards(page: Page) -> list[str]:
    """The referrals that are on the page, by id."""
    found: list[str] = page.eval_on_selector_all(".ref", "cards => cards.map(card => card.id)")
    return found


def log_a_session_by_keyboard(page: Page) -> None:
    """Someone who cannot use a pointer writes a session down; a yes asks for an adult."""
    page.goto("/sessions/new")
    choose(page, "match_id")
    choose(page, "minutes", steps=2)
    for question in QUESTIONS:
        choose(page, f"red_flag_answers.{question}", steps=1 if question == "suicide_or_self_harm" else 0)
    danger = page.locator("[name='concern.danger_now']")
    expect(danger).to_be_visible()
    expect(page.locator("#flag-said")).to_contain_text("Get an adult now")
    danger.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Send to counselor now").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/concerns/**")


def choose(page: Page, name: str, steps: int = 0) -> None:
    """Choose the first answer with the space bar, or a later one with the arrows."""
    page.locator(f"[name='{name}']").first.focus()
    page.keyboard.press("Space")
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
