"""Who may be here and as what, as the owning services announce it.

An event may come late or twice, and a change made through the gateway is taken at once, before its answer: the higher
version wins. Whoever has no active standing left is signed out in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from gateway import sign_ins
from gateway.store import GatewayTransaction, database, grants, standings
from shared.contracts.codes import Role
from shared.contracts.interventions import OfSupporter, SupporterStatus, SupporterView
from shared.contracts.schools import Assignment, StaffAssigned, StaffDeactivated, StaffView
from shared.messaging.codec import Fact
from shared.security.principal import GATEWAY
from shared.work import Errand

K = TypeVar("K", bound=StaffView | SupporterView)

WELCOME = {
    SupporterStatus.SELECTED, SupporterStatus.IN_TRAINING, SupporterStatus.CERTIFIED, SupporterStatus.ACTIVE,
    SupporterStatus.CHECK_IN_OVERDUE, SupporterStatus.REFRESHER_DUE, SupporterStatus.LAPSED, SupporterStatus.ON_BREAK,
}
"""A suspended, removed or retired supporter does not sign in."""

TAKE = text("""
    INSERT INTO gateway.standings AS s (source_id, actor_key, kind, school_id, active, version)
    VALUES (:source_id, :actor_key, :kind, :school_id, :active, :version)
    ON CONFLICT (source_id) DO UPDATE SET
        school_id = coalesce(excluded.school_id, s.school_id), active = excluded.active, version = excluded.version
    WHERE s.version < excluded.version
    RETURNING source_id""")


def staff_assigned(fact: Fact[StaffAssigned], tx: GatewayTransaction) -> None:
    """Somebody has other roles now."""
    event = fact.event
    take(tx.session, _staff(event.staff_key, event.version, active=True), _of_assignments(event.assignments))


def staff_deactivated(fact: Fact[StaffDeactivated], tx: GatewayTransaction) -> None:
    """Somebody left: their sessions end."""
    take(tx.session, _staff(fact.event.staff_key, fact.event.version, active=False), ())


def supporter_changed(fact: Fact[Any], tx: GatewayTransaction) -> None:
    """A peer supporter came, went on or left; every event of a supporter says where they stand."""
    event: OfSupporter = fact.event
    take_supporter(tx.session, event.supporter_id, event.state.student_key, event.school_id, event.state.status,
                   event.version)


def known(view: K) -> K:
    """A change made through the gateway counts before it is answered: the view, taken as its event will be."""
    with database(current_app.extensions["settings"]).begin(Errand.own(GATEWAY, "grants.take")) as tx:
        if isinstance(view, StaffView):
            standing = _staff(view.staff_key, view.version, active=view.active)
            take(tx.session, standing, _of_assignments(view.assignments))
        else:
            take_supporter(tx.session, view.supporter_id, view.student_key, view.school_id, view.status, view.version)
    return view


def take_supporter(
    session: Session, supporter_id: UUID, student_key: UUID, school_id: UUID, status: SupporterStatus, version: int
) -> None:
    active = status in WELCOME
    standing = {
        "source_id": supporter_id, "actor_key": student_key, "kind": sign_ins.STUDENT, "school_id": school_id,
        "active": active, "version": version,
    }  # fmt: skip
    roles = [{"role": Role.PEER_SUPPORTER.value, "school_id": school_id, "starts_on": None, "ends_on": None}]
    take(session, standing, roles if active else ())


def take(session: Session, standing: Mapping[str, Any], roles: Iterable[Mapping[str, object]]) -> None:
    """Put what is newer in the place of what was known, unless nothing is newer."""
    if session.execute(TAKE, standing).first() is None:
        return
    source = standing["source_id"]
    session.execute(delete(grants).where(grants.c.source_id == source))
    if rows := [{"source_id": source, **role} for role in roles]:
        session.execute(insert(grants), rows)
    _end_if_left(session, standing["actor_key"])


def _end_if_left(session: Session, actor_key: UUID) -> None:
    active = select(standings.c.source_id).where(standings.c.actor_key == actor_key, standings.c.active)
    if session.execute(active.limit(1)).first() is None:
        sign_ins.end_all(session, actor_key)


def _staff(staff_key: UUID, version: int, *, active: bool) -> dict[str, object]:
    return {
        "source_id": staff_key, "actor_key": staff_key, "kind": sign_ins.STAFF, "school_id": None, "active": active,
        "version": version,
    }  # fmt: skip


def _of_assignments(assignments: Iterable[Assignment]) -> list[dict[str, object]]:
    unique: dict[tuple[str, UUID | None, date | None], dict[str, object]] = {
        (each.role, each.school_id, each.starts_on): {
            "role": each.role.value, "school_id": each.school_id, "starts_on": each.starts_on, "ends_on": each.ends_on,
        }
        for each in assignments
    }  # fmt: skip
    return list(unique.values())


