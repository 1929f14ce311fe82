"""What ids are ids of. All are random UUIDs (version 4) and none is derived from another system's id."""

from typing import NewType
from uuid import UUID

DistrictId = NewType("DistrictId", UUID)
SchoolId = NewType("SchoolId", UUID)
StaffKey = NewType("StaffKey", UUID)
StudentKey = NewType("StudentKey", UUID)
ActorKey = NewType("ActorKey", UUID)          # a staff or student key: whoever acts
BatchId = NewType("BatchId", UUID)
ConsentId = NewType("ConsentId", UUID)
ProgramId = NewType("ProgramId", UUID)
SupporterId = NewType("SupporterId", UUID)
TrainingId = NewType("TrainingId", UUID)
MatchId = NewType("MatchId", UUID)
SessionId = NewType("SessionId", UUID)
ActivityId = NewType("ActivityId", UUID)
ConcernId = NewType("ConcernId", UUID)
ReferralId = NewType("ReferralId", UUID)
NoticeId = NewType("NoticeId", UUID)
HandoffId = NewType("HandoffId", UUID)
CrisisId = NewType("CrisisId", UUID)
SnapshotId = NewType("SnapshotId", UUID)
