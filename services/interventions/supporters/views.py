"""What peer supporters show to those who look after them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from services.interventions.paging import page_of
from services.interventions.programs.ratio import Ratio
from services.interventions.programs.store import named_in_program, programs
from services.interventions.supporters.model import PeerSupporter, Training
from services.interventions.supporters.store import Supervision, supporters
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.interventions import (
    SupervisionView,
    SupporterDetailView,
    SupporterList,
    SupporterView,
    TrainingView,
)
from shared.contracts.messages import Page


def page(asked: SupporterList, tx: InterventionsTransaction) -> Page[SupporterView]:
    query = select(PeerSupporter).join(programs, programs.c.id == supporters.c.program_id).where(
        tx.in_scope(supporters.c.school_id, program=named_in_program(tx.actor),
                    own=supporters.c.student_key == tx.actor))
    for column, wanted in (
        (supporters.c.program_id, asked.program_id), (supporters.c.school_id, asked.school_id),
        (supporters.c.status, asked.status),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    found, cursor = page_of(
        tx.session, query, supporters.c.created_at, supporters.c.id, limit=asked.limit, cursor=asked.cursor)
    return Page(items=rows(found, tx), next_cursor=cursor)


def rows(found: Sequence[PeerSupporter], tx: InterventionsTransaction) -> tuple[SupporterView, ...]:
    load = tx.matches.load([supporter.id for supporter in found])
    return tuple(SupporterView(**_row(supporter, load.get(supporter.id, 0))) for supporter in found)


def detail(supporter: PeerSupporter, tx: InterventionsTransaction) -> SupporterDetailView:
    tx.session.flush()
    minutes = tx.sessions.minutes_this_week([supporter.student_key]).get(supporter.student_key, 0)
    today = tx.copies.today(supporter.school_id)
    return SupporterDetailView(
        **_row(supporter, tx.matches.load([supporter.id]).get(supporter.id, 0)), languages=supporter.languages,
        minutes_cap=supporter.minutes_cap, minutes_this_week=minutes,
        trainings=tuple(_training(training) for training in supporter.trainings),
        training_weeks=supporter.training_weeks, weeks_required=supporter.demands.weeks,
        scenario_pass_mark=supporter.demands.pass_mark, conduct_signed_on=supporter.conduct_signed_on,
        last_checkin_on=supporter.last_checkin_on,
        unmet=supporter.unmet(conduct_signed=supporter.conduct_signed_on is not None, today=today),
        allowed=supporter.allowed,
    )


def meeting(held: Supervision, ratio: Ratio) -> SupervisionView:
    return SupervisionView(
        supervision_id=held.id, program_id=held.program_id, supervisor_key=held.supervisor_key, held_at=held.held_at,
        minutes=held.minutes, kind=held.kind, supporter_ids=held.supporter_ids, ratio=ratio.value,
        ratio_limit=ratio.limit, ratio_breached=ratio.breached)


def _row(supporter: PeerSupporter, open_matches: int) -> dict[str, Any]:
    return {
        "supporter_id": supporter.id, "version": supporter.version, "program_id": supporter.program_id,
        "school_id": supporter.school_id, "student_key": supporter.student_key, "status": supporter.status,
        "supervisor_key": supporter.supervisor_key, "hours_done": supporter.hours_done,
        "hours_required": supporter.demands.hours, "scenario_passed": supporter.scenario_passed,
        "certified_at": supporter.certified_at, "expires_on": supporter.expires_on, "open_matches": open_matches,
        "load_cap": supporter.load_cap, "next_checkin_due": supporter.next_checkin_due,
        "pulse_band": supporter.pulse_band, "updated_at": supporter.updated_at,
    }


def _training(training: Training) -> TrainingView:
    return TrainingView(
        training_id=training.id, course_code=training.course_code, module_code=training.module_code,
        hours=training.hours, held_on=training.held_on, scenario_score=training.scenario_score, passed=training.passed,
        trainer_key=training.trainer_key)
