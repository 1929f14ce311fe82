"""What is done for peer supporters: choosing, training, certifying, looking after, letting go."""

from __future__ import annotations

import json
from uuid import uuid4

from services.interventions.copies.policy import PASS_MARK
from services.interventions.programs.model import Program
from services.interventions.supporters import views
from services.interventions.supporters.model import (
    REFRESHER_BEFORE,
    CheckIn,
    Demands,
    PeerSupporter,
    Training,
    band_of,
)
from services.interventions.supporters.store import Supervision
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.ids import StaffKey, SupporterId, TrainingId
from shared.contracts.interventions import (
    ActivateSupporter,
    CertifySupporter,
    CheckInSupporter,
    NominateSupporter,
    RecordSupervision,
    RecordTraining,
    ReinstateSupporter,
    RemoveSupporter,
    RetireSupporter,
    ReturnFromBreak,
    SelectSupporter,
    SupervisionHeld,
    SupervisionView,
    SupporterDetail,
    SupporterDetailView,
    SupporterList,
    SupporterStatus,
    SupporterView,
    SuspendSupporter,
    TakeBreak,
)
from shared.contracts.messages import Page
from shared.domain import Duplicate, Invalid

OVERDUE_AFTER_SCHOOL_DAYS = 3
AT_A_TIME = 200


def nominate_supporter(command: NominateSupporter, tx: InterventionsTransaction) -> SupporterDetailView:
    program = tx.programs.get(command.program_id)
    student = tx.copies.students_of(program.school_id, [command.student_key])[command.student_key]
    if tx.supporters.open_of(program.id, command.student_key):
        raise Duplicate(f"this student has a part in program {program.id} already")
    supporter = PeerSupporter.nominate(
        program, id=SupporterId(uuid4()), student_key=command.student_key, applied=command.applied,
        languages=command.languages or ((student.language,) if student.language else ()),
        demands=demands_of(program, tx), load_cap=tx.copies.policy.load_cap_matches,
        minutes_cap=tx.copies.policy.load_cap_minutes, at=tx.now)
    tx.supporters.add(supporter)
    return views.detail(supporter, tx)


def select_supporter(command: SelectSupporter, tx: InterventionsTransaction) -> SupporterDetailView:
    supporter = tx.supporters.get(command.supporter_id, command.expected_version)
    supporter.choose(command.selection, reason=command.reason_code, at=tx.now)
    return views.detail(supporter, tx)


def record_training(command: RecordTraining, tx: InterventionsTransaction) -> SupporterDetailView:
    supporter = tx.supporters.get(command.supporter_id, command.expected_version)
    if command.held_on > tx.copies.today(supporter.school_id):
        raise Invalid("training is recorded after it was held", errors=[
            {"pointer": "/held_on", "code": "in_future", "message": "held_on is in the future"}])
    supporter.demands = demands_of(supporter.program, tx)
    passed = command.scenario_score is None or command.scenario_score >= supporter.demands.pass_mark
    supporter.train(Training(
        id=TrainingId(uuid4()), supporter_id=supporter.id, school_id=supporter.school_id,
        course_code=command.course_code, module_code=command.module_code, hours=command.hours, held_on=command.held_on,
        scenario_score=command.scenario_score, passed=passed, trainer_key=StaffKey(tx.actor), recorded_at=tx.now,
    ), at=tx.now)
    return views.detail(supporter, tx)


def certify_supporter(command: CertifySupporter, tx: InterventionsTransaction) -> SupporterDetailView:
    supporter = tx.supporters.get(command.supporter_id, command.expected_version)
    supporter.demands = demands_of(supporter.program, tx)
    supporter.certify(conduct_signed=command.code_of_conduct_signed, at=tx.now)
    return views.detail(supporter, tx)


def activate_supporter(command: ActivateSupporter, tx: InterventionsTransaction) -> SupporterDetailView:
    supporter = tx.supporters.get(command.supporter_id, command.expected_version)
    # The program's row is locked so that two activations cannot both be the last one that fits.
    program = tx.programs.get(supporter.program_id)
    supporter.activate(supervisor=command.supervisor_key, ratio=tx.ratio(program), at=tx.now)
    return views.detail(supporter, tx)


def suspend_supporter(command: SuspendSupporter, tx: InterventionsTransaction) -> SupporterDetailView:
    supporter = tx.supporters.get(command.supporter_id, command.expected_version)
    supporter.suspend(reason=command.reason_code, at=tx.now)
    return views.detail(supporter, tx)


def reinstate_supporter(command: ReinstateSupporter, tx: InterventionsTransaction) -> SupporterDetailView:
    supporter = tx.supporters.get(command.supporter_id, command.expected_version)
    supporter.reinstate(reason=command.reason_code, at=tx.now)
    return views.detail(supporter, tx)


def remove_supporter(command: RemoveSupporter, tx: InterventionsTransaction) -> SupporterDetailView:
    supporter = tx.supporters.get(command.supporter_id, command.expected_version)
    supporter.remove(reason=command.reason_code, at=tx.now)
    return views.detail(supporter, tx)


