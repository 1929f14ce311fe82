"""Who is signed in: a random token at the browser, its hash here, and how long it may lie idle."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, delete, func, insert, select, text
from sqlalchemy.orm import Session

from gateway.store import accounts, sessions
from shared.contracts.codes import Role
from shared.security.principal import Grant

STAFF, STUDENT = "staff", "student"
COOKIE, BEARER = "cookie", "bearer"

IDLE = {STAFF: timedelta(minutes=30), STUDENT: timedelta(minutes=15)}
LONGEST = {COOKIE: timedelta(hours=12), BEARER: timedelta(minutes=15)}
SEEN_EVERY = timedelta(seconds=30)

FIND = text("""
    SELECT s.id, s.token_hash, s.kind AS way, s.idle_seconds, s.signed_in_at, s.seen_at,
           clock_timestamp() AS now, a.actor_key, a.kind,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(g.role, g.school_id)), '[]'::jsonb)
              FROM gateway.standings x JOIN gateway.grants g USING (source_id)
             WHERE x.actor_key = a.actor_key AND x.active
               AND (g.starts_on IS NULL OR g.starts_on <= current_date)
               AND (g.ends_on IS NULL OR g.ends_on >= current_date)) AS grants
      FROM gateway.sessions s JOIN gateway.accounts a ON a.id = s.account_id
     WHERE s.token_hash = :hash AND a.active AND s.expires_at > clock_timestamp()""")

TOUCH = text("UPDATE gateway.sessions SET seen_at = clock_timestamp() WHERE token_hash = :hash")


@dataclass(frozen=True)
class Found:
    """A session that is still good, and what its owner may be at this moment."""

    id: UUID
    token_hash: bytes
    way: str
    actor_key: UUID
    kind: str
    grants: tuple[Grant, ...]
    idle_seconds: int
    signed_in_at: datetime
    idle: timedelta

    @property
    def slept(self) -> bool:
        """Has nobody touched it for too long?"""
        return self.way == COOKIE and self.idle > timedelta(seconds=self.idle_seconds)


def begin(db: Connection, account_id: UUID, kind: str, way: str) -> str:
    """Start a session; the token is known to the caller alone."""
    token = secrets.token_urlsafe(32)
    db.execute(insert(sessions).values(
        token_hash=hashed(token), id=uuid4(), account_id=account_id, kind=way,
        idle_seconds=int(IDLE[kind].total_seconds()), expires_at=func.clock_timestamp() + LONGEST[way]))
    db.execute(delete(sessions).where(sessions.c.expires_at < func.clock_timestamp() - LONGEST[COOKIE]))
    return token


def find(engine: Engine, token: str) -> Found | None:
    """The session of a token, with the grants its owner has now; None when it ended or never was."""
    with engine.connect() as db:
        row = db.execute(FIND, {"hash": hashed(token)}).one_or_none()
    return None if row is None else Found(
        id=row.id, token_hash=bytes(row.token_hash), way=row.way, actor_key=row.actor_key, kind=row.kind,
        grants=grants_of(row.grants), idle_seconds=row.idle_seconds, signed_in_at=row.signed_in_at,
        idle=row.now - row.seen_at)


def touch(engine: Engine, found: Found) -> None:
    """Somebody is there. Written at most every half minute: a busy page must not cost a write per request."""
    if found.idle > SEEN_EVERY:
        with engine.begin() as db:
            db.execute(TOUCH, {"hash": found.token_hash})


def end(db: Connection, token_hash: bytes) -> None:
    db.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def end_all(db: Connection | Session, actor_key: UUID) -> None:
    """Nobody stays signed in as this person."""
    theirs = select(accounts.c.id).where(accounts.c.actor_key == actor_key)
    db.execute(delete(sessions).where(sessions.c.account_id.in_(theirs)))


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def grants_of(pairs: list[tuple[str, str | None]]) -> tuple[Grant, ...]:
    """One grant per role: in the whole district, or in all schools that were named for it."""
    by_role: dict[Role, set[str | None]] = {}
    for role, school in pairs:
        by_role.setdefault(Role(role), set()).add(school)
    return tuple(
        Grant(role, None if None in schools else frozenset(UUID(school) for school in schools if school))
        for role, schools in sorted(by_role.items()))
