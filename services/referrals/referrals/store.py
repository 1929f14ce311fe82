"""Where referrals are kept, with their history and follow-ups; content only sealed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Uuid,
    func,
    select,
)
from sqlalchemy.orm import attribute_keyed_dict, relationship

from services.referrals.clocks.model import Clock
from services.referrals.clocks.store import DatabaseTime, Policy, policy_in_force
from services.referrals.duty.store import known_staff, staff_roles
from services.referrals.referrals.model import Referral
from services.referrals.referrals.moves import ENDED
from services.referrals.referrals.parts import FollowUp, Step
from services.referrals.schema import mapper, metadata, words
from shared.columns import id_column, moment
from shared.contracts.codes import (
    ConcernDomain,
    GradeBand,
    PeerView,
    RedFlag,
    ReferralStatus,
    Role,
    StudentTold,
    Urgency,
)
from shared.contracts.referrals import (
    DeclineReason,
    FollowUpResult,
    HoldReason,
    Outcome,
    Setting,
    Source,
    WaiverReason,
)
from shared.work import Repository, Transaction

referrals = Table(
    "referrals", metadata,
    id_column(),
    Column("school_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("case_number", String(8), nullable=False, unique=True),
    Column("source", words(Source), nullable=False),
    Column("student_key", Uuid),
    Column("concern_domain", words(ConcernDomain), nullable=False),
    Column("urgency", words(Urgency), nullable=False),
    Column("urgency_floor", words(Urgency), nullable=False),
    Column("student_told", words(StudentTold), nullable=False),
    Column("concern_id", Uuid, unique=True),
    Column("program_id", Uuid),
    Column("submitted_by", Uuid),
    Column("grade_band", words(GradeBand)),
    Column("status", words(ReferralStatus), nullable=False),
    Column("owner_key", Uuid, index=True),
    Column("backup_key", Uuid),
    Column("assignments", Integer, nullable=False),
    Column("red_flags", LargeBinary),
    Column("summary", LargeBinary),
    Column("content_awaited", Boolean, nullable=False),
    moment("submitted_at", nullable=False),
    moment("received_at", nullable=False),
    moment("acknowledged_at"),
    moment("first_contact_at"),
    moment("first_service_at"),
    moment("closed_at"),
    Column("hold_reason", words(HoldReason)),
    Column("review_on", Date),
    Column("decline_reason", words(DeclineReason)),
    Column("offered_program_id", Uuid),
    Column("outcome_code", words(Outcome)),
    Column("outcome_setting", words(Setting)),
    Column("follow_ups_waived", words(WaiverReason)),
    Column("peer_told", words(PeerView), nullable=False),
    moment("created_at", nullable=False),
    moment("updated_at", nullable=False),
    info={"worker": "SELECT, UPDATE"},
)
Index("referrals_school", referrals.c.school_id, referrals.c.status)
Index("referrals_student", referrals.c.student_key)
Index("referrals_open", referrals.c.urgency, postgresql_where=referrals.c.closed_at.is_(None))
Index("referrals_content_awaited", referrals.c.received_at, postgresql_where=referrals.c.content_awaited)

referral_history = Table(
    "referral_history", metadata,
    Column("referral_id", Uuid, primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("school_id", Uuid, nullable=False),
    moment("at", nullable=False),
    Column("verb", String(32), nullable=False),
    Column("actor_key", Uuid, nullable=False),
    Column("actor_role", words(Role), nullable=False),
    Column("status_from", words(ReferralStatus)),
    Column("status_to", words(ReferralStatus), nullable=False),
    Column("urgency_from", words(Urgency)),
    Column("urgency_to", words(Urgency), nullable=False),
    Column("reason_code", String(64)),
    ForeignKeyConstraint(["referral_id"], ["referrals.referrals.id"], name="referral_history_referral"),
    info={"worker": "SELECT, INSERT"},
)
Index("referral_history_actor", referral_history.c.actor_key, referral_history.c.at)

follow_ups = Table(
    "follow_ups", metadata,
    Column("referral_id", Uuid, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("school_id", Uuid, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("done_on", Date),
    Column("result_code", words(FollowUpResult)),
    ForeignKeyConstraint(["referral_id"], ["referrals.referrals.id"], name="follow_ups_referral"),
)

mapper.map_imperatively(Step, referral_history)
mapper.map_imperatively(FollowUp, follow_ups)
mapper.map_imperatively(Referral, referrals, properties={
    "clocks": relationship(Clock, collection_class=attribute_keyed_dict("kind")),
    "history": relationship(Step, order_by=referral_history.c.no),
    "follow_ups": relationship(FollowUp, order_by=follow_ups.c.n),
})

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No letter or digit that is taken for another when it is read aloud."""


