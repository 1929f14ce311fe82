"""What programs show: rows of a list with their counts, and one program with its gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.interventions.copies.policy import Policy
from services.interventions.paging import page_of
from services.interventions.programs.catalog import ELEMENT_BY_NO, ELEMENTS, PROGRAM_TYPES, SAFEGUARDS, ProgramType
from services.interventions.programs.gates import Standing, gates_of, unmet
from services.interventions.programs.model import MOVES, Element, Program
from services.interventions.programs.ratio import Ratio
from services.interventions.programs.store import named_in_program, programs
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.interventions import (
    ElementStatus,
    ElementView,
    GateView,
    ProgramDetailView,
    ProgramList,
    ProgramTypesView,
    ProgramTypeView,
    ProgramView,
    SafeguardView,
    SignatureView,
    Step,
)
from shared.contracts.messages import Page

STEP_OF_VERB = {"submit": Step.SUBMIT, "approve": Step.APPROVE, "activate": Step.ACTIVATE, "resume": Step.ACTIVATE,
                "close": Step.CLOSE}


def types(policy: Policy) -> ProgramTypesView:
    """The catalog, with what the district's policy asks of each intensity."""
    return ProgramTypesView(
        types=tuple(_type(kind, policy) for kind in PROGRAM_TYPES), elements=ELEMENTS, safeguards=SAFEGUARDS)


def page(asked: ProgramList, tx: InterventionsTransaction) -> Page[ProgramView]:
    query = select(Program).where(tx.in_scope(programs.c.school_id, program=named_in_program(tx.actor)))
    if asked.school_id is not None:
        query = query.where(programs.c.school_id == asked.school_id)
    if asked.status is not None:
        query = query.where(programs.c.status == asked.status)
    if asked.tier is not None:
        query = query.where(programs.c.tier == asked.tier)
    found, cursor = page_of(
        tx.session, query, programs.c.created_at, programs.c.id, limit=asked.limit, cursor=asked.cursor)
    return Page(items=rows(found, tx), next_cursor=cursor)


def rows(found: Sequence[Program], tx: InterventionsTransaction) -> tuple[ProgramView, ...]:
    ids = [program.id for program in found]
    ratios, active = tx.ratios(found), tx.matches.active_in(ids)
    return tuple(ProgramView(**_row(program, ratios[program.id], active)) for program in found)


def detail(program: Program, tx: InterventionsTransaction) -> ProgramDetailView:
    """A whole program. `unmet` is what keeps it from its next step."""
    tx.session.flush()      # what was changed a moment ago counts
    standing = tx.standing(program)
    active = tx.matches.active_in([program.id])
    return ProgramDetailView(
        **_row(program, standing.ratio, active),
        languages=program.languages, director_key=program.director_key, advisor_keys=program.advisor_keys,
        clinical_supervisor_key=program.clinical_supervisor_key, moderator_key=program.moderator_key,
        delivery_method=program.delivery_method, modality=program.modality, escalation_rule=program.escalation_rule,
        dosage_plan=program.dosage_plan, starts_on=program.starts_on, ends_on=program.ends_on,
        affiliation=program.affiliation, branding=program.branding,
        elements=tuple(_element(element) for element in program.elements),
        safeguards=tuple(SafeguardView(code=each.code, met=each.met, evidence=each.evidence, updated_at=each.updated_at)
                         for each in program.safeguards),
        signatures=tuple(SignatureView(role=each.role, staff_key=each.staff_key, at=each.at)
                         for each in program.signatures),
        return_comment=program.return_comment, gates=_gates(program, standing), unmet=next_unmet(program, standing),
        allowed=program.allowed, created_at=program.created_at,
    )


def next_unmet(program: Program, standing: Standing) -> tuple[str, ...]:
    """The gates before the step that comes next."""
    step = next((STEP_OF_VERB[verb] for verb in MOVES if verb in program.allowed and verb in STEP_OF_VERB), None)
    return unmet(program, standing, before=step) if step else ()


def _row(program: Program, ratio: Ratio, active_matches: Mapping[UUID, int]) -> dict[str, Any]:
    return {
        "program_id": program.id, "version": program.version, "school_id": program.school_id,
        "type_code": program.type_code, "tier": program.tier, "intensity": program.intensity, "title": program.title,
        "status": program.status, "pilot": program.pilot, "capacity": program.capacity,
        "elements_in_place": sum(element.in_place for element in program.elements),
        "elements_in_progress": sum(e.status is ElementStatus.IN_PROGRESS for e in program.elements),
        "safeguards_met": sum(each.met for each in program.safeguards), "active_supporters": ratio.active,
        "active_matches": active_matches.get(program.id, 0), "ratio": ratio.value, "ratio_limit": ratio.limit,
        "ratio_breached": ratio.breached, "updated_at": program.updated_at,
    }


def _element(element: Element) -> ElementView:
    rule = ELEMENT_BY_NO[element.no]
    return ElementView(
        no=element.no, code=rule.code, status=element.status, answers=element.answers, evidence=element.evidence,
        owner_key=element.owner_key, updated_at=element.updated_at, needed_for_tier2=rule.needed_for_tier2)


def _gates(program: Program, standing: Standing) -> tuple[GateView, ...]:
    return tuple(
        GateView(code=gate.code, step=gate.step, met=gate.holds(program, standing)) for gate in gates_of(program))


def _type(kind: ProgramType, policy: Policy) -> ProgramTypeView:
    rule = policy.rule_of(kind.intensity)
    return ProgramTypeView(
        type_code=kind.code, tiers=kind.tiers, intensity=kind.intensity, delivery_methods=kind.methods,
        online=kind.online, matches_people=kind.matches_people, capacity=kind.capacity, dosage_plan=kind.plan,
        training_hours=rule.training_minutes / 60, training_weeks=rule.training_weeks,
        supervision_limit=rule.supporters_per_supervisor)
