"""What a counselor is shown: who waits, in which order, and what each list leaves out."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from services.referrals.referrals import handlers, views
from shared.contracts.codes import ClockKind, RedFlag, ReferralStatus, Role, Urgency
from shared.contracts.referrals import (
    AcceptReferral,
    AcknowledgeReferral,
    CloseReferral,
    DeclineReferral,
    MyDayOfCounselor,
    OpenReferrals,
    Outcome,
    Queue,
    RaiseUrgency,
    RecordFirstContact,
    Setting,
    UrgencyReason,
    WaiverReason,
)
from shared.domain import Forbidden, Invalid, NotFound, NotPossible, Stale
from tests.integration.referrals.conftest import Room, detail


def listed(room: Room, view: Queue = Queue.WAITING, **more: Any) -> Any:
    ask = {key: more.pop(key) for key in ("by", "role", "schools") if key in more}
    return room.ask(views.open_referrals, OpenReferrals(view=view, **more), "referral.list", changes=False, **ask)


def numbers(page: Any) -> list[str]:
    return [row.case_number for row in page.items]


def acknowledge(room: Room, referral: Any, **more: Any) -> Any:
    return room.ask(handlers.acknowledge_referral, AcknowledgeReferral(referral_id=referral.referral_id),
                    "referral.acknowledge", **more)


def test_the_most_urgent_come_first_and_of_these_the_one_that_waits_longest(room: Room):
    routine, emergency, later = (room.submit(urgency) for urgency in (
        Urgency.ROUTINE, Urgency.EMERGENCY, Urgency.EMERGENCY))

    page = listed(room)

    assert numbers(page) == [each.case_number for each in (emergency, later, routine)]
    first = page.items[0]
    assert (first.next_clock, first.overdue, first.owner_key) == (
        ClockKind.ACKNOWLEDGE, False, room.people.first)
    assert first.due_at == emergency.due_at
    assert {"acknowledge", "reroute", "lower_urgency"} <= set(first.allowed)
    assert not {"triage", "raise_urgency"} & set(first.allowed)


def test_a_list_shows_no_red_flags_and_no_words(room: Room):
    room.submit(Urgency.URGENT, red_flag_codes=(RedFlag.SELF_INJURY,), summary="cuts on both arms")

    text = listed(room).model_dump_json()

    assert "self_injury" not in text
    assert "cuts" not in text


def test_it_pages_by_cursor(room: Room):
    all_of_them = [room.submit(urgency).case_number for urgency in (
        Urgency.EMERGENCY, Urgency.URGENT, Urgency.PRIORITY, Urgency.ROUTINE, Urgency.ROUTINE)]

    first = listed(room, limit=2)
    second = listed(room, limit=2, cursor=first.next_cursor)
    third = listed(room, limit=2, cursor=second.next_cursor)

    assert numbers(first) + numbers(second) + numbers(third) == all_of_them
    assert third.next_cursor is None
    with pytest.raises(Invalid):
        listed(room, cursor="nonsense")


def test_each_referral_is_in_the_lists_it_belongs_to(room: Room):
    waiting, mine, ended = (room.submit(Urgency.URGENT) for _ in range(3))
    acknowledge(room, mine)
    acknowledge(room, ended, by=room.people.second)
    for handle, command in [
        (handlers.close_referral, CloseReferral(
            referral_id=ended.referral_id, outcome_code=Outcome.ALREADY_IN_CARE,
            follow_ups_waived=WaiverReason.IN_OTHER_CARE))]:
        room.ask(handle, command, "referral.close", by=room.people.second)

    assert numbers(listed(room)) == [waiting.case_number]
    assert numbers(listed(room, Queue.MINE, by=room.people.first)) == [waiting.case_number, mine.case_number]
    assert numbers(listed(room, Queue.SCHOOLS)) == [waiting.case_number, mine.case_number]
    assert numbers(listed(room, Queue.CLOSED)) == [ended.case_number]


def test_another_schools_counselor_sees_nothing(room: Room):
    referral = room.submit(Urgency.EMERGENCY)
    elsewhere = {"by": uuid4(), "schools": frozenset({uuid4()})}

    assert numbers(listed(room, **elsewhere)) == []
    with pytest.raises(NotFound):
        detail(room, referral.referral_id, **elsewhere)


def test_the_crisis_lead_sees_emergencies_only(room: Room):
    emergency, urgent = room.submit(Urgency.EMERGENCY), room.submit(Urgency.URGENT)
    lead: dict[str, Any] = {
        "by": room.people.crisis_lead, "role": Role.CRISIS_LEAD, "schools": frozenset({room.school})}

    assert numbers(listed(room, **lead)) == [emergency.case_number]
    with pytest.raises(NotFound):
        detail(room, urgent.referral_id, **lead)
    assert acknowledge(room, emergency, **lead).status is ReferralStatus.ACKNOWLEDGED


def test_a_principal_opens_no_referral(room: Room):
    referral = room.submit(Urgency.URGENT)

    with pytest.raises(Forbidden):
        detail(room, referral.referral_id, by=room.people.principal, role=Role.PRINCIPAL)


def test_the_second_to_acknowledge_learns_who_has_it(room: Room):
    referral = room.submit(Urgency.URGENT)
    acknowledge(room, referral)

    with pytest.raises(NotPossible) as refused:
        acknowledge(room, referral, by=room.people.second)

    assert (refused.value.more["taken"], refused.value.more["owner_key"]) == (True, str(room.people.first))


def test_a_step_on_an_older_version_is_stale(room: Room):
    referral = room.submit(Urgency.URGENT)
    seen = referral.version
    acknowledge(room, referral)

    with pytest.raises(Stale):
        room.ask(handlers.raise_urgency, RaiseUrgency(
            referral_id=referral.referral_id, urgency=Urgency.EMERGENCY, reason_code=UrgencyReason.DANGER_NOW,
            expected_version=seen), "referral.raise_urgency")


def test_red_flags_decide_the_least_urgency(room: Room):
    with pytest.raises(Invalid):
        room.submit(Urgency.PRIORITY, red_flag_codes=(RedFlag.OTHER, RedFlag.MISSING_FRIEND))

    view = room.submit(Urgency.EMERGENCY, red_flag_codes=(RedFlag.OTHER, RedFlag.MISSING_FRIEND))
    assert view.urgency_floor is Urgency.EMERGENCY


def test_from_first_word_to_outcome_each_step_is_told_and_versions_rise(room: Room):
    referral = room.submit(Urgency.EMERGENCY)
    id = referral.referral_id
    acknowledge(room, referral)
    for handle, command, action in [
        (handlers.accept_referral, AcceptReferral(referral_id=id), "referral.accept"),
        (handlers.record_first_contact, RecordFirstContact(referral_id=id, setting=Setting.SCHOOL),
         "referral.first_contact"),
        (handlers.close_referral, CloseReferral(
            referral_id=id, outcome_code=Outcome.CRISIS_RESPONSE, follow_ups_waived=WaiverReason.IN_OTHER_CARE),
         "referral.close"),
    ]:
        view = room.ask(handle, command, action)

    assert (view.status, view.next_clock, view.version) == (ReferralStatus.CLOSED, None, 5)
    rows = room.sql("SELECT type, version FROM outbox ORDER BY seq")
    assert rows == [("referral_submitted", 1), ("referral_assigned", 1), ("referral_acknowledged", 2),
                    ("referral_accepted", 3), ("referral_first_contact_made", 4), ("referral_closed", 5)]
    assert [line.actor_role for line in detail(room, id).history] == [Role.COUNSELOR] * 5


def test_only_the_owner_accepts(room: Room):
    referral = room.submit(Urgency.URGENT)
    acknowledge(room, referral)

    with pytest.raises(NotFound):
        room.ask(handlers.accept_referral, AcceptReferral(referral_id=referral.referral_id), "referral.accept",
                 by=room.people.third)


def test_declining_needs_a_reason_from_the_list(room: Room):
    with pytest.raises(ValueError, match="reason_code"):
        DeclineReferral(referral_id=uuid4(), reason_code="because")


def test_a_counselors_day(room: Room):
    quick, slow, waiting = (room.submit(Urgency.EMERGENCY) for _ in range(3))
    room.sql("UPDATE referral_clocks SET started_at = clock_timestamp() - interval '10 minutes', "
             "due_at = clock_timestamp() - interval '5 minutes' WHERE referral_id = %s", slow.referral_id)
    room.sql("UPDATE referral_clocks SET due_at = clock_timestamp() WHERE kind = 'contact'")
    for each in (quick, slow):
        acknowledge(room, each)

    day = room.ask(views.my_day_of_counselor, MyDayOfCounselor(), "referral.list", changes=False)

    assert (day.acknowledged, day.past_target) == (2, 1)
    assert day.median_minutes == pytest.approx(5, abs=0.2)
    assert day.first_contacts_due >= 2
    assert waiting.owner_key == room.people.first
