"""The district's overview: what it says, and that nothing in it gives a small group away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from services.metrics.measures.alerts import Alert
from services.metrics.measures.raised import Raised
from services.metrics.measures.weekly import Weekly
from services.metrics.snapshots.overview import overview
from shared.contracts.codes import Tier, Urgency
from shared.contracts.metrics import (
    AttentionKind,
    Bound,
    DistrictOverviewView,
    Figure,
    FunnelStep,
    SchoolComparison,
    Shown,
)
from tests.unit.metrics.builders import NOON, WEEKS, a_place, a_referred, counted

ID = UUID("00000000-0000-4000-8000-000000000001")


def seen(**given: Any) -> DistrictOverviewView:
    return overview(counted(**given), ID, NOON)


def test_reach_is_pooled_and_schools_without_an_enrollment_have_no_rate():
    view = seen(places=[a_place(enrollment=200, t2_students=40), a_place(enrollment=1800, t2_students=60),
                        a_place(enrollment=None, t2_students=30)])

    assert [row.t2_reach.value for row in view.comparison] == [20, 3, None]
    assert view.district.t2_students == Figure.of(130)
    assert view.district.t2_reach == Figure.of(5)       # 100 of 2,000; the mean of the rates would be 12
    assert view.schools_without_enrollment == 1


def test_a_reach_of_less_than_half_a_percent_is_not_none():
    view = seen(places=[a_place(enrollment=90_000, t2_students=50)])

    assert view.district.t2_reach == Figure.of(1, Bound.AT_MOST)


def test_a_small_school_is_hidden_and_one_more_with_it():
    view = seen(places=[a_place(t3_students=4), a_place(t3_students=14), a_place(t3_students=30)])

    assert [row.t3_students.shown for row in view.comparison] == [Shown.BELOW, Shown.HIDDEN, Shown.NUMBER]
    assert view.district.t3_students == Figure.of(48)


def test_a_hidden_count_takes_its_share_with_it():
    (row, *_) = seen(places=[a_place(t2_students=4), a_place(), a_place()]).comparison

    assert row.t2_reach == Figure.withheld(Shown.BELOW)


def test_the_tiers_count_contacts_below_and_students_above():
    third, second, first = seen(places=[a_place(), a_place(programs_tier1=0)]).tiers

    assert (third.tier, second.tier, first.tier) == (Tier.INTENSIVE, Tier.TARGETED, Tier.UNIVERSAL)
    assert first.count == Figure.of(200)
    assert first.percent.shown is Shown.NOT_AVAILABLE
    assert (first.programs, first.schools) == (1, 1)
    assert second.percent == Figure.of(4)


def test_coverage_leaves_closed_schools_out():
    view = seen(places=[a_place(), a_place(programs_tier1=0), a_place(status="closed", programs_tier1=0)])

    assert view.coverage_t1 == Figure.of(50)


def test_the_way_to_care_counts_open_referrals_in_its_medians():
    rows = [a_referred(minutes=10) for _ in range(6)] + [a_referred(minutes=None, elapsed=200.0) for _ in range(8)]

    steps = {step.step: step for step in seen(referred=rows, raised=Raised(200, 30, 14)).funnel}

    assert steps[FunnelStep.RED_FLAGS].count == Figure.of(30)
    assert steps[FunnelStep.CONCERNS].percent_of_previous == Figure.of(47)
    assert steps[FunnelStep.ACKNOWLEDGED].count.shown is Shown.BELOW
    assert steps[FunnelStep.ACKNOWLEDGED].percent_of_previous.value == "*"
    assert steps[FunnelStep.ACKNOWLEDGED].p50_minutes.shown is Shown.NOT_REACHED     # 6 of 14 are acknowledged


def test_the_wait_of_each_urgency_stands_beside_its_limit():
    rows = [a_referred(minutes=minutes) for minutes in (5, 10, 15, 20, 25, 30, 40, 50, 70, 80, 90)]

    waits = {wait.urgency: wait for wait in seen(referred=rows).waits}

    urgent = waits[Urgency.URGENT]
    assert (urgent.p50_minutes.value, urgent.p90_minutes.value) == (30, 80)
    assert urgent.within_limit == Figure.of(73)
    assert urgent.limit_minutes == 60
    assert waits[Urgency.EMERGENCY].limit_minutes == 5
    assert waits[Urgency.ROUTINE].limit_minutes == 900
    assert waits[Urgency.EMERGENCY].p50_minutes.shown is Shown.NOT_AVAILABLE
    assert waits[Urgency.PRIORITY].limit_unit is None


def test_an_open_referral_past_its_limit_counts_as_late_and_a_fresh_one_as_pending():
    rows = [a_referred() for _ in range(9)] + [
        a_referred(minutes=None), a_referred(minutes=None, acknowledge_overdue=False)]

    (_, urgent, *_) = seen(referred=rows).waits

    assert urgent.within_limit == Figure.of(90)
    assert urgent.n == Figure.of(11)
    assert urgent.n_pending.value == "*"


def test_alerts_are_grouped_with_the_first_places_and_their_number():
    alerts = [Alert("program_paused", uuid4(), uuid4(), "peer_mentoring", NOON - timedelta(days=n)) for n in range(7)]
    alerts.append(Alert("referral_past_clock", uuid4(), None, None, NOON))

    clock, paused = seen(alerts=alerts).attention

    assert clock.kind is AttentionKind.REFERRAL_PAST_CLOCK
    assert clock.places[0].since is None        # it would be the moment of one student's referral
    assert (len(paused.places), paused.total) == (5, 7)


def test_the_same_counts_give_the_same_sum_at_any_moment():
    places = [a_place(), a_place()]

    first, later = seen(places=places), overview(counted(places=places), uuid4(), NOON + timedelta(hours=1))

    assert first.sha256 == later.sha256
    assert first.sha256 != seen(places=[*places, a_place()]).sha256


def test_five_hundred_and_fifty_nine_schools_fit():
    view = seen(places=[a_place() for _ in range(559)])

    assert len(view.comparison) == 559
    assert DistrictOverviewView.model_validate_json(view.model_dump_json()) == view


small = st.integers(0, 40)
enrolled = st.none() | st.integers(1, 300)
three_weeks = st.lists(small, min_size=3, max_size=3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(small, small, small, small, enrolled, three_weeks), min_size=1, max_size=8),
       st.lists(st.tuples(st.sampled_from(list(Urgency)), st.none() | st.floats(0, 500)), max_size=40))
def test_nothing_on_the_page_tells_of_fewer_than_ten_people(schools: list[Any], referrals: list[Any]):
    places = [a_place(contacts=a, t2_students=min(b, e or b), t3_students=min(c, e or c), supporters=min(d, e or d),
                      enrollment=e, sessions_due=sum(weeks), sessions_marked=sum(weeks))
              for a, b, c, d, e, weeks in schools]
    weekly = [Weekly(week, place.school_id, n) for place, (*_, weeks) in zip(places, schools, strict=True)
              for week, n in zip(WEEKS, weeks, strict=True) if n]
    rows = [a_referred(places[0].school_id, minutes=minutes, urgency=urgency) for urgency, minutes in referrals]

    view = seen(places=places, weekly=weekly, referred=rows, raised=Raised(20, 7, len(rows)))

    people = ("t1_contacts", "t2_students", "t3_students", "supporters")
    for name in people:
        of_schools, total = [getattr(row, name) for row in view.comparison], getattr(view.district, name)
        assert all(figure.number in {None, 0} or figure.number >= 10 for figure in [*of_schools, total])
        assert_not_by_subtraction(of_schools, total)
    for week in range(len(WEEKS)):
        assert_not_by_subtraction(list(sessions_of(view.comparison, week)), view.weeks[week].sessions)
    assert all(n == 0 or n >= 10 for n in counts_in(json.loads(view.model_dump_json())))
    assert view.suppressed_count == view.model_dump_json().count('"*"')


def sessions_of(rows: tuple[SchoolComparison, ...], week: int) -> Iterator[Figure]:
    for row in rows:
        if row.sessions_by_week:
            value = row.sessions_by_week[week]
            yield Figure.withheld(Shown.BELOW) if value == "*" else Figure.of(value)


def assert_not_by_subtraction(cells: list[Figure], total: Figure) -> None:
    """A total less the shown cells leaves the sum of two hidden ones or more, and that sum is no small number."""
    hidden = [cell for cell in cells if cell.value == "*"]
    if total.number is not None and hidden:
        left = total.number - sum(cell.number or 0 for cell in cells)
        assert len(hidden) >= 2
        assert left >= 10


def counts_in(body: Any) -> Iterator[int]:
    """The counts of people in the JSON of an overview, by the names of their fields."""
    names = {"count", "n", "n_open", "n_pending", "referrals", "sessions", "t2_students", "t3_students", "t1_contacts",
             "supporters", "sessions_due", "sessions_marked"}
    if isinstance(body, dict):
        for name, value in body.items():
            if name in names and isinstance(value, dict) and isinstance(value["value"], int):
                yield value["value"]
            yield from counts_in(value)
    elif isinstance(body, list):
        for value in body:
            yield from counts_in(value)
