"""Which days and weeks a snapshot covers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKS = 14
YEAR_BEGINS = (7, 1)
"""A school year runs from July to June."""


def school_year_start(today: date) -> date:
    begins = date(today.year, *YEAR_BEGINS)
    return begins if today >= begins else date(today.year - 1, *YEAR_BEGINS)


def weeks_until(today: date) -> list[date]:
    """The Mondays of the last weeks, this one last, none before the school year."""
    monday = today - timedelta(days=today.weekday())
    every = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    return [week for week in every if week + timedelta(days=6) >= school_year_start(today)]


def today_in(tz: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(tz)).date()
