"""The indicators that the service computes, as they are published beside the numbers."""

from __future__ import annotations

from shared.contracts.metrics import Direction, IndicatorView, Sensitivity

USE, OPERATIONS = Sensitivity.SERVICE_USE, Sensitivity.OPERATIONS
UP, DOWN, NEITHER = Direction.HIGHER_IS_BETTER, Direction.LOWER_IS_BETTER, Direction.NEITHER

KAPLAN_MEIER = "Kaplan and Meier 1958, with Greenwood's error; open waits are censored at as-of."
OWN = "Own definition, school year from July to June."


def _indicator(
    code: str, title: str, numerator: str, denominator: str | None, unit: str, direction: Direction,
    sensitivity: Sensitivity, edge_cases: str, source: str = OWN,
) -> IndicatorView:
    return IndicatorView(
        code=code, version=1, title=title, numerator=numerator, denominator=denominator, unit=unit,
        direction=direction, sensitivity=sensitivity, edge_cases=edge_cases, source=source)


INDICATORS = (
    _indicator(
        "t1_contacts", "Tier 1 contacts", "sum of the headcounts of activities", None, "contacts", UP, USE,
        "Duplicated: a person who comes twice is counted twice, so there is no share of enrollment."),
    _indicator(
        "coverage_t1", "Schools with a Tier 1 program", "open schools with an active Tier 1 program", "open schools",
        "percent", UP, OPERATIONS, "Closed and future schools are left out."),
    _indicator(
        "t2_reach", "Tier 2 reach", "distinct students with at least one held session", "active enrollment",
        "percent", UP, USE,
        "Counted per school, then both parts are added: never a mean of rates. No enrollment, no rate."),
    _indicator(
        "t3_students", "Students referred to Tier 3", "distinct students with a referral", None, "students", NEITHER,
        USE, "Referrals entered in error and duplicates are left out."),
    _indicator(
        "supporters", "Active peer supporters", "distinct students who may be matched", None, "students", UP, USE,
        "A refresher or a check-in that is due does not end it; a break does for its time."),
    _indicator(
        "dosage_s", "Sessions held of those planned", "held sessions", "planned sessions whose time has passed",
        "percent", UP, OPERATIONS, "No-shows and unmarked sessions stay in the denominator; at most 100."),
    _indicator(
        "dosage_m", "Minutes held of those planned", "held minutes", "planned minutes whose time has passed",
        "percent", UP, OPERATIONS, "As dosage_s, by minutes."),
    _indicator(
        "on_dose", "Matches that get what was planned", "matches with both dosages of 80 percent or more",
        "matches active for 14 days or more", "percent", UP, OPERATIONS, "Both must hold, not their mean."),
    _indicator(
        "completion", "Matches completed", "completed matches", "completed matches and those that ended early",
        "percent", UP, OPERATIONS, "Open matches are shown beside it as a number of their own."),
    _indicator(
        "documented", "Sessions documented in time", "sessions documented within 2 days",
        "sessions documented or overdue",
        "percent", UP, OPERATIONS, "Sessions that may still be documented in time are left out."),
    _indicator(
        "completeness", "Sessions marked", "sessions marked held, missed or cancelled", "sessions past their time",
        "percent", UP, OPERATIONS, "Printed beside every number that rests on sessions."),
    _indicator(
        "ack_p50", "Median time to acknowledge", "the time by which half of the referrals were acknowledged", None,
        "staffed minutes (emergency: minutes)", DOWN, OPERATIONS,
        "Referrals that still wait count as waiting; when half have not been acknowledged it is not reached.",
        KAPLAN_MEIER),
    _indicator(
        "ack_p90", "90th percentile of the time to acknowledge",
        "the time by which nine in ten referrals were acknowledged", None, "staffed minutes (emergency: minutes)",
        DOWN, OPERATIONS, "As ack_p50.", KAPLAN_MEIER),
    _indicator(
        "within_limit", "Acknowledged within the limit", "referrals acknowledged within their limit",
        "those, late ones, and open ones past their limit", "percent", UP, OPERATIONS,
        "Open referrals within their limit are left out and shown as pending."),
    _indicator(
        "service_p50", "Median time to first service", "the time by which half of the referrals had a first service",
        None, "staffed minutes (emergency: minutes)", DOWN, OPERATIONS,
        "A referral that closes without service is a competing end, not a censored one.",
        "Aalen and Johansen 1978, cumulative incidence."),
)
