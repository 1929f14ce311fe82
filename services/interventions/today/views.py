"""The caller's own day, by the key in the principal; nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal_column, select

from services.interventions.concerns.views import seen_by_peer
from services.interventions.matches.model import Match
from services.interventions.matches.store import matches
from services.interventions.programs.store import named_in_program, programs
from services.interventions.sessions.model import PeerSession
from services.interventions.sessions.store import sessions
from services.interventions.sessions.views import row as session_row
from services.interventions.supporters.model import PeerSupporter
from services.interventions.supporters.store import supporters
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.codes import Role
from shared.contracts.interventions import (
    MatchStatus,
    MyDayView,
    MyMatchView,
    MyRoleView,
    ProgramStatus,
    SessionStatus,
    SupporterStatus,
    TaskKind,
    TasksView,
    TaskView,
)

CHECK_IN_SOON = timedelta(days=3)
COORDINATES = frozenset({Role.SITE_COORDINATOR})
SIGNS = frozenset({Role.PRINCIPAL, Role.DISTRICT_LEAD})
ADVISES = frozenset({Role.ADVISOR, Role.CLINICAL_SUPERVISOR, Role.SITE_COORDINATOR})


def day_of(tx: InterventionsTransaction) -> MyDayView:
    """A peer supporter's page."""
    student = tx.actor
    parts, mine = tx.supporters.parts_of(student), tx.matches.of_supporter(student)
    awaited = tx.sessions.awaited_of(student)
    planned = [each for each in awaited if each.scheduled_at and each.scheduled_at >= tx.now]
    late = [each for each in awaited if each not in planned]
    minutes = tx.sessions.minutes_this_week([student]).get(student, 0)
    return MyDayView(
        roles=tuple(_part(part, minutes) for part in parts),
        matches=tuple(_match(match, student, planned) for match in mine),
        next_session=session_row(planned[0]) if planned else None,
        to_document=tuple(session_row(each) for each in late),
        concerns=tuple(seen_by_peer(concern, tx.now) for concern in tx.concerns.raised_by(student)),
    )


def tasks_of(limit: int, tx: InterventionsTransaction) -> TasksView:
    """Work lines of all kinds within the caller's reach, the longest waiting first."""
    roles = {reach.role for reach in tx.errand.reaches}
    found = [task for query in _queries(roles, tx) for task in _tasks(query, limit, tx)]
    return TasksView(items=tuple(sorted(found, key=lambda task: task.since)[:limit]))


def _part(part: PeerSupporter, minutes: int) -> MyRoleView:
    return MyRoleView(
        supporter_id=part.id, version=part.version, program_id=part.program_id, program_title=part.program.title,
        school_id=part.school_id, status=part.status, supervisor_key=part.supervisor_key, hours_done=part.hours_done,
        hours_required=part.demands.hours, expires_on=part.expires_on, next_checkin_due=part.next_checkin_due,
        minutes_this_week=minutes, minutes_cap=part.minutes_cap)


def _match(match: Match, student: UUID, planned: list[PeerSession]) -> MyMatchView:
    own = match.supporter_ids[match.supporter_keys.index(student)]
    return MyMatchView(
        match_id=match.id, version=match.version, program_id=match.program_id, card_code=match.card_code,
        participant_keys=match.participant_keys, status=match.status, planned_sessions=match.planned_sessions,
        held_sessions=match.held_sessions,
        next_at=next((each.scheduled_at for each in planned if each.match_id == match.id), None),
        needs_my_answer=match.status is MatchStatus.PROPOSED and own not in match.supporters_agreed)


def _queries(roles: set[Role], tx: InterventionsTransaction) -> Iterator[tuple[TaskKind, Any, Any, Any, Any, Any]]:
    """What waits, as (kind, table, where, id, since, due)."""
    now, p, s, m, x = tx.now, programs.c, supporters.c, matches.c, sessions.c
    nothing: ColumnElement[Any] = literal_column("NULL")
    if roles & SIGNS:
        yield TaskKind.PROGRAM_TO_APPROVE, programs, p.status == ProgramStatus.SUBMITTED, p.id, p.updated_at, nothing
    if roles & COORDINATES:
        for kind, status in (
            (TaskKind.PROGRAM_RETURNED, ProgramStatus.RETURNED), (TaskKind.PROGRAM_TO_ACTIVATE, ProgramStatus.APPROVED),
            (TaskKind.PROGRAM_PAUSED, ProgramStatus.PAUSED),
        ):
            yield kind, programs, p.status == status, p.id, p.updated_at, nothing
    if roles & (COORDINATES | {Role.DISTRICT_LEAD}):
        yield TaskKind.RATIO_BREACHED, programs, p.ratio_breached.is_(True), p.id, p.updated_at, nothing
    if roles & ADVISES:
        for kind, statuses in (
            (TaskKind.SUPPORTER_TO_SELECT, (SupporterStatus.NOMINATED, SupporterStatus.APPLIED)),
            (TaskKind.SUPPORTER_TO_ACTIVATE, (SupporterStatus.CERTIFIED,)),
        ):
            yield kind, supporters, s.status.in_(statuses), s.id, s.updated_at, nothing
        due = and_(s.status.in_((SupporterStatus.ACTIVE, SupporterStatus.CHECK_IN_OVERDUE)),
                   s.next_checkin_due <= now.date() + CHECK_IN_SOON)
        yield TaskKind.CHECK_IN_DUE, supporters, due, s.id, s.updated_at, s.next_checkin_due
        yield TaskKind.MATCH_TO_PROPOSE, matches, m.status == MatchStatus.REQUESTED, m.id, m.updated_at, nothing
        yield TaskKind.MATCH_TO_ACTIVATE, matches, m.status == MatchStatus.CONSENTED, m.id, m.updated_at, nothing
        yield (TaskKind.SESSION_UNMARKED, sessions, x.status == SessionStatus.UNMARKED, x.id, x.scheduled_at, nothing)
        undocumented = x.status.in_((SessionStatus.HELD, SessionStatus.DOCUMENTATION_OVERDUE))
        yield TaskKind.SESSION_TO_DOCUMENT, sessions, undocumented, x.id, x.held_at, nothing


def _tasks(
    query: tuple[TaskKind, Any, ColumnElement[bool], Any, Any, Any], limit: int, tx: InterventionsTransaction,
) -> Iterator[TaskView]:
    kind, table, where, id, since, due = query
    program_id = id if table is programs else table.c.program_id
    found = select(id, table.c.school_id, program_id, since, due).select_from(table)
    if table is not programs:
        found = found.join(programs, programs.c.id == table.c.program_id)
    reach = tx.in_scope(table.c.school_id, program=named_in_program(tx.actor), own=_never())
    for about_id, school_id, of_program, waiting_since, due_on in tx.session.execute(
            found.where(where, reach).order_by(since).limit(limit)):
        yield TaskView(kind=kind, about_id=about_id, school_id=school_id, program_id=of_program, since=waiting_since,
                       due_on=due_on)


def _never() -> ColumnElement[bool]:
    """A peer supporter's own work stands on their own page."""
    return literal_column("false")
