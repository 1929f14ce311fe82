"""Staff, rotas and pathways: who may do what, who is on duty when, and who receives a school's referrals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from services.schools.hours import Span, as_gaps, uncovered
from shared.contracts.codes import Role
from shared.contracts.ids import SchoolId, StaffKey
from shared.contracts.schools import (
    Assignment,
    Gap,
    OnCallGapDetected,
    OnCallRotaChanged,
    PathwayChanged,
    PathwayStep,
    RotaShift,
    StaffAssigned,
    StaffDeactivated,
)
from shared.domain import Aggregate, Invalid, NotPossible, Stale

DISTRICT_ONLY = frozenset({Role.DISTRICT_LEAD, Role.CRISIS_LEAD, Role.EVALUATOR, Role.OPERATOR, Role.PRIVACY_OFFICER})
"""Roles that are held in the district or not at all."""

NOT_OF_STAFF = frozenset({Role.PEER_SUPPORTER, Role.GUARDIAN, Role.PUBLIC, Role.SERVICE})


@dataclass(frozen=True)
class Person:
    """Who a member of the staff is. Kept sealed; never in an event."""

    given_name: str
    family_name: str
    email: str | None = None
    phone: str | None = None


@dataclass(eq=False)
class StaffMember(Aggregate):
    """A person by their key. The name lies beside it, sealed, and only the store opens it."""

    credentials: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    sealed: bytes = b""
    assignments: tuple[Assignment, ...] = ()
    active: bool = True
    version: int = 0
    id: StaffKey = field(default_factory=lambda: StaffKey(uuid4()))
    school_id: None = None

    @classmethod
    def joined(cls, credentials: tuple[str, ...], assignments: Sequence[Assignment], at: datetime) -> StaffMember:
        person = cls(credentials, created_at=at, updated_at=at)
        person.assign(assignments, at=at)
        return person

    def assign(self, assignments: Sequence[Assignment], *, at: datetime) -> None:
        """Hold exactly these roles from now on. The same ones again are no news."""
        if not self.active:
            raise NotPossible(f"staff member {self.id} has left and can hold no role")
        wanted = checked(assignments, at.date())
        if self.version and wanted == self.assignments:
            return
        self.assignments = wanted
        self._moved(at)
        self.record(StaffAssigned(
            staff_key=self.id, school_id=self.only_school(), version=self.version, assignments=self.assignments,
            credentials=self.credentials))

    def let_end(self, *, today: date, at: datetime) -> None:
        """Give up the roles whose last day has passed."""
        self.assign([each for each in self.assignments if each.ends_on is None or each.ends_on >= today], at=at)

    def deactivate(self, *, at: datetime) -> None:
        """Leave. Saying so twice is harmless."""
        if not self.active:
            return
        schools, only = self.schools(), self.only_school()
        self.active, self.assignments = False, ()
        self._moved(at)
        self.record(StaffDeactivated(staff_key=self.id, school_id=only, version=self.version, school_ids=schools))

    def schools(self) -> tuple[SchoolId, ...]:
        return tuple(dict.fromkeys(each.school_id for each in self.assignments if each.school_id))

    def only_school(self) -> SchoolId | None:
        """The school, if all roles are of one; None says that they reach further."""
        schools = {each.school_id for each in self.assignments}
        return schools.pop() if len(schools) == 1 else None

    def allowed(self) -> tuple[str, ...]:
        return ("assign", "deactivate") if self.active else ()

    def _moved(self, at: datetime) -> None:
        self.version += 1
        self.updated_at = at


def checked(assignments: Sequence[Assignment], today: date) -> tuple[Assignment, ...]:
    """The assignments, once each; refuses a role that is none of a staff member, or at the wrong place."""
    errors = [
        {"pointer": f"/assignments/{at}", "code": code, "message": f"{each.role}: {why}"}
        for at, each in enumerate(assignments)
        for code, why in _misplaced(each, today)
    ]
    if errors:
        raise Invalid("these roles cannot be held like this", errors=errors)
    return tuple(sorted(set(assignments), key=lambda each: (each.role, str(each.school_id or ""), str(each.starts_on))))


def _misplaced(assignment: Assignment, today: date) -> Iterable[tuple[str, str]]:
    if assignment.role in NOT_OF_STAFF:
        yield "not_of_staff", "no member of the staff holds this role"
    if assignment.role in DISTRICT_ONLY and assignment.school_id:
        yield "district_only", "it is held in the district, not in a school"
    if assignment.starts_on and assignment.ends_on and assignment.ends_on < assignment.starts_on:
        yield "ends_before_it_starts", "it ends before it starts"
    if assignment.starts_on and assignment.starts_on > today:
        # A role is a right to see: it is given when it begins, not before.
        yield "starts_later", "it starts later; assign it then"


@dataclass(eq=False)
class Rota(Aggregate):
    """Who is on duty at a school. Its id is the school's: there is one."""

    school_id: SchoolId
    shifts: tuple[RotaShift, ...] = ()
    gaps: tuple[Gap, ...] = ()
    gap_minutes: int = 0
    updated_at: datetime | None = None
    version: int = 0
    id: SchoolId = field(init=False)

    def __post_init__(self) -> None:
        self.id = self.school_id

    def publish(
        self, shifts: Sequence[RotaShift], *, hours: Sequence[Span], active: Collection[StaffKey], at: datetime,
        expected_version: int | None,
    ) -> None:
        """Replace the rota, and say what it leaves open."""
        if expected_version is not None and expected_version != self.version:
            raise Stale(f"the rota is at version {self.version}, not {expected_version}", version=self.version)
        ordered = in_order(shifts, active)
        if self.version and ordered == self.shifts:
            self.look_for_gaps(hours=hours, active=active, at=at)
            return
        self.shifts = ordered
        self._moved(at)
        self.record(OnCallRotaChanged(
            school_id=self.id, version=self.version, starts_at=self.shifts[0].starts_at, ends_at=self.end(),
            shifts=self.shifts))
        self.look_for_gaps(hours=hours, active=active, at=at)

    def look_for_gaps(self, *, hours: Sequence[Span], active: Collection[StaffKey], at: datetime) -> None:
        """Compare with the staffed hours and the people who are still there; announce a gap that is new or gone."""
        if not self.shifts:
            return
        found = as_gaps(uncovered(self._published(hours), self._manned(active)))
        had, self.gaps = self.gaps, found
        if found == had:
            return
        self.gap_minutes = sum(Span(gap.starts_at, gap.ends_at).minutes for gap in found)
        self._moved(at)
        shown = found or had
        self.record(OnCallGapDetected(
            school_id=self.id, version=self.version, starts_at=shown[0].starts_at, ends_at=shown[-1].ends_at,
            gap_minutes=self.gap_minutes, covered=not found))

    def on_duty(self, at: datetime) -> RotaShift | None:
        return next((shift for shift in self.shifts if span_of(shift).covers(at)), None)

    def end(self) -> datetime:
        return max(shift.ends_at for shift in self.shifts)

    def people(self) -> set[StaffKey]:
        """All who stand in it."""
        return {key for shift in self.shifts for key in (*shift.order, shift.backup_key) if key}

    def _published(self, hours: Sequence[Span]) -> list[Span]:
        """The staffed hours of the period that the rota is about: later ones may still be planned."""
        period = Span(self.shifts[0].starts_at, self.end())
        return [part for span in hours if (part := span.within(period))]

    def _manned(self, active: Collection[StaffKey]) -> list[Span]:
        return [span_of(shift) for shift in self.shifts if not set(shift.order).isdisjoint(active)]

    def _moved(self, at: datetime) -> None:
        self.version += 1
        self.updated_at = at


