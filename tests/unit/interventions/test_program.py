"""The life of a program: every move of the design's table, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.interventions.programs.catalog import ELEMENTS, PROGRAM_TYPES, type_of
from services.interventions.programs.gates import unmet
from services.interventions.programs.model import MOVES, Program
from services.interventions.programs.ratio import Ratio, supervising
from shared.contracts.codes import Role, Tier
from shared.contracts.ids import ProgramId, StaffKey
from shared.contracts.interventions import (
    EditProgram,
    ElementStatus,
    ProgramApproved,
    ProgramPaused,
    ProgramReturned,
    ProgramSafeguardFailed,
    ProgramSafeguardRestored,
    ProgramStatus,
    ProgramSubmitted,
    SafeguardCode,
    Step,
    SupervisionRatioBreached,
    SupervisionRatioRestored,
)
from shared.contracts.messages import Event
from shared.domain import Forbidden, GateUnmet, Invalid, NotFound, NotPossible
from tests.unit.interventions.builders import ADVISOR, LEAD, NINE, PRINCIPAL, READY, SCHOOL, a_program

S = ProgramStatus
DESIGN = """
draft -> submitted
submitted -> returned
returned -> draft
submitted -> approved
draft, submitted, returned -> withdrawn
approved -> active
active -> paused
paused -> active
active, paused -> closing
closing -> closed
"""


def test_a_program_moves_as_the_design_says_and_in_no_other_way() -> None:
    drawn = {(source.strip(), target.strip()) for line in DESIGN.strip().splitlines()
             for sources, target in [line.split("->")] for source in sources.split(",")}

    built = {(str(source), str(move.target)) for move in MOVES.values() for source in move.sources}

    assert built == drawn


@pytest.mark.parametrize("status", list(ProgramStatus))
def test_what_the_state_does_not_allow_is_refused_and_changes_nothing(status: ProgramStatus) -> None:
    acts: dict[str, Any] = {
        "submit": lambda p: p.submit(READY), "withdraw": lambda p: p.withdraw(at=NINE),
        "return": lambda p: p.give_back(comment="?", at=NINE), "revise": lambda p: p.revise(at=NINE),
        "approve": lambda p: p.approve(by=LEAD, role=Role.DISTRICT_LEAD, standing=READY),
        "activate": lambda p: p.activate(READY), "pause": lambda p: p.pause(reason="exams", at=NINE),
        "resume": lambda p: p.resume(READY), "begin_closing": lambda p: p.begin_closing(reason="summer", at=NINE),
        "close": lambda p: p.close(READY),
    }
    for verb, act in acts.items():
        program = a_program(status=status)
        if verb in program.allowed:
            continue

        with pytest.raises(NotPossible) as no:
            act(program)

        assert (program.status, program.version, program.recorded()) == (status, 1, [])
        assert no.value.more["allowed"] == list(program.allowed)


def test_every_step_is_announced_with_its_version_and_state() -> None:
    program = a_program()

    program.submit(READY)

    (submitted,) = program.recorded()
    assert isinstance(submitted, ProgramSubmitted)
    assert (submitted.version, submitted.state.status, submitted.from_status) == (2, S.SUBMITTED, S.DRAFT)


def test_one_signature_approves_nothing() -> None:
    program = a_program(status=S.SUBMITTED)

    program.approve(by=PRINCIPAL, role=Role.PRINCIPAL, standing=READY)

    assert (program.status, program.recorded()) == (S.SUBMITTED, [])


def test_principal_and_district_lead_together_approve() -> None:
    program = a_program(status=S.SUBMITTED)

    program.approve(by=LEAD, role=Role.DISTRICT_LEAD, standing=READY)
    program.approve(by=PRINCIPAL, role=Role.PRINCIPAL, standing=READY)

    assert program.status is S.APPROVED
    assert [type(event) for event in program.recorded()] == [ProgramApproved]


def test_the_same_person_signing_twice_is_harmless_and_approves_nothing() -> None:
    program = a_program(status=S.SUBMITTED)

    for _ in range(2):
        program.approve(by=PRINCIPAL, role=Role.PRINCIPAL, standing=READY)

    assert (program.status, len(program.signatures), program.version) == (S.SUBMITTED, 1, 2)


def test_two_principals_do_not_make_a_district() -> None:
    program = a_program(status=S.SUBMITTED)

    for principal in (PRINCIPAL, StaffKey(uuid4())):
        program.approve(by=principal, role=Role.PRINCIPAL, standing=READY)

    assert program.status is S.SUBMITTED


def test_a_coordinator_signs_for_nobody() -> None:
    with pytest.raises(Forbidden):
        a_program(status=S.SUBMITTED).approve(by=ADVISOR, role=Role.SITE_COORDINATOR, standing=READY)


def test_returning_voids_the_signatures() -> None:
    program = a_program(status=S.SUBMITTED)
    program.approve(by=PRINCIPAL, role=Role.PRINCIPAL, standing=READY)

    program.give_back(comment="Who covers Fridays?", at=NINE)

    assert (program.signatures, program.return_comment) == ((), "Who covers Fridays?")
    assert isinstance(program.recorded()[-1], ProgramReturned)


def test_editing_a_returned_program_takes_it_up_again_as_a_draft() -> None:
    program = a_program(status=S.RETURNED)

    program.edit(EditProgram(program_id=program.id, title="Lunch mentors"), at=NINE)

    assert (program.status, program.title) == (S.DRAFT, "Lunch mentors")


def test_an_edit_leaves_alone_what_it_does_not_name() -> None:
    program = a_program()

    program.edit(EditProgram(program_id=program.id, capacity=12), at=NINE)

    assert (program.capacity, program.title, program.advisor_keys) == (12, "Ninth-grade mentors", (ADVISOR,))


def test_an_approved_program_is_not_edited() -> None:
    with pytest.raises(NotPossible):
        a_program(status=S.APPROVED).edit(EditProgram(program_id=ProgramId(uuid4()), capacity=12), at=NINE)


@pytest.mark.parametrize("status", [S.SUBMITTED, S.CLOSED, S.WITHDRAWN])
def test_what_is_being_signed_or_is_over_is_not_answered_anew(status: ProgramStatus) -> None:
    program = a_program(status=status)

    with pytest.raises(NotPossible):
        program.put_safeguard(SafeguardCode.SCOPE, met=False, evidence="", at=NINE)
    with pytest.raises(NotPossible):
        program.put_element(1, status=ElementStatus.NOT_STARTED, answers={}, evidence="", owner_key=None, at=NINE)


def test_an_element_takes_only_the_answers_it_asks_for() -> None:
    program = a_program()

    with pytest.raises(Invalid):
        program.put_element(2, status=ElementStatus.IN_PLACE, answers={"weather": "fine"}, evidence="",
                            owner_key=None, at=NINE)


# --- gates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("no", range(1, 11))
def test_an_unanswered_element_keeps_a_program_from_submission(no: int) -> None:
    program = a_program()
    program.elements = tuple(replace(e, status=None) if e.no == no else e for e in program.elements)

    with pytest.raises(GateUnmet) as refused:
        program.submit(READY)

    assert refused.value.more["unmet"] == [f"element_{no}_answered"]


def test_an_element_that_is_not_started_is_answered_all_the_same() -> None:
    program = a_program("mental_health_club")
    program.elements = tuple(replace(e, status=ElementStatus.NOT_STARTED) for e in program.elements)

    program.submit(READY)

    assert program.status is S.SUBMITTED


@pytest.mark.parametrize("code", list(SafeguardCode))
def test_each_of_the_seven_safeguards_keeps_tier_2_from_approval(code: SafeguardCode) -> None:
    program = a_program(status=S.SUBMITTED)
    program.safeguards = tuple(replace(each, met=each.code is not code) for each in program.safeguards)

    with pytest.raises(GateUnmet) as refused:
        program.approve(by=PRINCIPAL, role=Role.PRINCIPAL, standing=READY)

    assert refused.value.more["unmet"] == [f"safeguard_{code}"]


def test_tier_1_needs_no_safeguards() -> None:
    program = a_program("mental_health_club", status=S.SUBMITTED, safeguards=())

    assert unmet(program, READY, before=Step.APPROVE) == ()


@pytest.mark.parametrize(("type_code", "gates"), [
    ("peer_counseling", {"clinical_supervisor"}),
    ("moderated_forum", {"moderator", "escalation_rule"}),
    ("warmline", {"clinical_supervisor", "moderator", "escalation_rule"}),
    ("peer_mentoring", set()),
])
def test_what_counseling_and_online_programs_need_besides(type_code: str, gates: set[str]) -> None:
    assert set(unmet(a_program(type_code), READY, before=Step.APPROVE)) == gates


@pytest.mark.parametrize(("gate", "standing"), [
    ("certified_supporter", replace(READY, ready_supporters=0)),
    ("rota_covers_staffed_hours", replace(READY, rota_covered=False)),
    ("pathway_test_acknowledged", replace(READY, pathway_answered_at=None)),
    ("pathway_test_acknowledged", replace(READY, pathway_answered_at=NINE - timedelta(days=7, seconds=1))),
    ("supervision_ratio", replace(READY, ratio=Ratio(active=9, advisors=1, limit=8))),
])
def test_each_gate_alone_keeps_a_tier_2_program_from_starting(gate: str, standing: object) -> None:
    program = a_program(status=S.APPROVED)

    with pytest.raises(GateUnmet) as refused:
        program.activate(standing)  # type: ignore[arg-type]

    assert refused.value.more["unmet"] == [gate]


@pytest.mark.parametrize("no", [rule.no for rule in ELEMENTS if rule.needed_for_tier2])
def test_staffing_and_policies_must_be_in_place_before_tier_2_starts(no: int) -> None:
    program = a_program(status=S.APPROVED)
    program.elements = tuple(
        replace(e, status=ElementStatus.IN_PROGRESS) if e.no == no else e for e in program.elements)

    assert unmet(program, READY, before=Step.ACTIVATE) == (f"element_{no}_in_place",)


def test_a_pathway_test_of_seven_days_ago_still_counts() -> None:
    program = a_program(status=S.APPROVED)

    program.activate(replace(READY, pathway_answered_at=NINE - timedelta(days=7)))

    assert program.status is S.ACTIVE


def test_a_paused_program_resumes_only_when_all_gates_hold_again() -> None:
    program = a_program(status=S.PAUSED)

    with pytest.raises(GateUnmet):
        program.resume(replace(READY, rota_covered=False))
    program.resume(READY)

    assert program.status is S.ACTIVE


def test_a_program_with_open_matches_or_unowned_referrals_does_not_close() -> None:
    program = a_program(status=S.CLOSING)

    with pytest.raises(GateUnmet) as refused:
        program.close(replace(READY, open_matches=1, unowned_referrals=2))

    assert refused.value.more["unmet"] == ["no_open_matches", "referrals_have_owners"]


# --- what the world does to it ----------------------------------------------------------------------------------------


def test_a_failed_safeguard_pauses_and_a_restored_one_only_says_so() -> None:
    program = a_program(status=S.ACTIVE)

    program.watch("rota_covers_staffed_hours", holds=False, detail="on_call_rota", at=NINE)
    program.watch("rota_covers_staffed_hours", holds=False, detail="on_call_rota", at=NINE)
    program.watch("rota_covers_staffed_hours", holds=True, detail="on_call_rota", at=NINE)

    kinds: list[type[Event]] = [ProgramSafeguardFailed, ProgramPaused, ProgramSafeguardRestored]
    assert [type(event) for event in program.recorded()] == kinds
    assert program.status is S.PAUSED


def test_the_ratio_is_announced_when_it_breaks_and_when_it_holds_again() -> None:
    program = a_program(status=S.ACTIVE)

    for active in (8, 9, 10, 8):
        program.supervise(Ratio(active=active, advisors=1, limit=8), at=NINE)

    kinds: list[type[Event]] = [SupervisionRatioBreached, SupervisionRatioRestored]
    assert [type(event) for event in program.recorded()] == kinds
    assert program.status is S.ACTIVE


@pytest.mark.parametrize(("active", "advisors", "breached"), [
    (0, 0, False), (1, 0, True), (16, 2, False), (17, 2, True)])
def test_nobody_supervising_is_a_breach_as_soon_as_one_is_active(active: int, advisors: int, breached: bool) -> None:
    assert Ratio(active, advisors, limit=8).breached is breached


def test_an_advisor_counts_with_a_meeting_in_the_last_30_days() -> None:
    met: dict[UUID, datetime] = {ADVISOR: NINE - timedelta(days=30), LEAD: NINE - timedelta(days=31)}

    assert supervising([ADVISOR, LEAD, PRINCIPAL], met, started_at=NINE - timedelta(days=90), at=NINE) == 1


def test_in_its_first_30_days_a_program_counts_its_named_advisors() -> None:
    assert supervising([ADVISOR, LEAD], {}, started_at=NINE - timedelta(days=30), at=NINE) == 2
    assert supervising([ADVISOR, LEAD], {}, started_at=None, at=NINE) == 2


# --- the catalog ------------------------------------------------------------------------------------------------------


def test_a_type_for_both_tiers_must_say_which() -> None:
    def register(tier: Tier | None) -> Program:
        return Program.register(
            type_of("wellness_peers"), id=ProgramId(uuid4()), school_id=SCHOOL, title="Wellness", tier=tier, pilot=True,
            languages=(), by=ADVISOR, role=Role.ADVISOR, at=NINE)

    with pytest.raises(Invalid):
        register(None)
    with pytest.raises(Invalid):
        register(Tier.INTENSIVE)
    assert register(Tier.TARGETED).tier is Tier.TARGETED


def test_every_type_is_tier_1_or_2_and_listed_once() -> None:
    codes = [kind.code for kind in PROGRAM_TYPES]

    assert len(codes) == len(set(codes))
    assert {tier for kind in PROGRAM_TYPES for tier in kind.tiers} == {Tier.UNIVERSAL, Tier.TARGETED}


def test_an_unknown_type_is_not_found() -> None:
    with pytest.raises(NotFound):
        type_of("astrology")
