"""The programs of the sample district, and what their coordinators wrote about them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SampleProgram:
    key: str
    school: str
    type_code: str
    title: str
    tier: int
    until: str              # how far it is brought: draft, submitted, active
    coordinator: str
    activity: str = ""
    band: str = "high"


PROGRAMS = (
    SampleProgram("club", "adams", "mental_health_club", "Open Minds club", 1, "active", "s.kim", "club_meeting"),
    SampleProgram("mentoring", "adams", "peer_mentoring", "Ninth-grade mentors", 2, "active", "s.kim"),
    SampleProgram("north_club", "northgate", "mental_health_club", "Northgate wellness club", 1, "active", "j.ruiz",
                  "club_meeting"),
    SampleProgram("north_mentoring", "northgate", "peer_mentoring", "Northgate peer mentors", 2, "submitted", "j.ruiz"),
    SampleProgram("campaign", "rincon", "stigma_campaign", "Say it out loud week", 1, "active", "j.ruiz",
                  "awareness_event", "middle"),
    SampleProgram("listening", "mission", "peer_listening", "Lunch listeners", 2, "draft", "j.ruiz"),
)

ELEMENTS = {
    1: "Fall student survey and counseling visits: one in four students had nobody to talk to at school.",
    2: "Students who feel alone find a trained student and, when needed, an adult, within the same week.",
    3: "Forty students reached by June. Supporters listen and pass on; they do not counsel.",
    4: "One director, one faculty advisor with two protected hours a week.",
    5: "Principal signed off in August; faculty briefed at the opening meeting.",
    6: "One-to-one and club meetings in school time, in the counseling suite and room 112.",
    7: "Code of conduct, limits of confidentiality, crisis plan and documentation rules are signed by all.",
    8: "Six students and three adults meet monthly and choose what is measured.",
    9: "Attendance, referrals and a short satisfaction pulse each term; owner: site coordinator.",
    10: "Site wellness budget through June; stipends from the community fund.",
}

SAFEGUARDS = {
    "scope": "Written scope: supporters listen, share information and pass on worries.",
    "red_flags": "Every supporter passes the red-flag scenario before the first match.",
    "documentation": "Each session is logged within two school days.",
    "boundaries": "Times, places and ways of contact are agreed and checked by the advisor.",
    "practice": "Role plays in every training module, observed by the advisor.",
    "staff_time": "The advisor has two protected hours a week.",
    "staff_training": "All staff had the 45-minute briefing in August.",
}
