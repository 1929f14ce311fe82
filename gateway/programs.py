"""Peer programs: registered step by step, signed by principal and district, started, paused and closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import g, redirect, request
from pydantic import ValidationError

from gateway import forms
from gateway.asking import ask, ask_also, look_up
from gateway.auth import allow, caller
from gateway.problems import Problem, invalid
from gateway.routing import Noun, asked, key_of, show_again, version_of
from gateway.showing import page
from gateway.staff import staff_of
from shared.contracts.ids import ProgramId
from shared.contracts.interventions import (
    ActivateProgram,
    ActivityList,
    ApproveProgram,
    BeginClosing,
    CloseProgram,
    EditProgram,
    MatchList,
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
    SupporterList,
    WithdrawProgram,
)
from shared.contracts.messages import Page

programs = Noun("programs")

STEPS = ("about", "elements", "people", "safety", "check")
ONE = "/programs/<uuid:program_id>"
SHOWN = "/programs/{program_id}"


@programs.get("/program-types")
@allow("program_type.list")
def types(question: ProgramTypes) -> ProgramTypesView:
    """What kinds of program exist, and what each asks for."""
    return ask(question)


@programs.get("/programs")
@allow("program.list")
def listed(question: ProgramList) -> Page[ProgramView]:
    """The programs within the caller's scope."""
    return ask(question)


@programs.post("/programs", status=201, form="/programs/new", then="/programs/{program_id}/register/about")
@allow("program.register")
def register(command: RegisterProgram) -> ProgramDetailView:
    """Begin to register a peer program; it is a draft until it is submitted."""
    return ask(command)


@programs.get(ONE)
@allow("program.view")
def shown(question: ProgramDetail) -> ProgramDetailView:
    """One program with its elements, safeguards and gates."""
    return ask(question)


@programs.patch(ONE)
@allow("program.edit")
def edit(command: EditProgram) -> ProgramDetailView:
    """Save a part of the registration; what is left out stays as it is."""
    return ask(command)


@programs.put(f"{ONE}/elements/<int:no>")
@allow("program.edit")
def put_element(command: PutElement) -> ProgramDetailView:
    """Answer one of the ten elements."""
    return ask(command)


@programs.put(f"{ONE}/safeguards/<code>")
@allow("program.edit")
def put_safeguard(command: PutSafeguard) -> ProgramDetailView:
    """Say whether one of the seven safeguards is met, and what shows it."""
    return ask(command)


@programs.post(f"{ONE}/submit", form="/programs/{program_id}/register/check", then=SHOWN)
@allow("program.submit")
def submit(command: SubmitProgram) -> ProgramDetailView:
    """Ask principal and district for their signatures."""
    return ask(command)


@programs.post(f"{ONE}/withdraw", form=SHOWN)
@allow("program.withdraw")
def withdraw(command: WithdrawProgram) -> ProgramDetailView:
    """Take a registration back before it is approved."""
    return ask(command)


@programs.post(f"{ONE}/approve", form="/programs/{program_id}/review", then=SHOWN)
@allow("program.approve")
def approve(command: ApproveProgram) -> ProgramDetailView:
    """Sign for the school or the district. The second signature approves."""
    return ask(command)


@programs.post(f"{ONE}/return", form="/programs/{program_id}/review", then=SHOWN)
@allow("program.return")
def give_back(command: ReturnProgram) -> ProgramDetailView:
    """Give a submitted program back with a comment."""
    return ask(command)


@programs.post(f"{ONE}/revise", form=SHOWN, then="/programs/{program_id}/register/about")
@allow("program.edit")
def revise(command: ReviseProgram) -> ProgramDetailView:
    """Take up a returned program again as a draft."""
    return ask(command)


@programs.post(f"{ONE}/activate", form=SHOWN)
@allow("program.activate")
def activate(command: ActivateProgram) -> ProgramDetailView:
    """Start an approved program; every gate must hold."""
    return ask(command)


@programs.post(f"{ONE}/pause", form=SHOWN)
@allow("program.pause")
def pause(command: PauseProgram) -> ProgramDetailView:
    """Stop new matches; open ones go on under the named advisor."""
    return ask(command)


@programs.post(f"{ONE}/resume", form=SHOWN)
@allow("program.resume")
def resume(command: ResumeProgram) -> ProgramDetailView:
    """Take new matches again."""
    return ask(command)


@programs.post(f"{ONE}/begin-closing", form=SHOWN)
@allow("program.begin_closing")
def begin_closing(command: BeginClosing) -> ProgramDetailView:
    """Let the open matches end and take no new one."""
    return ask(command)


