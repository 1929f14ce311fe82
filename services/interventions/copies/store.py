"""Read copies of what other services announced. An older announcement never overwrites a newer one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Uuid, func, select
from sqlalchemy.dialects.postgresql import insert

from services.interventions.copies.consent import Consent, lacking
from services.interventions.copies.hours import SchoolTime, covered
from services.interventions.copies.policy import Policy
from services.interventions.programs.model import Program
from services.interventions.schema import OPEN, Frozen, keys, metadata, words
from shared.columns import moment
from shared.contracts.codes import GradeBand, ReferralStatus, Urgency
from shared.contracts.interventions import CareStatus, ConsentMissing
from shared.contracts.schools import Assignment, ConsentKind, ConsentStatus, RotaShift, SchoolDay, SchoolStatus
from shared.domain import NotFound
from shared.work import Transaction

policies = Table(
    "policies", metadata,
    Column("district_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("policy", Frozen(Policy), nullable=False),
)
schools = Table(
    "schools", metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("status", words(SchoolStatus), nullable=False),
    info=OPEN,
)
calendars = Table(
    "calendars", metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("days", Frozen(tuple[SchoolDay, ...]), nullable=False),
    info=OPEN,
)
rotas = Table(
    "rotas", metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("shifts", Frozen(tuple[RotaShift, ...]), nullable=False),
    info=OPEN,
)
pathway_tests = Table(
    "pathway_tests", metadata,
    Column("school_id", Uuid, primary_key=True),
    moment("answered_at", nullable=False),
    info=OPEN,
)
# A student who changes schools is announced by the new one: the old school's row must still be ours to change,
# so the column is not called school_id and no row level security hides it.
students = Table(
    "students", metadata,
    Column("student_key", Uuid, primary_key=True),
    Column("home_school_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("school_ids", keys(), nullable=False),
    Column("grade_band", words(GradeBand), nullable=False),
    Column("language", String(64)),
    Column("active", Boolean, nullable=False),
)
staff = Table(
    "staff", metadata,
    Column("staff_key", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("assignments", Frozen(tuple[Assignment, ...]), nullable=False),
    Column("active", Boolean, nullable=False),
)
consents = Table(
    "consents", metadata,
    Column("consent_id", Uuid, primary_key=True),
    Column("school_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("student_key", Uuid, nullable=False),
    Column("program_id", Uuid, nullable=False),
    Column("kind", words(ConsentKind), nullable=False),
    Column("status", words(ConsentStatus), nullable=False),
    Column("expires_on", Date),
    Index("consents_program", "program_id", "student_key"),
)
referrals = Table(
    "referrals", metadata,
    Column("referral_id", Uuid, primary_key=True),
    Column("school_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("student_key", Uuid),
    Column("program_id", Uuid),
    Column("status", words(ReferralStatus), nullable=False),
    Column("urgency", words(Urgency), nullable=False),
    Column("owner_key", Uuid),
    Index("referrals_student", "student_key"),
    Index("referrals_program", "program_id"),
)

FINISHED = (ReferralStatus.CLOSED, ReferralStatus.DECLINED)
CARED_FOR = frozenset({ReferralStatus.ACCEPTED, ReferralStatus.IN_PROGRESS, ReferralStatus.ON_HOLD})


@dataclass(frozen=True)
class Student:
    """What we may know of a student."""

    student_key: UUID
    school_ids: tuple[UUID, ...]
    grade_band: GradeBand
    language: str | None
    active: bool


class Copies:
    """What the rest of the product told us, and what follows from it here."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx

    # --- keeping ---

    def keep(self, table: Table, **row: Any) -> None:
        """Write a copy unless a newer one is there; a republished one repairs a copy of the same version."""
        cause = self.tx.cause
        self.keep_all(table, [row], repairing=cause is not None and cause.replay_of is not None)

    def keep_all(self, table: Table, rows: Sequence[Mapping[str, Any]], *, repairing: bool = False) -> None:
        """Write many copies in one statement; of several versions of one thing the newest."""
        own = [column.name for column in table.primary_key]
        newest = {tuple(row[name] for name in own): row for row in sorted(rows, key=lambda row: int(row["version"]))}
        if not newest:
            return
        written = insert(table).values(list(newest.values()))
        told, kept = written.excluded.version, table.c.version
        self.tx.session.execute(written.on_conflict_do_update(
            index_elements=own, where=told >= kept if repairing else told > kept,
            set_={name: written.excluded[name] for name in rows[0] if name not in own},
        ))

    def keep_pathway_test(self, school_id: UUID, answered_at: datetime) -> None:
        written = insert(pathway_tests).values(school_id=school_id, answered_at=answered_at)
        self.tx.session.execute(written.on_conflict_do_update(
            index_elements=["school_id"], set_={"answered_at": written.excluded.answered_at},
            where=written.excluded.answered_at > pathway_tests.c.answered_at,
        ))

    def name_student(self, referral_id: UUID, student_key: UUID | None) -> None:
        """Only its first event says whom a referral is about; it may come after later ones."""
        self.tx.session.execute(
            referrals.update().where(referrals.c.referral_id == referral_id, referrals.c.student_key.is_(None))
            .values(student_key=student_key))

    # --- policy, school time ---

    @cached_property
    def policy(self) -> Policy:
        found = self.tx.session.execute(
            select(policies.c.policy).order_by(policies.c.version.desc()).limit(1)).scalar()
        return found if isinstance(found, Policy) else Policy()

    def time_of(self, school_id: UUID) -> SchoolTime:
        """The school's days and clock; without a calendar the district's clock and no days."""
        return self.times_of({school_id})[school_id]

    def times_of(self, school_ids: Collection[UUID]) -> Mapping[UUID, SchoolTime]:
        zones = dict(self.tx.session.execute(
            select(schools.c.school_id, schools.c.tz).where(schools.c.school_id.in_(school_ids))).all())
        days: dict[UUID, tuple[SchoolDay, ...]] = {}
        published = select(calendars.c.school_id, calendars.c.tz, calendars.c.days).where(
            calendars.c.school_id.in_(school_ids)).order_by(calendars.c.year)
        for school_id, tz, year in self.tx.session.execute(published):
            zones[school_id] = tz
            days[school_id] = (*days.get(school_id, ()), *year)
        return {id: SchoolTime(zones.get(id, self.policy.tz), days.get(id, ())) for id in school_ids}

    def today(self, school_id: UUID) -> date:
        return self.time_of(school_id).today(self.tx.now)

    def rotas_covered(self, school_ids: Collection[UUID]) -> Mapping[UUID, bool]:
        """Is somebody on duty in every staffed minute of the coming school days?"""
        published = self.tx.session.execute(
            select(rotas.c.school_id, rotas.c.shifts).where(rotas.c.school_id.in_(school_ids)))
        shifts: Mapping[UUID, tuple[RotaShift, ...]] = dict(published.all())
        times = self.times_of(school_ids)
        return {id: covered(times[id], shifts.get(id, ()), self.tx.now) for id in school_ids}

    def pathway_answered_at(self, school_id: UUID) -> datetime | None:
        return self.tx.session.execute(
            select(pathway_tests.c.answered_at).where(pathway_tests.c.school_id == school_id)).scalar()

    # --- people ---

    def school_exists(self, school_id: UUID) -> bool:
        status = self.tx.session.execute(select(schools.c.status).where(schools.c.school_id == school_id)).scalar()
        return isinstance(status, SchoolStatus) and status.active

    def students(self, keys: Iterable[UUID]) -> Mapping[UUID, Student]:
        found = self.tx.session.execute(
            select(students.c.student_key, students.c.school_ids, students.c.grade_band, students.c.language,
                   students.c.active).where(students.c.student_key.in_(list(keys))))
        return {row.student_key: Student(*row) for row in found}

    def students_of(self, school_id: UUID, keys: Collection[UUID]) -> Mapping[UUID, Student]:
        """These students, all of them active at the school; else the same answer as for one that does not exist."""
        found = self.students(keys)
        if not all(key in found and found[key].active and school_id in found[key].school_ids for key in keys):
            raise NotFound("there is no such student at this school")
        return found

    def active_staff(self, keys: Collection[UUID]) -> frozenset[UUID]:
        """Those of whom we have not heard that they left: an announcement that is late makes nobody a stranger."""
        gone = self.tx.session.scalars(
            select(staff.c.staff_key).where(staff.c.staff_key.in_(keys), staff.c.active.is_(False)))
        return frozenset(keys) - frozenset(gone)

    def missing_consents(self, program: Program, participants: Collection[UUID]) -> frozenset[ConsentMissing]:
        rule = self.policy.consent_rule(program.tier)
        given = self.tx.session.execute(
            select(consents.c.student_key, consents.c.kind, consents.c.status, consents.c.expires_on)
            .where(consents.c.program_id == program.id, consents.c.student_key.in_(participants)))
        return lacking(rule, participants, [Consent(*row) for row in given], self.today(program.school_id))

    # --- referrals ---

    def in_crisis(self, participants: Collection[UUID]) -> bool:
        """Is there an open emergency about one of them?"""
        return bool(self.tx.session.execute(
            select(func.count()).select_from(referrals).where(
                referrals.c.student_key.in_(participants), referrals.c.urgency == Urgency.EMERGENCY,
                referrals.c.status.not_in(FINISHED))).scalar())

    def unowned_referrals(self, program_id: UUID) -> int:
        return self.tx.session.execute(
            select(func.count()).select_from(referrals).where(
                referrals.c.program_id == program_id, referrals.c.owner_key.is_(None),
                referrals.c.status.not_in(FINISHED))).scalar_one()

    def student_of_referral(self, referral_id: UUID) -> UUID | None:
        return self.tx.session.execute(
            select(referrals.c.student_key).where(referrals.c.referral_id == referral_id)).scalar()

    def care_of(self, student_key: UUID) -> CareStatus:
        """On the way to care, in care, or neither, over all open referrals of a student."""
        statuses = set(self.tx.session.scalars(
            select(referrals.c.status).where(
                referrals.c.student_key == student_key, referrals.c.status.not_in(FINISHED))))
        if statuses & CARED_FOR:
            return CareStatus.IN_CARE
        return CareStatus.REFERRED if statuses else CareStatus.NONE
