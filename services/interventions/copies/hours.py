"""A school's staffed days: who is on duty in them, and when two of them have passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.contracts.schools import RotaShift, SchoolDay

DAYS_COVERED = 5


@dataclass(frozen=True)
class SchoolTime:
    """The calendar of one school, by its own clock."""

    tz: str
    days: tuple[SchoolDay, ...] = ()

    def today(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.tz)).date()

    def days_from(self, first: date) -> Sequence[SchoolDay]:
        return sorted((day for day in self.days if day.date >= first), key=lambda day: day.date)

    def after(self, day: date, school_days: int) -> date:
        """The n-th school day after a day. Without a calendar, weekdays count."""
        if not self.days:
            return _weekdays_after(day, school_days)
        coming = self.days_from(day + timedelta(days=1))
        return coming[school_days - 1].date if len(coming) >= school_days else date.max

    def hours(self, day: SchoolDay) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.tz)
        return datetime.combine(day.date, day.opens, zone), datetime.combine(day.date, day.closes, zone)


def covered(time: SchoolTime, shifts: Sequence[RotaShift], at: datetime, days: int = DAYS_COVERED) -> bool:
    """Is somebody on duty in every staffed minute of the coming school days? No such days are not covered."""
    coming = [hours for day in time.days_from(time.today(at)) if (hours := time.hours(day))[1] > at][:days]
    return bool(coming) and all(_within(max(opens, at), closes, shifts) for opens, closes in coming)


def _within(start: datetime, end: datetime, shifts: Sequence[RotaShift]) -> bool:
    reached = start
    for shift in sorted(shifts, key=lambda shift: shift.starts_at):
        if shift.starts_at <= reached:
            reached = max(reached, shift.ends_at)
    return reached >= end


def _weekdays_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
