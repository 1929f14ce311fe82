"""What every page is given: the reader's language and theme, places to go, and words for codes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, has_request_context, request, url_for
from flask_babel import Babel
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from gateway.fields import fields
from gateway.spoken import FILTERS, now_is, today_is
from gateway.words import ICONS, LANGUAGES, has_word, say

THEMES = ("light", "dark")
A_YEAR = 365 * 24 * 3600
DEFAULT_ZONE = "America/Los_Angeles"


@dataclass(frozen=True)
class Place:
    """Somewhere the top bar leads to, for those who may do `action` there; a student's place is not the staff's."""

    path: str
    icon: str
    words: object
    action: str
    for_students: bool = False


PLACES = (
    Place("/me", "house", _l("My page"), "me.view", for_students=True),
    Place("/today", "clipboard-check", _l("Today"), "tasks.view"),
    Place("/overview", "layout-dashboard", _l("Overview"), "dashboard.district"),
    Place("/schools", "school", _l("Schools"), "school.list"),
    Place("/programs", "clipboard-list", _l("Programs"), "program.list"),
    Place("/referrals", "inbox", _l("Referrals"), "referral.list"),
    Place("/activities", "calendar-days", _l("Activities"), "activity.record"),
    Place("/staff", "users", _l("Staff"), "staff.add"),
)


def init_app(app: Flask) -> None:
    """Give the templates their words, and remember a reader's language and theme."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", DEFAULT_ZONE)
    Babel(app, locale_selector=language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= GLOBALS
    app.jinja_env.filters |= FILTERS
    app.after_request(remember_language)


# --- language, theme, places ----------------------------------------------------------------------------------------


def language() -> str:
    """The reader's choice on this page, else the one remembered, else what the browser asks for."""
    if not has_request_context():
        return "en"
    for chosen in (request.args.get("lang"), request.cookies.get("lang")):
        if chosen in LANGUAGES:
            return str(chosen)
    return request.accept_languages.best_match(LANGUAGES, default="en")


def in_language(other: str) -> str:
    """This page in another language."""
    arguments = request.args.to_dict(flat=False) | (request.view_args or {}) | {"lang": other}
    if request.endpoint is None or request.method != "GET":
        return f"?lang={other}"
    return url_for(request.endpoint, **arguments)


def remember_language(response: Response) -> Response:
    """A language that was chosen stays chosen."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES and chosen != request.cookies.get("lang"):
        response.set_cookie(
            "lang", str(chosen), max_age=A_YEAR, samesite="Lax", secure=request.is_secure, httponly=True)
    return response


def theme() -> str:
    """Light or dark when the reader chose, else whatever their machine prefers."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else "auto"


def shortcuts_off() -> bool:
    """Single-key shortcuts can be turned off (WCAG 2.1.4)."""
    return request.cookies.get("shortcuts") == "off"


def here(path: str) -> bool:
    """Is the reader within this place?"""
    return request.path == path or request.path.startswith(f"{path}/")


# --- files ----------------------------------------------------------------------------------------------------------


def static(name: str) -> str:
    """The address of a static file, new whenever its content is."""
    return url_for("static", filename=name, v=_sum_of(Path(current_app.static_folder or "") / name))


@cache
def _sum_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def icon(name: str, css: str = "") -> Markup:
    """An icon beside words; it is never the only carrier of a meaning."""
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        f"i {css}".strip(), static("vendor/icons.svg"), name
    )


GLOBALS: dict[str, Callable[..., Any] | Any] = {
    "icon": icon, "static": static, "fields": fields, "say": say, "has_word": has_word,
    "today_is": today_is, "now_is": now_is, "language": language, "languages": LANGUAGES, "in_language": in_language,
    "theme": theme, "places": PLACES, "here": here, "icons": ICONS, "shortcuts_off": shortcuts_off,
}
"""What a template may call, by name."""
