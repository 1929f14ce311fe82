"""Keeping what was heard, before anything is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from services.metrics.gauges import FACTS_RECORDED, PROJECTION_LAG, SCHOOL_LAST_FACT
from services.metrics.transaction import MetricsTransaction
from shared.contracts.messages import Event
from shared.messaging.codec import Fact


def archive(facts: Sequence[Fact[Event]], tx: MetricsTransaction) -> Sequence[Fact[Event]]:
    """Keep them; only those that are new may be counted."""
    fresh = tx.facts.claim(facts)
    measure(fresh, tx)
    return fresh


def measure(facts: Sequence[Fact[Event]], tx: MetricsTransaction) -> None:
    for name, count in Counter(fact.event.wire_name() for fact in facts).items():
        FACTS_RECORDED.labels(name).inc(count)
    for school, at in {fact.school_id: fact.at for fact in facts if fact.school_id}.items():
        SCHOOL_LAST_FACT.labels(str(school)).set(at.timestamp())
    if facts:
        PROJECTION_LAG.labels("all").set(max((tx.now - max(fact.at for fact in facts)).total_seconds(), 0))
