"""What is done with matches: asking, proposing, agreeing, beginning, ending; and what consents and referrals change."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from uuid import uuid4

from services.interventions.matches import views
from services.interventions.matches.cards import new_card
from services.interventions.matches.fit import Candidate, Fit, Need, fit, ranked
from services.interventions.matches.model import Match, Plan
from services.interventions.programs.model import Program
from services.interventions.supporters.model import PeerSupporter
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.ids import MatchId
from shared.contracts.interventions import (
    ActivateMatch,
    CompleteMatch,
    ConsentMissing,
    ConsentToMatch,
    EndMatch,
    MatchDetail,
    MatchDetailView,
    MatchList,
    MatchSuggestions,
    MatchView,
    PauseMatch,
    ProposeMatch,
    RequestMatch,
    ResumeMatch,
    SuggestionsView,
)
from shared.contracts.messages import Page
from shared.domain import Invalid

GRACE_SCHOOL_DAYS = 5
AT_A_TIME = 200


def request_match(command: RequestMatch, tx: InterventionsTransaction) -> MatchDetailView:
    program = tx.programs.get(command.program_id)
    students = tx.copies.students_of(program.school_id, command.participant_keys)
    spoken = {student.language for student in students.values() if student.language}
    match = Match.request(
        program, id=MatchId(uuid4()), participants=tuple(dict.fromkeys(command.participant_keys)),
        card_code=new_card(tx.matches.card_codes(program.id), secrets.choice), reason=command.reason_code,
        plan=_plan(command, program), languages=command.languages or tuple(sorted(spoken)),
        not_with=command.not_with, at=tx.now)
    tx.matches.add(match)
    return views.detail(match, tx)


def match_suggestions(asked: MatchSuggestions, tx: InterventionsTransaction) -> SuggestionsView:
    match = tx.matches.get(asked.match_id)
    supporters = tx.supporters.of_program(match.program_id)
    return views.suggestions(match, ranked(candidates(supporters, tx), need_of(match, tx)))


def propose_match(command: ProposeMatch, tx: InterventionsTransaction) -> MatchDetailView:
    match = tx.matches.get(command.match_id, command.expected_version)
    # The program's row is locked so that two proposals cannot both take a supporter's last free place.
    tx.programs.get(match.program_id)
    supporters = tx.supporters.of_program(match.program_id, command.supporter_ids)
    if len(supporters) != len(set(command.supporter_ids)):
        raise Invalid("a supporter is not of this program", errors=[
            {"pointer": "/supporter_ids", "code": "not_of_program", "message": "a supporter is not of this program"}])
    fits = _fits(supporters, match, tx)
    failed = {str(constraint) for each in fits for constraint in each.failed}
    match.propose({supporter.id: supporter.student_key for supporter in supporters}, failed, at=tx.now)
    return views.detail(match, tx)


def consent_to_match(command: ConsentToMatch, tx: InterventionsTransaction) -> MatchDetailView:
    match = tx.matches.get(command.match_id, command.expected_version)
    match.answer(command.party, agreed=command.agreed, by=tx.actor, at=tx.now)
    match.settle(_missing(match, tx), at=tx.now)
    return views.detail(match, tx)


def activate_match(command: ActivateMatch, tx: InterventionsTransaction) -> MatchDetailView:
    match = tx.matches.get(command.match_id, command.expected_version)
    match.activate(_missing(match, tx), at=tx.now)
    return views.detail(match, tx)


def pause_match(command: PauseMatch, tx: InterventionsTransaction) -> MatchDetailView:
    match = tx.matches.get(command.match_id, command.expected_version)
    match.pause(reason=command.reason_code, at=tx.now)
    return views.detail(match, tx)


def resume_match(command: ResumeMatch, tx: InterventionsTransaction) -> MatchDetailView:
    match = tx.matches.get(command.match_id, command.expected_version)
    match.resume(_missing(match, tx), at=tx.now)
    return views.detail(match, tx)


def complete_match(command: CompleteMatch, tx: InterventionsTransaction) -> MatchDetailView:
    match = tx.matches.get(command.match_id, command.expected_version)
    match.complete(at=tx.now)
    return views.detail(match, tx)


def end_match(command: EndMatch, tx: InterventionsTransaction) -> MatchDetailView:
    match = tx.matches.get(command.match_id, command.expected_version)
    match.end(command.reason_code, at=tx.now)
    return views.detail(match, tx)


def match_list(asked: MatchList, tx: InterventionsTransaction) -> Page[MatchView]:
    return views.page(asked, tx)


def match_detail(asked: MatchDetail, tx: InterventionsTransaction) -> MatchDetailView:
    match = tx.matches.get(asked.match_id)
    for student in match.participant_keys:
        tx.saw("match", match.id, student=student, school=match.school_id, fields=("sessions",))
    return views.detail(match, tx)


def end_matches_without_consent(tx: InterventionsTransaction) -> None:
    """End what was paused because a consent was taken back, once the days of grace are over."""
    for match in tx.matches.out_of_grace(tx.now.date(), limit=AT_A_TIME):
        match.end_without_consent(at=tx.now)


def candidates(supporters: Sequence[PeerSupporter], tx: InterventionsTransaction) -> list[Candidate]:
    """The supporters as matching sees them."""
    people = [supporter.student_key for supporter in supporters]
    students = tx.copies.students(people)
    load = tx.matches.load([supporter.id for supporter in supporters])
    minutes = tx.sessions.minutes_this_week(people)
    return [
        Candidate(
            supporter_id=supporter.id, student_key=supporter.student_key, takes_matches=supporter.takes_matches,
            open_matches=load.get(supporter.id, 0), load_cap=supporter.load_cap,
            minutes_this_week=minutes.get(supporter.student_key, 0), minutes_cap=supporter.minutes_cap,
            languages=frozenset(supporter.languages or supporter.program.languages),
            band=student.grade_band if student else None, active_student=student is not None and student.active)
        for supporter in supporters for student in (students.get(supporter.student_key),)]


def need_of(match: Match, tx: InterventionsTransaction) -> Need:
    plan = match.program.dosage_plan
    students = tx.copies.students(match.participant_keys).values()
    return Need(
        participants=frozenset(match.participant_keys), languages=frozenset(match.languages),
        bands=frozenset(student.grade_band for student in students), not_with=frozenset(match.not_with),
        minutes_a_week=plan.minutes * plan.sessions_per_week if plan else 0,
        in_crisis=tx.copies.in_crisis(match.participant_keys), ratio_breached=tx.ratio(match.program).breached)


def _fits(supporters: Sequence[PeerSupporter], match: Match, tx: InterventionsTransaction) -> list[Fit]:
    need = need_of(match, tx)
    return [fit(candidate, need) for candidate in candidates(supporters, tx)]


def _missing(match: Match, tx: InterventionsTransaction) -> Collection[ConsentMissing]:
    return tx.copies.missing_consents(match.program, match.participant_keys)


def _plan(command: RequestMatch, program: Program) -> Plan:
    """What was asked for; else what the program plans."""
    usual = program.dosage_plan
    sessions = command.planned_sessions or (usual.sessions_per_week * usual.weeks if usual else 10)
    minutes = command.planned_minutes or sessions * (usual.minutes if usual else 30)
    return Plan(sessions, minutes, command.starts_on, command.planned_end)
