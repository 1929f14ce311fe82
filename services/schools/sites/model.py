"""Schools and their calendars. Listed means known: what is open is its status, what is rolled out is its programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from shared.contracts.ids import SchoolId
from shared.contracts.messages import Event
from shared.contracts.schools import (
    CalendarPublished,
    SchoolDay,
    SchoolDeactivated,
    SchoolLevel,
    SchoolRegistered,
    SchoolStatus,
    SchoolUpdated,
)
from shared.domain import Aggregate, Invalid, Stale


@dataclass(frozen=True)
class Facts:
    """What can be said of a school: by a directory, a roster or a person."""

    name: str
    level: SchoolLevel = SchoolLevel.NOT_REPORTED
    grade_span: str | None = None
    enrollment: int | None = None
    status: SchoolStatus = SchoolStatus.OPEN


@dataclass(eq=False)
class School(Aggregate):
    id: SchoolId
    ncesid: str | None
    name: str
    level: SchoolLevel
    grade_span: str | None
    enrollment: int | None
    status: SchoolStatus
    tz: str
    active_from: date | None
    created_at: datetime
    updated_at: datetime
    version: int = 0

    @property
    def school_id(self) -> SchoolId:  # type: ignore[override]
        return self.id

    @classmethod
    def registered(
        cls, facts: Facts, *, tz: str, at: datetime, ncesid: str | None = None, active_from: date | None = None,
    ) -> School:
        """A school becomes known."""
        school = cls(
            id=SchoolId(uuid4()), ncesid=ncesid, name=facts.name, level=facts.level, grade_span=facts.grade_span,
            enrollment=facts.enrollment, status=facts.status, tz=tz, active_from=active_from,
            created_at=at, updated_at=at)
        school._moved(SchoolRegistered, at)
        return school

    def correct(self, facts: Facts, *, tz: str, at: datetime) -> bool:
        """Say what is now known of it; False when that was known already."""
        if (facts, tz) == (self.facts(), self.tz):
            return False
        was_active = self.status.active
        self.name, self.level, self.grade_span = facts.name, facts.level, facts.grade_span
        self.enrollment, self.status, self.tz = facts.enrollment, facts.status, tz
        closes = was_active and not self.status.active
        self._moved(SchoolDeactivated if closes else SchoolUpdated, at)
        return True

    def facts(self) -> Facts:
        return Facts(self.name, self.level, self.grade_span, self.enrollment, self.status)

    def _moved(self, what: type[Event], at: datetime) -> None:
        self.version += 1
        self.updated_at = at
        self.record(what(
            school_id=self.id, version=self.version, ncesid=self.ncesid, level=self.level, grade_span=self.grade_span,
            enrollment=self.enrollment, tz=self.tz, status=self.status))


@dataclass(eq=False)
class Calendar(Aggregate):
    """The days of one school year on which a school is staffed, from when to when by its own clock."""

    school_id: SchoolId
    year: int
    tz: str
    days: tuple[SchoolDay, ...] = ()
    last_day: date | None = None
    updated_at: datetime | None = None
    version: int = 0
    id: UUID = field(default_factory=uuid4)

    def publish(self, days: tuple[SchoolDay, ...], *, tz: str, at: datetime, expected_version: int | None) -> None:
        """Replace the year's days. The same days again are no news."""
        if expected_version is not None and expected_version != self.version:
            raise Stale(f"the calendar {self.year} is at version {self.version}, not {expected_version}",
                        version=self.version)
        ordered = checked(days, self.year)
        if (ordered, tz) == (self.days, self.tz) and self.version:
            return
        self.days, self.tz, self.updated_at = ordered, tz, at
        self.last_day = ordered[-1].date if ordered else None
        self.version += 1
        self.record(CalendarPublished(
            school_id=self.school_id, version=self.version, year=self.year, tz=tz, days=self.days))


def checked(days: tuple[SchoolDay, ...], year: int) -> tuple[SchoolDay, ...]:
    """The days in order; refuses a day twice, one that closes before it opens, or one of another school year."""
    errors = [
        {"pointer": f"/days/{at}", "code": code, "message": f"{day.date}: {why}"}
        for at, day in enumerate(days)
        for code, why in troubles(day, year)
    ]
    if len({day.date for day in days}) < len(days):
        errors.append({"pointer": "/days", "code": "day_twice", "message": "a day is named twice"})
    if errors:
        raise Invalid("these are not the days of one school year", errors=errors)
    return tuple(sorted(days, key=lambda day: day.date))


def troubles(day: SchoolDay, year: int) -> list[tuple[str, str]]:
    found = []
    if day.opens >= day.closes:
        found.append(("closes_before_it_opens", "it closes before it opens"))
    if not date(year, 6, 1) <= day.date <= date(year + 1, 8, 31):
        found.append(("another_school_year", f"it is not in the school year {year}-{year + 1}"))
    return found
