"""The tables of the read copies. Words are kept as text: their lists belong to those who announce them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.metrics.schema import metadata
from shared.columns import id_column, moment


def version() -> Column[int]:
    return Column("version", BigInteger, nullable=False)


def school() -> Column[Any]:
    return Column("school_id", Uuid, nullable=False, index=True)


policies = Table(
    "policies", metadata,
    Column("policy_version", Integer, primary_key=True),
    version(),
    Column("effective_on", Date, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("n_min", Integer, nullable=False),
    Column("clocks", JSONB, nullable=False),
)

schools = Table(
    "schools", metadata,
    id_column("school_id"),
    version(),
    Column("level", String(64), nullable=False),
    Column("status", String(64), nullable=False),
    Column("enrollment", Integer),
    Column("tz", String(64), nullable=False),
)

rosters = Table(
    "rosters", metadata,
    id_column("school_id"),
    version(),
    Column("active_count", Integer, nullable=False),
)

calendars = Table(
    "calendars", metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("year", Integer, primary_key=True),
    version(),
)

school_days = Table(
    "school_days", metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("date", Date, primary_key=True),
    Column("year", Integer, nullable=False),
    moment("opens_at", nullable=False),
    moment("closes_at", nullable=False),
)

on_call_gaps = Table(
    "on_call_gaps", metadata,
    Column("school_id", Uuid, primary_key=True),
    moment("starts_at", primary_key=True),
    version(),
    moment("ends_at", nullable=False),
    Column("gap_minutes", Integer, nullable=False),
    Column("covered", Boolean, nullable=False),
)

programs = Table(
    "programs", metadata,
    id_column("program_id"),
    version(),
    school(),
    Column("type_code", String(64), nullable=False),
    Column("tier", SmallInteger, nullable=False),
    Column("status", String(64), nullable=False),
    Column("elements_in_place", SmallInteger, nullable=False),
    moment("since", nullable=False, info={"since": "status"}),
)

safeguards = Table(
    "safeguards", metadata,
    Column("program_id", Uuid, primary_key=True),
    Column("code", String(64), primary_key=True),
    version(),
    school(),
    Column("failing", Boolean, nullable=False),
    moment("since", nullable=False, info={"since": "failing"}),
)

ratios = Table(
    "ratios", metadata,
    id_column("program_id"),
    version(),
    school(),
    Column("breached", Boolean, nullable=False),
    Column("ratio", Double),
    Column("ratio_limit", Integer, nullable=False),
    moment("since", nullable=False, info={"since": "breached"}),
)

supporters = Table(
    "supporters", metadata,
    id_column("supporter_id"),
    version(),
    school(),
    Column("program_id", Uuid, nullable=False, index=True),
    Column("student_key", Uuid, nullable=False),
    Column("status", String(64), nullable=False),
)

matches = Table(
    "matches", metadata,
    id_column("match_id"),
    version(),
    school(),
    Column("program_id", Uuid, nullable=False, index=True),
    Column("status", String(64), nullable=False),
    Column("participant_keys", ARRAY(Uuid), nullable=False),
    Column("planned_sessions", Integer, nullable=False),
    Column("planned_minutes", Integer, nullable=False),
    Column("starts_on", Date),
)

sessions = Table(
    "sessions", metadata,
    id_column("session_id"),
    version(),
    school(),
    Column("program_id", Uuid, nullable=False, index=True),
    Column("match_id", Uuid, index=True),
    Column("tier", SmallInteger, nullable=False),
    Column("status", String(64), nullable=False),
    moment("at", nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("days_to_document", Integer),
    Column("red_flag", Boolean),
)
Index("sessions_at", sessions.c.at)

activities = Table(
    "activities", metadata,
    id_column("activity_id"),
    version(),
    school(),
    Column("program_id", Uuid, nullable=False, index=True),
    Column("held_on", Date, nullable=False, index=True),
    Column("headcount", Integer, nullable=False),
)

concerns = Table(
    "concerns", metadata,
    id_column("concern_id"),
    version(),
    school(),
    Column("referral_id", Uuid, nullable=False),
    moment("received_at", nullable=False),
)

referral_waits = Table(
    "referral_waits", metadata,
    id_column("referral_id"),
    version(),
    school(),
    Column("program_id", Uuid),
    Column("concern_id", Uuid),
    Column("status", String(64), nullable=False),
    Column("urgency", String(64), nullable=False),
    Column("outcome_code", String(64)),
    moment("submitted_at", nullable=False),
    moment("acknowledge_due_at"),
    moment("contact_due_at"),
    moment("service_due_at"),
    moment("acknowledged_at"),
    moment("first_contact_at"),
    moment("first_service_at"),
    moment("closed_at"),
    Column("student_key", Uuid),
    Column("source", String(64)),
    Column("from_tier2", Boolean),
    Column("acknowledge_minutes", Double),
    Column("acknowledge_met", Boolean),
    Column("contact_minutes", Double),
    Column("contact_met", Boolean),
    Column("service_minutes", Double),
    Column("service_met", Boolean),
    Column("declined_reason", String(64)),
    moment("declined_at"),
)
Index("referral_waits_submitted", referral_waits.c.submitted_at)

ONCE = {
    sessions: ("days_to_document", "red_flag"),
    referral_waits: (
        "student_key", "source", "from_tier2", "acknowledge_minutes", "acknowledge_met", "contact_minutes",
        "contact_met", "service_minutes", "service_met", "declined_reason", "declined_at"),
}
"""What only one kind of event of an aggregate knows."""
