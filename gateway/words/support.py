"""Words of peer support: topics, training, matching, work to do, and why things end."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

TOPICS = {
    "school_stress": _l("School stress"),
    "friends": _l("Friends"),
    "sadness": _l("Sadness"),
    "worry": _l("Worry"),
    "grief": _l("Grief"),
    "identity": _l("Identity"),
}

MODULES = {
    "module.active_listening": _l("Active listening"),
    "module.empathy": _l("Empathy"),
    "module.confidentiality": _l("Confidentiality and its limits"),
    "module.boundaries": _l("Boundaries"),
    "module.confidentiality_and_boundaries": _l("Confidentiality and boundaries"),
    "module.red_flags": _l("Red flags"),
    "module.warning_signs": _l("Warning signs"),
    "module.how_to_refer": _l("When and how to refer"),
    "module.crisis_steps": _l("Crisis steps"),
    "module.cultural_humility": _l("Cultural humility"),
    "module.self_care": _l("Self-care"),
    "module.red_flag_scenario": _l("Red-flag scenario"),
}

CONSTRAINTS = {
    "supporter_active": _l("not active now"),
    "load": _l("has as many matches as allowed"),
    "minutes": _l("has given all minutes this week"),
    "ratio": _l("too few supervisors"),
    "constraint.language": _l("no shared language"),
    "grade_gap": _l("too many grades apart"),
    "conflict": _l("one of the two asked not to"),
    "open_crisis": _l("the student is in a crisis now"),
    "same_person": _l("is the student"),
    "supporter": _l("the supporter"),
    "participant": _l("the student"),
    "missing.supporter": _l("the supporter"),
    "missing.participant": _l("the student"),
    "missing.guardian": _l("the guardian"),
    "missing.student_assent": _l("the student's own consent"),
    "student_assent": _l("the student's own consent"),
}

TASKS = {
    "task.program_returned": _l("A program was returned with a comment"),
    "task.program_to_approve": _l("A program waits for your signature"),
    "task.program_to_activate": _l("An approved program can start"),
    "task.program_paused": _l("A program is paused"),
    "task.ratio_breached": _l("Too many supporters for one supervisor"),
    "task.supporter_to_select": _l("A student was nominated as a peer supporter"),
    "task.supporter_to_activate": _l("A certified supporter can start"),
    "task.check_in_due": _l("A check-in is due"),
    "task.match_to_propose": _l("A student waits for a peer supporter"),
    "task.match_to_activate": _l("Both agreed: a match can start"),
    "task.session_unmarked": _l("What became of this session?"),
    "task.session_to_document": _l("A session is not written down yet"),
    "do.program_returned": _l("Read the comment"),
    "do.program_to_approve": _l("Review"),
    "do.program_to_activate": _l("Open the program"),
    "do.program_paused": _l("Open the program"),
    "do.ratio_breached": _l("Open the program"),
    "do.supporter_to_select": _l("Decide"),
    "do.supporter_to_activate": _l("Open the supporter"),
    "do.check_in_due": _l("Check in"),
    "do.match_to_propose": _l("See suggestions"),
    "do.match_to_activate": _l("Open the match"),
    "do.session_unmarked": _l("Mark it"),
    "do.session_to_document": _l("Write it down"),
}

WHY = {
    "why.staffing": _l("Staff is missing"),
    "why.safety": _l("Safety"),
    "why.safeguard_failed": _l("A safeguard failed"),
    "why.school_break": _l("School break"),
    "why.low_demand": _l("Few students ask for it"),
    "why.funding": _l("Money is missing"),
    "why.end_of_term": _l("End of the term"),
    "why.good_fit": _l("Good fit"),
    "why.vetted": _l("Vetted"),
    "why.too_little_time": _l("Too little time"),
    "why.enough_supporters": _l("Enough supporters for now"),
    "why.not_ready": _l("Not ready yet"),
    "why.own_wish": _l("Own wish"),
    "why.boundary_report": _l("A report about boundaries"),
    "why.reviewed_no_concern": _l("Reviewed, no concern left"),
    "why.reviewed_concern": _l("Reviewed, the concern stays"),
    "why.graduation": _l("Graduation"),
    "why.absent": _l("Absent"),
    "why.asked_for_it": _l("The student asked for it"),
    "why.new_at_school": _l("New at this school"),
    "why.few_friends": _l("Few friends"),
    "why.school_stress": _l("School stress"),
    "why.transition": _l("Change of school"),
    "why.staff_idea": _l("A staff member suggested it"),
    "changed_role": _l("Other work"),
    "consent_withdrawn": _l("Consent was taken back"),
}
