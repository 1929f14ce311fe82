"""What every page is given: the reader's language and theme, places to go, words for codes, and times as people say them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from flask import Flask, Response, current_app, has_request_context, request, url_for
from flask_babel import Babel, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from gateway.words import ICONS, LANGUAGES, has_word, say

THEMES = ("light", "dark")
A_YEAR = 365 * 24 * 3600
DEFAULT_ZONE = "America/Los_Angeles"
CRISIS_LINES = ("988", "911")


@dataclass(frozen=True)
class Place:
    """Somewhere the top bar leads to, for those who may do `action` there."""

    path: str
    icon: str
    words: object
    action: str


PLACES = (
    Place("/me", "house", _l("My page"), "me.view"),
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
    app.jinja_env.globals.update(
        icon=icon, static=static, say=say, has_word=has_word, language=language, languages=LANGUAGES, in_language=in_language,
        theme=theme, places=PLACES, here=here, icons=ICONS, today_is=today_is, shortcuts_off=shortcuts_off,
    )  # fmt: skip
    app.jinja_env.filters.update(
        when=when, day=day, long_day=long_day, clock=clock, countdown=countdown, iso=iso, for_input=for_input, lasting=lasting,
        number=number, percent=percent, say=say, joined=joined,
    )  # fmt: skip
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
        response.set_cookie("lang", str(chosen), max_age=A_YEAR, samesite="Lax", secure=request.is_secure, httponly=True)
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


# --- times and numbers as people say them ---------------------------------------------------------------------------


def _locale() -> Locale:
    """Spanish as it is written in the United States; English likewise."""
    return Locale((get_locale() or Locale("en")).language, "US")


def _zone(name: str | None) -> tzinfo:
    return ZoneInfo(name or current_app.config["BABEL_DEFAULT_TIMEZONE"])


def when(moment: datetime | None, tz: str | None = None) -> str:
    """`Today 2:50 PM`, `Mon 3:05 PM`, or with the date when it is further away, on the school's own clock."""
    if moment is None:
        return ""
    local = moment.astimezone(_zone(tz))
    away = (local.date() - today_is(tz)).days
    return f"{_day_near(local.date(), away)} {clock(local)}"


def _day_near(local: date, away: int) -> str:
    if away == 0:
        return _("Today")
    if away == 1:
        return _("Tomorrow")
    if away == -1:
        return _("Yesterday")
    return dates.format_skeleton("E" if 1 < away < 7 else "MMMEd", local, locale=_locale())


def today_is(tz: str | None = None) -> date:
    """The date at the school."""
    return datetime.now(_zone(tz)).date()


def clock(moment: datetime | time, tz: str | None = None) -> str:
    """`2:50 PM`."""
    zoned = moment.astimezone(_zone(tz)) if tz and isinstance(moment, datetime) else moment
    return dates.format_time(zoned, "h:mm a", locale=_locale()).replace("\u202f", " ").replace("\u00a0", " ")


def day(given: date | datetime | None, tz: str | None = None) -> str:
    """`Mon, Nov 23`."""
    return "" if given is None else dates.format_skeleton("MMMEd", _as_date(given, tz), locale=_locale())


def long_day(given: date | datetime | None, tz: str | None = None) -> str:
    """`November 23, 2026`."""
    return "" if given is None else dates.format_date(_as_date(given, tz), "long", locale=_locale())


def _as_date(given: date | datetime, tz: str | None) -> date:
    return given.astimezone(_zone(tz)).date() if isinstance(given, datetime) else given


def countdown(seconds: float) -> str:
    """`4:55`, `1:02:09`; what is over counts on with a minus sign."""
    whole = abs(int(seconds))
    hours, minutes, left = whole // 3600, whole % 3600 // 60, whole % 60
    sign = "\u2212" if seconds < 0 else ""
    return f"{sign}{hours}:{minutes:02}:{left:02}" if hours else f"{sign}{minutes}:{left:02}"


def lasting(minutes: float | None) -> str:
    """`8 min`, `1 h 50 min`, `3 days`."""
    if minutes is None:
        return ""
    length = timedelta(minutes=round(minutes))
    if length >= timedelta(days=2):
        return ngettext("%(num)d day", "%(num)d days", length.days)
    hours, left = divmod(round(minutes), 60)
    if not hours:
        return _("%(n)d min", n=left)
    return _("%(h)d h %(m)d min", h=hours, m=left) if left else _("%(h)d h", h=hours)


def iso(moment: datetime) -> str:
    """For `<time datetime>` and the page's script."""
    return moment.isoformat()


def for_input(moment: datetime | None, tz: str | None = None) -> str:
    """For `<input type="datetime-local">`, on the school's clock."""
    return "" if moment is None else moment.astimezone(_zone(tz)).strftime("%Y-%m-%dT%H:%M")


def number(value: float | None) -> str:
    """`5,871`."""
    return "" if value is None else numbers.format_decimal(value, locale=_locale())


def percent(value: float | None) -> str:
    """59.4 is `59.4%`."""
    return "" if value is None else numbers.format_percent(value / 100, "#,##0.#%", locale=_locale())


def joined(words: Iterable[object]) -> Markup:
    """`a, b, c`, each escaped."""
    return Markup(", ").join(escape(word) for word in words)