class Referrals(Repository[Referral]):
    kind: ClassVar[type[Any]] = Referral

    def __init__(self, tx: Transaction) -> None:
        super().__init__(tx)
        self._policy: Policy | None = None

    @property
    def policy(self) -> Policy:
        self._policy = self._policy or policy_in_force(self.tx.session)
        return self._policy

    def time_of(self, school_id: UUID) -> DatabaseTime:
        return DatabaseTime(self.tx.session, school_id, self.policy)

    def find(self, id: UUID) -> Referral | None:
        referral = super().find(id)
        if referral is not None:
            referral.time = self.time_of(referral.school_id)
        return referral

    def of_concern(self, concern_id: UUID) -> Referral | None:
        return self._one(referrals.c.concern_id == concern_id)

    def open_of_school(self, school_id: UUID) -> list[Referral]:
        """The open referrals of a school, locked in the order of their ids."""
        return self._all(referrals.c.school_id == school_id)

    def open_of_owner(self, staff_key: UUID) -> list[Referral]:
        """What a member of the staff has in hand or is the back-up of."""
        return self._all((referrals.c.owner_key == staff_key) | (referrals.c.backup_key == staff_key))

    def without_a_home(self) -> list[Referral]:
        """What belongs to nobody, or to someone we know who has no role at its school or in the district any more."""
        owner, school = referrals.c.owner_key, referrals.c.school_id
        here = staff_roles.c.site_id.is_(None) | (staff_roles.c.site_id == school)
        known = select(known_staff.c.staff_key).where(known_staff.c.staff_key == owner)
        has_role = select(staff_roles.c.id).where(staff_roles.c.staff_key == owner, here)
        return self._all(owner.is_(None) | (known.exists() & ~has_role.exists()))

    def held_until_today(self) -> list[Referral]:
        """What rests, and should not any more, by the school's calendar day."""
        today = func.referrals.local_day(referrals.c.school_id, self.tx.now)
        return self._all((referrals.c.status == ReferralStatus.ON_HOLD) & (referrals.c.review_on <= today))

    def content_awaited(self, limit: int) -> Sequence[tuple[UUID, UUID]]:
        """Referrals whose concern's own words have not arrived yet, with that concern; the oldest first."""
        rows = self.tx.session.execute(
            select(referrals.c.id, referrals.c.concern_id).where(referrals.c.content_awaited)
            .order_by(referrals.c.received_at).limit(limit))
        return [(row.id, row.concern_id) for row in rows]

    def had_before(self, student_key: UUID | None) -> bool:
        """Was this student ever referred before?"""
        if student_key is None:
            return False
        found = select(referrals.c.id).where(referrals.c.student_key == student_key).limit(1)
        return self.tx.session.execute(found).first() is not None

    def seal(self, referral: Referral, flags: Iterable[RedFlag], summary: str) -> None:
        """Keep what a worry says; only the record opens it again."""
        codes = json.dumps(sorted(flag.value for flag in flags))
        referral.red_flags = self.tx.seal("referral", referral.id, "red_flags", codes)
        referral.summary = self.tx.seal("referral", referral.id, "summary", summary) if summary else None
        referral.content_awaited = False

    def content(self, referral: Referral) -> tuple[tuple[RedFlag, ...], str | None]:
        """The red flags and the words of a referral, opened."""
        flags, summary = referral.red_flags, referral.summary
        codes = json.loads(self.tx.unseal("referral", referral.id, "red_flags", flags)) if flags else []
        words = self.tx.unseal("referral", referral.id, "summary", summary) if summary else None
        return tuple(RedFlag(code) for code in codes), words

    def _one(self, condition: Any) -> Referral | None:
        id = self.tx.session.scalar(select(referrals.c.id).where(condition))
        return self.find(id) if id else None

    def _all(self, condition: Any) -> list[Referral]:
        found = select(referrals.c.id).where(condition, referrals.c.status.not_in(ENDED)).order_by(referrals.c.id)
        return [referral for id in self.tx.session.scalars(found).all() if (referral := self.find(id))]


def case_number() -> str:
    """Eight letters and digits that say nothing."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))
