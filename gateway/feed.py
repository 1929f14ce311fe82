"""The feed behind every open page: rows that say something changed, in one order for all gateways.

Whoever writes holds one lock from insert to commit, so that positions appear in order: a reader that has seen 7 will
never be surprised by a late 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, delete, func, insert, select, text

from gateway.store import GatewayTransaction, feed
from shared.contracts.codes import Role, Urgency

CHANNEL = "gateway_feed"
KEPT = timedelta(hours=24)
AT_ONCE = 500

LOCK = text("SELECT pg_advisory_xact_lock(hashtext('gateway.feed'))")
NOTIFY = text(f"SELECT pg_notify('{CHANNEL}', '')")


@dataclass(frozen=True)
class Line:
    """One thing that changed: which, to which version, and whom it concerns."""

    position: int
    school_id: UUID | None
    audience: frozenset[str]
    topic: str
    object_id: UUID
    version: int
    urgency: str | None
    at: datetime


def write(
    tx: GatewayTransaction, *, topic: str, school_id: UUID | None, audience: Sequence[Role], object_id: UUID,
    version: int, urgency: Urgency | None = None,
) -> None:
    tx.session.execute(LOCK)
    tx.session.execute(insert(feed).values(
        school_id=school_id, audience=[role.value for role in audience], topic=topic, object_id=object_id,
        version=version, urgency=urgency))
    tx.session.execute(NOTIFY)


def after(engine: Engine, position: int, limit: int = AT_ONCE) -> list[Line]:
    """The lines after a position, oldest first."""
    with engine.connect() as db:
        rows = db.execute(select(feed).where(feed.c.position > position).order_by(feed.c.position).limit(limit)).all()
    return [Line(row.position, row.school_id, frozenset(row.audience), row.topic, row.object_id, row.version,
                 row.urgency, row.at) for row in rows]


def newest(engine: Engine) -> int:
    with engine.connect() as db:
        return int(db.execute(select(func.coalesce(func.max(feed.c.position), 0))).scalar_one())


def remembers(engine: Engine, position: int) -> bool:
    """Can a page that saw this position be told everything since?"""
    recent = feed.c.at > func.clock_timestamp() - KEPT
    with engine.connect() as db:
        return db.execute(select(feed.c.position).where(feed.c.position == position, recent)).first() is not None


def forget(tx: GatewayTransaction) -> None:
    """Rows that no page may ask for any more."""
    tx.session.execute(delete(feed).where(feed.c.at < func.clock_timestamp() - 2 * KEPT))
