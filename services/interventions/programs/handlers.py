"""What is done with programs: registering, answering, signing, starting, pausing, ending."""

from __future__ import annotations

from uuid import uuid4

from services.interventions.programs import views
from services.interventions.programs.catalog import type_of
from services.interventions.programs.model import Program
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.ids import ProgramId, StaffKey
from shared.contracts.interventions import (
    ActivateProgram,
    ApproveProgram,
    BeginClosing,
    CloseProgram,
    EditProgram,
    PauseProgram,
    ProgramDetail,
    ProgramDetailView,
    ProgramList,
    ProgramTypes,
    ProgramTypesView,
    ProgramView,
    PutElement,
    PutSafeguard,
    RegisterProgram,
    ResumeProgram,
    ReturnProgram,
    ReviseProgram,
    SubmitProgram,
    WithdrawProgram,
)
from shared.contracts.messages import Page
from shared.domain import NotFound

ROTA = "rota_covers_staffed_hours"


def program_types(asked: ProgramTypes, tx: InterventionsTransaction) -> ProgramTypesView:
    return views.types(tx.copies.policy)


def register_program(command: RegisterProgram, tx: InterventionsTransaction) -> ProgramDetailView:
    program = Program.register(
        type_of(command.type_code), id=ProgramId(uuid4()), school_id=command.school_id, title=command.title,
        tier=command.tier, pilot=command.pilot, languages=command.languages, by=StaffKey(tx.actor), role=tx.role,
        at=tx.now)
    if not tx.copies.school_exists(command.school_id):
        raise NotFound("there is no such school open")
    tx.permit(program)
    tx.programs.add(program)
    return views.detail(program, tx)


def edit_program(command: EditProgram, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.edit(command, at=tx.now)
    return views.detail(program, tx)


def put_element(command: PutElement, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.put_element(
        command.no, status=command.status, answers=command.answers, evidence=command.evidence,
        owner_key=command.owner_key, at=tx.now)
    return views.detail(program, tx)


def put_safeguard(command: PutSafeguard, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.put_safeguard(command.code, met=command.met, evidence=command.evidence, at=tx.now)
    return views.detail(program, tx)


def submit_program(command: SubmitProgram, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.submit(tx.standing(program))
    return views.detail(program, tx)


def withdraw_program(command: WithdrawProgram, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.withdraw(at=tx.now)
    return views.detail(program, tx)


def approve_program(command: ApproveProgram, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.approve(by=StaffKey(tx.actor), role=tx.role, standing=tx.standing(program))
    return views.detail(program, tx)


def return_program(command: ReturnProgram, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.give_back(comment=command.comment, at=tx.now)
    return views.detail(program, tx)


def revise_program(command: ReviseProgram, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.revise(at=tx.now)
    return views.detail(program, tx)


def activate_program(command: ActivateProgram, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.activate(tx.standing(program))
    return views.detail(program, tx)


def pause_program(command: PauseProgram, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.pause(reason=command.reason_code, at=tx.now)
    return views.detail(program, tx)


def resume_program(command: ResumeProgram, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.resume(tx.standing(program))
    return views.detail(program, tx)


def begin_closing(command: BeginClosing, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.begin_closing(reason=command.reason_code, at=tx.now)
    return views.detail(program, tx)


def close_program(command: CloseProgram, tx: InterventionsTransaction) -> ProgramDetailView:
    program = tx.programs.get(command.program_id, command.expected_version)
    program.close(tx.standing(program))
    return views.detail(program, tx)


def program_list(asked: ProgramList, tx: InterventionsTransaction) -> Page[ProgramView]:
    return views.page(asked, tx)


def program_detail(asked: ProgramDetail, tx: InterventionsTransaction) -> ProgramDetailView:
    return views.detail(tx.programs.get(asked.program_id), tx)


def watch_programs(tx: InterventionsTransaction) -> None:
    """Note where the world has moved: too many supporters for their advisors, staffed hours with nobody on duty."""
    watched = tx.programs.to_watch()
    ratios, on_duty = tx.ratios(watched), tx.copies.rotas_covered({program.school_id for program in watched})
    for program in watched:
        program.supervise(ratios[program.id], at=tx.now)
        program.watch(ROTA, holds=on_duty[program.school_id], detail="on_call_rota", at=tx.now)
