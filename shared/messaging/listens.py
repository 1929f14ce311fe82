"""Who listens to what. A contract test keeps this table equal to the services' tables of contents.

It stands apart from them so that the topology can be made without importing a service.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.contracts import interventions as i
from shared.contracts import referrals as r
from shared.contracts import schools as s
from shared.contracts.catalog import events
from shared.contracts.messages import Classification, Event

ARCHIVED = tuple(event for event in events() if event.classification is not Classification.RESTRICTED)
"""What the metrics service keeps for ever: everything that is not restricted."""

LISTENS: Mapping[str, tuple[type[Event], ...]] = {
    "schools": (),
    "interventions": (
        s.DistrictPolicyChanged, s.SchoolRegistered, s.SchoolUpdated, s.SchoolDeactivated, s.RosterStudentChanged,
        s.StaffAssigned, s.StaffDeactivated, s.OnCallRotaChanged, s.ConsentRecorded, s.ConsentWithdrawn,
        s.CalendarPublished,
        r.ConcernReceived, r.PathwayTestAcknowledged, r.ReferralLoopClosed, r.ReferralSubmitted,
        r.ReferralUrgencyChanged, r.ReferralRerouted, r.ReferralAcknowledged, r.ReferralAccepted, r.ReferralDeclined,
        r.ReferralFirstContactMade, r.ReferralClosed, r.ReferralReopened,
    ),
    "referrals": (
        s.DistrictPolicyChanged, s.SchoolRegistered, s.SchoolUpdated, s.SchoolDeactivated, s.CalendarPublished,
        s.RosterStudentChanged, s.StaffAssigned, s.StaffDeactivated, s.OnCallRotaChanged, s.PathwayChanged,
        i.ConcernRaised, i.ProgramRegistered,
    ),
    "metrics": ARCHIVED,
    "gateway": (
        s.DistrictPolicyChanged, s.StaffAssigned, s.StaffDeactivated, s.OnCallRotaChanged,
        i.SupporterSelected, i.SupporterCertified, i.SupporterRefresherDue, i.SupporterLapsed, i.SupporterActivated,
        i.SupporterOnBreak, i.SupporterReturned, i.SupporterSuspended, i.SupporterRemoved, i.SupporterRetired,
        i.SupporterCheckInCompleted, i.SupporterCheckInOverdue,
        r.ReferralSubmitted, r.ReferralTriaged, r.ReferralUrgencyChanged, r.ReferralAssigned, r.ReferralRerouted,
        r.ReferralAcknowledged, r.ReferralAccepted, r.ReferralDeclined, r.ReferralFirstContactMade,
        r.ReferralFirstServiceDelivered, r.ReferralPutOnHold, r.ReferralResumed, r.ReferralClockBreached,
        r.ReferralEscalated, r.ReferralClosed, r.ReferralReopened,
    ),
}
