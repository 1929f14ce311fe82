"""Where students and consents are kept. What a roster changes is written set-wise: no statement for one student."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    bindparam,
    false,
    func,
    insert,
    literal_column,
    select,
    true,
    update,
)

from services.schools.roster.model import Known, ParticipationConsent, Pupil, Step, band_of, told_of
from services.schools.schema import keys, mapper, metadata, words
from shared.columns import EncryptedText, id_column, moment
from shared.contracts.codes import GradeBand
from shared.contracts.ids import BatchId, ProgramId, SchoolId, StudentKey
from shared.contracts.schools import ConsentKind, ConsentMethod, ConsentStatus, RosterStudentChanged, Tally
from shared.domain import NotFound
from shared.work import Repository, Transaction

KIND = "student"
AT_ONCE = 1000
"""Students in one statement."""

T = TypeVar("T")

students = Table(
    "students", metadata,
    id_column(),
    Column("version", Integer, nullable=False),
    Column("school_id", Uuid, nullable=False),
    Column("school_ids", keys(), nullable=False),
    Column("source", String(64), nullable=False),
    Column("sis_index", LargeBinary, nullable=False, unique=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("sealed", EncryptedText, nullable=False),
    Column("grade", String(16)),
    Column("grade_band", words(GradeBand), nullable=False),
    Column("language", String(16)),
    Column("subgroup_codes", ARRAY(String(64), as_tuple=True), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("batch_id", Uuid, nullable=False),
    moment("created_at", nullable=False),
    moment("updated_at", nullable=False),
)
Index("students_school", students.c.school_id, students.c.active)

consents = Table(
    "consents", metadata,
    id_column(),
    Column("version", Integer, nullable=False),
    Column("school_id", Uuid, nullable=False),
    Column("student_key", Uuid, nullable=False),
    Column("program_id", Uuid, nullable=False),
    Column("kind", words(ConsentKind), nullable=False),
    Column("status", words(ConsentStatus), nullable=False),
    Column("basis_code", String(64)),
    Column("method", words(ConsentMethod)),
    Column("expires_on", Date),
    Column("recorded_by", Uuid, nullable=False),
    moment("at", nullable=False),
    UniqueConstraint("student_key", "program_id", "kind", name="consents_one"),
)
Index("consents_school", consents.c.school_id, consents.c.id)

mapper.map_imperatively(ParticipationConsent, consents)


@dataclass(frozen=True)
class Identity:
    """Who a student is: what lies sealed in one piece."""

    sourced_id: str
    given_name: str
    family_name: str
    birth_date: str | None

    @classmethod
    def of(cls, pupil: Pupil) -> Identity:
        return cls(pupil.sourced_id, pupil.given_name, pupil.family_name, pupil.birth_date)

    def dumped(self) -> str:
        return json.dumps([self.sourced_id, self.given_name, self.family_name, self.birth_date])

    @classmethod
    def loaded(cls, text: str) -> Identity:
        return cls(*json.loads(text))

    @property
    def initials(self) -> str:
        return f"{self.given_name[:1]}{self.family_name[:1]}".upper()


class Students:
    """Students have no aggregate of their own: a roster is the truth, and it comes for thousands at a time."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx

    # --- What a roster is compared with ---------------------------------------------------------------------------

    def indexed(self, source: str, pupils: Iterable[Pupil]) -> Iterator[tuple[bytes, bytes, Pupil]]:
        """(index, fingerprint, pupil). Hexadecimal, since ids and names that differ in letter case are different."""
        for pupil in pupils:
            about = repr((pupil.given_name, pupil.family_name, pupil.birth_date, pupil.school_ids, pupil.grade,
                          pupil.language, pupil.subgroup_codes))
            yield (self.tx.blind_index(f"{source}|{pupil.sourced_id}".encode().hex()),
                   self.tx.blind_index(about.encode().hex()), pupil)

    def known(self, source: str) -> dict[bytes, Known]:
        """Everybody that this source has told of."""
        question = select(students.c.sis_index, students.c.id, students.c.school_ids, students.c.fingerprint,
                          students.c.active, students.c.version).where(students.c.source == source)
        return {
            row.sis_index: Known(StudentKey(row.id), row.school_ids, row.fingerprint, row.active, row.version)
            for row in self.tx.session.execute(question)
        }

    # --- What a roster changes ------------------------------------------------------------------------------------

    def take(self, steps: Sequence[Step], source: str, batch: BatchId) -> None:
        """Write the next students of a plan, and announce what others may know."""
        news = [step for step in steps if step.known is None]
        old = [step for step in steps if step.known and step.pupil]
        gone = [step for step in steps if step.known and step.pupil is None]
        self._add(news, source, batch)
        self._change(old, batch)
        self._part(gone, batch)

    def _add(self, steps: Sequence[Step], source: str, batch: BatchId) -> None:
        made = {StudentKey(uuid4()): step for step in steps}
        self.tx.prepare_seals(KIND, made)
        rows = []
        for key, step in made.items():
            rows.append(self._row(key, step, 1, batch) | {"source": source, "created_at": self.tx.now})
        if rows:
            self.tx.session.execute(insert(students), rows)

    def _change(self, steps: Sequence[Step], batch: BatchId) -> None:
        pairs = [(step, step.known) for step in steps if step.known]
        self.tx.prepare_seals(KIND, [known.student_key for _, known in pairs])
        kept = self._kept([known.student_key for step, known in pairs if step.pupil and not step.pupil.subgroup_codes])
        rows = [self._row(known.student_key, _with(step, kept.get(known.student_key)), known.version + 1, batch)
                for step, known in pairs]
        self._update(rows)

    def _part(self, steps: Sequence[Step], batch: BatchId) -> None:
        keys = [step.known.student_key for step in steps if step.known]
        if not keys:
            return
        parted = self.tx.session.execute(
            update(students).where(students.c.id.in_(keys))
            .values(active=False, version=students.c.version + 1, batch_id=batch, updated_at=self.tx.now)
            .returning(students))
        for row in parted:
            self._announce(RosterStudentChanged(
                student_key=row.id, school_id=row.school_id, version=row.version, school_ids=row.school_ids,
                grade_band=row.grade_band, language=row.language, subgroup_codes=row.subgroup_codes, active=False))

    def _row(self, key: StudentKey, step: Step, version: int, batch: BatchId) -> dict[str, Any]:
        pupil = step.pupil
        if pupil is None:
            raise ValueError("a student who is not described cannot be written")
        self._announce(told_of(pupil, key, version))
        return {
            "id": key, "version": version, "school_id": pupil.school_ids[0], "school_ids": pupil.school_ids,
            "sis_index": step.index, "fingerprint": step.fingerprint,
            "sealed": self.tx.seal(KIND, key, "identity", Identity.of(pupil).dumped()),
            "grade": pupil.grade, "grade_band": band_of(pupil.grade), "language": pupil.language,
            "subgroup_codes": pupil.subgroup_codes, "active": True, "batch_id": batch, "updated_at": self.tx.now,
        }

    def _update(self, rows: list[dict[str, Any]]) -> None:
        if rows:
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
            given = [{("key" if name == "id" else f"new_{name}"): value for name, value in row.items()} for row in rows]
            self.tx.session.connection().execute(
                update(students).where(students.c.id == bindparam("key")).values(values), given)

    def _kept(self, silent: Sequence[StudentKey]) -> dict[StudentKey, tuple[Identity, tuple[str, ...]]]:
        """What is known of students whose subgroups and birth date a file does not tell."""
        if not silent:
            return {}
        rows = self.tx.session.execute(
            select(students.c.id, students.c.sealed, students.c.subgroup_codes).where(students.c.id.in_(silent)))
        return {row.id: (self._identity(row), row.subgroup_codes) for row in rows}

    def _announce(self, event: RosterStudentChanged) -> None:
        self.tx.announce(event, about=event.student_key, school_id=event.school_id, version=event.version)

    # --- What may be asked ----------------------------------------------------------------------------------------

    def of_school(self, school_id: SchoolId) -> dict[StudentKey, tuple[Row[Any], Identity]]:
        """Everybody of one school, by name."""
        return self._opened(select(students).where(students.c.school_id == school_id, students.c.active,
                                                   self.tx.in_scope(students.c.school_id)))

    def of_keys(self, wanted: Sequence[StudentKey]) -> dict[StudentKey, tuple[Row[Any], Identity]]:
        """These students, as far as the caller reaches."""
        return self._opened(select(students).where(students.c.id.in_(wanted),
                                                   self.tx.in_scope(students.c.school_id)))

    def school_of(self, key: StudentKey) -> SchoolId:
        """The school of a student within the caller's reach."""
        found = self.tx.session.scalar(
            select(students.c.school_id).where(students.c.id == key, self._in_reach()))
        if found is None:
            raise NotFound(f"there is no student {key}")
        return SchoolId(found)

    def _in_reach(self) -> ColumnElement[bool]:
        # Guardians are not kept yet: nobody's own student is known, so an `own` reach finds none.
        return self.tx.in_scope(students.c.school_id, own=false())

    def totals(self, schools: Iterable[SchoolId]) -> Iterator[tuple[SchoolId, tuple[Tally, ...], tuple[Tally, ...]]]:
        """The active students of these schools, by grade and by subgroup."""
        at = students.c.school_id.in_(list(schools)) & students.c.active
        grade = func.coalesce(students.c.grade, literal_column("'not_stated'"))
        by_grade = self._tallies(select(students.c.school_id, grade, func.count()).where(at)
                                 .group_by(students.c.school_id, grade).order_by(grade))
        codes = func.unnest(students.c.subgroup_codes).table_valued("code", name="codes").render_derived()
        code = codes.c.code
        by_code = self._tallies(
            select(students.c.school_id, code, func.count()).select_from(students).join(codes, true())
            .where(at).group_by(students.c.school_id, code).order_by(code))
        for school in by_grade:
            yield school, by_grade[school], by_code.get(school, ())

    def _tallies(self, question: Any) -> dict[SchoolId, tuple[Tally, ...]]:
        found: dict[SchoolId, tuple[Tally, ...]] = {}
        for school, code, count in self.tx.session.execute(question):
            found[school] = (*found.get(school, ()), Tally(code=code, count=count))
        return found

    def _opened(self, question: Any) -> dict[StudentKey, tuple[Row[Any], Identity]]:
        rows = self.tx.session.execute(question).all()
        self.tx.prepare_seals(KIND, [row.id for row in rows], create=False)
        return {row.id: (row, self._identity(row)) for row in rows}

    def _identity(self, row: Any) -> Identity:
        return Identity.loaded(self.tx.unseal(KIND, row.id, "identity", row.sealed))


def _with(step: Step, kept: tuple[Identity, tuple[str, ...]] | None) -> Step:
    """A step that keeps what the file is silent about."""
    if kept is None or step.pupil is None:
        return step
    identity, codes = kept
    return replace(step, pupil=replace(
        step.pupil, subgroup_codes=codes, birth_date=step.pupil.birth_date or identity.birth_date))


def batches(things: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


class Consents(Repository[ParticipationConsent]):
    kind = ParticipationConsent

    def of(self, student: StudentKey, program: ProgramId, kind: ConsentKind) -> ParticipationConsent | None:
        found = self.tx.session.scalars(
            select(ParticipationConsent).where(
                consents.c.student_key == student, consents.c.program_id == program, consents.c.kind == kind)
            .with_for_update()).first()
        if found:
            self.tx.permit(found)
            self.tx.hold(found)
        return found



    def run_out(self, before: date) -> list[ParticipationConsent]:
        """Granted ones whose last day has passed, locked."""
        found = list(self.tx.session.scalars(
            select(ParticipationConsent).where(
                consents.c.status == ConsentStatus.GRANTED, consents.c.expires_on < before)
            .limit(AT_ONCE).with_for_update(skip_locked=True)))
        for each in found:
            self.tx.hold(each)
        return found
