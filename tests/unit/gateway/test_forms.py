"""What a person types becomes the fields of a request, and comes back whole when something is to be corrected."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from gateway import forms
from gateway.sessions import with_concern
from shared.contracts.interventions import LogSession, ScheduleSession
from shared.contracts.referrals import CloseReferral
from shared.contracts.schools import PublishRota

MATCH = "0a000000-0000-4000-8000-00000000000a"
QUESTIONS = ("suicide_or_self_harm", "being_hurt_or_unsafe", "harm_to_others", "overdose_or_use_alone",
             "not_eating_or_sleeping")


def a_session(**answers: str) -> MultiDict[str, str]:
    said = dict.fromkeys(QUESTIONS, "no") | answers
    return MultiDict([
        ("csrf_token", "c"), ("idempotency_key", "k"), ("match_id", MATCH), ("minutes", "30"),
        ("modality", "in_person"), ("topic_codes", "friends"), ("topic_codes", "worry"), ("next_at", ""),
        ("concern.note", "not sent with a no"),
        *((f"red_flag_answers.{question}", answer) for question, answer in said.items())])


def test_names_with_dots_become_nested_fields_and_repeated_names_a_list() -> None:
    given = forms.nested(LogSession, a_session())

    assert given["topic_codes"] == ["friends", "worry"]
    assert given["red_flag_answers"] == dict.fromkeys(QUESTIONS, "no")
    assert given["concern"] == {"note": "not sent with a no"}


def test_what_was_left_empty_and_our_own_fields_are_not_given() -> None:
    given = forms.nested(LogSession, a_session())

    assert given.keys() == {"match_id", "minutes", "modality", "topic_codes", "concern", "red_flag_answers"}


def test_one_choice_of_a_list_is_still_a_list() -> None:
    given = forms.nested(CloseReferral, MultiDict([("follow_ups", "2026-12-08"), ("outcome_code", "already_in_care")]))

    assert given == {"follow_ups": ["2026-12-08"], "outcome_code": "already_in_care"}


def test_numbered_names_become_a_list_in_their_order() -> None:
    given = forms.nested(PublishRota, MultiDict([
        ("shifts.10.backup_key", "b"), ("shifts.2.order", "x"), ("shifts.2.order", "y"), ("shifts.10.order", "z")]))

    assert given == {"shifts": [{"order": ["x", "y"]}, {"backup_key": "b", "order": ["z"]}]}


def test_a_time_without_a_zone_is_on_the_clock_that_the_form_names() -> None:
    form = MultiDict([("scheduled_at", "2026-12-01T12:15"), ("_tz", "America/New_York")])

    given = forms.nested(ScheduleSession, form)

    assert given == {"scheduled_at": "2026-12-01T12:15:00-05:00"}


def test_a_zone_that_does_not_exist_changes_nothing() -> None:
    given = forms.nested(ScheduleSession, MultiDict([("scheduled_at", "2026-12-01T12:15"), ("_tz", "Nowhere/../etc")]))

    assert given == {"scheduled_at": "2026-12-01T12:15"}


def test_a_concern_is_part_of_a_session_only_with_a_yes() -> None:
    without, having = with_concern(LogSession, a_session()), with_concern(LogSession, a_session(harm_to_others="yes"))

    assert "concern" not in without
    assert having["concern"] == {"note": "not sent with a no"}


def test_with_a_yes_there_is_a_concern_even_when_nothing_more_was_filled_in() -> None:
    form = a_session(harm_to_others="yes")
    del form["concern.note"]

    assert with_concern(LogSession, form)["concern"] == {}


def test_a_form_knows_its_error_by_the_name_of_the_input() -> None:
    form = forms.Form(errors=({"name": forms.name_of("/concern/student_told"), "code": "enum", "message": "Choose"},))

    assert form.error("concern.student_told") == "Choose"
    assert form.error("minutes") is None


def test_a_page_with_several_forms_fills_only_the_one_that_was_sent() -> None:
    sent = forms.Form({"reason_code": "workload"}, action="/referrals/1/reroute")

    assert sent.at("/referrals/1/reroute").value("reason_code") == "workload"
    assert sent.at("/referrals/1/hold").value("reason_code") == ""
