"""The comparison is found, filtered, sorted and paged, and no order gives a withheld number away."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from gateway.comparing import PAGE, compare
from shared.contracts.ids import SchoolId
from shared.contracts.metrics import NOT_AVAILABLE, NOT_REACHED, Figure, SchoolComparison, Shown
from shared.contracts.schools import SchoolLevel, SchoolStatus

NAMES: dict[UUID, str] = {}


def a_row(name: str, **given: Any) -> SchoolComparison:
    id = SchoolId(uuid4())
    NAMES[id] = name
    figures = dict.fromkeys((
        "elements_percent", "t1_contacts", "t2_students", "t2_reach", "t3_students", "supporters", "supporters_per_100",
        "ack_p50_minutes", "ack_p90_minutes", "within_limit", "documented"), NOT_AVAILABLE)
    return SchoolComparison(**{
        "school_id": id, "level": SchoolLevel.HIGH, "status": SchoolStatus.OPEN, "enrollment": 500,
        "rolled_out": True, "programs_tier1": 1, "programs_tier2": 1, "sessions_by_week": (), **figures} | given)


def name_of(row: SchoolComparison) -> str:
    return NAMES[row.school_id] if row.school_id else ""


def names(rows: list[SchoolComparison], **asked: str) -> list[str]:
    return [name_of(row) for row in compare(rows, asked, name_of).rows]


def test_the_slowest_school_is_first_and_one_that_has_not_answered_is_slower_still():
    rows = [a_row("quick", ack_p90_minutes=Figure.of(20)), a_row("slow", ack_p90_minutes=Figure.of(90)),
            a_row("never", ack_p90_minutes=NOT_REACHED), a_row("few", ack_p90_minutes=Figure.withheld(Shown.FEW))]

    assert names(rows) == ["never", "slow", "quick", "few"]


def test_withheld_numbers_stand_last_by_name_whichever_way_the_order_goes():
    rows = [a_row("c", t2_students=Figure.withheld(Shown.HIDDEN)), a_row("b", t2_students=Figure.withheld(Shown.BELOW)),
            a_row("z", t2_students=Figure.of(30)), a_row("y", t2_students=Figure.of(0))]

    assert names(rows, sort="t2_students") == ["z", "y", "b", "c"]
    assert names(rows, sort="t2_students", order="up") == ["y", "z", "b", "c"]


def test_only_schools_with_programs_are_compared_until_all_are_asked_for():
    rows = [a_row("with"), a_row("without", rolled_out=False)]

    assert names(rows) == ["with"]
    assert names(rows, schools="all", sort="name") == ["with", "without"]


def test_before_any_rollout_all_schools_are_shown():
    assert names([a_row("known", rolled_out=False)]) == ["known"]


def test_schools_are_found_by_part_of_their_name_and_by_level():
    rows = [a_row("César Chávez K-8"), a_row("Palm Middle", level=SchoolLevel.MIDDLE)]

    assert names(rows, q="chávez") == ["César Chávez K-8"]
    assert names(rows, level="middle") == ["Palm Middle"]


def test_a_page_holds_fifty_and_the_last_is_never_passed():
    rows = [a_row(f"school {n:03}") for n in range(559)]

    first, last = compare(rows, {"sort": "name"}, name_of), compare(rows, {"sort": "name", "page": "99"}, name_of)

    assert (len(first.rows), first.pages, first.total) == (PAGE, 12, 559)
    assert (last.page, len(last.rows)) == (12, 9)


def test_selecting_a_heading_twice_turns_the_order_round():
    view = compare([a_row("a")], {"q": "a"}, name_of)

    assert "order=up" in view.sorted_by("ack_p90_minutes")
    assert "order=down" in view.sorted_by("enrollment")
    assert "order=up" in view.sorted_by("name")
    assert "q=a" in view.sorted_by("name")


def test_what_a_query_means_to_nobody_is_left_out():
    assert names([a_row("a")], sort="drop table", page="minus one", level="") == ["a"]
