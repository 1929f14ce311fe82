"""What this service counts beyond the machinery (operations.md section 5)."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

PROGRAMS = Gauge("mtss_programs", "Programs by state.", ["state"])
MATCHES_ACTIVE = Gauge("mtss_matches_active", "Matches that are under way.")
CONCERNS_UNRECEIVED = Gauge("mtss_concerns_unreceived", "Concerns that nobody confirmed within a minute.")
SESSIONS_RECORDED = Counter("mtss_sessions_recorded", "Sessions written down.", ["tier"])
