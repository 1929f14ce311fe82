"""Looks at the database now and then, for what Prometheus is told."""

from __future__ import annotations

from sqlalchemy import text

from services.schools.metrics import ONCALL_UNCOVERED, ROSTER_LAST_IMPORT
from services.schools.transaction import SchoolsTransaction as Transaction

UNCOVERED = text("""
    SELECT count(*)
    FROM schools.calendars c, jsonb_to_recordset(c.days) AS day(date date, opens time, closes time)
    WHERE day.date = (:now AT TIME ZONE c.tz)::date
      AND (:now AT TIME ZONE c.tz)::time >= day.opens AND (:now AT TIME ZONE c.tz)::time < day.closes
      AND NOT EXISTS (
          SELECT 1
          FROM schools.rotas r, jsonb_to_recordset(r.shifts) AS shift(starts_at timestamptz, ends_at timestamptz,
                                                                      "order" jsonb)
          JOIN schools.staff s ON shift."order" ? s.id::text
          WHERE r.school_id = c.school_id AND s.active AND shift.starts_at <= :now AND :now < shift.ends_at)""")

LAST_IMPORT = text("""
    SELECT coalesce(extract(epoch FROM max(updated_at)), 0)
    FROM schools.imports WHERE kind = 'roster' AND status = 'applied'""")


def measure(tx: Transaction) -> None:
    ONCALL_UNCOVERED.set(tx.session.execute(UNCOVERED, {"now": tx.now}).scalar_one())
    ROSTER_LAST_IMPORT.set(float(tx.session.execute(LAST_IMPORT).scalar_one()))
