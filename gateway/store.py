"""What the gateway keeps: who may sign in and as what, their sessions, what they were typing."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    Engine,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)

from shared.columns import NOW, EncryptedText, id_column, moment
from shared.settings import Settings
from shared.tables import machinery
from shared.work import Database, Transaction

metadata = MetaData(schema="gateway")
machinery(metadata)

BEFORE_SIGN_IN = {"scope": "before_sign_in"}
"""Tables that say who a caller is: read before there is a scope, so no scope can guard them."""

accounts = Table(
    "accounts", metadata,
    id_column(),
    Column("actor_key", Uuid, nullable=False, unique=True),
    Column("kind", String(8), nullable=False),
    Column("school_id", Uuid),
    Column("sign_in_name", String(120), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    moment("created_at", nullable=False, server_default=NOW),
    info=BEFORE_SIGN_IN,
)

standings = Table(
    "standings", metadata,
    Column("source_id", Uuid, primary_key=True),
    Column("actor_key", Uuid, nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("school_id", Uuid),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    info=BEFORE_SIGN_IN,
)
"""Why somebody may be here: a member of the staff, or a student as supporter of one program."""

grants = Table(
    "grants", metadata,
    Column("source_id", Uuid, ForeignKey("gateway.standings.source_id", ondelete="CASCADE"), nullable=False),
    Column("role", String(32), nullable=False),
    Column("school_id", Uuid),
    Column("starts_on", Date),
    Column("ends_on", Date),
    UniqueConstraint(
        "source_id", "role", "school_id", "starts_on", name="grants_once", postgresql_nulls_not_distinct=True),
    info=BEFORE_SIGN_IN,
)

sessions = Table(
    "sessions", metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("account_id", Uuid, ForeignKey("gateway.accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("idle_seconds", Integer, nullable=False),
    moment("signed_in_at", nullable=False, server_default=NOW),
    moment("seen_at", nullable=False, server_default=NOW),
    moment("expires_at", nullable=False),
)

buckets = Table(
    "buckets", metadata,
    Column("name", LargeBinary, primary_key=True),
    Column("failures", Float, nullable=False),
    moment("at", nullable=False, server_default=NOW),
)
"""Failed sign-ins by account and by address, both under a keyed hash, draining with time."""

drafts = Table(
    "drafts", metadata,
    Column("actor_key", Uuid, primary_key=True),
    Column("form", String(64), primary_key=True),
    Column("key", String(64), primary_key=True, server_default=""),
    Column("sealed", EncryptedText, nullable=False),
    moment("updated_at", nullable=False, server_default=NOW),
)

Index("sessions_expiry", sessions.c.expires_at)

feed = Table(
    "feed", metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("school_id", Uuid, index=True),
    Column("audience", ARRAY(String(32)), nullable=False),
    Column("topic", String(32), nullable=False),
    Column("object_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("urgency", String(16)),
    moment("at", nullable=False, server_default=NOW, index=True),
    info={"scope": "open"},
)
"""What open pages are told: that something changed, and never what. Positions appear in the order of commits."""

crisis_cards = Table(
    "crisis_cards", metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("sealed", EncryptedText),
    moment("as_of"),
    moment("due_at", nullable=False, server_default=NOW, index=True),
)
"""The crisis card of each school that has somebody on duty, for when nothing else answers."""


class GatewayTransaction(Transaction):
    """One change of the gateway's own tables, with its audit row."""

    metadata: ClassVar[MetaData] = metadata


@cache
def database(settings: Settings) -> Database[GatewayTransaction]:
    """The gateway's schema; one pool for the process."""
    return Database(settings, "gateway", GatewayTransaction)


def engine(settings: Settings) -> Engine:
    return database(settings).engine
