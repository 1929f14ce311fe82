"""Where staff, rotas and pathways are kept. Names and addresses lie sealed, and are opened many at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    String,
    Table,
    Uuid,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import TableValuedAlias

from services.schools.people.model import Pathway, Person, Rota, StaffMember
from services.schools.schema import Frozen, mapper, metadata
from shared.columns import EncryptedText, id_column, moment
from shared.contracts.ids import SchoolId, StaffKey
from shared.contracts.schools import Assignment, Gap, PathwayStep, RotaShift
from shared.work import Repository

KIND = "staff"

staff = Table(
    "staff", metadata,
    id_column(),
    Column("version", Integer, nullable=False),
    Column("sealed", EncryptedText, nullable=False),
    Column("credentials", ARRAY(String(64), as_tuple=True), nullable=False),
    Column("assignments", Frozen(tuple[Assignment, ...]), nullable=False),
    Column("active", Boolean, nullable=False),
    moment("created_at", nullable=False),
    moment("updated_at", nullable=False),
)

# One rota and one pathway a school: their id is the school's. `school_id` repeats it for row level security.
rotas = Table(
    "rotas", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("shifts", Frozen(tuple[RotaShift, ...]), nullable=False),
    Column("gaps", Frozen(tuple[Gap, ...]), nullable=False),
    Column("gap_minutes", Integer, nullable=False),
    moment("updated_at"),
)

pathways = Table(
    "pathways", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("order", Frozen(tuple[PathwayStep, ...]), nullable=False),
    moment("updated_at"),
)

mapper.map_imperatively(StaffMember, staff)
mapper.map_imperatively(Rota, rotas)
mapper.map_imperatively(Pathway, pathways)


def assigned() -> TableValuedAlias:
    """The assignments of a member of the staff as rows."""
    columns = (Column("role", String), Column("school_id", Uuid), Column("ends_on", Date))
    rows = func.jsonb_to_recordset(staff.c.assignments, type_=JSONB).table_valued(*columns, name="assigned")
    return rows.render_derived(with_types=True)


def holds(*conditions: ColumnElement[bool], of: TableValuedAlias) -> ColumnElement[bool]:
    """Staff with an assignment that meets all conditions."""
    return select(1).select_from(of).where(*conditions).exists()


class Staff(Repository[StaffMember]):
    kind = StaffMember

    def join(self, member: StaffMember, person: Person) -> StaffMember:
        member.sealed = self.tx.seal(KIND, member.id, "person", json.dumps(asdict(person)))
        return self.add(member)

    def persons(self, members: Iterable[StaffMember]) -> dict[StaffKey, Person]:
        """Who they are, opened together."""
        wanted = list(members)
        self.tx.prepare_seals(KIND, [member.id for member in wanted])
        return {member.id: self.person(member) for member in wanted}

    def person(self, member: StaffMember) -> Person:
        return Person(**json.loads(self.tx.unseal(KIND, member.id, "person", member.sealed)))

    def active_among(self, keys: Iterable[StaffKey]) -> set[StaffKey]:
        found = self.tx.session.scalars(select(staff.c.id).where(staff.c.id.in_(list(keys)), staff.c.active))
        return {StaffKey(key) for key in found}

    def with_roles_ended(self, before: date) -> list[StaffMember]:
        """Staff who still hold a role whose last day has passed, locked."""
        rows = assigned()
        found = list(self.tx.session.scalars(
            select(StaffMember).where(holds(rows.c.ends_on < before, of=rows)).with_for_update()))
        for member in found:
            self.tx.hold(member)
        return found

    def of_keys(self, keys: Iterable[StaffKey]) -> list[StaffMember]:
        return list(self.tx.session.scalars(select(StaffMember).where(staff.c.id.in_(list(keys)))))


class Rotas(Repository[Rota]):
    kind = Rota

    def of(self, school_id: SchoolId) -> Rota:
        """The school's rota, or an empty one that nobody has published yet."""
        return self.find(school_id) or self.add(Rota(school_id))

    def with_person(self, key: StaffKey) -> list[Rota]:
        """Every rota in which somebody stands, locked."""
        stands = type_coerce(rotas.c.shifts, JSONB).contains([{"order": [str(key)]}])
        found = list(self.tx.session.scalars(select(Rota).where(stands).with_for_update()))
        for rota in found:
            self.tx.hold(rota)
        return found


class Pathways(Repository[Pathway]):
    kind = Pathway

    def of(self, school_id: SchoolId) -> Pathway:
        return self.find(school_id) or self.add(Pathway(school_id))
