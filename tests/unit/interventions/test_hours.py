"""School days: who covers them, and when some have passed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from services.interventions.copies.hours import SchoolTime, covered
from shared.contracts.ids import StaffKey
from shared.contracts.schools import RotaShift, SchoolDay

TZ = "America/New_York"
# Tuesday to the Monday after Thanksgiving: Thursday and Friday are no school days.
DAYS = tuple(SchoolDay(date=date(2026, *day), opens=time(8), closes=time(15, 30))
             for day in ((11, 24), (11, 25), (11, 30), (12, 1), (12, 2), (12, 3)))
SCHOOL = SchoolTime(TZ, DAYS)
TUESDAY = datetime(2026, 11, 24, 15, tzinfo=UTC)      # 10:00 at the school


def shift(start: datetime, end: datetime) -> RotaShift:
    return RotaShift(starts_at=start, ends_at=end, order=(StaffKey(uuid4()),))


def all_days(days: tuple[SchoolDay, ...] = DAYS) -> list[RotaShift]:
    return [shift(*SCHOOL.hours(day)) for day in days]


def test_a_shift_for_each_of_the_next_five_school_days_covers_them() -> None:
    assert covered(SCHOOL, all_days(), TUESDAY)


def test_one_minute_without_anybody_is_not_covered() -> None:
    opens, closes = SCHOOL.hours(DAYS[2])
    shifts = [each for each in all_days() if each.starts_at != opens]

    assert not covered(SCHOOL, [*shifts, shift(opens + timedelta(minutes=1), closes)], TUESDAY)
    assert covered(SCHOOL, [*shifts, shift(opens, opens + timedelta(hours=3)),
                            shift(opens + timedelta(hours=3), closes)], TUESDAY)


def test_what_is_over_today_needs_nobody() -> None:
    shifts = all_days(DAYS[1:])

    assert covered(SCHOOL, shifts, datetime(2026, 11, 24, 21, tzinfo=UTC))
    assert not covered(SCHOOL, shifts, TUESDAY)


def test_a_school_without_a_calendar_is_not_covered() -> None:
    assert not covered(SchoolTime(TZ), all_days(), TUESDAY)


def test_two_school_days_after_a_tuesday_are_counted_over_the_holidays() -> None:
    assert SCHOOL.after(date(2026, 11, 24), 2) == date(2026, 11, 30)


def test_without_a_calendar_weekdays_count() -> None:
    assert SchoolTime(TZ).after(date(2026, 11, 27), 2) == date(2026, 12, 1)


def test_beyond_the_published_calendar_nothing_is_overdue() -> None:
    assert SCHOOL.after(date(2026, 12, 2), 2) == date.max
