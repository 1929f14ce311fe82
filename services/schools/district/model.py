"""The district and its policy. A policy is never edited: each change is a new version, whole and in force."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from services.schools.district import rules
from shared.contracts.ids import DistrictId, StaffKey
from shared.contracts.schools import (
    ChangePolicy,
    ClockRule,
    ConsentRule,
    CrisisLine,
    DistrictPolicyChanged,
    EscalationRule,
    FloorRule,
    IntensityRule,
    RetentionRule,
    SurveyConsentMode,
)
from shared.domain import Aggregate, Stale

R = TypeVar("R")


@dataclass(frozen=True)
class Rules:
    """Everything a policy says, except whom to call."""

    clocks: tuple[ClockRule, ...]
    escalations: tuple[EscalationRule, ...]
    floors: tuple[FloorRule, ...]
    intensities: tuple[IntensityRule, ...]
    consents: tuple[ConsentRule, ...]
    retention: tuple[RetentionRule, ...]
    crisis_lines: tuple[CrisisLine, ...]
    n_min: int = 10
    check_in_interval_days: int = 10
    load_cap_matches: int = 3
    load_cap_minutes: int = 120
    survey_consent_mode: SurveyConsentMode = SurveyConsentMode.NOTICE_AND_OPT_OUT

    @classmethod
    def first(cls, state: str, crisis_phone: str | None) -> Rules:
        return cls(
            clocks=rules.CLOCKS, escalations=rules.ESCALATIONS, floors=rules.FLOORS, intensities=rules.INTENSITIES,
            consents=rules.consents_of(state), retention=rules.RETENTION, crisis_lines=rules.lines_of(crisis_phone))

    def changed(self, by: ChangePolicy) -> Rules:
        """These rules with the rows that were sent in place of those with the same key."""
        return replace(
            self,
            clocks=merged(self.clocks, by.clocks, lambda row: (row.urgency, row.kind)),
            floors=merged(self.floors, by.floors, lambda row: row.code),
            intensities=merged(self.intensities, by.intensities, lambda row: row.intensity),
            consents=merged(self.consents, by.consents, lambda row: (row.state, row.tier)),
            retention=merged(self.retention, by.retention, lambda row: row.record),
            **{name: value for name in WHOLE if (value := getattr(by, name)) is not None})


WHOLE = ("escalations", "crisis_lines", "n_min", "check_in_interval_days", "load_cap_matches", "load_cap_minutes",
         "survey_consent_mode")
"""What is replaced as a whole when it is sent."""


def merged(rows: Sequence[R], new: Sequence[R], key: Callable[[R], Hashable]) -> tuple[R, ...]:
    """Each new row takes the place of the one with its key, or the end of the list."""
    by_key = {key(row): row for row in (*rows, *new)}
    return tuple(by_key.values())


@dataclass(eq=False)
class District(Aggregate):
    id: DistrictId
    name: str
    nces_leaid: str | None
    state: str
    tz: str
    lead_key: StaffKey
    created_at: datetime
    version: int = 1
    school_id: None = None

    def today(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.tz)).date()


@dataclass(eq=False)
class Policy(Aggregate):
    """One version of the rules. `contacts` are persons: kept sealed, apart from the rules, and in no event."""

    district_id: DistrictId
    version: int
    effective_on: date
    rules: Rules
    created_at: datetime
    contacts: bytes = b""
    id: UUID = field(default_factory=uuid4)
    school_id: None = None

    @classmethod
    def first(cls, district: District, crisis_phone: str | None, at: datetime) -> Policy:
        policy = cls(district.id, 1, district.today(at), Rules.first(district.state, crisis_phone), at)
        policy.record(policy.announcement(district))
        return policy

    def changed(self, by: ChangePolicy, district: District, at: datetime) -> Policy:
        """The next version, in force from today."""
        if by.expected_version is not None and by.expected_version != self.version:
            raise Stale(f"the policy is at version {self.version}, not {by.expected_version}", version=self.version)
        policy = Policy(self.district_id, self.version + 1, district.today(at), self.rules.changed(by), at)
        policy.record(policy.announcement(district))
        return policy

    def announcement(self, district: District) -> DistrictPolicyChanged:
        rules = self.rules
        return DistrictPolicyChanged(
            district_id=self.district_id, version=self.version, policy_version=self.version,
            effective_on=self.effective_on, tz=district.tz, state=district.state, n_min=rules.n_min,
            clocks=rules.clocks, escalations=rules.escalations, floors=rules.floors, intensities=rules.intensities,
            consents=rules.consents, check_in_interval_days=rules.check_in_interval_days,
            load_cap_matches=rules.load_cap_matches, load_cap_minutes=rules.load_cap_minutes,
            survey_consent_mode=rules.survey_consent_mode)


