"""Takes the README's pictures from the real product with its sample district: `make screenshots`.

A product of its own is started for them and ended afterwards, so nobody's running one is changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from deploy.local.client import Client
from tests.e2e import chromium
from tests.e2e.visiting import signed_in
from tests.running import Product

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
WIDE = {"width": 1360, "height": 900}
ARRIVAL = 30_000        # milliseconds


@dataclass(frozen=True)
class Picture:
    """One picture: who looks, at what, and what they do before it is taken."""

    name: str
    who: str
    path: str
    prepare: Callable[[Page], None] = lambda page: None
    phone: bool = False
    scheme: str = "light"
    height: int = 900


def worries_have_come(page: Page) -> None:
    """The inbox as it stands on a busy morning, up to date."""
    expect(page.locator("#conn")).to_have_text("Connected", timeout=ARRIVAL)
    expect(page.locator(".ref.emergency")).to_be_visible(timeout=ARRIVAL)
    expect(page.locator("#queue.htmx-request")).to_have_count(0)


def the_draft_is_open(page: Page) -> None:
    """The second step of a registration that was begun."""
    page.get_by_role("link", name="Lunch listeners").click()
    page.get_by_role("link", name="Go on with the registration").click()
    page.locator("details.el").first.wait_for()


def the_record_is_open(page: Page) -> None:
    page.locator(".ref").first.get_by_role("link", name="Open record").click()
    page.get_by_role("heading", name="Next step").wait_for()


def a_red_flag_is_marked(page: Page) -> None:
    page.locator("label", has=page.locator("[name=minutes][value='30']")).click()
    for number, question in enumerate(page.locator("fieldset.yn").all()):
        question.get_by_text("No" if number else "Yes", exact=True).click()
    page.locator("#stop").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#flags-h').scrollIntoView()")


PICTURES = (
    Picture("inbox", "d.reyes", "/referrals", worries_have_come),
    Picture("inbox-dark", "d.reyes", "/referrals", worries_have_come, scheme="dark"),
    Picture("referral", "d.reyes", "/referrals", the_record_is_open),
    Picture("overview", "l.ortega", "/overview", height=1500),
    Picture("register", "j.ruiz", "/programs?status=draft", the_draft_is_open, height=1000),
    Picture("today", "l.ortega", "/today"),
    Picture("me-phone", "t.nguyen", "/me", phone=True),
    Picture("session-phone", "t.nguyen", "/sessions/new", a_red_flag_is_marked, phone=True),
    Picture("worried-phone", "t.nguyen", "/worried", phone=True),
)


def let_worries_come(product: Product) -> None:
    """A morning's worries, of every urgency, through the public API."""
    tam = Client(product.url, "t.nguyen", product.local.demo_password)
    first, second = (match["match_id"] for match in tam.get("/me")["matches"][:2])
    for match, flag, danger in (
        (first, "suicide_ideation", True), (second, "unsafe_tonight", False), (second, "grief_trauma", False),
        (first, "other", False),
    ):
        tam.post("/concerns", {
            "match_id": match, "red_flag_codes": [flag], "danger_now": danger, "student_told": "told"})


def take(browser: Browser, product: Product, picture: Picture) -> None:
    """Sign in, go there, wait until it stands still, and keep it."""
    with signed_in(browser, product.url, picture.who, product.local.demo_password, phone=picture.phone) as page:
        page.emulate_media(color_scheme="dark" if picture.scheme == "dark" else "light")
        if not picture.phone:
            page.set_viewport_size({**WIDE, "height": picture.height})
        page.goto(picture.path)
        picture.prepare(page)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=FOLDER / f"{picture.name}.png", animations="disabled")
        print(f"  {picture.name}.png", flush=True)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    product = Product()
    try:
        product.start()
        let_worries_come(product)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.bring(), args=list(chromium.FLAGS))
            for picture in PICTURES:
                take(browser, product, picture)
            browser.close()
    finally:
        product.stop()


if __name__ == "__main__":
    main()
