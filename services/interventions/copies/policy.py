"""The district's policy, as far as peer support needs it. Until one arrives, the defaults of the design stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from shared.contracts.codes import RedFlag, Tier, Urgency
from shared.contracts.interventions import Intensity
from shared.contracts.schools import ConsentRule, DistrictPolicyChanged, FloorRule, IntensityRule

PASS_MARK = 80.0        # of the red-flag scenario; our choice
BEFORE_POLICY: Mapping[Intensity, tuple[int, int, int]] = {       # supporters per supervisor, minutes, weeks
    Intensity.A: (20, 120, 0),
    Intensity.B: (10, 270, 0),
    Intensity.C: (8, 720, 4),
    Intensity.D: (6, 1800, 0),
}
FLOORS_BEFORE_POLICY: Mapping[RedFlag, Urgency] = {
    **dict.fromkeys(RedFlag, Urgency.URGENT),
    **dict.fromkeys((RedFlag.OVERDOSE_INTOXICATION, RedFlag.MISSING_FRIEND), Urgency.EMERGENCY),
    **dict.fromkeys((RedFlag.GRIEF_TRAUMA, RedFlag.SUBSTANCE_USE, RedFlag.PERSISTENT_SYMPTOMS,
                     RedFlag.ISOLATION_BULLYING), Urgency.PRIORITY),
    RedFlag.OTHER: Urgency.ROUTINE,
}


def _default_intensities() -> tuple[IntensityRule, ...]:
    return tuple(
        IntensityRule(intensity=intensity, supporters_per_supervisor=ratio, training_minutes=minutes,
                      training_weeks=weeks, clinical_supervision=intensity is Intensity.D)
        for intensity, (ratio, minutes, weeks) in BEFORE_POLICY.items())


@dataclass(frozen=True)
class Policy:
    """Limits, training, consent, floors and caps in force."""

    tz: str = "UTC"
    intensities: tuple[IntensityRule, ...] = _default_intensities()
    floors: tuple[FloorRule, ...] = tuple(
        FloorRule(code=code, floor=floor) for code, floor in FLOORS_BEFORE_POLICY.items())
    consents: tuple[ConsentRule, ...] = (
        ConsentRule(state="any", tier=Tier.TARGETED, guardian=True, student_assent=True),)
    check_in_interval_days: int = 14
    load_cap_matches: int = 3
    load_cap_minutes: int = 120

    @classmethod
    def announced(cls, event: DistrictPolicyChanged) -> Policy:
        """Only the rows of the district's own state count."""
        return cls(
            tz=event.tz, intensities=event.intensities, floors=event.floors,
            consents=tuple(rule for rule in event.consents if rule.state == event.state),
            check_in_interval_days=event.check_in_interval_days, load_cap_matches=event.load_cap_matches,
            load_cap_minutes=event.load_cap_minutes,
        )

    def rule_of(self, intensity: Intensity) -> IntensityRule:
        return next(rule for rule in self.intensities if rule.intensity is intensity)

    def limit(self, intensity: Intensity) -> int:
        """The most active supporters per supervising advisor."""
        return self.rule_of(intensity).supporters_per_supervisor

    @cached_property
    def floor_by_code(self) -> Mapping[RedFlag, Urgency]:
        return {**FLOORS_BEFORE_POLICY, **{rule.code: rule.floor for rule in self.floors}}

    def consent_rule(self, tier: Tier) -> ConsentRule | None:
        """Whose consent a tier needs; None: nobody's."""
        return next((rule for rule in self.consents if rule.tier is tier), None)
