"""What schools says of students and interventions of programs, as far as a referral needs it."""

from __future__ import annotations

from services.referrals.transaction import ReferralsTransaction as Transaction
from shared.contracts.interventions import ProgramRegistered
from shared.contracts.schools import RosterStudentChanged
from shared.messaging.codec import Fact


def learn_student(fact: Fact[RosterStudentChanged], tx: Transaction) -> None:
    tx.background.student(fact.event)


def learn_program(fact: Fact[ProgramRegistered], tx: Transaction) -> None:
    tx.background.program(fact.event)