def retire_supporter(command: RetireSupporter, tx: InterventionsTransaction) -> SupporterDetailView:
    supporter = tx.supporters.get(command.supporter_id, command.expected_version)
    supporter.retire(reason=command.reason_code, at=tx.now)
    return views.detail(supporter, tx)


def take_break(command: TakeBreak, tx: InterventionsTransaction) -> SupporterDetailView:
    supporter = tx.supporters.get(command.supporter_id, command.expected_version)
    # One's own wish carries no reason, whatever the form sent.
    supporter.take_break(reason=None if tx.actor == supporter.student_key else command.reason_code, at=tx.now)
    return views.detail(supporter, tx)


def return_from_break(command: ReturnFromBreak, tx: InterventionsTransaction) -> SupporterDetailView:
    supporter = tx.supporters.get(command.supporter_id, command.expected_version)
    supporter.come_back(at=tx.now)
    return views.detail(supporter, tx)


def check_in_supporter(command: CheckInSupporter, tx: InterventionsTransaction) -> SupporterDetailView:
    supporter = tx.supporters.get(command.supporter_id, command.expected_version)
    band = band_of(command.energy, command.weighing)
    note, id = supporter.check_in(band, at=tx.now), uuid4()
    answers = tx.seal("check_in", id, "answers", json.dumps([command.energy, command.weighing]))
    tx.supporters.note(CheckIn(
        id=id, supporter_id=supporter.id, school_id=supporter.school_id, due_on=note.due_on, done_on=note.done_on,
        band=band, answers=answers, action_code=command.action_code, by_key=tx.actor))
    return views.detail(supporter, tx)


def record_supervision(command: RecordSupervision, tx: InterventionsTransaction) -> SupervisionView:
    program = tx.programs.get(command.program_id)
    supervisor, held_at = command.supervisor_key or StaffKey(tx.actor), command.held_at or tx.now
    if len(tx.supporters.of_program(program.id, command.supporter_ids)) != len(set(command.supporter_ids)):
        raise Invalid("a supporter is not of this program", errors=[
            {"pointer": "/supporter_ids", "code": "not_of_program", "message": "a supporter is not of this program"}])
    if held_at > tx.now:
        raise Invalid("a meeting is recorded after it was held", errors=[
            {"pointer": "/held_at", "code": "in_future", "message": "held_at is in the future"}])
    held = Supervision(
        id=uuid4(), school_id=program.school_id, program_id=program.id, supervisor_key=supervisor,
        supporter_ids=command.supporter_ids, minutes=command.minutes, kind=command.kind, held_at=held_at)
    tx.supporters.note(held)
    tx.session.flush()
    ratio = tx.ratio(program)
    program.supervise(ratio, at=tx.now)
    tx.announce(SupervisionHeld(
        supervision_id=TrainingId(held.id), program_id=program.id, school_id=program.school_id,
        supervisor_key=supervisor, held_at=held_at, minutes=held.minutes, kind=held.kind,
        supporters_count=len(set(held.supporter_ids)),
    ), about=held.id, school_id=program.school_id)
    return views.meeting(held, ratio)


def supporter_list(asked: SupporterList, tx: InterventionsTransaction) -> Page[SupporterView]:
    return views.page(asked, tx)


def supporter_detail(asked: SupporterDetail, tx: InterventionsTransaction) -> SupporterDetailView:
    supporter = tx.supporters.get(asked.supporter_id)
    tx.saw("supporter", supporter.id, student=supporter.student_key, school=supporter.school_id,
           fields=("trainings", "pulse_band"))
    return views.detail(supporter, tx)


def look_after_supporters(tx: InterventionsTransaction) -> None:
    """Note what has become due: check-ins nobody made, certificates that end."""
    today = tx.now.date()
    due = tx.supporters.to_look_after(today, limit=AT_A_TIME)
    times = tx.copies.times_of({supporter.school_id for supporter in due})
    for supporter in due:
        if supporter.expires_on and supporter.expires_on < today:
            _let_lapse(supporter, tx)
        elif supporter.expires_on and supporter.expires_on <= today + REFRESHER_BEFORE and _is_active(supporter):
            supporter.need_refresher(at=tx.now)
        elif _is_active(supporter) and supporter.next_checkin_due and today > times[supporter.school_id].after(
                supporter.next_checkin_due, OVERDUE_AFTER_SCHOOL_DAYS):
            supporter.miss_check_in(at=tx.now)


def demands_of(program: Program, tx: InterventionsTransaction) -> Demands:
    """What the district asks of supporters of this program now."""
    rule = tx.copies.policy.rule_of(program.intensity)
    return Demands(
        hours=rule.training_minutes / 60, weeks=rule.training_weeks, pass_mark=PASS_MARK,
        check_in_days=tx.copies.policy.check_in_interval_days)


def _let_lapse(supporter: PeerSupporter, tx: InterventionsTransaction) -> None:
    if _is_active(supporter):
        supporter.need_refresher(at=tx.now)
    if supporter.status is SupporterStatus.REFRESHER_DUE:
        supporter.lapse(at=tx.now)


def _is_active(supporter: PeerSupporter) -> bool:
    return supporter.status is SupporterStatus.ACTIVE
