"""What a handler of the referrals service works with."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from sqlalchemy import MetaData

from services.referrals import schema
from services.referrals.background.store import BackgroundCopies
from services.referrals.clocks.store import TimeCopies
from services.referrals.duty.store import DutyBook, StaffCopies
from services.referrals.notices.store import Notices, PathwayTests
from services.referrals.referrals.parts import Actor
from services.referrals.referrals.store import Referrals
from shared.work import Transaction

metadata = schema.metadata


class ReferralsTransaction(Transaction):
    metadata: ClassVar[MetaData] = schema.metadata

    @property
    def by(self) -> Actor:
        """Who acts, and in which role."""
        return Actor(self.actor, self.role)

    @cached_property
    def referrals(self) -> Referrals:
        return Referrals(self)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self)

    @cached_property
    def pathway_tests(self) -> PathwayTests:
        return PathwayTests(self)

    @cached_property
    def duty(self) -> DutyBook:
        return DutyBook(self.session)

    @cached_property
    def staff(self) -> StaffCopies:
        return StaffCopies(self)

    @cached_property
    def background(self) -> BackgroundCopies:
        return BackgroundCopies(self)

    @cached_property
    def times(self) -> TimeCopies:
        return TimeCopies(self)
