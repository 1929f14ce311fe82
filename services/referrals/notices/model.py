"""A notice is sent to one person until it is sent or given up; then the next person is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.contracts.ids import NoticeId, SchoolId, StaffKey
from shared.contracts.referrals import Channel, NoticeExhausted, NoticeStatus
from shared.domain import Aggregate

LEASE = timedelta(seconds=30)
RETRIES = (timedelta(seconds=5), timedelta(seconds=15), timedelta(seconds=45))
"""How long to wait after each failed try; after the last one the notice is exhausted."""


class Kind(StrEnum):
    """Why somebody is told."""

    NEW_REFERRAL = "new_referral"
    GIVEN_TO_YOU = "given_to_you"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    PATHWAY_TEST = "pathway_test"


SENTENCES: Mapping[Kind, str] = {
    Kind.NEW_REFERRAL: "A referral waits for you.",
    Kind.GIVEN_TO_YOU: "A referral was given to you.",
    Kind.REMINDER: "A referral still waits for you. Its time is nearly used up.",
    Kind.ESCALATION: "Nobody has answered a referral in time. Please take it now.",
    Kind.PATHWAY_TEST: "This is a test of your school's referral pathway. No student waits. Please confirm it.",
}
PLACES: Mapping[Kind, str] = {Kind.PATHWAY_TEST: "pathway-tests"}


@dataclass(frozen=True)
class Letter:
    """What goes out. No name, no word of anyone's, no urgency: a case number and a link."""

    subject: str
    text: str


@dataclass(eq=False)
class Notice(Aggregate):
    """One word to one person by one channel."""

    id: NoticeId
    school_id: SchoolId
    subject_id: UUID
    case_number: str
    kind: Kind
    to_key: StaffKey
    created_at: datetime
    next_attempt_at: datetime
    channel: Channel = Channel.MAIL
    status: NoticeStatus = NoticeStatus.QUEUED
    attempts: int = 0
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    failure: str | None = None
    version: int = 1

    def lease(self, at: datetime) -> None:
        """Nobody else sends it meanwhile; if its sender dies, it is free again when the lease ends."""
        self.lease_until, self.attempts = at + LEASE, self.attempts + 1

    def sent(self, at: datetime) -> None:
        """It went out. Sent is not seen: the chain goes on until a named person acknowledges."""
        self.status, self.sent_at, self.lease_until, self.failure = NoticeStatus.SENT, at, None, None
        self.version += 1

    def failed(self, why: str, at: datetime, *, final: bool = False) -> None:
        """It did not go out: later again, or never."""
        self.lease_until, self.failure, self.version = None, why, self.version + 1
        if not final and self.attempts <= len(RETRIES):
            self.next_attempt_at = at + RETRIES[self.attempts - 1]
            return
        self.status = NoticeStatus.EXHAUSTED
        self.record(NoticeExhausted(
            notice_id=self.id, school_id=self.school_id, kind=self.kind, channel=self.channel, attempts=self.attempts))

    def letter(self, base_url: str) -> Letter:
        place = PLACES.get(self.kind, "referrals")
        link = f"{base_url.rstrip('/')}/{place}/{self.subject_id}"
        return Letter(
            f"Peer Supports: {self.case_number}",
            f"{SENTENCES[self.kind]}\n\n{self.case_number}\n{link}\n\n"
            "Not an emergency service. In an emergency call 911. For crisis support call or text 988.\n")
