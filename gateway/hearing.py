"""What the gateway hears: who may come in, what open pages are told, and whose crisis card is out of date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway import cards, feed, grants
from gateway.store import GatewayTransaction
from shared.contracts import interventions as i
from shared.contracts import referrals as r
from shared.contracts import schools as s
from shared.contracts.codes import Role, Urgency
from shared.contracts.messages import Event
from shared.messaging.codec import Fact
from shared.messaging.hearing import Hearer

COUNSELORS = (Role.COUNSELOR, Role.CLINICAL_SUPERVISOR)
IN_AN_EMERGENCY = (*COUNSELORS, Role.CRISIS_LEAD)


def tell_of_referral(fact: Fact[Any], tx: GatewayTransaction) -> None:
    """Open inboxes look again; a crisis lead's only for an emergency."""
    event: r.OfReferral = fact.event
    urgency = event.state.urgency
    feed.write(
        tx, topic="referral_changed", school_id=event.school_id, object_id=event.referral_id, version=event.version,
        urgency=urgency, audience=IN_AN_EMERGENCY if urgency is Urgency.EMERGENCY else COUNSELORS)


def tell_of_rota(fact: Fact[s.OnCallRotaChanged], tx: GatewayTransaction) -> None:
    """Somebody else is on duty: pages and the crisis card say so."""
    event = fact.event
    cards.renew_soon(tx, event.school_id)
    feed.write(tx, topic="rota_changed", school_id=event.school_id, object_id=event.school_id, version=event.version,
               audience=IN_AN_EMERGENCY)


def renew_cards(fact: Fact[s.DistrictPolicyChanged], tx: GatewayTransaction) -> None:
    """Numbers and contacts may have changed."""
    cards.renew_all_soon(tx)


SUPPORTER_EVENTS: tuple[type[Event], ...] = (
    i.SupporterSelected, i.SupporterCertified, i.SupporterRefresherDue, i.SupporterLapsed, i.SupporterActivated,
    i.SupporterOnBreak, i.SupporterReturned, i.SupporterSuspended, i.SupporterRemoved, i.SupporterRetired,
    i.SupporterCheckInCompleted, i.SupporterCheckInOverdue,
)
REFERRAL_EVENTS: tuple[type[Event], ...] = (
    r.ReferralSubmitted, r.ReferralTriaged, r.ReferralUrgencyChanged, r.ReferralAssigned, r.ReferralRerouted,
    r.ReferralAcknowledged, r.ReferralAccepted, r.ReferralDeclined, r.ReferralFirstContactMade,
    r.ReferralFirstServiceDelivered, r.ReferralPutOnHold, r.ReferralResumed, r.ReferralClockBreached,
    r.ReferralEscalated, r.ReferralClosed, r.ReferralReopened,
)


def by_wire_name(*events: type[Event]) -> Mapping[str, type[Event]]:
    return {event.wire_name(): event for event in events}


HEARERS = (
    Hearer("staff_assigned", by_wire_name(s.StaffAssigned), grants.staff_assigned),
    Hearer("staff_deactivated", by_wire_name(s.StaffDeactivated), grants.staff_deactivated),
    Hearer("supporter_changed", by_wire_name(*SUPPORTER_EVENTS), grants.supporter_changed),
    Hearer("tell_of_referral", by_wire_name(*REFERRAL_EVENTS), tell_of_referral),
    Hearer("tell_of_rota", by_wire_name(s.OnCallRotaChanged), tell_of_rota),
    Hearer("renew_cards", by_wire_name(s.DistrictPolicyChanged), renew_cards),
)
