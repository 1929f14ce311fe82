"""What this service shows of itself to Prometheus (operations.md section 5)."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

FACTS_RECORDED = Counter("mtss_facts_recorded", "Events kept in the archive.", ["event"])
SCHOOL_LAST_FACT = Gauge("mtss_school_last_fact_timestamp_seconds", "When a school was last heard of.", ["school"])
SNAPSHOT_PUBLISHED = Gauge("mtss_snapshot_published_timestamp_seconds", "When the district's numbers were last made.")
PROJECTION_LAG = Gauge("mtss_projection_lag_seconds", "From the newest counted event to its being counted.",
                       ["indicator"])
