"""The tables that carry a service's messages: the same in every schema."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.columns import NOW, moment
from shared.security.audit import audit_tables
from shared.security.fields import record_keys_table


def machinery(metadata: MetaData) -> None:
    """Add the tables of outbox, inbox, idempotency, timers, audit and record keys to a service's schema."""
    outbox(metadata)
    inbox(metadata)
    idempotency(metadata)
    timers(metadata)
    audit(metadata)
    record_keys(metadata)


def outbox(metadata: MetaData) -> Table:
    """What happened and must be told; the relay marks what the broker took."""
    table = Table(
        "outbox", metadata,
        Column("seq", BigInteger, Identity(always=True), primary_key=True),
        Column("id", Uuid, nullable=False, unique=True),
        Column("aggregatetype", String(64), nullable=False),
        Column("aggregateid", Uuid, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("type", String(64), nullable=False),
        Column("lane", SmallInteger, nullable=False),
        Column("schoolid", Uuid),
        Column("payload", Text, nullable=False),
        moment("occurred_at", nullable=False),
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        moment("next_attempt_at", nullable=False, server_default=NOW),
        Column("last_error", String(64)),
        moment("published_at"),
        info={"worker": "SELECT, INSERT, UPDATE, DELETE"},
    )
    Index("outbox_waiting", table.c.lane, table.c.seq, postgresql_where=table.c.published_at.is_(None))
    return table


def inbox(metadata: MetaData) -> Table:
    """What was heard, by whom, and how it ended; `payload` and `raw` only while somebody may need them."""
    table = Table(
        "inbox", metadata,
        Column("consumer", String(128), primary_key=True),
        Column("message_id", Uuid, primary_key=True),
        Column("type", String(128)),
        Column("lane", String(8)),
        Column("aggregateid", Uuid),
        Column("version", BigInteger),
        Column("schoolid", Uuid),
        Column("state", String(8), nullable=False),
        Column("detail", String(128)),
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        moment("next_attempt_at"),
        Column("payload", JSONB(none_as_null=True)),
        Column("raw", LargeBinary),
        moment("received_at", nullable=False, server_default=NOW),
        moment("settled_at"),
        Column("redelivered", Boolean, nullable=False, server_default=text("false")),
        Column("redriven_by", Uuid),
        moment("redriven_at"),
        info={"worker": "SELECT, UPDATE, DELETE"},
    )
    Index("inbox_due", table.c.next_attempt_at, postgresql_where=table.c.state.in_(["new", "retry"]))
    Index("inbox_parked", table.c.lane, postgresql_where=table.c.state == "parked")
    return table


def idempotency(metadata: MetaData) -> Table:
    """Which keys were used, for what, and the sealed answer."""
    return Table(
        "idempotency", metadata,
        Column("actor_key", Uuid, primary_key=True),
        Column("key", Uuid, primary_key=True),
        Column("route", String(64), nullable=False),
        Column("request_hash", LargeBinary, nullable=False),
        Column("status", SmallInteger),
        Column("response", LargeBinary),
        moment("created_at", nullable=False, server_default=NOW),
        info={"worker": "SELECT, DELETE"},
    )


def timers(metadata: MetaData) -> Table:
    """When each timed job is due next; whoever claims the row runs it."""
    return Table(
        "timers", metadata,
        Column("name", String(64), primary_key=True),
        moment("due_at", nullable=False, server_default=NOW),
        info={"worker": "SELECT, UPDATE"},
    )


def audit(metadata: MetaData) -> None:
    """Who did or read what, chained; nobody who runs the service can change or remove a row."""
    log, heads = audit_tables(metadata)
    log.info |= {"app": "SELECT, INSERT", "worker": "SELECT, INSERT"}
    heads.info |= {"app": "SELECT, INSERT, UPDATE", "worker": "SELECT, INSERT, UPDATE"}


def record_keys(metadata: MetaData) -> None:
    """One wrapped key per sealed record."""
    record_keys_table(metadata).info |= {"worker": "SELECT, INSERT"}
