"""Read copies of who works at a school, who is on its rota and pathway; and the sealed addresses of those on duty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    Row,
    SmallInteger,
    Table,
    Uuid,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.referrals.duty.model import Duty, People
from services.referrals.schema import OPEN, keys, metadata, words
from shared.columns import id_column, moment
from shared.contracts.codes import Role
from shared.contracts.ids import StaffKey
from shared.contracts.schools import Assignment, DutyContact, PathwayStep, RotaShift
from shared.work import Transaction

known_staff = Table(
    "known_staff", metadata,
    Column("staff_key", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    info={"worker": "SELECT"},
)

staff_roles = Table(
    "staff_roles", metadata,
    id_column(),
    Column("staff_key", Uuid, nullable=False, index=True),
    Column("role", words(Role), nullable=False),
    # Not school_id: what schools says of a person replaces the roles at all their schools, whichever they were.
    Column("site_id", Uuid, index=True),
    Column("starts_on", Date),
    Column("ends_on", Date),
    info={"worker": "SELECT"},
)

rotas = Table(
    "rotas", metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    info=OPEN | {"worker": "SELECT"},
)

rota_shifts = Table(
    "rota_shifts", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False, index=True),
    moment("starts_at", nullable=False),
    moment("ends_at", nullable=False),
    Column("order", keys(), nullable=False),
    Column("backup_key", Uuid),
    info=OPEN | {"worker": "SELECT"},
)

pathways = Table(
    "pathways", metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    info=OPEN | {"worker": "SELECT"},
)

pathway_steps = Table(
    "pathway_steps", metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("no", SmallInteger, primary_key=True),
    Column("staff_key", Uuid),
    Column("role", words(Role)),
    info=OPEN | {"worker": "SELECT"},
)

duty_contacts = Table(
    "duty_contacts", metadata,
    Column("staff_key", Uuid, primary_key=True),
    Column("mail", LargeBinary),
    moment("read_at", nullable=False),
    info={"worker": "SELECT"},
)


@dataclass(frozen=True)
class Contact:
    """Where one person is reached; kept sealed."""

    staff_key: StaffKey
    mail: str | None


class DutyBook:
    """Who is on duty where."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def at(self, school_id: UUID, moment: datetime) -> Duty:
        """Who can be called at a school; people who have left are left out, strangers to us are not."""
        gone = self._gone()
        shift, coming = self._shifts(school_id, moment)
        staff = self._roles(school_id, moment.date())

        def present(people: Iterable[StaffKey]) -> People:
            return tuple(key for key in people if key not in gone)

        return Duty(
            on_shift=present(_people(shift)),
            pathway=present(self._pathway(school_id, staff)),
            next_shift=present(_people(coming)),
            counselors=present(staff.get(Role.COUNSELOR, ())),
            coordinators=present(staff.get(Role.SITE_COORDINATOR, ())),
            principals=present(staff.get(Role.PRINCIPAL, ())),
            district_leads=present(staff.get(Role.DISTRICT_LEAD, ())),
            crisis_leads=present(staff.get(Role.CRISIS_LEAD, ())))

    def _gone(self) -> frozenset[UUID]:
        return frozenset(self.session.scalars(select(known_staff.c.staff_key).where(~known_staff.c.active)))

    def _shifts(self, school_id: UUID, moment: datetime) -> tuple[Row[Any] | None, Row[Any] | None]:
        """The shift that is on, and the first that comes after it."""
        shifts = self.session.execute(
            select(rota_shifts).where(rota_shifts.c.school_id == school_id, rota_shifts.c.ends_at > moment)
            .order_by(rota_shifts.c.starts_at).limit(2)).all()
        on = shifts[0] if shifts and shifts[0].starts_at <= moment else None
        return on, next((shift for shift in shifts if shift is not on), None)

    def _roles(self, school_id: UUID, day: date) -> dict[Role, list[StaffKey]]:
        held = staff_roles.c
        rows = self.session.execute(
            select(held.role, held.staff_key)
            .where(or_(held.site_id == school_id, held.site_id.is_(None)),
                   func.coalesce(held.starts_on, day) <= day, func.coalesce(held.ends_on, day) >= day)
            .order_by(held.site_id.nulls_last(), held.staff_key))
        found: dict[Role, list[StaffKey]] = {}
        for role, key in rows:
            found.setdefault(role, []).append(key)
        return found

    def _pathway(self, school_id: UUID, staff: dict[Role, list[StaffKey]]) -> Iterable[StaffKey]:
        steps = self.session.execute(
            select(pathway_steps).where(pathway_steps.c.school_id == school_id).order_by(pathway_steps.c.no))
        for step in steps:
            yield from [step.staff_key] if step.staff_key else staff.get(step.role, [])


