"""One message of the metrics service, one transaction: its archive, its read copies, its snapshots."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from sqlalchemy import MetaData, Table

from services.metrics.copies import store
from services.metrics.copies.calendars import Calendars
from services.metrics.copies.folding import Copy
from services.metrics.facts.store import Facts
from services.metrics.schema import metadata
from services.metrics.snapshots.store import Snapshots
from shared.work import Transaction


class MetricsTransaction(Transaction):
    metadata: ClassVar[MetaData] = metadata

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.session)

    @cached_property
    def snapshots(self) -> Snapshots:
        return Snapshots(self.session)

    @cached_property
    def calendars(self) -> Calendars:
        return Calendars(self.session)

    @property
    def policies(self) -> Copy:
        return self._copy(store.policies)

    @property
    def schools(self) -> Copy:
        return self._copy(store.schools)

    @property
    def rosters(self) -> Copy:
        return self._copy(store.rosters)

    @property
    def on_call_gaps(self) -> Copy:
        return self._copy(store.on_call_gaps)

    @property
    def programs(self) -> Copy:
        return self._copy(store.programs)

    @property
    def safeguards(self) -> Copy:
        return self._copy(store.safeguards)

    @property
    def ratios(self) -> Copy:
        return self._copy(store.ratios)

    @property
    def supporters(self) -> Copy:
        return self._copy(store.supporters)

    @property
    def matches(self) -> Copy:
        return self._copy(store.matches)

    @property
    def sessions(self) -> Copy:
        return self._copy(store.sessions)

    @property
    def activities(self) -> Copy:
        return self._copy(store.activities)

    @property
    def concerns(self) -> Copy:
        return self._copy(store.concerns)

    @property
    def referral_waits(self) -> Copy:
        return self._copy(store.referral_waits)

    def _copy(self, table: Table) -> Copy:
        return Copy(self.session, table, store.ONCE.get(table, ()))
