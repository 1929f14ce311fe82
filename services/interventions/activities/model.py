"""A Tier 1 activity: something for everyone, counted by grade band and never by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.interventions.programs.model import Program
from shared.contracts.codes import Modality
from shared.contracts.ids import ActivityId, ProgramId, SchoolId
from shared.contracts.interventions import ActivityHeld, BandCount, ProgramStatus, RecordActivity
from shared.domain import Aggregate, Invalid, NotPossible

TYPES = (
    "club_meeting", "awareness_event", "lesson", "mindfulness", "school_climate", "discussion", "film_screening",
    "speaker", "tabling",
    "presentation", "fundraiser", "advocacy", "listening_circle", "discussion_circle", "study_group",
    "wellness_activity", "story_exchange", "stigma_campaign",
)
HOLDS = frozenset({ProgramStatus.ACTIVE, ProgramStatus.PAUSED, ProgramStatus.CLOSING})


@dataclass(eq=False)
class Activity(Aggregate):
    """What was held, when, for how many."""

    id: ActivityId
    school_id: SchoolId
    program_id: ProgramId
    program: Program
    type_code: str
    held_on: date
    minutes: int
    headcount: tuple[BandCount, ...]
    modality: Modality
    resources_shared: int
    raised_cents: int | None
    story_consents: int | None
    created_at: datetime
    version: int = 1

    @classmethod
    def hold(cls, program: Program, given: RecordActivity, *, id: ActivityId, at: datetime, today: date) -> Activity:
        """Record what was held; a program that has not started holds nothing, and nothing is held tomorrow."""
        if program.status not in HOLDS:
            raise NotPossible(f"program {program.id} is {program.status}, it holds no activities")
        if given.type_code not in TYPES:
            raise Invalid(f"there is no activity type {given.type_code}", errors=[_at("/type_code", "unknown")])
        if given.held_on > today:
            raise Invalid("an activity is recorded after it was held", errors=[_at("/held_on", "in_future")])
        headcount = tuple(BandCount(grade_band=band, count=n) for band, n in given.headcount_by_grade_band.items())
        activity = cls(
            id=id, school_id=program.school_id, program_id=program.id, program=program, type_code=given.type_code,
            held_on=given.held_on, minutes=given.minutes, headcount=headcount, modality=given.modality,
            resources_shared=given.resources_shared, raised_cents=given.raised_cents,
            story_consents=given.story_consents, created_at=at,
        )
        activity.record(ActivityHeld(
            activity_id=id, program_id=program.id, school_id=program.school_id, type_code=given.type_code,
            held_on=given.held_on, minutes=given.minutes, headcount_by_band=headcount, modality=given.modality,
            resources_shared=given.resources_shared,
        ))
        return activity

    def ties(self, actor: UUID) -> Iterable[str]:
        return self.program.ties(actor)


def _at(pointer: str, code: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "message": f"{pointer.strip('/')} is {code.replace('_', ' ')}"}
