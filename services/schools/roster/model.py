"""Students as a roster tells of them, and the consents to take part that were given for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from shared.contracts.codes import GradeBand
from shared.contracts.ids import ActorKey, ConsentId, ProgramId, SchoolId, StudentKey
from shared.contracts.schools import (
    ConsentKind,
    ConsentMethod,
    ConsentRecorded,
    ConsentStatus,
    ConsentWithdrawn,
    RosterStudentChanged,
)
from shared.domain import Aggregate, Invalid, NotPossible, Stale

GRADES = ("PK", "KG", *(f"{number:02}" for number in range(1, 13)))
"""In order: what is not among them (ungraded, adult, post-secondary) belongs to no band."""

BANDS = {
    GradeBand.ELEMENTARY: frozenset(GRADES[:7]),
    GradeBand.MIDDLE: frozenset({"06", "07", "08"}),
    GradeBand.HIGH: frozenset({"09", "10", "11", "12"}),
}


def band_of(grade: str | None) -> GradeBand:
    return next((band for band, grades in BANDS.items() if grade in grades), GradeBand.OTHER)


@dataclass(frozen=True, slots=True)
class Pupil:
    """One student as a roster tells of them. `sourced_id` is the SIS's own id, and stays in this service."""

    sourced_id: str
    given_name: str
    family_name: str
    birth_date: str | None
    school_ids: tuple[SchoolId, ...]
    grade: str | None
    language: str | None
    subgroup_codes: tuple[str, ...]
    active: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a student that a roster is compared with; the fingerprint stands for all that is sealed."""

    student_key: StudentKey
    school_ids: tuple[SchoolId, ...]
    fingerprint: bytes
    active: bool
    version: int


class Change(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Step:
    """What an import does to one student; `pupil` is None for one who merely is no longer named."""

    change: Change
    index: bytes
    pupil: Pupil | None
    known: Known | None
    fingerprint: bytes = b""


@dataclass
class Plan:
    """What an import would do: the steps, and how many students stay as they are."""

    steps: list[Step] = field(default_factory=list)
    unchanged: int = 0
    active_before: Counter[SchoolId] = field(default_factory=Counter)
    leaving: Counter[SchoolId] = field(default_factory=Counter)

    def count(self, change: Change) -> int:
        return sum(step.change is change for step in self.steps)

    def many_leave(self, share: float) -> dict[SchoolId, tuple[int, int]]:
        """Schools of which more than this share of the active students would leave: (leaving, active)."""
        return {
            school: (leaving, self.active_before[school])
            for school, leaving in self.leaving.items()
            if leaving > share * self.active_before[school]
        }


def plan(
    pupils: Iterable[tuple[bytes, bytes, Pupil]], known: Mapping[bytes, Known], *, whole: bool,
    within: SchoolId | None = None,
) -> Plan:
    """Compare (index, fingerprint, pupil) with what is known. In a whole roster, who is not named has left: the
    district, or the one school `within` which the roster stands.

    An index is found by the SIS id, a fingerprint changes when anything about the student does.
    """
    made = Plan(active_before=Counter(school for one in known.values() if one.active for school in one.school_ids))
    named: set[bytes] = set()
    for index, fingerprint, pupil in pupils:
        named.add(index)
        step = _step(index, fingerprint, pupil, known.get(index))
        if step is None:
            made.unchanged += 1
        else:
            _take(made, step)
    if whole:
        for index, one in known.items():
            if one.active and index not in named and within in (None, one.school_ids[0]):
                _take(made, Step(Change.LEFT, index, None, one))
    return made


def _step(index: bytes, fingerprint: bytes, pupil: Pupil, known: Known | None) -> Step | None:
    if known is None:
        # A row that says "to be deleted" of somebody unknown creates nobody.
        return Step(Change.ADDED, index, pupil, None, fingerprint) if pupil.active else None
    if not pupil.active:
        return Step(Change.LEFT, index, None, known) if known.active else None
    if fingerprint == known.fingerprint and known.active:
        return None
    return Step(Change.CHANGED if known.active else Change.ADDED, index, pupil, known, fingerprint)


def _take(made: Plan, step: Step) -> None:
    made.steps.append(step)
    if step.change is Change.LEFT and step.known:
        made.leaving.update(step.known.school_ids)
    elif step.pupil and step.known:
        made.leaving.update(set(step.known.school_ids) - set(step.pupil.school_ids))


def told_of(pupil: Pupil, key: StudentKey, version: int) -> RosterStudentChanged:
    """What other services may know of a student."""
    return RosterStudentChanged(
        student_key=key, school_id=pupil.school_ids[0], version=version, school_ids=pupil.school_ids,
        grade_band=band_of(pupil.grade), language=pupil.language, subgroup_codes=pupil.subgroup_codes, active=True)


# --- Consents -----------------------------------------------------------------------------------------------------

MOVES: Mapping[ConsentStatus, frozenset[ConsentStatus]] = {
    ConsentStatus.REQUESTED: frozenset({ConsentStatus.GRANTED, ConsentStatus.REFUSED, ConsentStatus.NOT_REQUIRED}),
    ConsentStatus.GRANTED: frozenset({ConsentStatus.WITHDRAWN, ConsentStatus.EXPIRED}),
    # Who refused, withdrew or let it run out may be asked again.
    ConsentStatus.REFUSED: frozenset({ConsentStatus.REQUESTED, ConsentStatus.GRANTED}),
    ConsentStatus.WITHDRAWN: frozenset({ConsentStatus.REQUESTED, ConsentStatus.GRANTED}),
    ConsentStatus.EXPIRED: frozenset({ConsentStatus.REQUESTED, ConsentStatus.GRANTED}),
    ConsentStatus.NOT_REQUIRED: frozenset({ConsentStatus.REQUESTED, ConsentStatus.GRANTED}),
}

RECORDED = frozenset({ConsentStatus.REQUESTED, ConsentStatus.GRANTED, ConsentStatus.REFUSED,
                      ConsentStatus.NOT_REQUIRED})
"""What a person may write down; withdrawing has a request of its own, expiring is the calendar's."""

