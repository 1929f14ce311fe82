"""What the watchdog measures (operations.md section 5): by urgency, clock and channel, never by person or referral."""

from __future__ import annotations

from prometheus_client import Counter, Gauge
from sqlalchemy import Connection, text

from shared.contracts.codes import Urgency

LAST_TICK = Gauge("mtss_watchdog_last_tick_timestamp_seconds", "When the clocks were last looked at.")
OPEN = Gauge("mtss_referrals_open", "Referrals that have not ended.", ["urgency"])
OVERDUE = Gauge("mtss_referrals_overdue", "Open referrals with a clock that has run out.", ["urgency"])
WITHOUT_OWNER = Gauge("mtss_referrals_without_owner", "Open referrals that belong to nobody.")
OLDEST_UNACKNOWLEDGED = Gauge(
    "mtss_referral_oldest_unacknowledged_seconds", "How long the first in line has waited for a person.", ["urgency"])
OLDEST_NOTICE = Gauge("mtss_notice_oldest_pending_seconds", "Age of the oldest notice that has not gone out.")
BREACHES = Counter("mtss_referral_clock_breaches", "Clocks that ran out.", ["urgency", "clock"])
ESCALATIONS = Counter("mtss_escalations", "Steps of escalation chains.", ["urgency", "clock"])
NOTICES = Counter("mtss_notices", "Tries to send a notice.", ["channel", "outcome"])

BY_URGENCY = text("""
    SELECT urgency, count(*) AS open,
           count(*) FILTER (WHERE EXISTS (
               SELECT 1 FROM referrals.referral_clocks c
                WHERE c.referral_id = r.id AND c.stopped_at IS NULL AND c.due_at < clock_timestamp())) AS overdue,
           count(*) FILTER (WHERE owner_key IS NULL) AS without_owner,
           extract(epoch FROM clock_timestamp() - min(submitted_at)
               FILTER (WHERE status IN ('submitted', 'triaged')))::float AS oldest
      FROM referrals.referrals r WHERE status NOT IN ('closed', 'declined') GROUP BY urgency""")

PENDING = text("""
    SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float
      FROM referrals.notices WHERE status = 'queued'""")


def measure(db: Connection) -> None:
    """Count what is open, late, unowned and unanswered."""
    rows = {row.urgency: row for row in db.execute(BY_URGENCY)}
    for urgency in Urgency:
        row = rows.get(urgency.value)
        OPEN.labels(urgency).set(row.open if row else 0)
        OVERDUE.labels(urgency).set(row.overdue if row else 0)
        OLDEST_UNACKNOWLEDGED.labels(urgency).set((row.oldest or 0) if row else 0)
    WITHOUT_OWNER.set(sum(row.without_owner for row in rows.values()))
    OLDEST_NOTICE.set(db.execute(PENDING).scalar_one())
