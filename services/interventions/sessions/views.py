"""What sessions show: when, how long, what came up in a word; never who said what."""

from __future__ import annotations

from sqlalchemy import any_, select

from services.interventions.paging import page_of
from services.interventions.programs.store import named_in_program, programs
from services.interventions.sessions.model import PeerSession
from services.interventions.sessions.store import sessions
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.interventions import SessionList, SessionStatus, SessionsToMark, SessionView
from shared.contracts.messages import Page

TO_MARK = (SessionStatus.UNMARKED, SessionStatus.HELD, SessionStatus.DOCUMENTATION_OVERDUE)


def row(session: PeerSession) -> SessionView:
    return SessionView(
        session_id=session.id, version=session.version, program_id=session.program_id, school_id=session.school_id,
        match_id=session.match_id, card_code=session.card_code, scheduled_at=session.scheduled_at,
        held_at=session.held_at, minutes=session.minutes, modality=session.modality,
        attended_count=session.attended_count, status=session.status, topic_codes=session.topics,
        red_flag=session.red_flag, recorded_by=session.recorded_by, documented_at=session.documented_at)


def page(asked: SessionList | SessionsToMark, tx: InterventionsTransaction) -> Page[SessionView]:
    query = select(PeerSession).join(programs, programs.c.id == sessions.c.program_id).where(
        tx.in_scope(sessions.c.school_id, program=named_in_program(tx.actor),
                    match=any_(sessions.c.supporter_keys) == tx.actor))
    if asked.program_id is not None:
        query = query.where(sessions.c.program_id == asked.program_id)
    if isinstance(asked, SessionsToMark):
        late = (sessions.c.status == SessionStatus.SCHEDULED) & (sessions.c.scheduled_at < tx.now)
        query = query.where(sessions.c.status.in_(TO_MARK) | late)
    else:
        for column, wanted in (
            (sessions.c.match_id, asked.match_id), (sessions.c.school_id, asked.school_id),
            (sessions.c.status, asked.status),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
    found, cursor = page_of(
        tx.session, query, sessions.c.created_at, sessions.c.id, limit=asked.limit, cursor=asked.cursor)
    return Page(items=tuple(row(session) for session in found), next_cursor=cursor)