VERBS = {"record": RECORDED, "withdraw": frozenset({ConsentStatus.WITHDRAWN})}


@dataclass(frozen=True)
class Given:
    """How a consent was given, and until when it holds."""

    basis_code: str | None = None
    method: ConsentMethod | None = None
    expires_on: date | None = None


@dataclass(eq=False)
class ParticipationConsent(Aggregate):
    """One person's word on one student's taking part in one program."""

    student_key: StudentKey
    school_id: SchoolId
    program_id: ProgramId
    kind: ConsentKind
    at: datetime
    recorded_by: ActorKey
    status: ConsentStatus | None = None
    basis_code: str | None = None
    method: ConsentMethod | None = None
    expires_on: date | None = None
    version: int = 0
    id: ConsentId = field(default_factory=lambda: ConsentId(uuid4()))

    def say(self, status: ConsentStatus, given: Given, *, by: ActorKey, at: datetime) -> None:
        """Write down what was said. The same again is no news."""
        check(status, given)
        if (status, given) == (self.status, Given(self.basis_code, self.method, self.expires_on)):
            return
        self._move(status, by, at)
        self.basis_code, self.method, self.expires_on = given.basis_code, given.method, given.expires_on
        self._tell()

    def expire(self, *, by: ActorKey, at: datetime) -> None:
        """Its last day has passed."""
        self._move(ConsentStatus.EXPIRED, by, at)
        self._tell()

    def withdraw(self, *, by: ActorKey, at: datetime, expected_version: int | None = None) -> None:
        """Take it back. Saying so twice is harmless."""
        if self.status is ConsentStatus.WITHDRAWN:
            return
        if expected_version is not None and expected_version != self.version:
            raise Stale(f"consent {self.id} is at version {self.version}, not {expected_version}", version=self.version)
        self._move(ConsentStatus.WITHDRAWN, by, at)
        self.record(ConsentWithdrawn(
            consent_id=self.id, school_id=self.school_id, version=self.version, student_key=self.student_key,
            program_id=self.program_id, kind=self.kind, status=ConsentStatus.WITHDRAWN))

    def allowed(self) -> tuple[str, ...]:
        moves = MOVES[self.status] if self.status else RECORDED
        return tuple(verb for verb, reach in VERBS.items() if not moves.isdisjoint(reach))

    def ties(self, actor: UUID) -> Iterable[str]:
        return ("own",) if actor == self.student_key else ()

    def _tell(self) -> None:
        if self.status:
            self.record(ConsentRecorded(
                consent_id=self.id, school_id=self.school_id, version=self.version, student_key=self.student_key,
                program_id=self.program_id, kind=self.kind, status=self.status, expires_on=self.expires_on))

    def _move(self, to: ConsentStatus, by: ActorKey, at: datetime) -> None:
        again = to is self.status and to in RECORDED
        if self.status and not again and to not in MOVES[self.status]:
            raise NotPossible(f"consent {self.id} is {self.status}, it cannot become {to}",
                              **{"from": self.status, "to": to, "allowed": list(self.allowed())})
        self.status, self.recorded_by, self.at = to, by, at
        self.version += 1


def check(status: ConsentStatus, given: Given) -> None:
    """Refuses what only withdrawing or the calendar can say, a grant without its method, a waiver without its basis."""
    if status not in RECORDED:
        raise Invalid(f"{status} is not written down like this",
                      errors=[{"pointer": "/status", "code": "not_recordable", "message": f"{status} is not recorded"}])
    if status is ConsentStatus.GRANTED and given.method is None:
        raise Invalid("a consent that was given needs the way it was given", errors=[
            {"pointer": "/method", "code": "required", "message": "say how it was given"}])
    if status is ConsentStatus.NOT_REQUIRED and given.basis_code is None:
        raise Invalid("a consent that is not needed needs the basis for that", errors=[
            {"pointer": "/basis_code", "code": "required", "message": "say on what basis"}])
