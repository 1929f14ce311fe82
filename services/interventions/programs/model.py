"""A peer program: what was answered about it, who stands behind it, and where it is in its life."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from services.interventions.programs.catalog import ELEMENT_BY_NO, ELEMENTS, SAFEGUARDS, ProgramType
from services.interventions.programs.gates import Standing, demand
from services.interventions.programs.ratio import Ratio
from shared.contracts.codes import Modality, Role, Tier
from shared.contracts.ids import ProgramId, SchoolId, StaffKey
from shared.contracts.interventions import (
    DeliveryMethod,
    DosagePlan,
    EditProgram,
    ElementStatus,
    Intensity,
    ProgramActivated,
    ProgramApproved,
    ProgramClosed,
    ProgramClosing,
    ProgramElementUpdated,
    ProgramPaused,
    ProgramRegistered,
    ProgramResumed,
    ProgramReturned,
    ProgramRevised,
    ProgramSafeguardFailed,
    ProgramSafeguardRestored,
    ProgramState,
    ProgramStatus,
    ProgramSubmitted,
    ProgramWithdrawn,
    SafeguardCode,
    Step,
    SupervisionRatioBreached,
    SupervisionRatioRestored,
)
from shared.contracts.messages import Event
from shared.domain import Aggregate, Forbidden, Invalid, NotPossible

S = ProgramStatus


@dataclass(frozen=True)
class Move:
    """From which states, to which one, and what is announced."""

    sources: frozenset[ProgramStatus]
    target: ProgramStatus
    event: Callable[..., Event]


MOVES: dict[str, Move] = {
    "submit": Move(frozenset({S.DRAFT}), S.SUBMITTED, ProgramSubmitted),
    "return": Move(frozenset({S.SUBMITTED}), S.RETURNED, ProgramReturned),
    "revise": Move(frozenset({S.RETURNED}), S.DRAFT, ProgramRevised),
    "approve": Move(frozenset({S.SUBMITTED}), S.APPROVED, ProgramApproved),
    "withdraw": Move(frozenset({S.DRAFT, S.SUBMITTED, S.RETURNED}), S.WITHDRAWN, ProgramWithdrawn),
    "activate": Move(frozenset({S.APPROVED}), S.ACTIVE, ProgramActivated),
    "pause": Move(frozenset({S.ACTIVE}), S.PAUSED, ProgramPaused),
    "resume": Move(frozenset({S.PAUSED}), S.ACTIVE, ProgramResumed),
    "begin_closing": Move(frozenset({S.ACTIVE, S.PAUSED}), S.CLOSING, ProgramClosing),
    "close": Move(frozenset({S.CLOSING}), S.CLOSED, ProgramClosed),
}
OVER = frozenset({S.CLOSED, S.WITHDRAWN})
ANSWERED_IN = frozenset(S) - OVER - {S.SUBMITTED}       # what is being signed does not change under the pen
SIGNING_FOR = {Role.PRINCIPAL: "school", Role.DISTRICT_LEAD: "district"}
PAUSED_BY_SAFEGUARD = "safeguard_failed"


class Identity(TypedDict):
    """What every event of a program carries."""

    program_id: ProgramId
    school_id: SchoolId
    version: int
    state: ProgramState


@dataclass(frozen=True)
class Element:
    """An answer to one of the ten elements; `status` is None until somebody gave it."""

    no: int
    status: ElementStatus | None = None
    answers: dict[str, str] = field(default_factory=dict)
    evidence: str = ""
    owner_key: UUID | None = None
    updated_at: datetime | None = None

    @property
    def answered(self) -> bool:
        return self.status is not None

    @property
    def in_place(self) -> bool:
        return self.status is ElementStatus.IN_PLACE


@dataclass(frozen=True)
class Safeguard:
    code: SafeguardCode
    met: bool = False
    evidence: str = ""
    updated_at: datetime | None = None


@dataclass(frozen=True)
class Signature:
    """Somebody agreed to the program for the school or for the district."""

    role: Role
    staff_key: UUID
    at: datetime


@dataclass(eq=False)
class Program(Aggregate):
    """One peer program at one school."""

    id: ProgramId
    school_id: SchoolId
    type_code: str
    tier: Tier
    intensity: Intensity
    title: str
    capacity: int
    delivery_method: DeliveryMethod
    created_at: datetime
    updated_at: datetime
    version: int = 0
    status: ProgramStatus = S.DRAFT
    pilot: bool = False
    languages: tuple[str, ...] = ()
    modality: Modality = Modality.IN_PERSON
    escalation_rule: bool = False
    dosage_plan: DosagePlan | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    director_key: StaffKey | None = None
    advisor_keys: tuple[StaffKey, ...] = ()
    clinical_supervisor_key: StaffKey | None = None
    moderator_key: StaffKey | None = None
    affiliation: str = ""
    branding: str = ""
    elements: tuple[Element, ...] = tuple(Element(rule.no) for rule in ELEMENTS)
    safeguards: tuple[Safeguard, ...] = tuple(Safeguard(code) for code in SAFEGUARDS)
    signatures: tuple[Signature, ...] = ()
    return_comment: str | None = None
    reason_code: str | None = None
    ratio_breached: bool = False
    failed: tuple[str, ...] = ()
    activated_at: datetime | None = None

    @classmethod
    def register(
        cls, kind: ProgramType, *, id: ProgramId, school_id: SchoolId, title: str, tier: Tier | None, pilot: bool,
        languages: tuple[str, ...], by: StaffKey, role: Role, at: datetime,
    ) -> Program:
        """Begin a registration with the plan of its type; what may serve both tiers must say which.

        An advisor who registers a program is its first advisor, a coordinator its director, until they say otherwise.
        """
        if tier is None and len(kind.tiers) > 1:
            raise Invalid(f"{kind.code} may be Tier 1 or Tier 2", errors=[_missing("/tier")])
        if tier is not None and tier not in kind.tiers:
            raise Invalid(f"{kind.code} is no Tier {tier} program", errors=[_missing("/tier", "not_allowed")])
        program = cls(
            id=id, school_id=school_id, type_code=kind.code, tier=tier or kind.tiers[0], intensity=kind.intensity,
            title=title, capacity=kind.capacity, delivery_method=kind.methods[0], created_at=at, updated_at=at,
            pilot=pilot, languages=languages or ("en",), dosage_plan=kind.plan,
            modality=Modality.ONLINE if kind.online else Modality.IN_PERSON,
            advisor_keys=(by,) if role is Role.ADVISOR else (),
            director_key=by if role is Role.SITE_COORDINATOR else None,
        )
        program._changed(at)
        program.record(ProgramRegistered(
            **program._identity(), type_code=kind.code, tier=program.tier, intensity=program.intensity,
            capacity=program.capacity, pilot=pilot,
        ))
        return program

    # --- what is answered ---

    def edit(self, given: EditProgram, at: datetime) -> None:
        """Save one step of the form. A returned program becomes a draft again; an approved one is not edited."""
        self._reopen_if_returned(at)
        self._only_in({S.DRAFT}, "edit")
        for name, value in given.model_dump(exclude={"program_id", "expected_version"}, exclude_none=True).items():
            setattr(self, name, value)
        if given.dosage_plan is not None:
            self.dosage_plan = given.dosage_plan
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise Invalid("a program ends after it starts", errors=[_missing("/ends_on", "before_start")])
        self._changed(at)

    def put_element(
        self, no: int, *, status: ElementStatus, answers: dict[str, str], evidence: str, owner_key: StaffKey | None,
        at: datetime,
    ) -> None:
        """Answer one of the ten elements. It may be kept current as long as the program lives."""
        self._reopen_if_returned(at)
        self._only_in(ANSWERED_IN, "answer an element of")
        if unknown := set(answers) - set(ELEMENT_BY_NO[no].questions):
            raise Invalid(f"element {no} does not ask {sorted(unknown)[0]}", errors=[_missing("/answers", "not_asked")])
        answer = Element(no, status, answers, evidence, owner_key, at)
        self.elements = tuple(answer if element.no == no else element for element in self.elements)
        self._changed(at)
        self.record(ProgramElementUpdated(**self._identity(), element_no=no, status=status))

    def put_safeguard(self, code: SafeguardCode, *, met: bool, evidence: str, at: datetime) -> None:
        """Say whether a safeguard is met. An active program that loses one pauses at once."""
        self._reopen_if_returned(at)
        self._only_in(ANSWERED_IN, "answer a safeguard of")
        before = self.safeguard(code)
        changed = replace(before, met=met, evidence=evidence, updated_at=at)
        self.safeguards = tuple(changed if each.code is code else each for each in self.safeguards)
        self._changed(at)
        if met is not before.met and self.status in {S.ACTIVE, S.PAUSED}:
            self._safeguard_turned(str(code), holds=met, detail="answered", at=at)

    # --- steps ---

    def submit(self, standing: Standing) -> None:
        self._may("submit")
        demand(self, standing, before=Step.SUBMIT)
        self.signatures, self.return_comment = (), None
        self._move("submit", at=standing.at)

    def withdraw(self, at: datetime) -> None:
        self._move("withdraw", at=at)

    def approve(self, *, by: StaffKey, role: Role, standing: Standing) -> None:
        """Sign for the school or the district. The second of the two signatures approves; one alone does not."""
        if role not in SIGNING_FOR:
            raise Forbidden("a program is signed by the principal and by the district lead")
        if self._signed_as(role, by):
            return
        self._may("approve")
        demand(self, standing, before=Step.APPROVE)
        others = tuple(signature for signature in self.signatures if signature.role is not role)
        self.signatures = (*others, Signature(role, by, standing.at))
        if {signature.role for signature in self.signatures} == set(SIGNING_FOR):
            self._move("approve", at=standing.at)
        else:
            self._changed(standing.at)

    def give_back(self, *, comment: str, at: datetime) -> None:
        """Return it with a comment; signatures given so far are void."""
        self._may("return")
        self.return_comment, self.signatures = comment, ()
        self._move("return", at=at)

    def revise(self, at: datetime) -> None:
        self._move("revise", at=at)

    def activate(self, standing: Standing) -> None:
        self._may("activate")
        demand(self, standing, before=Step.ACTIVATE)
        self.activated_at = standing.at
        self._move("activate", at=standing.at)

    def pause(self, *, reason: str, at: datetime) -> None:
        """Stop new matches only; open ones go on under the named advisor."""
        self._move("pause", at=at, reason=reason)

    def resume(self, standing: Standing) -> None:
        self._may("resume")
        demand(self, standing, before=Step.ACTIVATE)
        self._move("resume", at=standing.at)

    def begin_closing(self, *, reason: str, at: datetime) -> None:
        self._move("begin_closing", at=at, reason=reason)

    def close(self, standing: Standing) -> None:
        self._may("close")
        demand(self, standing, before=Step.CLOSE)
        self._move("close", at=standing.at)

    # --- what the world does to it ---

    def watch(self, code: str, *, holds: bool, detail: str, at: datetime) -> None:
        """Take note of a condition that the world decides; only a change is announced."""
        if holds is (code not in self.failed):
            return
        self.failed = tuple(each for each in self.failed if each != code) if holds else (*self.failed, code)
        self._safeguard_turned(code, holds=holds, detail=detail, at=at)

    def supervise(self, ratio: Ratio, at: datetime) -> None:
        """Take note of the supervision ratio; only a change is announced."""
        if ratio.breached is self.ratio_breached:
            return
        self.ratio_breached = ratio.breached
        self._changed(at)
        turned = SupervisionRatioBreached if ratio.breached else SupervisionRatioRestored
        self.record(turned(
            **self._identity(), active_supporters=ratio.active, advisors=ratio.advisors, ratio=ratio.value,
            limit=ratio.limit,
        ))

    # --- what it knows ---

    @property
    def takes_matches(self) -> bool:
        return self.status is S.ACTIVE

    @property
    def open(self) -> bool:
        return self.status not in OVER

    @property
    def allowed(self) -> tuple[str, ...]:
        """The verbs that the present state does not forbid."""
        return tuple(verb for verb, move in MOVES.items() if self.status in move.sources)

    def element(self, no: int) -> Element:
        return next(element for element in self.elements if element.no == no)

    def safeguard(self, code: SafeguardCode) -> Safeguard:
        return next(safeguard for safeguard in self.safeguards if safeguard.code == code)

    def staff(self) -> set[UUID]:
        """Everyone who is named in the program."""
        named = (self.director_key, self.clinical_supervisor_key, self.moderator_key, *self.advisor_keys)
        return {key for key in named if key is not None}

    def ties(self, actor: UUID) -> Iterable[str]:
        return ("program",) if actor in self.staff() else ()

    def public_state(self) -> ProgramState:
        return ProgramState(
            status=self.status, type_code=self.type_code, tier=self.tier, intensity=self.intensity,
            capacity=self.capacity, pilot=self.pilot, safeguards_met=sum(each.met for each in self.safeguards),
            elements_in_place=sum(element.in_place for element in self.elements),
        )

    # --- the one way to move ---

    def _move(self, verb: str, *, at: datetime, reason: str | None = None) -> None:
        self._may(verb)
        before, self.status, self.reason_code = self.status, MOVES[verb].target, reason
        self._changed(at)
        self.record(MOVES[verb].event(
            **self._identity(), type_code=self.type_code, tier=self.tier, from_status=before, to_status=self.status,
            reason_code=reason, elements_complete=sum(each.in_place for each in self.elements), effective_on=at.date(),
        ))

    def _safeguard_turned(self, code: str, *, holds: bool, detail: str, at: datetime) -> None:
        """A condition of safe peer support began, or ceased, to hold; an active program pauses when one fails."""
        self._changed(at)
        turned = ProgramSafeguardRestored if holds else ProgramSafeguardFailed
        self.record(turned(**self._identity(), safeguard_code=code, detail_code=detail))
        if not holds and self.status is S.ACTIVE:
            self._move("pause", at=at, reason=PAUSED_BY_SAFEGUARD)

    def _may(self, verb: str) -> None:
        if self.status not in MOVES[verb].sources:
            target = MOVES[verb].target
            raise NotPossible(
                f"program {self.id} is {self.status}, it cannot become {target}",
                **{"from": self.status, "to": target, "allowed": list(self.allowed)},
            )

    def _only_in(self, states: Set[ProgramStatus], what: str) -> None:
        if self.status not in states:
            raise NotPossible(f"program {self.id} is {self.status}, one cannot {what} it", allowed=list(self.allowed))

    def _reopen_if_returned(self, at: datetime) -> None:
        if self.status is S.RETURNED:
            self.revise(at)

    def _signed_as(self, role: Role, by: UUID) -> bool:
        return any(signature.role is role and signature.staff_key == by for signature in self.signatures)

    def _changed(self, at: datetime) -> None:
        self.version += 1
        self.updated_at = at

    def _identity(self) -> Identity:
        return Identity(
            program_id=self.id, school_id=self.school_id, version=self.version, state=self.public_state())


def _missing(pointer: str, code: str = "missing") -> dict[str, str]:
    return {"pointer": pointer, "code": code, "message": f"{pointer.strip('/')} is {code.replace('_', ' ')}"}
