"""Events in, numbers out: once, in any order, and exactly."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from services.metrics.measures.referred import Referred
from services.metrics.snapshots.counting import count_district
from services.metrics.snapshots.handlers import district_overview
from shared.contracts.codes import Role, Tier, Urgency
from shared.contracts.messages import Event
from shared.contracts.metrics import AttentionKind, DistrictOverview, Figure, FunnelStep, Shown
from shared.contracts.referrals import Outcome
from shared.contracts.schools import OnCallGapDetected, RosterSynced, SchoolStatus
from shared.domain import NotFound
from shared.work import Errand
from tests.happenings import AMatch, AProgram, AReferral, a_calendar, a_fact, a_policy, a_school
from tests.integration.metrics.conftest import Metrics

NOW = datetime.now(UTC)
WEEKDAYS = [day for n in range(120) if (day := NOW.date() - timedelta(days=100 - n)).weekday() < 5]


def a_match_with_sessions(program: AProgram, *, weeks: int = 3) -> list[Event]:
    """A student who met a supporter each week, written down the day after."""
    match = program.match(starts_on=NOW.date() - timedelta(weeks=weeks))
    held = [match.held(NOW - timedelta(weeks=n, days=1)) for n in range(weeks)]
    return [match.active(), *held, *(match.documented(session) for session in held)]


def a_busy_school(students: int = 12, referrals: int = 12, enrollment: int = 600) -> tuple[AProgram, list[Event]]:
    school = a_school(enrollment=enrollment)
    club, mentoring = AProgram(school.school_id, Tier.UNIVERSAL), AProgram(school.school_id)
    events: list[Event] = [school, a_calendar(school.school_id, WEEKDAYS), club.active(), mentoring.active(),
                           club.activity(NOW.date(), 40)]
    for _ in range(students):
        events += [mentoring.supporter(), *a_match_with_sessions(mentoring)]
    for n in range(referrals):
        referral = AReferral(school.school_id, NOW - timedelta(days=7, minutes=n))
        events += [referral.submitted(), referral.received(), referral.acknowledged(10 + n)]
    return mentoring, events


def test_what_services_announce_becomes_the_districts_numbers(metrics: Metrics):
    (_, first), (_, second) = a_busy_school(), a_busy_school(students=15, referrals=14)
    metrics.hear(a_policy(), *first, *second)

    view = metrics.overview()

    third, targeted, universal = view.tiers
    assert (universal.count, universal.programs) == (Figure.of(80), 2)
    assert (targeted.count, targeted.percent) == (Figure.of(27), Figure.of(2))
    assert third.count == Figure.of(26)
    assert view.coverage_t1 == Figure.of(100)
    steps = {step.step: step.count.value for step in view.funnel}
    assert (steps[FunnelStep.CONCERNS], steps[FunnelStep.REFERRALS], steps[FunnelStep.ACKNOWLEDGED]) == (26, 26, 26)
    urgent = next(wait for wait in view.waits if wait.urgency is Urgency.URGENT)
    assert (urgent.n, urgent.within_limit) == (Figure.of(26), Figure.of(100))
    assert urgent.p50_minutes == Figure.of(16)
    assert view.completeness.percent == Figure.of(100)


def test_a_thousand_events_that_come_twice_are_counted_once(metrics: Metrics):
    (_, first), (_, second) = a_busy_school(students=40), a_busy_school(students=40)
    facts = [a_fact(event) for event in [a_policy(), *first, *second]]
    assert len(facts) >= 500

    news = [metrics.hear_facts(facts[:400]), metrics.hear_facts(facts), metrics.hear_facts(facts)]
    before = metrics.overview()
    metrics.hear_facts(facts)

    assert news == [400, len(facts) - 400, 0]
    assert metrics.rows("SELECT count(*) FROM metrics.facts")[0][0] == len(facts)
    assert metrics.overview().sha256 == before.sha256


def test_events_in_any_order_and_any_batches_give_the_same_numbers(metrics: Metrics):
    _, events = a_busy_school()
    facts = [a_fact(event) for event in [a_policy(), *events, *a_busy_school()[1]]]
    random.Random(7).shuffle(facts)

    for at in range(0, len(facts), 23):
        metrics.hear_facts(facts[at:at + 23])

    view = metrics.overview()
    assert [tier.count.value for tier in view.tiers] == [24, 24, 80]
    assert view.completeness.sessions_marked == Figure.of(72)


def test_one_event_twice_in_one_batch_is_one_event(metrics: Metrics):
    fact = a_fact(a_school())

    assert metrics.hear_facts([fact, fact]) == 1


def test_a_late_event_takes_nothing_back(metrics: Metrics):
    school = a_school(enrollment=500, version=3)
    metrics.hear(school)

    metrics.hear(a_school(school.school_id, enrollment=100, version=2))

    assert metrics.rows("SELECT enrollment, version FROM metrics.schools") == [(500, 3)]


def test_what_only_one_event_knows_outlives_every_newer_state(metrics: Metrics):
    referral = AReferral(a_school().school_id, NOW - timedelta(hours=3))
    submitted, acknowledged, contacted = referral.submitted(), referral.acknowledged(12), referral.contacted(40)

    metrics.hear(contacted)
    metrics.hear(acknowledged)
    metrics.hear(submitted)

    (row,) = metrics.rows("SELECT version, status, acknowledge_minutes, contact_minutes, student_key, source "
                          "FROM metrics.referral_waits")
    assert row == (3, "in_progress", 12, 40, referral.student_key, "peer_supporter")


def test_open_referrals_wait_in_staffed_minutes_and_pull_the_median_up(metrics: Metrics):
    school = a_school()
    saturday = datetime(2026, 9, 5, 15, tzinfo=UTC)
    metrics.hear(a_policy(), school, a_calendar(school.school_id, [date(2026, 9, 4), date(2026, 9, 8)]))
    referrals = [AReferral(school.school_id, saturday) for _ in range(20)]
    metrics.hear(*(referral.submitted() for referral in referrals))
    metrics.hear(*(referral.acknowledged(30) for referral in referrals[:9]))

    urgent = next(wait for wait in metrics.overview().waits if wait.urgency is Urgency.URGENT)
    (elapsed,) = {row.elapsed for row in referred_at(metrics) if not row.acknowledged}

    assert urgent.p50_minutes.shown is Shown.NOT_REACHED      # 9 of 20; of the closed ones alone it would be 30
    assert elapsed == 7.5 * 60                                # Tuesday 8:00 to 15:30 and nothing else


def referred_at(metrics: Metrics) -> Sequence[Referred]:
    with metrics.database.begin(Errand.own("metrics", "look")) as tx:
        return count_district(tx.session, tx.now).referred


def test_errors_and_duplicates_are_no_referrals(metrics: Metrics):
    school = a_school()
    mistake = AReferral(school.school_id, NOW - timedelta(days=1))
    metrics.hear(school, mistake.submitted(), mistake.closed(5, Outcome.ENTERED_IN_ERROR))

    assert metrics.school(school.school_id).t3_students == 0


def test_a_new_calendar_replaces_the_old_and_a_late_old_one_does_not(metrics: Metrics):
    school = a_school()
    metrics.hear(a_calendar(school.school_id, [date(2026, 9, 1), date(2026, 9, 2)]))
    metrics.hear(a_calendar(school.school_id, [date(2026, 9, 3)], version=2))
    metrics.hear(a_calendar(school.school_id, [date(2026, 9, 4)], version=1))

    rows = metrics.rows("SELECT date, opens_at FROM metrics.school_days")

    assert rows == [(date(2026, 9, 3), datetime(2026, 9, 3, 12, tzinfo=UTC))]      # 8:00 in New York


def test_the_roster_counts_before_the_directory(metrics: Metrics):
    school = a_school(enrollment=600)
    synced = RosterSynced(school_id=school.school_id, batch_id=school.school_id, version=1, active_count=480, added=480,
                          left=0, by_grade=(), by_subgroup=())
    metrics.hear(school, synced)

    assert metrics.overview().enrollment == 480


def test_what_needs_attention_is_named_with_its_place(metrics: Metrics):
    school = a_school()
    program, waiting = AProgram(school.school_id), AProgram(school.school_id)
    late = AReferral(school.school_id, NOW - timedelta(hours=5))
    gap = OnCallGapDetected(school_id=school.school_id, version=1, starts_at=NOW + timedelta(hours=1),
                            ends_at=NOW + timedelta(hours=3), gap_minutes=120, covered=False)
    metrics.hear(school, program.active(), program.paused(), waiting.submitted(), late.submitted(), gap)

    kinds = {group.kind: group.places[0].school_id for group in metrics.overview().attention}

    assert kinds == dict.fromkeys((AttentionKind.REFERRAL_PAST_CLOCK, AttentionKind.ON_CALL_GAP,
                                   AttentionKind.PROGRAM_PAUSED, AttentionKind.AWAITING_APPROVAL), school.school_id)


def test_a_gap_that_was_covered_needs_no_attention(metrics: Metrics):
    school = a_school()
    gap = OnCallGapDetected(school_id=school.school_id, version=1, starts_at=NOW, ends_at=NOW + timedelta(hours=3),
                            gap_minutes=180, covered=False)
    metrics.hear(school, gap, gap.model_copy(update={"version": 2, "covered": True}))

    assert metrics.overview().attention == ()
    assert metrics.school(school.school_id).gaps == ()


def test_a_school_whose_programs_write_nothing_for_a_week_is_silent(metrics: Metrics):
    school = a_school()
    metrics.hear(school, a_calendar(school.school_id, WEEKDAYS))
    metrics.hear_facts([a_fact(AProgram(school.school_id).active(), NOW - timedelta(days=20))])

    (silent,) = metrics.overview().attention

    assert silent.kind is AttentionKind.SCHOOL_SILENT


def test_only_those_who_act_on_it_see_how_many_wait_now(metrics: Metrics):
    school = a_school()
    metrics.hear(school, AReferral(school.school_id, NOW).submitted())

    assert metrics.overview(Role.DISTRICT_LEAD).waiting_now == 1
    assert metrics.overview(Role.EVALUATOR).waiting_now is None


def test_a_schools_staff_see_its_exact_numbers_and_nobody_elses(metrics: Metrics):
    program, events = a_busy_school(students=3, referrals=2)
    other, more = a_busy_school()
    metrics.hear(a_policy(), *events, *more)

    own = metrics.school(program.school_id)

    assert (own.t1_contacts, own.t2_students, own.t3_students, own.supporters_active) == (40, 3, 2, 3)
    (numbers,) = (each for each in own.programs if each.tier is Tier.TARGETED)
    assert (numbers.students, numbers.sessions_held, numbers.matches_active) == (3, 9, 3)
    assert own.waits[1].p50_minutes == Figure.of(10)
    with pytest.raises(NotFound):
        metrics.school(program.school_id, of=other.school_id)
    assert metrics.rows("SELECT action, object_type, school_id FROM metrics.audit_log") == [
        ("dashboard.school", "school", program.school_id)]


def test_a_dose_counts_what_was_planned_up_to_now(metrics: Metrics):
    school = a_school()
    program = AProgram(school.school_id)
    match = program.match(starts_on=NOW.date() - timedelta(days=60))
    metrics.hear(school, program.active(), match.active(), *eight_sessions(match))

    view = metrics.school(school.school_id)

    assert (view.dosage_sessions, view.dosage_minutes) == (Figure.of(75), Figure.of(69))
    assert view.completeness.percent == Figure.of(88)
    (numbers,) = view.programs
    assert (numbers.matches_ripe, numbers.matches_on_dose) == (1, 0)


def eight_sessions(match: AMatch) -> list[Event]:
    """Six held, one no-show, one of which nobody knows; two more are to come."""
    days = iter(range(57, 0, -7))
    held = [match.held(NOW - timedelta(days=next(days)), minutes) for minutes in (30, 30, 25, 30, 30, 20)]
    return [*held, match.missed(NOW - timedelta(days=next(days))), match.unmarked(NOW - timedelta(days=next(days))),
            match.scheduled(NOW + timedelta(days=7)), match.scheduled(NOW + timedelta(days=14))]


def test_five_hundred_and_fifty_nine_schools_make_one_page(metrics: Metrics):
    statuses = [SchoolStatus.OPEN] * 541 + [SchoolStatus.CLOSED] * 18
    metrics.hear(a_policy(), *(a_school(status=status) for status in statuses))

    view = metrics.overview()

    assert (len(view.comparison), view.schools, view.schools_rolled_out) == (559, 559, 0)
    assert view.enrollment == 559 * 600


def test_a_snapshot_is_made_when_something_was_heard_and_told_when_it_changed(metrics: Metrics):
    metrics.hear(a_school())
    metrics.refresh()
    metrics.refresh()
    metrics.hear(a_school())
    metrics.refresh()

    (published,) = metrics.rows("SELECT count(*) FROM metrics.outbox WHERE type = 'snapshot_published'")

    assert published[0] == 2


def test_before_the_first_snapshot_there_is_none_to_show(metrics: Metrics):
    with metrics.database.begin(metrics.asked("dashboard.district", Role.DISTRICT_LEAD, None)) as tx, \
            pytest.raises(NotFound):
        district_overview(DistrictOverview(), tx)
