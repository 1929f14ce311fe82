"""The gates of a program: what must hold before a step, as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.interventions.programs.catalog import ELEMENTS, type_of
from services.interventions.programs.ratio import Ratio
from shared.contracts.codes import Tier
from shared.contracts.interventions import Intensity, SafeguardCode, Step
from shared.domain import GateUnmet

if TYPE_CHECKING:
    from services.interventions.programs.model import Program

PATHWAY_TEST_FRESH = timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """What the world around a program looks like at this moment."""

    at: datetime
    ratio: Ratio
    ready_supporters: int = 0
    open_matches: int = 0
    unowned_referrals: int = 0
    rota_covered: bool = False
    pathway_answered_at: datetime | None = None

    @property
    def pathway_fresh(self) -> bool:
        """Has a person answered a test notice within the last seven days?"""
        answered = self.pathway_answered_at
        return answered is not None and self.at - answered <= PATHWAY_TEST_FRESH


@dataclass(frozen=True)
class Gate:
    """One condition: which step it guards, which programs it concerns, and when it holds."""

    code: str
    step: Step
    concerns: Callable[[Program], bool]
    holds: Callable[[Program, Standing], bool]


def every_program(program: Program) -> bool:
    return True


def tier_2(program: Program) -> bool:
    return program.tier is Tier.TARGETED


def intensity_d(program: Program) -> bool:
    return program.intensity is Intensity.D


def online(program: Program) -> bool:
    return type_of(program.type_code).online


def answered(no: int) -> Gate:
    return Gate(f"element_{no}_answered", Step.SUBMIT, every_program, lambda p, _: p.element(no).answered)


def in_place(no: int) -> Gate:
    return Gate(f"element_{no}_in_place", Step.ACTIVATE, tier_2, lambda p, _: p.element(no).in_place)


def safeguard(code: SafeguardCode) -> Gate:
    return Gate(f"safeguard_{code}", Step.APPROVE, tier_2, lambda p, _: p.safeguard(code).met)


GATES: tuple[Gate, ...] = (
    *(answered(rule.no) for rule in ELEMENTS),
    *(safeguard(code) for code in SafeguardCode),
    Gate("clinical_supervisor", Step.APPROVE, intensity_d, lambda p, _: p.clinical_supervisor_key is not None),
    Gate("moderator", Step.APPROVE, online, lambda p, _: p.moderator_key is not None),
    Gate("escalation_rule", Step.APPROVE, online, lambda p, _: p.escalation_rule),
    *(in_place(rule.no) for rule in ELEMENTS if rule.needed_for_tier2),
    Gate("advisor_named", Step.ACTIVATE, tier_2, lambda p, _: bool(p.advisor_keys)),
    Gate("certified_supporter", Step.ACTIVATE, tier_2, lambda _, s: s.ready_supporters >= 1),
    Gate("rota_covers_staffed_hours", Step.ACTIVATE, tier_2, lambda _, s: s.rota_covered),
    Gate("pathway_test_acknowledged", Step.ACTIVATE, tier_2, lambda _, s: s.pathway_fresh),
    Gate("supervision_ratio", Step.ACTIVATE, tier_2, lambda _, s: not s.ratio.breached),
    Gate("no_open_matches", Step.CLOSE, every_program, lambda _, s: s.open_matches == 0),
    Gate("referrals_have_owners", Step.CLOSE, every_program, lambda _, s: s.unowned_referrals == 0),
)

GUARDED_BY: dict[Step, tuple[Step, ...]] = {
    Step.SUBMIT: (Step.SUBMIT,),
    Step.APPROVE: (Step.SUBMIT, Step.APPROVE),
    Step.ACTIVATE: (Step.SUBMIT, Step.APPROVE, Step.ACTIVATE),     # what held at approval must still hold
    Step.CLOSE: (Step.CLOSE,),
}


def gates_of(program: Program) -> tuple[Gate, ...]:
    return tuple(gate for gate in GATES if gate.concerns(program))


def unmet(program: Program, standing: Standing, *, before: Step) -> tuple[str, ...]:
    """The gates that keep a program from a step, by code."""
    guards = GUARDED_BY[before]
    return tuple(g.code for g in gates_of(program) if g.step in guards and not g.holds(program, standing))


def demand(program: Program, standing: Standing, *, before: Step) -> None:
    """Refuse the step while a gate is unmet."""
    if missing := unmet(program, standing, before=before):
        raise GateUnmet(
            f"program {program.id} cannot {before}: {len(missing)} conditions are unmet", unmet=list(missing))
