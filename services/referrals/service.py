"""Everything the referrals service answers, hears, and does by the clock."""

from __future__ import annotations

from services.referrals.background import handlers as background
from services.referrals.clocks import handlers as clocks
from services.referrals.concerns import handlers as concerns
from services.referrals.duty import handlers as duty
from services.referrals.notices import handlers as notices
from services.referrals.referrals import handlers, reconciling, views
from services.referrals.transaction import ReferralsTransaction
from shared.contracts.interventions import ConcernRaised, ProgramRegistered
from shared.contracts.schools import (
    CalendarPublished,
    DistrictPolicyChanged,
    OnCallRotaChanged,
    PathwayChanged,
    RosterStudentChanged,
    SchoolDeactivated,
    SchoolRegistered,
    SchoolUpdated,
    StaffAssigned,
    StaffDeactivated,
)
from shared.entrypoints import Work, command, every, on, on_batch, query


class ReferralsService:
    name = "referrals"
    work = Work(ReferralsTransaction)

    # A referral, from the first word to the follow-up
    submit_referral = command(handlers.submit_referral, allow="referral.submit")
    open_referrals = query(views.open_referrals, allow="referral.list")
    referral_detail = query(views.referral_detail, allow="referral.view")
    acknowledge_referral = command(handlers.acknowledge_referral, allow="referral.acknowledge")
    triage_referral = command(handlers.triage_referral, allow="referral.triage")
    raise_urgency = command(handlers.raise_urgency, allow="referral.raise_urgency")
    lower_urgency = command(handlers.lower_urgency, allow="referral.lower_urgency")
    accept_referral = command(handlers.accept_referral, allow="referral.accept")
    decline_referral = command(handlers.decline_referral, allow="referral.decline")
    reroute_referral = command(handlers.reroute_referral, allow="referral.reroute")
    record_first_contact = command(handlers.record_first_contact, allow="referral.first_contact")
    record_first_service = command(handlers.record_first_service, allow="referral.first_service")
    hold_referral = command(handlers.hold_referral, allow="referral.hold")
    resume_referral = command(handlers.resume_referral, allow="referral.resume")
    close_referral = command(handlers.close_referral, allow="referral.close")
    reopen_referral = command(handlers.reopen_referral, allow="referral.reopen")
    mark_follow_up = command(handlers.mark_follow_up, allow="referral.follow_up")
    my_day_of_counselor = query(views.my_day_of_counselor, allow="referral.list")
    resume_held = every(60, handlers.resume_what_was_held, name="resume_held")

    # A peer supporter's worry
    receive_concern = on(ConcernRaised, concerns.receive_concern)
    fetch_concern_details = every(2, concerns.fetch_concern_details, name="concern_details")

    # Time, and whether somebody watches it
    watchdog_state = query(clocks.watchdog_state, allow="watchdog.view")
    learn_policy = on(DistrictPolicyChanged, clocks.learn_policy)
    learn_school_registered = on(SchoolRegistered, clocks.learn_school)
    learn_school_updated = on(SchoolUpdated, clocks.learn_school)
    forget_school = on(SchoolDeactivated, clocks.forget_school)
    learn_calendar = on(CalendarPublished, clocks.learn_calendar)

    # People on duty
    learn_staff = on(StaffAssigned, duty.learn_staff)
    learn_rota = on(OnCallRotaChanged, duty.learn_rota)
    learn_pathway = on(PathwayChanged, duty.learn_pathway)
    hand_over = on(StaffDeactivated, duty.hand_over)
    find_owners = every(60, duty.find_owners, name="find_owners")
    read_duty_contacts = every(24 * 60 * 60, duty.read_duty_contacts, name=duty.CONTACTS)
    test_pathway = command(notices.test_pathway, allow="pathway.test")
    acknowledge_pathway_test = command(notices.acknowledge_pathway_test, allow="pathway.acknowledge")
    latest_pathway_test = query(notices.latest_pathway_test, allow="pathway.view")

    # What is known of students and programs
    learn_students = on_batch({RosterStudentChanged: background.learn_students})
    learn_program = on(ProgramRegistered, background.learn_program)

    # Read copies elsewhere
    open_versions = query(views.open_versions, allow="open_versions.read")
    republish = command(reconciling.republish, allow="referrals.republish")
    digest_open_referrals = every(60, reconciling.digest_open_referrals, name="digests")


SERVICE = ReferralsService
