"""What is shown of referrals: lists without content, the record with it, and a counselor's day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, select, tuple_
from sqlalchemy.orm import selectinload

from services.referrals.clocks.model import Clock
from services.referrals.clocks.store import escalation_steps, referral_clocks
from services.referrals.notices.store import notices
from services.referrals.referrals.model import Referral
from services.referrals.referrals.moves import ENDED, WAITING, Verb
from services.referrals.referrals.store import referral_history, referrals
from services.referrals.transaction import ReferralsTransaction as Transaction
from shared.contracts.codes import SEVERITY, ClockKind, Urgency
from shared.contracts.messages import Page
from shared.contracts.referrals import (
    ClockView,
    CounselorDayView,
    EscalationView,
    FollowUpView,
    HistoryLine,
    MyDayOfCounselor,
    NoticeView,
    OpenReferrals,
    OpenVersions,
    OpenVersionsView,
    Queue,
    ReferralDetail,
    ReferralDetailView,
    ReferralView,
    VersionOf,
)
from shared.domain import Invalid

r, c = referrals.c, referral_clocks.c

RANK = case({urgency.value: -rank for urgency, rank in SEVERITY.items()}, value=cast(r.urgency, Text))
ORDERS: Mapping[bool, tuple[ColumnElement[Any], ...]] = {
    False: (RANK, r.submitted_at, r.id),
    True: (-func.extract("epoch", r.closed_at), r.submitted_at, r.id),
}
"""Open: the most urgent first, and of these the one that waits longest. Closed: the last first."""


def view_of(referral: Referral, tx: Transaction) -> ReferralView:
    clock = referral.next_clock()
    used = referral.time.minutes(clock.started_at, tx.now, clock.unit) if clock else None
    return _view(referral, used, tx.now)


def open_referrals(query: OpenReferrals, tx: Transaction) -> Page[ReferralView]:
    closed = query.view is Queue.CLOSED
    order = ORDERS[closed]
    wanted = (
        select(Referral, *(cast(key, Text).label(f"key_{n}") for n, key in enumerate(order)))
        .options(selectinload(Referral.clocks))  # type: ignore[arg-type]
        .where(_in_queue(query.view, tx), _visible(tx), *_filters(query, order))
        .order_by(*order).limit(query.limit + 1))
    rows = tx.session.execute(wanted).all()
    page, used = rows[:query.limit], _minutes_used([row[0].id for row in rows], tx.now, tx)
    more = len(rows) > query.limit
    return Page[ReferralView](
        items=tuple(_view(row[0], used.get(row[0].id), tx.now) for row in page),
        next_cursor="|".join(page[-1][1:]) if more else None)


def referral_detail(query: ReferralDetail, tx: Transaction) -> ReferralDetailView:
    referral = tx.referrals.get(query.referral_id)
    flags, summary = tx.referrals.content(referral)
    tx.saw("referral", referral.id, student=referral.student_key, school=referral.school_id,
           fields=("red_flag_codes", "summary"))
    return ReferralDetailView(
        version=referral.version, referral=view_of(referral, tx), red_flag_codes=flags, summary=summary,
        raised_by=referral.submitted_by, content_awaited=referral.content_awaited,
        clocks=tuple(_clock_view(referral, clock, tx.now) for clock in referral.clocks.values()),
        history=_history(referral), escalations=_escalations(referral.id, tx), notices=_notices(referral.id, tx),
        follow_ups=tuple(FollowUpView(n=each.n, due_on=each.due_on, done_on=each.done_on, result_code=each.result_code)
                         for each in referral.follow_ups),
        follow_ups_waived=referral.follow_ups_waived, outcome_setting=referral.outcome_setting,
        peer_sees=referral.peer_sees())


def my_day_of_counselor(query: MyDayOfCounselor, tx: Transaction) -> CounselorDayView:
    h = referral_history.c
    today = func.referrals.local_day(h.school_id, h.at) == func.referrals.local_day(h.school_id, tx.now)
    acknowledged = tx.session.execute(
        select(func.count(), func.percentile_cont(0.5).within_group(c.minutes),
               func.count().filter(c.breached_at.is_not(None)))
        .select_from(referral_history.join(
            referral_clocks, and_(c.referral_id == h.referral_id, c.kind == ClockKind.ACKNOWLEDGE)))
        .where(h.actor_key == tx.actor, h.verb == Verb.ACKNOWLEDGE.value, today)).one()
    contacts = tx.session.scalar(
        select(func.count()).select_from(referrals.join(referral_clocks, c.referral_id == r.id))
        .where(r.owner_key == tx.actor, c.kind == ClockKind.CONTACT, c.stopped_at.is_(None),
               func.referrals.local_day(c.school_id, c.due_at) <= func.referrals.local_day(c.school_id, tx.now)))
    count, median, past = acknowledged
    return CounselorDayView(
        acknowledged=count, median_minutes=median, past_target=past, first_contacts_due=contacts or 0)


def open_versions(query: OpenVersions, tx: Transaction) -> OpenVersionsView:
    rows = tx.session.execute(
        select(r.id, r.version).where(r.school_id == query.school_id, r.status.not_in(ENDED)).order_by(r.id))
    return OpenVersionsView(items=tuple(VersionOf(referral_id=id, version=version) for id, version in rows))


# --- Lists ---------------------------------------------------------------------------------------------------------

def _in_queue(queue: Queue, tx: Transaction) -> ColumnElement[bool]:
    if queue is Queue.CLOSED:
        return r.status.in_(ENDED)
    if queue is Queue.WAITING:
        return r.status.in_(WAITING)
    still_open = r.status.not_in(ENDED)
    return and_(still_open, r.owner_key == tx.actor) if queue is Queue.MINE else still_open


def _visible(tx: Transaction) -> ColumnElement[bool]:
    return tx.in_scope(
        r.school_id, assigned=(r.owner_key == tx.actor) | (r.backup_key == tx.actor),
        own=r.submitted_by == tx.actor, emergency=r.urgency == Urgency.EMERGENCY)


def _filters(query: OpenReferrals, order: tuple[ColumnElement[Any], ...]) -> Iterable[ColumnElement[bool]]:
    if query.urgency:
        yield r.urgency == query.urgency
    if query.school_id:
        yield r.school_id == query.school_id
    if query.cursor:
        last = _keys(query.cursor)
        yield tuple_(*order) > tuple_(*(cast(text, key.type) for text, key in zip(last, order, strict=True)))


def _keys(cursor: str) -> list[str]:
    keys = cursor.split("|")
    if len(keys) != 3:
        raise Invalid("this is no cursor of ours", errors=[
            {"pointer": "/cursor", "code": "cursor_invalid", "message": "start again from the first page"}])
    return keys


def _minutes_used(ids: list[UUID], now: datetime, tx: Transaction) -> dict[UUID, float]:
    """By referral: how much of the time of the clock that runs out first has been used."""
    if not ids:
        return {}
    rows = tx.session.execute(
        select(c.referral_id, func.referrals.minutes_between(c.school_id, c.started_at, now, cast(c.unit, Text)))
        .where(c.referral_id.in_(ids), c.stopped_at.is_(None)).order_by(c.due_at.desc()))
    return {row[0]: row[1] for row in rows}     # the one that runs out first comes last, and stays


# --- Parts ---------------------------------------------------------------------------------------------------------

def _view(referral: Referral, used: float | None, now: datetime) -> ReferralView:
    clock = referral.next_clock()
    return ReferralView(
        referral_id=referral.id, case_number=referral.case_number, version=referral.version, status=referral.status,
        urgency=referral.urgency, urgency_floor=referral.urgency_floor, school_id=referral.school_id,
        student_key=referral.student_key, grade_band=referral.grade_band, concern_domain=referral.concern_domain,
        source=referral.source, program_id=referral.program_id, concern_id=referral.concern_id,
        student_told=referral.student_told, owner_key=referral.owner_key, backup_key=referral.backup_key,
        submitted_at=referral.submitted_at, received_at=referral.received_at,
        acknowledged_at=referral.acknowledged_at, first_contact_at=referral.first_contact_at,
        first_service_at=referral.first_service_at, closed_at=referral.closed_at, outcome_code=referral.outcome_code,
        review_on=referral.review_on, next_clock=clock and clock.kind, due_at=clock and clock.due_at,
        percent_used=_percent(used, clock.limit_minutes) if clock and used is not None else None,
        overdue=bool(clock and clock.due_at < now), allowed=referral.allowed())


def _clock_view(referral: Referral, clock: Clock, now: datetime) -> ClockView:
    minutes = clock.minutes
    if minutes is None:
        minutes = referral.time.minutes(clock.started_at, now, clock.unit)
    return ClockView(
        kind=clock.kind, started_at=clock.started_at, due_at=clock.due_at, stopped_at=clock.stopped_at,
        breached_at=clock.breached_at, minutes=minutes, percent_used=_percent(minutes, clock.limit_minutes),
        within_limit=clock.met and (not clock.running or now <= clock.due_at))


def _percent(minutes: float, limit: float) -> int:
    return round(100 * minutes / limit) if limit else 100


def _history(referral: Referral) -> tuple[HistoryLine, ...]:
    return tuple(
        HistoryLine(at=step.at, verb=step.verb, actor_key=step.actor_key, actor_role=step.actor_role,
                    status_from=step.status_from, status_to=step.status_to, urgency_from=step.urgency_from,
                    urgency_to=step.urgency_to, reason_code=step.reason_code)
        for step in referral.history)


def _escalations(id: UUID, tx: Transaction) -> tuple[EscalationView, ...]:
    rows = tx.session.execute(
        select(escalation_steps).where(escalation_steps.c.referral_id == id).order_by(escalation_steps.c.at))
    return tuple(EscalationView(at=row.at, clock=row.kind, step_no=row.step_no, to_key=row.to_key, channel=row.channel)
                 for row in rows)


def _notices(id: UUID, tx: Transaction) -> tuple[NoticeView, ...]:
    rows = tx.session.execute(select(notices).where(notices.c.subject_id == id).order_by(notices.c.created_at))
    return tuple(
        NoticeView(notice_id=row.id, kind=row.kind.value, channel=row.channel, to_key=row.to_key, status=row.status,
                   attempts=row.attempts, sent_at=row.sent_at) for row in rows)
