"""A test of a school's pathway: a notice goes out as for a real referral, and a person must answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.ids import SchoolId, StaffKey
from shared.contracts.referrals import PathwayTestAcknowledged
from shared.domain import Aggregate, GateUnmet, NotPossible


@dataclass(eq=False)
class PathwayTest(Aggregate):
    """Who was told, and who answered."""

    id: UUID
    school_id: SchoolId
    case_number: str
    sent_at: datetime
    recipients: tuple[StaffKey, ...]
    acknowledged_at: datetime | None = None
    acknowledged_by: StaffKey | None = None
    version: int = 1

    def __post_init__(self) -> None:
        if not self.recipients:
            raise GateUnmet("nobody stands in the pathway or on the rota of this school", unmet=["pathway"])

    def acknowledge(self, by: UUID, at: datetime) -> None:
        """A recipient has seen the notice. The first answer stays."""
        if self.acknowledged_at:
            return
        if by not in self.recipients:
            raise NotPossible("this test notice went to other people: one of them must answer it")
        self.acknowledged_at, self.acknowledged_by, self.version = at, StaffKey(by), self.version + 1
        self.record(PathwayTestAcknowledged(school_id=self.school_id, at=at))
