"""Where schools and their calendars are kept."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, Date, Index, Integer, String, Table, UniqueConstraint, Uuid, func, select

from services.schools.hours import Span, staffed
from services.schools.schema import Frozen, mapper, metadata, words
from services.schools.sites.model import Calendar, School
from shared.columns import id_column, moment
from shared.contracts.ids import SchoolId
from shared.contracts.schools import SchoolDay, SchoolLevel, SchoolStatus
from shared.work import Repository

# Every school is known to everybody: the table has no column `school_id`, and so no row level security.
schools = Table(
    "schools", metadata,
    id_column(),
    Column("version", Integer, nullable=False),
    Column("ncesid", String(12), unique=True),
    Column("name", String(120), nullable=False),
    Column("level", words(SchoolLevel), nullable=False),
    Column("grade_span", String(8)),
    Column("enrollment", Integer),
    Column("status", words(SchoolStatus), nullable=False),
    Column("tz", String(64), nullable=False),
    Column("active_from", Date),
    moment("created_at", nullable=False),
    moment("updated_at", nullable=False),
)
Index("schools_name", func.lower(schools.c.name), schools.c.id)

# When a school is staffed is no secret either: the public crisis card says so.
calendars = Table(
    "calendars", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("days", Frozen(tuple[SchoolDay, ...]), nullable=False),
    Column("last_day", Date),
    moment("updated_at"),
    UniqueConstraint("school_id", "year", name="calendars_year"),
    info={"scope": "open"},
)

# Which school an org of a roster is: (source, sourced id) -> school.
orgs = Table(
    "orgs", metadata,
    Column("source", String(64), primary_key=True),
    Column("sourced_id", String(255), primary_key=True),
    Column("of_school", Uuid, nullable=False),
)

mapper.map_imperatively(School, schools)
mapper.map_imperatively(Calendar, calendars)


class Schools(Repository[School]):
    kind = School

    def by_nces_ids(self, ncesids: Iterable[str]) -> dict[str, School]:
        """The schools that a directory lists and that are known already, locked."""
        found = self.tx.session.scalars(select(School).where(schools.c.ncesid.in_(list(ncesids))).with_for_update())
        return {school.ncesid: school for school in found if school.ncesid}

    def existing(self, ids: Iterable[SchoolId]) -> set[SchoolId]:
        return {SchoolId(id) for id in self.tx.session.scalars(select(schools.c.id).where(schools.c.id.in_(list(ids))))}

    def by_names(self) -> dict[str, SchoolId]:
        """Every school by its name in lower case; of two with one name, neither."""
        rows = self.tx.session.execute(select(func.lower(schools.c.name), schools.c.id)).all()
        names = [name for name, _ in rows]
        return {name: id for name, id in rows if names.count(name) == 1}


class Calendars(Repository[Calendar]):
    kind = Calendar

    def of(self, school: School, year: int) -> Calendar:
        """The calendar of a year, or an empty one that nobody has published yet."""
        found = self.tx.session.scalars(
            select(Calendar).where(calendars.c.school_id == school.id, calendars.c.year == year)
            .with_for_update()).first()
        if found is None:
            return self.add(Calendar(school.id, year, school.tz))
        self.tx.hold(found)
        return found

    def hours(self, school_id: SchoolId) -> list[Span]:
        """All staffed hours of a school, of every year, in order."""
        found = self.tx.session.execute(
            select(calendars.c.days, calendars.c.tz).where(calendars.c.school_id == school_id)).all()
        return sorted(span for days, tz in found for span in staffed(days, tz))


