"""The path of a student through interventions: from a registration to a red flag that referrals has received."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.interventions.concerns.handlers import tell_again
from services.interventions.matches.handlers import end_matches_without_consent
from services.interventions.programs.handlers import watch_programs
from services.interventions.sessions.handlers import note_forgotten_sessions, note_late_documentation
from services.interventions.supporters.handlers import look_after_supporters
from services.interventions.today.gauges import measure
from shared.contracts.codes import (
    ConcernDomain,
    GradeBand,
    Modality,
    PeerView,
    RedFlag,
    ReferralStatus,
    StudentTold,
    Urgency,
)
from shared.contracts.interventions import (
    ActivateMatch,
    ActivateProgram,
    ActivateSupporter,
    ActivityList,
    Answer,
    ApproveProgram,
    CareStatus,
    CheckInSupporter,
    ConcernDetail,
    ConcernGiven,
    ConsentMissing,
    ConsentToMatch,
    Constraint,
    LogSession,
    MarkSession,
    MatchDetail,
    MatchDetailView,
    MatchList,
    MatchStatus,
    MatchSuggestions,
    MyConcern,
    MyDay,
    NominateSupporter,
    Party,
    ProgramDetail,
    ProgramList,
    ProgramStatus,
    ProgramTypes,
    ProposeMatch,
    PutSafeguard,
    RaiseConcern,
    RecordActivity,
    RecordSupervision,
    RedFlagAnswers,
    RegisterProgram,
    RequestMatch,
    ReturnFromBreak,
    ReturnProgram,
    SafeguardCode,
    ScheduleSession,
    SessionMark,
    SessionStatus,
    SessionsToMark,
    SubmitProgram,
    SupporterDetail,
    SupporterList,
    SupporterStatus,
    TakeBreak,
    TaskKind,
    TasksOf,
)
from shared.contracts.referrals import ConcernReceived, ReferralLoopClosed, ReferralState, ReferralSubmitted, Source
from shared.contracts.schools import ConsentKind, ConsentRecorded, ConsentStatus, ConsentWithdrawn
from shared.domain import Duplicate, Forbidden, GateUnmet, Invalid, NotFound, NotPossible, Stale
from tests.integration.interventions.district import Person, School

ALL_NO = RedFlagAnswers(**dict.fromkeys(RedFlagAnswers.model_fields, Answer.NO))


def yes_to(question: str) -> RedFlagAnswers:
    return ALL_NO.model_copy(update={question: Answer.YES})


def a_match(school: School) -> tuple[MatchDetailView, Person, Person]:
    """An active match, its peer supporter and its participant."""
    program, person, supporter = school.active()
    participant = school.student()
    match = school.ask(RequestMatch(
        program_id=program.program_id, participant_keys=(participant.key,), reason_code="transition"), school.advisor)
    at = match.match_id
    school.ask(ProposeMatch(match_id=at, supporter_ids=(supporter.supporter_id,)), school.advisor)
    school.ask(ConsentToMatch(match_id=at, party=Party.SUPPORTER), person)
    school.ask(ConsentToMatch(match_id=at, party=Party.PARTICIPANT), school.advisor)
    school.consent(participant, program.program_id)
    return school.ask(ActivateMatch(match_id=at), school.advisor), person, participant


# --- programs ---------------------------------------------------------------------------------------------------------


def test_a_tier_1_club_needs_two_signatures_and_nothing_else_to_start(school: School) -> None:
    program = school.registered("mental_health_club")
    school.ask(SubmitProgram(program_id=program.program_id), school.coordinator)

    one = school.ask(ApproveProgram(program_id=program.program_id), school.principal)
    both = school.ask(ApproveProgram(program_id=program.program_id), school.lead)
    active = school.ask(ActivateProgram(program_id=program.program_id), school.coordinator)

    assert [one.status, both.status, active.status] == [
        ProgramStatus.SUBMITTED, ProgramStatus.APPROVED, ProgramStatus.ACTIVE]
    assert [each["to_status"] for each in school.announced("program_activated")] == ["active"]


def test_submission_names_every_element_that_nobody_answered(school: School) -> None:
    program = school.ask(RegisterProgram(
        school_id=school.id, type_code="mental_health_club", title="Open Minds"), school.coordinator)

    with pytest.raises(GateUnmet) as no:
        school.ask(SubmitProgram(program_id=program.program_id), school.coordinator)

    assert no.value.more["unmet"] == [f"element_{n}_answered" for n in range(1, 11)]


def test_a_tier_2_program_starts_only_when_every_gate_holds(school: School) -> None:
    program = school.approved()

    with pytest.raises(GateUnmet) as no:
        school.ask(ActivateProgram(program_id=program.program_id), school.coordinator)
    school.supporter(program.program_id, school.student())
    active = school.ask(ActivateProgram(program_id=program.program_id), school.coordinator)

    assert no.value.more["unmet"] == ["certified_supporter"]
    assert active.status is ProgramStatus.ACTIVE


def test_without_rota_and_pathway_test_a_tier_2_program_does_not_start(school: School) -> None:
    other = School(school.work).opens(on_duty=False, pathway_tested=False)
    program = other.approved()
    other.supporter(program.program_id, other.student())

    with pytest.raises(GateUnmet) as no:
        other.ask(ActivateProgram(program_id=program.program_id), other.coordinator)

    assert no.value.more["unmet"] == ["rota_covers_staffed_hours", "pathway_test_acknowledged"]


def test_a_returned_program_shows_the_comment_and_may_be_submitted_again(school: School) -> None:
    program = school.registered()
    school.ask(SubmitProgram(program_id=program.program_id), school.coordinator)
    school.ask(ApproveProgram(program_id=program.program_id), school.principal)

    returned = school.ask(ReturnProgram(program_id=program.program_id, comment="Who covers Fridays?"), school.lead)
    school.ask(PutSafeguard(program_id=program.program_id, code=SafeguardCode.STAFF_TIME, met=True), school.coordinator)
    again = school.ask(SubmitProgram(program_id=program.program_id), school.coordinator)

    assert (returned.return_comment, returned.signatures) == ("Who covers Fridays?", ())
    assert again.status is ProgramStatus.SUBMITTED


def test_a_lost_safeguard_pauses_an_active_program_at_once(school: School) -> None:
    program, _, _ = school.active()

    paused = school.ask(PutSafeguard(
        program_id=program.program_id, code=SafeguardCode.STAFF_TIME, met=False), school.coordinator)

    assert paused.status is ProgramStatus.PAUSED
    assert school.announced("program_paused")[0]["reason_code"] == "safeguard_failed"


def test_a_rota_that_ends_pauses_the_program_and_says_why(school: School) -> None:
    program, _, _ = school.active()
    school.publish_rota(days=1, version=2)

    school.comes_round(watch_programs)
    school.comes_round(watch_programs)

    assert school.ask(ProgramDetail(program_id=program.program_id), school.coordinator).status is ProgramStatus.PAUSED
    failed = school.announced("program_safeguard_failed")
    assert [each["safeguard_code"] for each in failed] == ["rota_covers_staffed_hours"]


def test_an_old_version_is_refused(school: School) -> None:
    program = school.registered()

    with pytest.raises(Stale):
        school.ask(SubmitProgram(program_id=program.program_id, expected_version=1), school.coordinator)


def test_a_program_of_another_school_is_not_there(school: School) -> None:
    program = school.registered()
    elsewhere = School(school.work).opens()

    with pytest.raises(NotFound):
        school.ask(ProgramDetail(program_id=program.program_id), elsewhere.coordinator)
    with pytest.raises(NotFound):
        school.ask(RegisterProgram(school_id=school.id, type_code="peer_mentoring", title="Mentors"),
                   elsewhere.coordinator)
    assert school.ask(ProgramList(), elsewhere.coordinator).items == ()
    assert [row.program_id for row in school.ask(ProgramList(tier=2), school.lead).items] == [program.program_id]


def test_the_list_of_programs_comes_in_pages(school: School) -> None:
    for number in range(3):
        school.ask(RegisterProgram(school_id=school.id, type_code="mental_health_club", title=f"Club {number}"),
                   school.coordinator)

    first = school.ask(ProgramList(limit=2), school.coordinator)
    second = school.ask(ProgramList(limit=2, cursor=first.next_cursor), school.coordinator)

    assert [row.title for row in (*first.items, *second.items)] == ["Club 2", "Club 1", "Club 0"]
    assert second.next_cursor is None


def test_the_catalog_shows_what_each_type_asks(school: School) -> None:
    catalog = school.ask(ProgramTypes(), school.coordinator)

    mentoring = next(kind for kind in catalog.types if kind.type_code == "peer_mentoring")
    assert (mentoring.training_hours, mentoring.training_weeks, mentoring.supervision_limit) == (12, 4, 8)
    assert len(catalog.elements) == 10
    assert len(catalog.safeguards) == 7


# --- supporters -------------------------------------------------------------------------------------------------------


def test_a_student_is_nominated_once_per_program(school: School) -> None:
    program, person, _ = school.active()

    with pytest.raises(Duplicate):
        school.ask(NominateSupporter(program_id=program.program_id, student_key=person.key), school.advisor)


def test_only_a_student_of_the_school_can_be_nominated(school: School) -> None:
    program = school.approved()

    with pytest.raises(NotFound):
        school.ask(NominateSupporter(program_id=program.program_id, student_key=uuid4()), school.advisor)


def test_a_ninth_supporter_of_one_advisor_waits(school: School) -> None:
    program = school.approved()
    for _ in range(8):
        school.supporter(program.program_id, school.student())
    ninth = school.certified(program.program_id, school.student())

    with pytest.raises(GateUnmet) as no:
        school.ask(
            ActivateSupporter(supporter_id=ninth.supporter_id, supervisor_key=school.advisor.key), school.advisor)

    assert no.value.more["unmet"] == ["supervision_ratio"]


def test_a_month_without_supervision_breaches_the_ratio_and_a_meeting_restores_it(school: School) -> None:
    program, _, supporter = school.active()
    later = datetime.now(UTC) + timedelta(days=31)
    school.publish_rota(days=90, version=2)

    school.comes_round(watch_programs, at=later)
    meeting = school.ask(RecordSupervision(
        program_id=program.program_id, supporter_ids=(supporter.supporter_id,), minutes=45), school.advisor)

    assert len(school.announced("supervision_ratio_breached")) == 1
    assert len(school.announced("supervision_ratio_restored")) == 1
    assert (meeting.ratio, meeting.ratio_limit, meeting.ratio_breached) == (1.0, 8, False)
    assert school.announced("supervision_held")[0]["supporters_count"] == 1


def test_pulse_answers_are_sealed_and_staff_see_a_band(school: School) -> None:
    _, _, supporter = school.active()

    seen = school.ask(CheckInSupporter(supporter_id=supporter.supporter_id, energy=0, weighing=4), school.advisor)

    assert seen.pulse_band == "high"
    assert school.announced("supporter_check_in_completed")[0]["pulse_band"] == "high"
    assert b"[0, 4]" not in stored(school, "SELECT answers FROM check_ins")


def test_a_supporter_takes_a_break_without_a_reason_and_comes_back_after_a_check_in(school: School) -> None:
    _, person, supporter = school.active()
    at = supporter.supporter_id

    resting = school.ask(TakeBreak(supporter_id=at, reason_code="tired"), person)
    with pytest.raises(GateUnmet):
        school.ask(ReturnFromBreak(supporter_id=at), person)
    school.ask(CheckInSupporter(supporter_id=at, energy=3, weighing=1), school.advisor)
    back = school.ask(ReturnFromBreak(supporter_id=at), person)

    assert (resting.status, back.status) == (SupporterStatus.ON_BREAK, SupporterStatus.ACTIVE)
    assert school.announced("supporter_on_break")[0]["reason_code"] is None


def test_a_missed_check_in_shows_after_three_school_days_and_a_certificate_ends(school: School) -> None:
    _, _, supporter = school.active()
    due = datetime.now(UTC) + timedelta(days=14)

    school.comes_round(look_after_supporters, at=due + timedelta(days=1))
    early = school.announced("supporter_check_in_overdue")
    school.comes_round(look_after_supporters, at=due + timedelta(days=7))
    school.ask(CheckInSupporter(supporter_id=supporter.supporter_id, energy=2, weighing=2), school.advisor)
    school.comes_round(look_after_supporters, at=datetime.now(UTC) + timedelta(days=340))
    school.comes_round(look_after_supporters, at=datetime.now(UTC) + timedelta(days=367))

    assert early == []
    assert len(school.announced("supporter_check_in_overdue")) == 1
    assert len(school.announced("supporter_refresher_due")) == 1
    assert school.ask(SupporterDetail(supporter_id=supporter.supporter_id), school.advisor).status == "lapsed"


def test_an_advisor_of_another_program_sees_no_supporters(school: School) -> None:
    school.active()

    assert len(school.ask(SupporterList(), school.advisor).items) == 1
    assert school.ask(SupporterList(), Person(school.advisor.role, school.id)).items == ()


# --- matches ----------------------------------------------------------------------------------------------------------


def test_a_match_waits_for_everyone_who_must_agree(school: School) -> None:
    program, person, supporter = school.active()
    participant = school.student()
    at = school.ask(RequestMatch(
        program_id=program.program_id, participant_keys=(participant.key,), reason_code="transition"),
        school.advisor).match_id
    proposed = school.ask(ProposeMatch(match_id=at, supporter_ids=(supporter.supporter_id,)), school.advisor)
    school.ask(ConsentToMatch(match_id=at, party=Party.SUPPORTER), person)
    waiting = school.ask(ConsentToMatch(match_id=at, party=Party.PARTICIPANT), school.advisor)

    with pytest.raises(NotPossible):
        school.ask(ActivateMatch(match_id=at), school.advisor)
    school.consent(participant, program.program_id, [ConsentKind.GUARDIAN])
    still = school.ask(MatchDetail(match_id=at), school.advisor)
    school.consent(participant, program.program_id, [ConsentKind.STUDENT_ASSENT])
    ready = school.ask(MatchDetail(match_id=at), school.advisor)

    assert set(proposed.waiting_for) == set(ConsentMissing)
    assert waiting.waiting_for == (ConsentMissing.GUARDIAN, ConsentMissing.STUDENT_ASSENT)
    assert still.waiting_for == (ConsentMissing.STUDENT_ASSENT,)
    assert ready.status is MatchStatus.CONSENTED


def test_a_supporter_with_a_failed_constraint_is_shown_last_and_cannot_be_proposed(school: School) -> None:
    program, _, good = school.active()
    resting = school.certified(program.program_id, school.student())
    participant = school.student()
    at = school.ask(RequestMatch(
        program_id=program.program_id, participant_keys=(participant.key,), reason_code="transition"),
        school.advisor).match_id

    shown = school.ask(MatchSuggestions(match_id=at), school.advisor)

    assert [each.supporter_id for each in shown.items] == [good.supporter_id, resting.supporter_id]
    assert [each.failed for each in shown.items] == [(), (Constraint.SUPPORTER_ACTIVE,)]
    with pytest.raises(GateUnmet) as no:
        school.ask(ProposeMatch(match_id=at, supporter_ids=(resting.supporter_id,)), school.advisor)
    assert no.value.more["unmet"] == ["supporter_active"]


def test_language_and_grades_are_constraints(school: School) -> None:
    program, _, _ = school.active()
    far = school.student(band=GradeBand.ELEMENTARY, language="es")
    at = school.ask(RequestMatch(
        program_id=program.program_id, participant_keys=(far.key,), reason_code="transition"), school.advisor).match_id

    shown = school.ask(MatchSuggestions(match_id=at), school.advisor)

    assert shown.items[0].failed == (Constraint.LANGUAGE, Constraint.GRADE_GAP)


def test_a_withdrawn_consent_pauses_the_match_at_once_and_ends_it_after_five_school_days(school: School) -> None:
    match, _, participant = a_match(school)
    consent = stored(school, "SELECT consent_id FROM consents WHERE kind = 'guardian'")

    school.tell(ConsentWithdrawn(
        consent_id=consent, school_id=school.id, version=2, student_key=participant.key, program_id=match.program_id,
        kind=ConsentKind.GUARDIAN, status=ConsentStatus.WITHDRAWN))
    paused = school.ask(MatchDetail(match_id=match.match_id), school.advisor)
    school.comes_round(end_matches_without_consent, at=datetime.now(UTC) + timedelta(days=3))
    waiting = school.ask(MatchDetail(match_id=match.match_id), school.advisor)
    school.comes_round(end_matches_without_consent, at=datetime.now(UTC) + timedelta(days=12))
    ended = school.ask(MatchDetail(match_id=match.match_id), school.advisor)

    assert [paused.status, waiting.status, ended.status] == [
        MatchStatus.PAUSED, MatchStatus.PAUSED, MatchStatus.ENDED_EARLY]
    assert ended.close_reason == "consent_withdrawn"


def test_an_older_consent_never_overwrites_a_newer_one(school: School) -> None:
    match, _, participant = a_match(school)
    consent = stored(school, "SELECT consent_id FROM consents WHERE kind = 'guardian'")
    about: dict[str, Any] = {
        "consent_id": consent, "school_id": school.id, "student_key": participant.key, "program_id": match.program_id,
        "kind": ConsentKind.GUARDIAN}

    school.tell(ConsentWithdrawn(**about, version=3, status=ConsentStatus.WITHDRAWN))
    school.tell(ConsentRecorded(**about, version=2, status=ConsentStatus.GRANTED, expires_on=None))

    assert stored(school, "SELECT status FROM consents WHERE kind = 'guardian'") == "withdrawn"


def test_a_supporter_sees_own_matches_only(school: School) -> None:
    match, person, _ = a_match(school)
    stranger = school.student()

    assert [row.match_id for row in school.ask(MatchList(), person).items] == [match.match_id]
    assert school.ask(MatchList(), stranger).items == ()
    with pytest.raises(NotFound):
        school.ask(MatchDetail(match_id=match.match_id), stranger)
    with pytest.raises(Forbidden):
        school.ask(SupporterList(), person)


# --- sessions and concerns --------------------------------------------------------------------------------------------


def test_a_session_without_red_flags_counts_towards_the_plan(school: School) -> None:
    match, person, _ = a_match(school)

    logged = school.ask(LogSession(
        match_id=match.match_id, minutes=30, modality=Modality.IN_PERSON, red_flag_answers=ALL_NO), person)

    assert (logged.session.status, logged.session.red_flag, logged.concern) == (
        SessionStatus.DOCUMENTED, Answer.NO, None)
    seen = school.ask(MatchDetail(match_id=match.match_id), school.advisor)
    assert (seen.held_sessions, seen.held_minutes, len(seen.sessions)) == (1, 30, 1)
    assert [each["version"] for each in (*school.announced("session_held"), *school.announced("session_documented"))
            ] == [1, 2]


def test_a_red_flag_saves_session_and_concern_together_and_says_nothing_of_the_worry(school: School) -> None:
    match, person, participant = a_match(school)

    logged = school.ask(LogSession(
        match_id=match.match_id, minutes=20, modality=Modality.IN_PERSON,
        red_flag_answers=yes_to("suicide_or_self_harm"),
        concern=ConcernGiven(note="He said goodbye to everyone.", student_told=StudentTold.TOLD)), person)

    assert logged.concern is not None
    assert (logged.concern.urgency_floor, logged.concern.seen) == (Urgency.URGENT, None)
    told = school.announced("concern_raised")[0]
    assert (told["student_key"], told["concern_domain"], told["tier"]) == (str(participant.key), "safety_self", 2)
    assert "goodbye" not in str(school.announced())
    assert "suicide" not in str(school.announced())
    assert b"goodbye" not in bytes(stored(school, "SELECT content FROM concerns"))


def test_only_referrals_opens_the_content_of_a_concern(school: School) -> None:
    match, person, _ = a_match(school)
    raised = school.ask(RaiseConcern(
        match_id=match.match_id, red_flag_codes=(RedFlag.GRIEF_TRAUMA,), note="Her father died."), person)

    detail = school.ask_as_referrals(ConcernDetail(concern_id=raised.concern_id))

    assert (detail.note, detail.red_flag_codes, detail.raised_by) == (
        "Her father died.", (RedFlag.GRIEF_TRAUMA,), person.key)
    for somebody in (person, school.counselor, school.advisor, school.lead):
        with pytest.raises(Forbidden):
            school.ask(ConcernDetail(concern_id=raised.concern_id), somebody)


def test_a_supporter_sees_received_only_after_referrals_said_so(school: School) -> None:
    match, person, _ = a_match(school)
    raised = school.ask(RaiseConcern(match_id=match.match_id, red_flag_codes=(RedFlag.OTHER,)), person)
    asked, referral = MyConcern(concern_id=raised.concern_id), uuid4()

    before = school.ask(asked, person)
    school.tell(ConcernReceived(concern_id=raised.concern_id, referral_id=referral, school_id=school.id,
                                received_at=datetime.now(UTC)))
    received = school.ask(asked, person)
    school.tell(loop_closed(school, raised.concern_id, referral, PeerView.CONTACTED, version=5))
    contacted = school.ask(asked, person)
    school.tell(loop_closed(school, raised.concern_id, referral, PeerView.RECEIVED, version=4))

    assert [before.seen, received.seen, contacted.seen] == [None, PeerView.RECEIVED, PeerView.CONTACTED]
    assert school.ask(asked, person).seen is PeerView.CONTACTED
    with pytest.raises(NotFound):
        school.ask(asked, school.student())


def test_a_concern_that_nobody_confirms_is_told_again_and_shows_in_the_gauge(school: School) -> None:
    from prometheus_client import REGISTRY
    match, person, _ = a_match(school)
    school.ask(RaiseConcern(match_id=match.match_id, red_flag_codes=(RedFlag.OTHER,)), person)
    now = datetime.now(UTC)

    school.comes_round(tell_again, at=now + timedelta(seconds=30))
    once = len(school.announced("concern_raised"))
    school.comes_round(tell_again, at=now + timedelta(seconds=62))
    school.comes_round(measure, at=now + timedelta(seconds=62))

    assert (once, len(school.announced("concern_raised"))) == (1, 2)
    assert REGISTRY.get_sample_value("mtss_concerns_unreceived") == 1


def test_a_worry_about_somebody_elses_participant_is_refused(school: School) -> None:
    match, person, _ = a_match(school)

    with pytest.raises(Invalid):
        school.ask(RaiseConcern(match_id=match.match_id, student_key=uuid4()), person)


def test_a_drop_in_with_a_red_flag_is_passed_on_although_nobody_knows_the_name(school: School) -> None:
    program, person, _ = school.active()

    logged = school.ask(LogSession(
        program_id=program.program_id, minutes=15, modality=Modality.IN_PERSON,
        red_flag_answers=yes_to("overdose_or_use_alone"), concern=ConcernGiven()), person)

    assert logged.concern is not None
    assert logged.concern.urgency_floor is Urgency.EMERGENCY
    assert school.announced("concern_raised")[0]["student_key"] is None
    with pytest.raises(NotFound):
        school.ask(LogSession(program_id=program.program_id, minutes=15, modality=Modality.IN_PERSON,
                              red_flag_answers=ALL_NO), school.student())


def test_a_planned_session_is_unmarked_after_a_day_and_late_after_two_school_days(school: School) -> None:
    match, person, _ = a_match(school)
    soon = datetime.now(UTC) + timedelta(hours=1)
    first = school.ask(ScheduleSession(match_id=match.match_id, scheduled_at=soon), person)
    second = school.ask(ScheduleSession(match_id=match.match_id, scheduled_at=soon), person)

    school.ask(MarkSession(session_id=second.session_id, mark=SessionMark.HELD), person)
    school.comes_round(note_forgotten_sessions, at=soon + timedelta(hours=25))
    school.comes_round(note_late_documentation, at=soon + timedelta(days=6))
    to_mark = school.ask(SessionsToMark(), school.advisor)

    assert {row.session_id: row.status for row in to_mark.items} == {
        first.session_id: SessionStatus.UNMARKED, second.session_id: SessionStatus.DOCUMENTATION_OVERDUE}
    written = school.ask(LogSession(session_id=second.session_id, minutes=30, modality=Modality.IN_PERSON,
                                    red_flag_answers=ALL_NO), person)
    assert written.session.status is SessionStatus.DOCUMENTED


def test_a_referral_does_not_end_a_match_it_shows_on_it(school: School) -> None:
    match, _, participant = a_match(school)
    referral = uuid4()

    school.tell(submitted(school, referral, participant, version=1))
    referred = school.ask(MatchDetail(match_id=match.match_id), school.advisor)
    other = school.ask(RequestMatch(
        program_id=match.program_id, participant_keys=(participant.key,), reason_code="transition"), school.advisor)
    shown = school.ask(MatchSuggestions(match_id=other.match_id), school.advisor)

    assert (referred.status, referred.care_status) == (MatchStatus.ACTIVE, CareStatus.REFERRED)
    assert Constraint.OPEN_CRISIS in shown.items[0].failed
    assert school.announced("match_care_changed")[0]["state"]["care_status"] == "referred"


def test_a_peer_supporters_day_shows_what_comes_and_what_is_missing(school: School) -> None:
    match, person, participant = a_match(school)
    soon = datetime.now(UTC) + timedelta(days=1)
    school.ask(ScheduleSession(match_id=match.match_id, scheduled_at=soon), person)
    school.ask(RaiseConcern(match_id=match.match_id, red_flag_codes=(RedFlag.OTHER,)), person)

    day = school.ask(MyDay(), person)

    assert day.next_session is not None
    assert day.next_session.scheduled_at == soon
    assert [(each.participant_keys, each.needs_my_answer) for each in day.matches] == [((participant.key,), False)]
    assert [each.program_title for each in day.roles] == ["Ninth-grade mentors"]
    assert len(day.concerns) == 1
    assert school.ask(MyDay(), school.student()).matches == ()


def test_work_lines_name_what_waits_for_whom(school: School) -> None:
    program = school.registered()
    school.ask(SubmitProgram(program_id=program.program_id), school.coordinator)

    waiting = school.ask(TasksOf(), school.principal)
    nothing = school.ask(TasksOf(), school.coordinator)

    assert [(task.kind, task.about_id) for task in waiting.items] == [
        (TaskKind.PROGRAM_TO_APPROVE, program.program_id)]
    assert nothing.items == ()


# --- activities -------------------------------------------------------------------------------------------------------


def test_an_activity_is_counted_by_grade_band(school: School) -> None:
    program = school.approved("mental_health_club")
    given = RecordActivity(
        program_id=program.program_id, type_code="club_meeting", held_on=date.today() - timedelta(days=1), minutes=45,
        headcount_by_grade_band={GradeBand.HIGH: 24, GradeBand.MIDDLE: 3})

    with pytest.raises(NotPossible):
        school.ask(given, school.coordinator)
    school.ask(ActivateProgram(program_id=program.program_id), school.coordinator)
    held = school.ask(given, school.coordinator)

    assert held.headcount_total == 27
    assert len(school.ask(ActivityList(), school.coordinator).items) == 1
    assert school.announced("activity_held")[0]["headcount_by_band"] == [
        {"grade_band": "high", "count": 24}, {"grade_band": "middle", "count": 3}]


# --- words of this file -----------------------------------------------------------------------------------------------


def stored(school: School, query: str) -> Any:
    from sqlalchemy import text
    with school.work.engine.begin() as db:
        db.execute(text("SELECT set_config('app.scope', 'district', true)"))
        return db.execute(text(query)).scalar_one()


def state_of(status: ReferralStatus, peer: PeerView, urgency: Urgency) -> ReferralState:
    now = datetime.now(UTC)
    return ReferralState(
        status=status, urgency=urgency, concern_id=None, program_id=None, owner_key=None, backup_key=None,
        acknowledge_due_at=None, contact_due_at=None, service_due_at=None, submitted_at=now, acknowledged_at=None,
        first_contact_at=None, first_service_at=None, closed_at=None, outcome_code=None, peer_sees=peer)


def loop_closed(school: School, concern: Any, referral: Any, seen: PeerView, version: int) -> ReferralLoopClosed:
    return ReferralLoopClosed(
        referral_id=referral, school_id=school.id, version=version, concern_id=concern, status_for_referrer=seen,
        state=state_of(ReferralStatus.IN_PROGRESS, seen, Urgency.URGENT))


def submitted(school: School, referral: Any, student: Person, version: int) -> ReferralSubmitted:
    return ReferralSubmitted(
        referral_id=referral, school_id=school.id, version=version, concern_id=None, student_key=student.key,
        program_id=None, source=Source.STAFF, urgency=Urgency.EMERGENCY, concern_domain=ConcernDomain.SAFETY_SELF,
        first_ever=True, from_tier2=True, grade_band=GradeBand.HIGH, subgroup_codes=(),
        state=state_of(ReferralStatus.SUBMITTED, PeerView.RECEIVED, Urgency.EMERGENCY))
