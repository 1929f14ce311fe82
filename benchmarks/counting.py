"""Our way: a service whose on_batch counts by school. Stands in for metrics, with its role and its queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import peersupports

if __name__ == "__main__":
    peersupports.green()

from sqlalchemy import MetaData, text

from shared.contracts.schools import RosterStudentChanged
from shared.entrypoints import Work, on_batch
from shared.messaging.codec import Fact
from shared.tables import machinery
from shared.work import Transaction

COUNT = text("""INSERT INTO bench_counts (school, n)
                SELECT * FROM unnest(CAST(:schools AS uuid[]), CAST(:numbers AS bigint[])) ORDER BY 1
                ON CONFLICT (school) DO UPDATE SET n = bench_counts.n + excluded.n""")


class CountingTransaction(Transaction):
    metadata = MetaData(schema="metrics")


machinery(CountingTransaction.metadata)


def count(facts: Sequence[Fact[RosterStudentChanged]], tx: Any) -> None:
    totals = Counter(fact.event.school_id for fact in facts)
    tx.session.execute(COUNT, {"schools": list(totals), "numbers": list(totals.values())})


class CountingService:
    name = "metrics"
    work = Work(CountingTransaction)
    count_students = on_batch({RosterStudentChanged: count})


if __name__ == "__main__":
    from shared.hosting import host

    host(CountingService)
