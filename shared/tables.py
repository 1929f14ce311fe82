"""The tables that carry a service's messages: the same in every schema."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
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

from shared.columns import NOW, id_column, moment

MACHINERY = ("outbox", "inbox", "idempotency", "timers", "audit_log", "audit_heads", "record_keys")


def machinery(metadata: MetaData) -> None:
    """Add the tables of outbox, inbox, idempotency, timers, audit and record keys to a service's schema."""
    outbox(metadata)
    inbox(metadata)
    idempotency(metadata)
    timers(metadata)
    audit_log(metadata)
    audit_heads(metadata)
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


def audit_log(metadata: MetaData) -> Table:
    """Who did or read what; each row is chained to the one before."""
    table = Table(
        "audit_log", metadata,
        Column("chain", SmallInteger, primary_key=True),
        Column("seq", BigInteger, primary_key=True),
        moment("at", nullable=False),
        Column("actor_key", Uuid, nullable=False),
        Column("actor_role", String(32), nullable=False),
        Column("action", String(64), nullable=False),
        Column("object_type", String(64)),
        Column("object_id", Uuid),
        Column("student_key", Uuid),
        Column("school_id", Uuid),
        Column("purpose", String(64)),
        Column("fields", ARRAY(String(64)), nullable=False, server_default=text("'{}'")),
        Column("outcome", String(64), nullable=False),
        Column("request_id", String(64)),
        Column("break_glass_id", Uuid),
        Column("prev_mac", LargeBinary, nullable=False),
        Column("mac", LargeBinary, nullable=False),
        info={"app": "SELECT, INSERT", "worker": "SELECT, INSERT"},
    )
    Index("audit_log_student", table.c.student_key, table.c.at, postgresql_where=table.c.student_key.is_not(None))
    Index("audit_log_actor", table.c.actor_key, table.c.at)
    return table


def audit_heads(metadata: MetaData) -> Table:
    """The last link of each chain, locked as the last statement before commit."""
    return Table(
        "audit_heads", metadata,
        Column("chain", SmallInteger, primary_key=True),
        Column("seq", BigInteger, nullable=False),
        Column("mac", LargeBinary, nullable=False),
        info={"app": "SELECT, INSERT, UPDATE", "worker": "SELECT, INSERT, UPDATE"},
    )


def record_keys(metadata: MetaData) -> Table:
    """One wrapped key per record; without it the record's sealed fields are unreadable for ever."""
    table = Table(
        "record_keys", metadata,
        id_column(),
        Column("owner_kind", String(64), nullable=False),
        Column("owner_id", Uuid, nullable=False),
        Column("kek_version", SmallInteger, nullable=False),
        Column("wrapped", LargeBinary),
        moment("created_at", nullable=False, server_default=NOW),
        moment("shredded_at"),
        info={"worker": "SELECT"},
    )
    Index("record_keys_owner", table.c.owner_kind, table.c.owner_id, unique=True)
    return table
