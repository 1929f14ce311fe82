"""Where notices are kept, and the tests of pathways that some of them are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import Column, Index, Integer, String, Table, Uuid, or_, select

from services.referrals.notices.model import Kind, Notice
from services.referrals.notices.pathway_test import PathwayTest
from services.referrals.referrals.model import Referral
from services.referrals.schema import keys, mapper, metadata, words
from shared.columns import id_column, moment
from shared.contracts.ids import NoticeId, SchoolId, StaffKey
from shared.contracts.referrals import Channel, NoticeStatus
from shared.work import Repository

notices = Table(
    "notices", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False, index=True),
    Column("subject_id", Uuid, nullable=False, index=True),
    Column("case_number", String(8), nullable=False),
    Column("kind", words(Kind), nullable=False),
    Column("to_key", Uuid, nullable=False),
    Column("channel", words(Channel), nullable=False),
    Column("status", words(NoticeStatus), nullable=False),
    Column("attempts", Integer, nullable=False),
    moment("next_attempt_at", nullable=False),
    moment("lease_until"),
    moment("sent_at"),
    Column("failure", String(64)),
    moment("created_at", nullable=False),
    Column("version", Integer, nullable=False),
    info={"worker": "SELECT, INSERT, UPDATE"},
)
Index("notices_queued", notices.c.next_attempt_at, postgresql_where=notices.c.status == NoticeStatus.QUEUED.value)

pathway_tests = Table(
    "pathway_tests", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False, index=True),
    Column("case_number", String(8), nullable=False),
    moment("sent_at", nullable=False),
    Column("recipients", keys(), nullable=False),
    moment("acknowledged_at"),
    Column("acknowledged_by", Uuid),
    Column("version", Integer, nullable=False),
    info={"worker": "SELECT"},
)

mapper.map_imperatively(Notice, notices)
mapper.map_imperatively(PathwayTest, pathway_tests)


class Notices(Repository[Notice]):
    kind: ClassVar[type[Any]] = Notice

    def tell(self, people: Iterable[StaffKey | None], kind: Kind, about: Referral | PathwayTest) -> None:
        """Queue a notice to each of these people; the watchdog sends it."""
        assert about.school_id is not None
        for key in dict.fromkeys(people):
            if key:
                self.add(Notice(
                    NoticeId(uuid4()), SchoolId(about.school_id), about.id, about.case_number, kind, key,
                    created_at=self.tx.now, next_attempt_at=self.tx.now))

    def due(self, limit: int) -> Sequence[Notice]:
        """What waits to be sent and nobody else is sending, oldest first; locked."""
        c = notices.c
        return self.tx.session.scalars(
            select(Notice)
            .where(c.status == NoticeStatus.QUEUED, c.next_attempt_at <= self.tx.now,
                   or_(c.lease_until.is_(None), c.lease_until < self.tx.now))
            .order_by(c.next_attempt_at).limit(limit).with_for_update(skip_locked=True)).all()

    def told(self, subject_id: UUID) -> frozenset[UUID]:
        """Who has a notice about this already, sent or not."""
        return frozenset(self.tx.session.scalars(select(notices.c.to_key).where(notices.c.subject_id == subject_id)))


class PathwayTests(Repository[PathwayTest]):
    kind: ClassVar[type[Any]] = PathwayTest

    def latest(self, school_id: UUID) -> PathwayTest | None:
        found = select(pathway_tests.c.id).where(pathway_tests.c.school_id == school_id).order_by(
            pathway_tests.c.sent_at.desc()).limit(1)
        id = self.tx.session.scalar(found)
        return self.find(id) if id else None
