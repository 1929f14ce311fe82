"""A peer supporter: a student who was selected, trained and certified, and who is looked after."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypedDict
from uuid import UUID

from services.interventions.programs.model import Program
from services.interventions.programs.ratio import Ratio
from shared.contracts.ids import ProgramId, SchoolId, StaffKey, StudentKey, SupporterId, TrainingId
from shared.contracts.interventions import (
    PulseBand,
    Selection,
    SupporterActivated,
    SupporterCertified,
    SupporterCheckInCompleted,
    SupporterCheckInOverdue,
    SupporterLapsed,
    SupporterNominated,
    SupporterNotSelected,
    SupporterOnBreak,
    SupporterRefresherDue,
    SupporterRemoved,
    SupporterRetired,
    SupporterReturned,
    SupporterSelected,
    SupporterState,
    SupporterStatus,
    SupporterSuspended,
    TrainingCompleted,
)
from shared.domain import Aggregate, GateUnmet, NotPossible

S = SupporterStatus
OVER = frozenset({S.NOT_SELECTED, S.DECLINED, S.REMOVED, S.RETIRED})
OPEN = frozenset(S) - OVER
SERVING = frozenset({S.ACTIVE, S.CHECK_IN_OVERDUE, S.REFRESHER_DUE})
READY = SERVING | {S.CERTIFIED}
SUPERVISED = SERVING | {S.ON_BREAK}

MOVES: dict[str, tuple[frozenset[SupporterStatus], SupporterStatus]] = {
    "select": (frozenset({S.NOMINATED, S.APPLIED}), S.SELECTED),
    "turn_down": (frozenset({S.NOMINATED, S.APPLIED}), S.NOT_SELECTED),
    "decline": (frozenset({S.NOMINATED, S.APPLIED}), S.DECLINED),
    "train": (frozenset({S.SELECTED, S.LAPSED}), S.IN_TRAINING),
    "certify": (frozenset({S.IN_TRAINING}), S.CERTIFIED),
    "activate": (frozenset({S.CERTIFIED}), S.ACTIVE),
    "miss_check_in": (frozenset({S.ACTIVE}), S.CHECK_IN_OVERDUE),
    "catch_up": (frozenset({S.CHECK_IN_OVERDUE}), S.ACTIVE),
    "need_refresher": (frozenset({S.ACTIVE}), S.REFRESHER_DUE),
    "refresh": (frozenset({S.REFRESHER_DUE}), S.ACTIVE),
    "lapse": (frozenset({S.REFRESHER_DUE}), S.LAPSED),
    "break": (SERVING, S.ON_BREAK),
    "return": (frozenset({S.ON_BREAK}), S.ACTIVE),
    "suspend": (OPEN - {S.SUSPENDED}, S.SUSPENDED),
    "reinstate": (frozenset({S.SUSPENDED}), S.ACTIVE),
    "remove": (frozenset({S.SUSPENDED}), S.REMOVED),
    "retire": (OPEN, S.RETIRED),
}
BY_PEOPLE = ("select", "certify", "activate", "break", "return", "suspend", "reinstate", "remove", "retire")
SELECTIONS = {Selection.SELECTED: "select", Selection.NOT_SELECTED: "turn_down", Selection.DECLINED: "decline"}
TRAINABLE = frozenset({S.SELECTED, S.LAPSED, S.IN_TRAINING, S.CERTIFIED}) | SERVING
CERTIFICATE_LASTS = timedelta(days=365)
REFRESHER_BEFORE = timedelta(days=30)


class Identity(TypedDict):
    """What every event of a peer supporter carries."""

    supporter_id: SupporterId
    program_id: ProgramId
    school_id: SchoolId
    version: int
    state: SupporterState


@dataclass(frozen=True)
class Demands:
    """What a district asks of a supporter of this intensity (policy rows)."""

    hours: float
    weeks: int
    pass_mark: float
    check_in_days: int


@dataclass(eq=False)
class Training:
    """Hours of one module, and the score of a red-flag scenario where one was played."""

    id: TrainingId
    supporter_id: SupporterId
    school_id: SchoolId
    course_code: str
    module_code: str
    hours: float
    held_on: date
    scenario_score: float | None
    passed: bool
    trainer_key: StaffKey | None
    recorded_at: datetime


@dataclass(eq=False)
class CheckIn:
    """Somebody asked a supporter how they are; the two answers are sealed, staff see the band."""

    id: UUID
    supporter_id: SupporterId
    school_id: SchoolId
    due_on: date | None
    done_on: date
    band: PulseBand
    answers: bytes
    action_code: str | None
    by_key: UUID


def band_of(energy: int, weighing: int) -> PulseBand:
    """Our own two questions, 0 to 4 each: it prompts a human and proves nothing."""
    if energy == 0 or weighing == 4:
        return PulseBand.HIGH
    if energy == 1 or weighing == 3:
        return PulseBand.MID
    return PulseBand.LOW


@dataclass(eq=False)
class PeerSupporter(Aggregate):
    """One student's part in one program."""

    id: SupporterId
    school_id: SchoolId
    program_id: ProgramId
    program: Program
    student_key: StudentKey
    demands: Demands
    created_at: datetime
    updated_at: datetime
    load_cap: int
    minutes_cap: int
    version: int = 0
    status: SupporterStatus = S.NOMINATED
    languages: tuple[str, ...] = ()
    supervisor_key: StaffKey | None = None
    trainings: list[Training] = field(default_factory=list)
    conduct_signed_on: date | None = None
    certified_at: datetime | None = None
    expires_on: date | None = None
    last_checkin_on: date | None = None
    next_checkin_due: date | None = None
    pulse_band: PulseBand | None = None
    break_since: date | None = None
    reason_code: str | None = None

    @classmethod
    def nominate(
        cls, program: Program, *, id: SupporterId, student_key: StudentKey, applied: bool, languages: tuple[str, ...],
        demands: Demands, load_cap: int, minutes_cap: int, at: datetime,
    ) -> PeerSupporter:
        if not program.open:
            raise NotPossible(f"program {program.id} is {program.status}, it takes no peer supporters")
        supporter = cls(
            id=id, school_id=program.school_id, program_id=program.id, program=program, student_key=student_key,
            demands=demands, created_at=at, updated_at=at, load_cap=load_cap, minutes_cap=minutes_cap,
            status=S.APPLIED if applied else S.NOMINATED, languages=languages,
        )
        supporter._changed(at)
        supporter.record(SupporterNominated(**supporter._identity()))
        return supporter

    # --- selection and training ---

    def choose(self, selection: Selection, *, reason: str, at: datetime) -> None:
        """Say what came of the vetting, with its reason."""
        announced = SupporterSelected if selection is Selection.SELECTED else SupporterNotSelected
        self._move(SELECTIONS[selection], at=at, reason=reason)
        self.record(announced(**self._identity(), reason_code=reason))

    def train(self, training: Training, at: datetime) -> None:
        """Write a module down. The first one begins the training."""
        if self.status not in TRAINABLE:
            raise self._impossible("train", S.IN_TRAINING)
        if self.status in MOVES["train"][0]:
            self._move("train", at=at)
        else:
            self._changed(at)
        self.trainings.append(training)
        self.record(TrainingCompleted(
            **self._identity(), training_id=training.id, course_code=training.course_code,
            module_code=training.module_code, hours=training.hours, passed=training.passed,
        ))

    def certify(self, *, conduct_signed: bool, at: datetime) -> None:
        """Hours, weeks, scenario and code of conduct are complete. In good time it renews a certificate."""
        verb = "refresh" if self.status is S.REFRESHER_DUE else "certify"
        self._may(verb)
        if missing := self.unmet(conduct_signed=conduct_signed, today=at.date()):
            raise GateUnmet(f"supporter {self.id} cannot be certified: {len(missing)} conditions are unmet",
                            unmet=list(missing))
        self.conduct_signed_on = at.date()
        self.certified_at, self.expires_on = at, at.date() + CERTIFICATE_LASTS
        self._move(verb, at=at)
        self._announce_certificate(SupporterCertified)

    def activate(self, *, supervisor: StaffKey | None, ratio: Ratio, at: datetime) -> None:
        """Let a certified supporter be matched, under a supervisor, while there are enough of these."""
        self._may("activate")
        self.supervisor_key = supervisor or self.supervisor_key
        missing = [] if self.supervisor_key else ["supervisor_set"]
        if ratio.with_one_more().breached:
            missing.append("supervision_ratio")
        if missing:
            raise GateUnmet(f"supporter {self.id} cannot become active: {', '.join(missing)}", unmet=missing)
        self.next_checkin_due = at.date() + timedelta(days=self.demands.check_in_days)
        self._move("activate", at=at)
        self.record(SupporterActivated(**self._identity()))

    # --- being looked after ---

    def check_in(self, band: PulseBand, at: datetime) -> CheckInNote:
        """Somebody asked; the next time is set. Who was overdue is matched again."""
        if self.status not in SUPERVISED:
            raise self._impossible("check_in", S.ACTIVE)
        due, today = self.next_checkin_due, at.date()
        self.last_checkin_on, self.pulse_band = today, band
        self.next_checkin_due = today + timedelta(days=self.demands.check_in_days)
        if self.status is S.CHECK_IN_OVERDUE:
            self._move("catch_up", at=at)
        else:
            self._changed(at)
        late = max((today - due).days, 0) if due else 0
        self.record(SupporterCheckInCompleted(**self._identity(), due_on=due, days_overdue=late, pulse_band=band))
        return CheckInNote(due, today)

    def miss_check_in(self, at: datetime) -> None:
        """Nobody asked in time: no new matches until somebody does."""
        due = self.next_checkin_due
        if due is None:
            return
        self._move("miss_check_in", at=at)
        self.record(SupporterCheckInOverdue(**self._identity(), due_on=due, days_overdue=(at.date() - due).days))

    def need_refresher(self, at: datetime) -> None:
        self._move("need_refresher", at=at)
        self._announce_certificate(SupporterRefresherDue)

    def lapse(self, at: datetime) -> None:
        """The certificate ended; the advisor covers the matches."""
        self._move("lapse", at=at)
        self._announce_certificate(SupporterLapsed)

    # --- stepping back, coming back, ending ---

    def take_break(self, *, reason: str | None, at: datetime) -> None:
        """Step back for a while. Nobody asks the supporter why; an advisor may say rotation or pulse_high."""
        if self.status is S.ON_BREAK:
            return
        self._move("break", at=at, reason=reason)
        self.break_since = at.date()
        self.record(SupporterOnBreak(**self._identity(), reason_code=reason))

    def come_back(self, at: datetime) -> None:
        """Back from a break, after somebody asked how they are."""
        self._may("return")
        if self.last_checkin_on is None or (self.break_since and self.last_checkin_on < self.break_since):
            raise GateUnmet(f"supporter {self.id} comes back after a check-in", unmet=["check_in_done"])
        self.break_since = None
        self._move("return", at=at)
        self.record(SupporterReturned(**self._identity()))

    def suspend(self, *, reason: str, at: datetime) -> None:
        if self.status is S.SUSPENDED:
            return
        self._move("suspend", at=at, reason=reason)
        self.record(SupporterSuspended(**self._identity(), reason_code=reason))

    def reinstate(self, *, reason: str, at: datetime) -> None:
        """A review found that the supporter may go on; without a valid certificate there is nothing to go on with."""
        self._may("reinstate")
        if self.expires_on is None or self.expires_on < at.date():
            raise GateUnmet(f"supporter {self.id} has no valid certificate", unmet=["certificate_valid"])
        self._move("reinstate", at=at, reason=reason)
        self.record(SupporterReturned(**self._identity(), reason_code=reason))

    def remove(self, *, reason: str, at: datetime) -> None:
        self._move("remove", at=at, reason=reason)
        self.record(SupporterRemoved(**self._identity(), reason_code=reason))

    def retire(self, *, reason: str | None, at: datetime) -> None:
        if self.status is S.RETIRED:
            return
        self._move("retire", at=at, reason=reason)
        self.record(SupporterRetired(**self._identity(), reason_code=reason))

    # --- what it knows ---

    @property
    def hours_done(self) -> float:
        return float(sum(training.hours for training in self.trainings))

    @property
    def training_weeks(self) -> float:
        """From the first to the last day of training, in weeks."""
        days = [training.held_on for training in self.trainings]
        return (max(days) - min(days)).days / 7 if days else 0.0

    @property
    def scenario_passed(self) -> bool:
        return any(training.scenario_score is not None and training.passed for training in self.trainings)

    @property
    def takes_matches(self) -> bool:
        """A refresher that is due soon stops nobody; an overdue check-in does."""
        return self.status in {S.ACTIVE, S.REFRESHER_DUE}

    @property
    def allowed(self) -> tuple[str, ...]:
        """The verbs that the present state does not forbid."""
        verbs = [verb for verb in BY_PEOPLE if self.status in MOVES[verb][0]]
        if self.status is S.REFRESHER_DUE:
            verbs.append("certify")
        if self.status in TRAINABLE:
            verbs.append("train")
        if self.status in SUPERVISED:
            verbs.append("check_in")
        return tuple(verbs)

    def unmet(self, *, conduct_signed: bool, today: date) -> tuple[str, ...]:
        """What is missing for the certificate."""
        recent = today - REFRESHER_BEFORE
        conditions = {
            "training_hours": self.hours_done >= self.demands.hours,
            "training_weeks": self.training_weeks >= self.demands.weeks,
            "scenario_passed": self.scenario_passed,
            "code_of_conduct": conduct_signed,
            "refresher_done": self.status is not S.REFRESHER_DUE or any(t.held_on >= recent for t in self.trainings),
        }
        return tuple(code for code, holds in conditions.items() if not holds)

    def ties(self, actor: UUID) -> Iterable[str]:
        if actor == self.student_key:
            yield "own"
        if actor == self.supervisor_key:
            yield "assigned"
        if actor == self.supervisor_key or actor in self.program.staff():
            yield "program"

    def public_state(self) -> SupporterState:
        return SupporterState(
            student_key=self.student_key, status=self.status, expires_on=self.expires_on, hours_total=self.hours_done,
            hours_required=self.demands.hours, next_checkin_due=self.next_checkin_due,
        )

    # --- the one way to move ---

    def _move(self, verb: str, *, at: datetime, reason: str | None = None) -> None:
        self._may(verb)
        self.status, self.reason_code = MOVES[verb][1], reason
        self._changed(at)

    def _may(self, verb: str) -> None:
        sources, target = MOVES[verb]
        if self.status not in sources:
            raise self._impossible(verb, target)

    def _impossible(self, verb: str, target: SupporterStatus) -> NotPossible:
        return NotPossible(
            f"supporter {self.id} is {self.status}, it cannot become {target}",
            **{"from": self.status, "to": target, "allowed": list(self.allowed)},
        )

    def _changed(self, at: datetime) -> None:
        self.version += 1
        self.updated_at = at

    def _announce_certificate(
        self, kind: Callable[..., SupporterCertified | SupporterRefresherDue | SupporterLapsed],
    ) -> None:
        self.record(kind(**self._identity(), expires_on=self.expires_on, hours_total=self.hours_done))

    def _identity(self) -> Identity:
        return Identity(
            supporter_id=self.id, program_id=self.program_id, school_id=self.school_id, version=self.version,
            state=self.public_state())


@dataclass(frozen=True)
class CheckInNote:
    """When a check-in was due and when it was done."""

    due_on: date | None
    done_on: date
