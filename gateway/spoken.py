"""Times, lengths, numbers and names as people say them, in the reader's language and on the school's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import flask_babel
from babel import Locale, dates, numbers
from flask import current_app
from flask_babel import get_locale
from markupsafe import Markup, escape

from gateway.words import say


class Named(Protocol):
    """A person as a view names one."""

    given_name: str
    family_name: str


def _locale() -> Locale:
    """Spanish as it is written in the United States; English likewise."""
    return Locale((get_locale() or Locale("en")).language, "US")


def _zone(name: str | None) -> tzinfo:
    return ZoneInfo(name or current_app.config["BABEL_DEFAULT_TIMEZONE"])


def _(words: str, **values: object) -> str:
    return str(flask_babel.gettext(words, **values))


def ngettext(one: str, many: str, num: int) -> str:
    return str(flask_babel.ngettext(one, many, num))


def when(moment: datetime | None, tz: str | None = None) -> str:
    """`today 2:50 PM`, `Mon 3:05 PM`, or with the date when it is further away, on the school's own clock."""
    if moment is None:
        return ""
    local = moment.astimezone(_zone(tz))
    away = (local.date() - today_is(tz)).days
    return f"{_day_near(local.date(), away)} {clock(local)}"


def _day_near(local: date, away: int) -> str:
    if away == 0:
        return _("today")
    if away == 1:
        return _("tomorrow")
    if away == -1:
        return _("yesterday")
    return dates.format_skeleton("E" if 1 < away < 7 else "MMMEd", local, locale=_locale())


def today_is(tz: str | None = None) -> date:
    """The date at the school."""
    return datetime.now(_zone(tz)).date()


def now_is() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def as_day(moment: datetime, tz: str | None = None) -> date:
    """The date of a moment, on the school's clock."""
    return _as_date(moment, tz)


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
    if 0 < minutes < 1:
        return _("under 1 min")
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


def options(codes: Iterable[object], kind: str = "") -> list[tuple[object, str]]:
    """Codes with their words, for a list to choose from."""
    return [(code, say(code, kind)) for code in codes]


def zip_with(values: Iterable[object], words: Iterable[object]) -> list[tuple[object, object]]:
    """Values with the words beside them, for a list to choose from."""
    return list(zip(values, words, strict=True))


def full_name(person: Named) -> str:
    """`Dana Reyes`."""
    return f"{person.given_name} {person.family_name}"


def in_unit(amount: int, unit: str) -> str:
    """A limit as policy states it: `5 minutes`, `1 school hour`, `2 school days`."""
    if unit == "seconds":
        minutes, seconds = divmod(amount, 60)
        return _("%(n)d s", n=amount) if seconds else ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if unit == "school_minutes" and amount % 60 == 0:
        return ngettext("%(num)d school hour", "%(num)d school hours", amount // 60)
    if unit == "school_minutes":
        return ngettext("%(num)d school minute", "%(num)d school minutes", amount)
    if unit == "school_days":
        return ngettext("%(num)d school day", "%(num)d school days", amount)
    return _("the same school day")


def dial(phone: str) -> str:
    """A number as `tel:` wants it."""
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")


def joined(words: Iterable[object]) -> Markup:
    """`a, b, c`, each escaped."""
    return Markup(", ").join(escape(word) for word in words)


FILTERS: dict[str, Callable[..., Any]] = {
    spoken.__name__: spoken
    for spoken in (when, day, long_day, as_day, clock, countdown, iso, for_input, lasting, number, percent, in_unit,
                   full_name, options, zip_with, dial, joined, say)
}
"""What a template may do to a value, by name."""
