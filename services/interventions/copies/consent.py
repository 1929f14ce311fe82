"""Whose consent a match still lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.interventions import ConsentMissing
from shared.contracts.schools import ConsentKind, ConsentRule, ConsentStatus

HOLDS = frozenset({ConsentStatus.GRANTED, ConsentStatus.NOT_REQUIRED})
STANDS_FOR_GUARDIAN = frozenset({ConsentKind.GUARDIAN, ConsentKind.MINOR_SELF, ConsentKind.ELIGIBLE_STUDENT})
STANDS_FOR_ASSENT = frozenset({ConsentKind.STUDENT_ASSENT, ConsentKind.MINOR_SELF, ConsentKind.ELIGIBLE_STUDENT})


@dataclass(frozen=True)
class Consent:
    """What was said about a student's part in a program."""

    student_key: UUID
    kind: ConsentKind
    status: ConsentStatus
    expires_on: date | None

    def holds(self, today: date) -> bool:
        return self.status in HOLDS and (self.expires_on is None or self.expires_on >= today)


def lacking(
    rule: ConsentRule | None, participants: Collection[UUID], consents: Iterable[Consent], today: date,
) -> frozenset[ConsentMissing]:
    """What policy asks for and not every participant has. A student who may decide alone needs no guardian."""
    if rule is None:
        return frozenset()
    given = {(consent.student_key, consent.kind) for consent in consents if consent.holds(today)}
    asked = {
        ConsentMissing.GUARDIAN: STANDS_FOR_GUARDIAN if rule.guardian else None,
        ConsentMissing.STUDENT_ASSENT: STANDS_FOR_ASSENT if rule.student_assent else None,
    }
    return frozenset(
        missing for missing, kinds in asked.items()
        if kinds and not all(any((student, kind) in given for kind in kinds) for student in participants))
