"""What the district shows of itself and its rules."""

from __future__ import annotations

from services.schools.district.model import District, Policy
from shared.contracts.schools import DistrictView, FallbackContact, PolicyView


def district_view(district: District) -> DistrictView:
    return DistrictView(
        district_id=district.id, version=district.version, name=district.name, nces_leaid=district.nces_leaid,
        state=district.state, tz=district.tz, lead_key=district.lead_key)


def policy_view(policy: Policy, contacts: tuple[FallbackContact, ...]) -> PolicyView:
    rules = policy.rules
    return PolicyView(
        district_id=policy.district_id, policy_version=policy.version, version=policy.version,
        effective_on=policy.effective_on, n_min=rules.n_min, clocks=rules.clocks, escalations=rules.escalations,
        floors=rules.floors, intensities=rules.intensities, consents=rules.consents, retention=rules.retention,
        crisis_lines=rules.crisis_lines, fallback_contacts=contacts,
        check_in_interval_days=rules.check_in_interval_days, load_cap_matches=rules.load_cap_matches,
        load_cap_minutes=rules.load_cap_minutes, survey_consent_mode=rules.survey_consent_mode)
