"""Read copies: a student's band of grades and subgroups, and which tier a program has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Integer, SmallInteger, String, Table, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.referrals.schema import OPEN, metadata, words
from shared.contracts.codes import GradeBand, Tier
from shared.contracts.interventions import ProgramRegistered
from shared.contracts.schools import RosterStudentChanged
from shared.work import Transaction

known_students = Table(
    "known_students", metadata,
    Column("student_key", Uuid, primary_key=True),
    Column("school_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("grade_band", words(GradeBand), nullable=False),
    Column("subgroup_codes", ARRAY(String(64), as_tuple=True), nullable=False),
    Column("active", Boolean, nullable=False),
)

known_programs = Table(
    "known_programs", metadata,
    Column("program_id", Uuid, primary_key=True),
    Column("school_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("tier", SmallInteger, nullable=False),
    info=OPEN,
)


class BackgroundCopies:
    """Keeps them. An older word never overwrites a newer one."""

    def __init__(self, tx: Transaction) -> None:
        self.session = tx.session

    def students(self, said: Sequence[RosterStudentChanged]) -> None:
        """Of several versions of one student the newest."""
        fields = {"student_key", "school_id", "version", "grade_band", "subgroup_codes", "active"}
        in_order = sorted(said, key=lambda each: each.version)
        newest = {(each.student_key, each.school_id): each.model_dump(include=fields) for each in in_order}
        self._keep(known_students, ("student_key", "school_id"), *newest.values())

    def program(self, said: ProgramRegistered) -> None:
        row = said.model_dump(include={"program_id", "school_id", "version"})
        self._keep(known_programs, ("program_id",), row | {"tier": int(said.tier)})

    def of_student(self, student_key: UUID | None) -> tuple[GradeBand | None, tuple[str, ...]]:
        row = self.session.execute(
            select(known_students).where(known_students.c.student_key == student_key)
            .order_by(known_students.c.version.desc()).limit(1)).first()
        return (row.grade_band, row.subgroup_codes) if row else (None, ())

    def tier_of(self, program_id: UUID | None) -> Tier | None:
        tier = self.session.scalar(select(known_programs.c.tier).where(known_programs.c.program_id == program_id))
        return Tier(tier) if tier else None

    def _keep(self, table: Table, key: tuple[str, ...], *rows: dict[str, Any]) -> None:
        statement = insert(table).values(list(rows))
        self.session.execute(statement.on_conflict_do_update(
            index_elements=key, set_={name: statement.excluded[name] for name in rows[0]},
            where=table.c.version < statement.excluded.version))
