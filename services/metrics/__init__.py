"""Metrics: the district's numbers, made of nothing but what the other services announced.

Owns          the archive of events, read copies folded from it, indicators, and snapshots of the district's numbers.
Answers       the district at a glance (suppressed), one school's live numbers (exact, logged), what an indicator means.
Announces     a snapshot was published.
Listens to    every event that is not restricted, in batches; it keeps all of them and counts those it knows.
"""
