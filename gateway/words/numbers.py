"""Words of the dashboards."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

DASHBOARDS = {
    "tier_line.1": _l("Universal: contacts"),
    "tier_line.2": _l("Targeted"),
    "tier_line.3": _l("Intensive"),
    "funnel.red_flags": _l("Red flag in a peer session"),
    "funnel.concerns": _l("Worry received"),
    "funnel.referrals": _l("Referred to a counselor"),
    "funnel.acknowledged": _l("Acknowledged by a counselor"),
    "funnel.contacted": _l("Student spoken with"),
    "funnel.served": _l("First service given"),
    "attention.referral_past_clock": _l("Past limit"),
    "attention.on_call_gap": _l("Nobody on call"),
    "attention.safeguard_failing": _l("Safeguard"),
    "attention.ratio_breached": _l("Supervision"),
    "attention.program_paused": _l("Paused"),
    "attention.awaiting_approval": _l("To approve"),
    "attention.school_silent": _l("Silent"),
    "attention_says.referral_past_clock": _l("A referral waits longer than its limit:"),
    "attention_says.on_call_gap": _l("Staffed hours have nobody on call:"),
    "attention_says.safeguard_failing": _l("A safeguard no longer holds:"),
    "attention_says.ratio_breached": _l("Too many supporters for those who supervise them:"),
    "attention_says.program_paused": _l("A program takes no new matches:"),
    "attention_says.awaiting_approval": _l("A program waits for a signature:"),
    "attention_says.school_silent": _l("Programs run, but for a week nothing was written down:"),
    "trend.sessions": _l("Peer sessions held"),
    "trend.t2_students": _l("Students in Tier 2"),
    "trend.referrals": _l("Tier 3 referrals"),
    "trend.ack_p90": _l("Urgent: time to acknowledge, p90"),
    "trend_unit.sessions": _l("sessions a week"),
    "trend_unit.t2_students": _l("who met a supporter in the week"),
    "trend_unit.referrals": _l("sent in the week"),
    "trend_unit.ack_p90": _l("staffed time, by week of the referral"),
}
