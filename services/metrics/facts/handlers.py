"""Keeping what was heard, before anything is counted."""

from __future__ import annotations

from collections.abc import Sequence

from services.metrics.transaction import MetricsTransaction
from shared.contracts.messages import Event
from shared.messaging.codec import Fact


def archive(facts: Sequence[Fact[Event]], tx: MetricsTransaction) -> Sequence[Fact[Event]]:
    """Keep them; only those that are new may be counted."""
    return tx.facts.claim(facts)
