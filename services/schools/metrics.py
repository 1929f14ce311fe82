"""What this service counts beyond the machinery (operations.md section 5)."""

from __future__ import annotations

from prometheus_client import Gauge

ONCALL_UNCOVERED = Gauge("mtss_oncall_uncovered_schools", "Schools that are staffed now and have nobody on duty.")
ROSTER_LAST_IMPORT = Gauge("mtss_roster_last_import_timestamp_seconds", "When a roster was last applied.")
