"""What Prometheus is shown of the state of peer support, counted from the rows."""

from __future__ import annotations

from services.interventions.metrics import CONCERNS_UNRECEIVED, MATCHES_ACTIVE, PROGRAMS
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.interventions import ProgramStatus


def measure(tx: InterventionsTransaction) -> None:
    CONCERNS_UNRECEIVED.set(tx.concerns.count_unconfirmed(tx.now))
    MATCHES_ACTIVE.set(tx.matches.count_active())
    by_status = tx.programs.count_by_status()
    for status in ProgramStatus:
        PROGRAMS.labels(state=status.value).set(by_status.get(status, 0))
