"""What matches show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import any_, select

from services.interventions.matches.fit import Fit
from services.interventions.matches.model import Match
from services.interventions.matches.store import matches
from services.interventions.paging import page_of
from services.interventions.programs.store import named_in_program, programs
from services.interventions.sessions.views import row as session_row
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.interventions import (
    MatchDetailView,
    MatchList,
    MatchStatus,
    MatchView,
    Party,
    Suggestion,
    SuggestionsView,
)
from shared.contracts.messages import Page


def page(asked: MatchList, tx: InterventionsTransaction) -> Page[MatchView]:
    query = select(Match).join(programs, programs.c.id == matches.c.program_id).where(
        tx.in_scope(matches.c.school_id, program=named_in_program(tx.actor),
                    match=any_(matches.c.supporter_keys) == tx.actor))
    for column, wanted in (
        (matches.c.program_id, asked.program_id), (matches.c.school_id, asked.school_id),
        (matches.c.status, asked.status),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    found, cursor = page_of(
        tx.session, query, matches.c.created_at, matches.c.id, limit=asked.limit, cursor=asked.cursor)
    return Page(items=rows(found, tx), next_cursor=cursor)


def rows(found: Sequence[Match], tx: InterventionsTransaction) -> tuple[MatchView, ...]:
    return tuple(MatchView(**_row(match, tx)) for match in found)


def detail(match: Match, tx: InterventionsTransaction) -> MatchDetailView:
    tx.session.flush()
    agreed = {Party.SUPPORTER: match.all_supporters_agreed, Party.PARTICIPANT: match.participant_agreed}
    return MatchDetailView(
        **_row(match, tx), reason_code=match.reason_code, languages=match.languages, close_reason=match.close_reason,
        agreed=tuple(party for party, said_yes in agreed.items() if said_yes),
        sessions=tuple(session_row(session) for session in tx.sessions.of_match(match.id)),
        allowed=match.allowed, created_at=match.created_at)


def suggestions(match: Match, fits: Sequence[Fit]) -> SuggestionsView:
    return SuggestionsView(match_id=match.id, items=tuple(
        Suggestion(
            supporter_id=fit.candidate.supporter_id, student_key=fit.candidate.student_key, rank=rank, score=fit.score,
            shared_languages=fit.shared_languages, same_grade_band=fit.same_band,
            open_matches=fit.candidate.open_matches, load_cap=fit.candidate.load_cap, failed=fit.failed)
        for rank, fit in enumerate(fits, start=1)))


def _row(match: Match, tx: InterventionsTransaction) -> dict[str, Any]:
    return {
        "match_id": match.id, "version": match.version, "program_id": match.program_id, "school_id": match.school_id,
        "card_code": match.card_code, "supporter_ids": match.supporter_ids,
        "supporter_student_keys": match.supporter_keys, "participant_keys": match.participant_keys,
        "status": match.status, "care_status": match.care_status, "planned_sessions": match.planned_sessions,
        "planned_minutes": match.planned_minutes, "held_sessions": match.held_sessions,
        "held_minutes": match.held_minutes, "starts_on": match.starts_on, "planned_end": match.planned_end,
        "waiting_for": _waiting_for(match, tx), "updated_at": match.updated_at,
    }


def _waiting_for(match: Match, tx: InterventionsTransaction) -> tuple[Any, ...]:
    """Only a proposal waits for a yes; asking about consents is one more look per proposal, and those are few."""
    if match.status is not MatchStatus.PROPOSED:
        return ()
    return match.waiting_for(tx.copies.missing_consents(match.program, match.participant_keys))