def _people(shift: Row[Any] | None) -> People:
    if shift is None:
        return ()
    return tuple(shift.order) + ((shift.backup_key,) if shift.backup_key else ())


class StaffCopies:
    """Keeps what schools says of staff, rotas and pathways. An older word never overwrites a newer one."""

    def __init__(self, tx: Transaction) -> None:
        self.tx, self.session = tx, tx.session

    def assigned(self, staff_key: UUID, version: int, assignments: Iterable[Assignment]) -> None:
        if not self._newer(known_staff, {"staff_key": staff_key}, version, active=True):
            return
        self.session.execute(delete(staff_roles).where(staff_roles.c.staff_key == staff_key))
        self._insert(staff_roles, [
            {"id": func.gen_random_uuid(), "staff_key": staff_key, "role": each.role, "site_id": each.school_id,
             "starts_on": each.starts_on, "ends_on": each.ends_on} for each in assignments])

    def left(self, staff_key: UUID, version: int) -> None:
        if self._newer(known_staff, {"staff_key": staff_key}, version, active=False):
            self.session.execute(delete(staff_roles).where(staff_roles.c.staff_key == staff_key))

    def rota(self, school_id: UUID, version: int, shifts: Iterable[RotaShift]) -> None:
        if not self._newer(rotas, {"school_id": school_id}, version):
            return
        self.session.execute(delete(rota_shifts).where(rota_shifts.c.school_id == school_id))
        self._insert(rota_shifts, [
            {"id": func.gen_random_uuid(), "school_id": school_id, **shift.model_dump()} for shift in shifts])

    def pathway(self, school_id: UUID, version: int, order: Iterable[PathwayStep]) -> None:
        if not self._newer(pathways, {"school_id": school_id}, version):
            return
        self.session.execute(delete(pathway_steps).where(pathway_steps.c.school_id == school_id))
        self._insert(pathway_steps, [
            {"school_id": school_id, "no": no, **step.model_dump()} for no, step in enumerate(order, start=1)])

    def contacts(self, people: Iterable[DutyContact]) -> None:
        for person in people:
            mail = person.email and self.tx.seal("duty_contact", person.staff_key, "mail", person.email)
            row = {"staff_key": person.staff_key, "mail": mail, "read_at": self.tx.now}
            self.session.execute(insert(duty_contacts).values(row).on_conflict_do_update(
                index_elements=["staff_key"], set_=row))

    def read_soon(self, timer: str, seconds: int) -> None:
        """Bring the reading of addresses forward."""
        timers = metadata.tables["referrals.timers"].c
        soon = func.clock_timestamp() + timedelta(seconds=seconds)
        self.session.execute(update(timers.name.table).where(timers.name == timer, timers.due_at > soon)
                             .values(due_at=soon))

    def contact(self, staff_key: UUID) -> Contact | None:
        sealed = self.session.execute(select(duty_contacts).where(duty_contacts.c.staff_key == staff_key)).first()
        if sealed is None:
            return None
        mail = sealed.mail and self.tx.unseal("duty_contact", staff_key, "mail", sealed.mail)
        return Contact(StaffKey(staff_key), mail)

    def _newer(self, table: Table, key: dict[str, UUID], version: int, **values: Any) -> bool:
        """Take this version of a copy, unless a newer one is there."""
        statement = insert(table).values(**key, version=version, **values)
        taken = self.session.execute(
            statement.on_conflict_do_update(
                index_elements=list(key), set_={"version": version, **values},
                where=table.c.version < version).returning(table.c.version))
        return taken.first() is not None

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.session.execute(table.insert().values(rows))
