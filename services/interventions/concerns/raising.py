"""How a worry becomes a concern: codes and words are sealed, what is announced says how soon and about whom."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID, uuid4

from services.interventions.concerns.model import Concern, Worry, codes_of, domain_of, floor_of, source_of
from services.interventions.programs.model import Program
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.codes import RedFlag
from shared.contracts.ids import ActorKey, ConcernId, MatchId, SchoolId, SessionId, StudentKey
from shared.contracts.interventions import ConcernGiven, RedFlagAnswers
from shared.domain import Invalid

KIND, FIELD = "concern", "content"


@dataclass(frozen=True)
class Origin:
    """Where a concern comes from."""

    school_id: SchoolId
    program: Program | None = None
    match_id: MatchId | None = None
    session_id: SessionId | None = None


def raise_concern_from(
    given: ConcernGiven, origin: Origin, tx: InterventionsTransaction, *, answers: RedFlagAnswers | None = None,
) -> Concern:
    """Each yes of the red-flag check gives its code; the form may add others, and none is taken away."""
    codes = tuple(dict.fromkeys((*(codes_of(answers) if answers else ()), *given.red_flag_codes)))
    floors = tx.copies.policy.floor_by_code
    id = ConcernId(uuid4())
    content = json.dumps({"codes": [str(code) for code in codes], "note": given.note})
    worry = Worry(
        student_key=_student_of(given, origin, tx), domain=domain_of(codes, floors), danger_now=given.danger_now,
        urgency_floor=floor_of(codes, floors, danger_now=given.danger_now, raised=given.urgency),
        student_told=given.student_told, told_reason=given.told_reason)
    concern = Concern.raise_(
        worry, id=id, school_id=origin.school_id, program=origin.program, match_id=origin.match_id,
        session_id=origin.session_id, by=ActorKey(tx.actor), source=source_of(tx.role),
        content=tx.seal(KIND, id, FIELD, content), at=tx.now)
    return tx.concerns.add(concern)


def opened(concern: Concern, tx: InterventionsTransaction) -> tuple[tuple[RedFlag, ...], str]:
    """Codes and words of a concern."""
    content = json.loads(tx.unseal(KIND, concern.id, FIELD, concern.content))
    return tuple(RedFlag(code) for code in content["codes"]), str(content["note"])


def _student_of(given: ConcernGiven, origin: Origin, tx: InterventionsTransaction) -> StudentKey | None:
    """Whom it is about. In a match it is a participant: the only one, or the one that was named."""
    if origin.match_id is None:
        return _known_at(origin.school_id, given.student_key, tx)
    participants = tx.matches.get(origin.match_id).participant_keys
    if given.student_key is not None and given.student_key not in participants:
        raise _unknown_student()
    return given.student_key or (participants[0] if len(participants) == 1 else None)


def _known_at(school_id: UUID, student_key: StudentKey | None, tx: InterventionsTransaction) -> StudentKey | None:
    """A student of another school is refused; one we have not heard of yet is not: a worry does not wait."""
    student = tx.copies.students([student_key]).get(student_key) if student_key else None
    if student is not None and school_id not in student.school_ids:
        raise _unknown_student()
    return student_key


def _unknown_student() -> Invalid:
    return Invalid("that student is not the one this is about", errors=[
        {"pointer": "/student_key", "code": "not_of_match", "message": "student_key is not of this match or school"}])