@programs.post(f"{ONE}/close", form=SHOWN)
@allow("program.close")
def close(command: CloseProgram) -> ProgramDetailView:
    """End a program that has no open match left."""
    return ask(command)


# --- pages ----------------------------------------------------------------------------------------------------------

@programs.page("/programs")
@allow("program.list")
def list_page() -> str:
    question = asked(ProgramList)
    return page("programs.html", programs=ask(question), **question.model_dump(include={"school_id", "status", "tier"}))


@programs.page("/programs/new")
@allow("program.register")
def new_page() -> str:
    return page("program_new.html", types=look_up(ProgramTypes()))


@programs.page(ONE)
@allow("program.view")
def program_page(program_id: ProgramId) -> str:
    me = caller()
    return page(
        "program.html", program=ask(ProgramDetail(program_id=program_id)),
        supporters=look_up(SupporterList(program_id=program_id)) if me.may("supporter.list") else None,
        matches=look_up(MatchList(program_id=program_id)) if me.may("match.list") else None,
        activities=look_up(ActivityList(program_id=program_id)) if me.may("activity.list") else None)


@programs.page(f"{ONE}/review")
@allow("program.view")
def review_page(program_id: ProgramId) -> str:
    return page("program_review.html", program=ask(ProgramDetail(program_id=program_id)), types=look_up(ProgramTypes()))


@programs.page(f"{ONE}/register/<any(about, elements, people, safety, check):step>")
@allow("program.edit")
def step_page(program_id: ProgramId, step: str) -> str:
    """One step of the registration; people leave and come back."""
    program = ask(ProgramDetail(program_id=program_id))
    return page(
        "program_register.html", program=program, types=look_up(ProgramTypes()), step=step, steps=STEPS,
        staff=staff_of(program.school_id))


@programs.pages.post(f"{ONE}/register/<any(about, elements, people, safety):step>")
@allow("program.edit")
def save_step(program_id: ProgramId, step: str) -> Any:
    """Save what was answered on this step, and go on to the next."""
    g.idempotency_key = key_of(request.form.get("idempotency_key"), required=True)
    try:
        version = version_of(request.form.get("version"))
        for command in _answers(program_id, step, version):
            # Each answer moves the program on by one version; the next is given on the state it made.
            version = ask_also(command.model_copy(update={"expected_version": version}), part=_part(command)).version
    except ValidationError as error:
        return show_again(request.path, invalid(error))
    except Problem as problem:
        return show_again(request.path, problem)
    return redirect(f"/programs/{program_id}/register/{STEPS[STEPS.index(step) + 1]}", 303)


Answer = EditProgram | PutElement | PutSafeguard


def _answers(program_id: ProgramId, step: str, version: int) -> Iterator[Answer]:
    """The commands that a step's form amounts to: what differs from the program as it is."""
    if step in {"about", "people"}:
        yield EditProgram.model_validate({**forms.nested(EditProgram, request.form), "program_id": program_id})
    else:
        program = look_up(ProgramDetail(program_id=program_id))
        yield from _elements(program) if step == "elements" else _safeguards(program)


def _elements(program: ProgramDetailView) -> Iterator[PutElement]:
    for now in program.elements:
        given = _under(f"elements.{now.no}.")
        if "status" not in given:
            continue
        said = PutElement.model_validate({**given, "program_id": program.program_id, "no": now.no})
        if any(getattr(said, name) != getattr(now, name) for name in ("status", "answers", "evidence", "owner_key")):
            yield said


def _safeguards(program: ProgramDetailView) -> Iterator[PutSafeguard]:
    for now in program.safeguards:
        given = _under(f"safeguards.{now.code}.")
        if "met" not in given:
            continue
        said = PutSafeguard.model_validate({**given, "program_id": program.program_id, "code": now.code})
        if (said.met, said.evidence) != (now.met, now.evidence):
            yield said


def _under(prefix: str) -> dict[str, Any]:
    """The fields of one part of the form; `answers.<question>` become one mapping."""
    given: dict[str, Any] = {}
    for name, value in request.form.items():
        if name.startswith(prefix) and value.strip():
            head, _, rest = name.removeprefix(prefix).partition(".")
            if rest:
                given.setdefault(head, {})[rest] = value
            else:
                given[head] = value
    return given


def _part(command: Answer) -> str:
    return f"{command.wire_name()}:{getattr(command, 'no', '')}{getattr(command, 'code', '')}"
