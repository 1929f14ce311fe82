"""What is measured by the machinery: names, labels and buckets as one table of series (operations.md section 5)."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

AGES = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)
"""Seconds from an event to its effect."""

RPC_CLIENT = Histogram(
    "mtss_rpc_client_duration_seconds", "A request as its sender saw it.", ["service", "method", "outcome"])
RPC_SERVER = Histogram(
    "mtss_rpc_server_duration_seconds", "A request as its service saw it.", ["service", "method", "outcome"])
MESSAGE_DURATION = Histogram(
    "mtss_message_duration_seconds", "How long a handler took for an event.", ["service", "handler", "outcome"])
MESSAGE_AGE = Histogram(
    "mtss_message_age_seconds", "From an event to the commit of its effect.", ["service", "event", "lane"],
    buckets=AGES)
MESSAGES_IN_PROGRESS = Gauge("mtss_messages_in_progress", "Messages in hand.", ["service"])
MESSAGES_REDELIVERED = Counter("mtss_messages_redelivered", "Deliveries that came again.", ["service", "queue"])
INBOX_PARKED = Gauge("mtss_inbox_parked", "Messages that wait for a person.", ["service", "lane"])
INBOX_OLDEST_RETRY = Gauge(
    "mtss_inbox_oldest_retry_seconds", "Age of the oldest message that is tried again.", ["service"])
OUTBOX_PENDING = Gauge("mtss_outbox_pending", "Events that the broker has not taken.", ["service"])
OUTBOX_OLDEST = Gauge("mtss_outbox_oldest_age_seconds", "Age of the oldest of them.", ["service"])
OUTBOX_PUBLISHED = Counter("mtss_outbox_published", "Events handed to the broker.", ["service", "outcome"])
OUTBOX_RETURNED = Counter("mtss_outbox_returned", "Events that the broker had no queue for.", ["service"])
OUTBOX_BATCH = Histogram("mtss_outbox_batch_duration_seconds", "A batch from read to marked.", ["service"])
RELAY_LEADER = Gauge("mtss_relay_leader", "1: this process carries the outbox.", ["service"])
POOL_OUT = Gauge("mtss_db_pool_checked_out", "Database connections in use.", ["service"])
POOL_SIZE = Gauge("mtss_db_pool_size", "Database connections there may be.", ["service"])
DB_TRANSACTION = Histogram(
    "mtss_db_transaction_duration_seconds", "A transaction from begin to end.", ["service", "outcome"])
SCHEMA_READY = Gauge("mtss_schema_ready", "1: the schema is the one this version needs.", ["service"])
BROKER_CONNECTED = Gauge("mtss_broker_connected", "1: connected to the broker.", ["service", "role"])
BROKER_BLOCKED = Gauge("mtss_broker_blocked", "1: an alarm stops publishers.", ["service"])
BUILD = Gauge("mtss_build_info", "Which build runs.", ["version", "revision"])
