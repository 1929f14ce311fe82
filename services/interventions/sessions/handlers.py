"""What is done with sessions: planning, marking, writing down with the red-flag check."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from services.interventions.concerns.raising import Origin, raise_concern_from
from services.interventions.concerns.views import seen_by_peer
from services.interventions.metrics import SESSIONS_RECORDED
from services.interventions.sessions import views
from services.interventions.sessions.model import (
    AWAITED,
    DOCUMENTED_WITHIN_SCHOOL_DAYS,
    Documentation,
    PeerSession,
)
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.codes import Role
from shared.contracts.ids import ActorKey, SessionId, StudentKey
from shared.contracts.interventions import (
    LogSession,
    MarkSession,
    ReviewSession,
    ScheduleSession,
    SessionList,
    SessionLoggedView,
    SessionMark,
    SessionsToMark,
    SessionView,
)
from shared.contracts.messages import Page
from shared.domain import Invalid, NotFound

CLOCKS_DIFFER = timedelta(minutes=5)
AT_A_TIME = 200


def schedule_session(command: ScheduleSession, tx: InterventionsTransaction) -> SessionView:
    match = tx.matches.get(command.match_id)
    session = tx.sessions.add(PeerSession.of_match(
        match, id=SessionId(uuid4()), minutes=command.minutes, modality=command.modality, at=tx.now,
        scheduled_at=command.scheduled_at))
    return views.row(session)


def log_session(command: LogSession, tx: InterventionsTransaction) -> SessionLoggedView:
    """Write a session down; a worry seen in it is passed on in the same transaction."""
    session = _session_of(command, tx)
    if session.status in AWAITED:
        _hold(session, command, tx)
    session.document(
        Documentation(command.topic_codes, command.resources_shared, command.satisfaction, command.red_flag_answers),
        by=ActorKey(tx.actor), at=tx.now)
    concern = None
    if command.concern is not None:
        origin = Origin(session.school_id, session.program, session.match_id, session.id)
        concern = raise_concern_from(command.concern, origin, tx, answers=command.red_flag_answers)
    if command.next_at is not None:
        _plan_next(session, command.next_at, tx)
    SESSIONS_RECORDED.labels(tier=int(session.program.tier)).inc()
    return SessionLoggedView(session=views.row(session), concern=seen_by_peer(concern, tx.now) if concern else None)


def mark_session(command: MarkSession, tx: InterventionsTransaction) -> SessionView:
    session = tx.sessions.get(command.session_id, command.expected_version)
    if command.mark is SessionMark.NO_SHOW:
        session.miss(at=tx.now)
    elif command.mark is SessionMark.CANCELLED:
        session.cancel(at=tx.now)
    else:
        minutes, held_at = command.minutes or session.minutes, session.scheduled_at or tx.now
        session.hold(held_at=min(held_at, tx.now), minutes=minutes, modality=session.modality, attended=1, at=tx.now)
        _count_in_match(session, tx)
    return views.row(session)


def review_session(command: ReviewSession, tx: InterventionsTransaction) -> SessionView:
    session = tx.sessions.get(command.session_id, command.expected_version)
    session.review(at=tx.now)
    return views.row(session)


def session_list(asked: SessionList, tx: InterventionsTransaction) -> Page[SessionView]:
    return views.page(asked, tx)


def sessions_to_mark(asked: SessionsToMark, tx: InterventionsTransaction) -> Page[SessionView]:
    return views.page(asked, tx)


def note_forgotten_sessions(tx: InterventionsTransaction) -> None:
    """A day after its time nobody has said what became of a session."""
    for session in tx.sessions.forgotten(tx.now, limit=AT_A_TIME):
        session.forget(at=tx.now)


def note_late_documentation(tx: InterventionsTransaction) -> None:
    """Two school days after it was held a session is not written down."""
    held = tx.sessions.undocumented(tx.now - timedelta(days=DOCUMENTED_WITHIN_SCHOOL_DAYS), limit=AT_A_TIME)
    times = tx.copies.times_of({session.school_id for session in held})
    for session in held:
        time = times[session.school_id]
        if session.held_at and time.today(tx.now) > time.after(
                time.today(session.held_at), DOCUMENTED_WITHIN_SCHOOL_DAYS):
            session.fall_behind(at=tx.now)


def _session_of(command: LogSession, tx: InterventionsTransaction) -> PeerSession:
    """The planned session, or a new one of the match, or a drop-in of the program."""
    if command.session_id is not None:
        return tx.sessions.get(command.session_id)
    if command.match_id is not None:
        match = tx.matches.get(command.match_id)
        return tx.sessions.add(PeerSession.of_match(
            match, id=SessionId(uuid4()), minutes=command.minutes, modality=command.modality, at=tx.now))
    assert command.program_id is not None
    program = tx.programs.look_up(command.program_id)
    by = StudentKey(tx.actor) if tx.role is Role.PEER_SUPPORTER else None
    if by is not None and not tx.supporters.serves(program.id, by):
        raise NotFound(f"there is no program {program.id}")
    session = PeerSession.drop_in(
        program, id=SessionId(uuid4()), by=by, minutes=command.minutes, modality=command.modality, at=tx.now)
    tx.permit(session)
    return tx.sessions.add(session)


def _hold(session: PeerSession, command: LogSession, tx: InterventionsTransaction) -> None:
    held_at = command.held_at or _usual_time(session, tx.now)
    if held_at > tx.now + CLOCKS_DIFFER:
        raise Invalid("a session is written down after it was held", errors=[
            {"pointer": "/held_at", "code": "in_future", "message": "held_at is in the future"}])
    session.hold(held_at=held_at, minutes=command.minutes, modality=command.modality, attended=command.attended_count,
                 at=tx.now)
    _count_in_match(session, tx)


def _usual_time(session: PeerSession, now: datetime) -> datetime:
    return min(session.scheduled_at, now) if session.scheduled_at else now


def _count_in_match(session: PeerSession, tx: InterventionsTransaction) -> None:
    if session.match_id is not None:
        tx.matches.get(session.match_id).met(minutes=session.minutes, at=tx.now)


def _plan_next(session: PeerSession, at: datetime, tx: InterventionsTransaction) -> None:
    match = tx.matches.get(session.match_id) if session.match_id else None
    if match is None or not match.open or at <= tx.now:
        raise Invalid("the next session is one of an open match, and still to come", errors=[
            {"pointer": "/next_at", "code": "not_possible", "message": "next_at is not possible"}])
    tx.sessions.add(PeerSession.of_match(
        match, id=SessionId(uuid4()), minutes=session.minutes, modality=session.modality, at=tx.now, scheduled_at=at))
