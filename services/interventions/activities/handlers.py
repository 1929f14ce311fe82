"""What is done with activities: recording and listing."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import select

from services.interventions.activities.model import Activity
from services.interventions.activities.store import activities
from services.interventions.paging import page_of
from services.interventions.programs.store import named_in_program, programs
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.ids import ActivityId
from shared.contracts.interventions import ActivityList, ActivityView, RecordActivity
from shared.contracts.messages import Page


def record_activity(command: RecordActivity, tx: InterventionsTransaction) -> ActivityView:
    program = tx.programs.get(command.program_id)
    activity = tx.activities.add(Activity.hold(
        program, command, id=ActivityId(uuid4()), at=tx.now, today=tx.copies.today(program.school_id)))
    return _row(activity)


def activity_list(asked: ActivityList, tx: InterventionsTransaction) -> Page[ActivityView]:
    query = select(Activity).join(programs, programs.c.id == activities.c.program_id).where(
        tx.in_scope(activities.c.school_id, program=named_in_program(tx.actor)))
    if asked.program_id is not None:
        query = query.where(activities.c.program_id == asked.program_id)
    if asked.school_id is not None:
        query = query.where(activities.c.school_id == asked.school_id)
    found, cursor = page_of(
        tx.session, query, activities.c.created_at, activities.c.id, limit=asked.limit, cursor=asked.cursor)
    return Page(items=tuple(_row(activity) for activity in found), next_cursor=cursor)


def _row(activity: Activity) -> ActivityView:
    counts = {each.grade_band: each.count for each in activity.headcount}
    return ActivityView(
        activity_id=activity.id, version=activity.version, program_id=activity.program_id, school_id=activity.school_id,
        type_code=activity.type_code, held_on=activity.held_on, minutes=activity.minutes,
        headcount_by_grade_band=counts, headcount_total=sum(counts.values()), modality=activity.modality,
        resources_shared=activity.resources_shared, raised_cents=activity.raised_cents,
        story_consents=activity.story_consents)