def span_of(shift: RotaShift) -> Span:
    return Span(shift.starts_at, shift.ends_at)


def in_order(shifts: Sequence[RotaShift], active: Collection[StaffKey]) -> tuple[RotaShift, ...]:
    """The shifts by time; refuses one that ends before it starts, overlaps the next, or names somebody who is gone."""
    ordered = tuple(sorted(shifts, key=lambda shift: shift.starts_at))
    errors = [
        {"pointer": f"/shifts/{at}", "code": code, "message": why}
        for at, shift in enumerate(ordered)
        for code, why in _troubles(shift, ordered[at - 1] if at else None, active)
    ]
    if errors:
        raise Invalid("this rota cannot be kept", errors=errors)
    return ordered


def _troubles(shift: RotaShift, before: RotaShift | None, active: Collection[StaffKey]) -> Iterable[tuple[str, str]]:
    if shift.starts_at >= shift.ends_at:
        yield "ends_before_it_starts", "the shift ends before it starts"
    if before and before.ends_at > shift.starts_at:
        yield "overlaps", "the shift begins before the one before it ends"
    if unknown := {*shift.order, *filter(None, [shift.backup_key])} - set(active):
        yield "not_active", f"{len(unknown)} of the people named are not active staff"


@dataclass(eq=False)
class Pathway(Aggregate):
    """Who receives a school's referrals, in order. Its id is the school's: there is one."""

    school_id: SchoolId
    order: tuple[PathwayStep, ...] = ()
    updated_at: datetime | None = None
    version: int = 0
    id: SchoolId = field(init=False)

    def __post_init__(self) -> None:
        self.id = self.school_id

    def publish(
        self, order: tuple[PathwayStep, ...], *, active: Collection[StaffKey], at: datetime,
        expected_version: int | None,
    ) -> None:
        if expected_version is not None and expected_version != self.version:
            raise Stale(f"the pathway is at version {self.version}, not {expected_version}", version=self.version)
        if gone := [at for at, step in enumerate(order) if step.staff_key and step.staff_key not in active]:
            raise Invalid("somebody in this pathway is not active staff", errors=[
                {"pointer": f"/order/{at}", "code": "not_active", "message": "not active staff"} for at in gone])
        if self.version and order == self.order:
            return
        self.order, self.updated_at = order, at
        self.version += 1
        self.record(PathwayChanged(school_id=self.id, version=self.version, order=order))

    def people(self) -> set[StaffKey]:
        return {step.staff_key for step in self.order if step.staff_key}
