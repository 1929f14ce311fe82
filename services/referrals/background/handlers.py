"""What schools says of students and interventions of programs, as far as a referral needs it."""

from __future__ import annotations

from collections.abc import Sequence

from services.referrals.transaction import ReferralsTransaction as Transaction
from shared.contracts.interventions import ProgramRegistered
from shared.contracts.schools import RosterStudentChanged
from shared.messaging.codec import Fact


def learn_students(facts: Sequence[Fact[RosterStudentChanged]], tx: Transaction) -> None:
    """A roster comes as thousands of announcements: a batch is one statement, and requests need not wait for it."""
    tx.background.students([fact.event for fact in facts])


def learn_program(fact: Fact[ProgramRegistered], tx: Transaction) -> None:
    tx.background.program(fact.event)
