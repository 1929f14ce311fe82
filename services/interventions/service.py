"""Everything the interventions service answers, hears and does by itself."""

from __future__ import annotations

from services.interventions.activities import handlers as activities
from services.interventions.concerns import handlers as concerns
from services.interventions.copies import handlers as copies
from services.interventions.matches import handlers as matches
from services.interventions.programs import handlers as programs
from services.interventions.sessions import handlers as sessions
from services.interventions.supporters import handlers as supporters
from services.interventions.today import gauges
from services.interventions.today import handlers as today
from services.interventions.transaction import InterventionsTransaction
from shared.contracts import referrals as r
from shared.contracts import schools as s
from shared.entrypoints import Work, command, every, on, on_batch, query


class InterventionsService:
    name = "interventions"
    work = Work(InterventionsTransaction)

    program_types = query(programs.program_types, allow="program_type.list")
    register_program = command(programs.register_program, allow="program.register")
    edit_program = command(programs.edit_program, allow="program.edit")
    put_element = command(programs.put_element, allow="program.edit")
    put_safeguard = command(programs.put_safeguard, allow="program.edit")
    submit_program = command(programs.submit_program, allow="program.submit")
    withdraw_program = command(programs.withdraw_program, allow="program.withdraw")
    approve_program = command(programs.approve_program, allow="program.approve")
    return_program = command(programs.return_program, allow="program.return")
    revise_program = command(programs.revise_program, allow="program.edit")
    activate_program = command(programs.activate_program, allow="program.activate")
    pause_program = command(programs.pause_program, allow="program.pause")
    resume_program = command(programs.resume_program, allow="program.resume")
    begin_closing = command(programs.begin_closing, allow="program.begin_closing")
    close_program = command(programs.close_program, allow="program.close")
    program_list = query(programs.program_list, allow="program.list")
    program_detail = query(programs.program_detail, allow="program.view")

    nominate_supporter = command(supporters.nominate_supporter, allow="supporter.nominate")
    select_supporter = command(supporters.select_supporter, allow="supporter.select")
    record_training = command(supporters.record_training, allow="supporter.train")
    certify_supporter = command(supporters.certify_supporter, allow="supporter.certify")
    activate_supporter = command(supporters.activate_supporter, allow="supporter.activate")
    suspend_supporter = command(supporters.suspend_supporter, allow="supporter.suspend")
    reinstate_supporter = command(supporters.reinstate_supporter, allow="supporter.reinstate")
    remove_supporter = command(supporters.remove_supporter, allow="supporter.remove")
    retire_supporter = command(supporters.retire_supporter, allow="supporter.retire")
    take_break = command(supporters.take_break, allow="supporter.break")
    return_from_break = command(supporters.return_from_break, allow="supporter.return")
    check_in_supporter = command(supporters.check_in_supporter, allow="supporter.check_in")
    record_supervision = command(supporters.record_supervision, allow="supervision.record")
    supporter_list = query(supporters.supporter_list, allow="supporter.list")
    supporter_detail = query(supporters.supporter_detail, allow="supporter.view")

    request_match = command(matches.request_match, allow="match.request")
    match_suggestions = query(matches.match_suggestions, allow="match.suggest")
    propose_match = command(matches.propose_match, allow="match.propose")
    consent_to_match = command(matches.consent_to_match, allow="match.consent")
    activate_match = command(matches.activate_match, allow="match.activate")
    pause_match = command(matches.pause_match, allow="match.pause")
    resume_match = command(matches.resume_match, allow="match.resume")
    complete_match = command(matches.complete_match, allow="match.complete")
    end_match = command(matches.end_match, allow="match.end")
    match_list = query(matches.match_list, allow="match.list")
    match_detail = query(matches.match_detail, allow="match.view")

    schedule_session = command(sessions.schedule_session, allow="session.log")
    log_session = command(sessions.log_session, allow="session.log")
    mark_session = command(sessions.mark_session, allow="session.mark")
    review_session = command(sessions.review_session, allow="session.review")
    session_list = query(sessions.session_list, allow="session.list")
    sessions_to_mark = query(sessions.sessions_to_mark, allow="session.list")

    raise_concern = command(concerns.raise_concern, allow="concern.raise")
    my_concern = query(concerns.my_concern, allow="concern.view")
    concern_detail = query(concerns.concern_detail, allow="concern.detail")

    record_activity = command(activities.record_activity, allow="activity.record")
    activity_list = query(activities.activity_list, allow="activity.list")

    my_day = query(today.my_day, allow="me.view")
    tasks_of = query(today.tasks_of, allow="tasks.view")

    keep_policy = on(s.DistrictPolicyChanged, copies.keep_policy)
    keep_registered_school = on(s.SchoolRegistered, copies.keep_school)
    keep_updated_school = on(s.SchoolUpdated, copies.keep_school)
    keep_deactivated_school = on(s.SchoolDeactivated, copies.keep_school)
    keep_calendar = on(s.CalendarPublished, copies.keep_calendar)
    keep_rota = on(s.OnCallRotaChanged, copies.keep_rota)
    keep_students = on_batch({s.RosterStudentChanged: copies.keep_students})
    keep_staff = on(s.StaffAssigned, copies.keep_staff)
    forget_staff = on(s.StaffDeactivated, copies.forget_staff)
    keep_consent = on(s.ConsentRecorded, copies.keep_consent)
    heed_withdrawal = on(s.ConsentWithdrawn, copies.heed_withdrawal)

    note_receipt = on(r.ConcernReceived, concerns.note_receipt)
    note_progress = on(r.ReferralLoopClosed, concerns.note_progress)
    keep_pathway_test = on(r.PathwayTestAcknowledged, copies.keep_pathway_test)
    keep_submitted_referral = on(r.ReferralSubmitted, copies.keep_referral)
    keep_urgency = on(r.ReferralUrgencyChanged, copies.keep_referral)
    keep_rerouted_referral = on(r.ReferralRerouted, copies.keep_referral)
    keep_acknowledged_referral = on(r.ReferralAcknowledged, copies.keep_referral)
    keep_accepted_referral = on(r.ReferralAccepted, copies.keep_referral)
    keep_declined_referral = on(r.ReferralDeclined, copies.keep_referral)
    keep_contacted_referral = on(r.ReferralFirstContactMade, copies.keep_referral)
    keep_closed_referral = on(r.ReferralClosed, copies.keep_referral)
    keep_reopened_referral = on(r.ReferralReopened, copies.keep_referral)

    tell_again = every(15, concerns.tell_again, name="tell_concerns_again")
    gauge = every(10, gauges.measure, name="gauges")
    watch_programs = every(60, programs.watch_programs, name="watch_programs")
    note_forgotten_sessions = every(300, sessions.note_forgotten_sessions, name="forgotten_sessions")
    note_late_documentation = every(900, sessions.note_late_documentation, name="late_documentation")
    look_after_supporters = every(900, supporters.look_after_supporters, name="look_after_supporters")
    end_without_consent = every(900, matches.end_matches_without_consent, name="matches_without_consent")


SERVICE = InterventionsService
