"""One student's path through the whole product by its public API, on a real district directory and a real roster."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.client import ApiError, Client
from deploy.local.programs import ELEMENTS, SAFEGUARDS
from deploy.local.seed import RED_FLAG_QUESTIONS, local, patiently, until
from tests.running import Product

Row = dict[str, Any]
STAFF = {
    "coordinator": ("site_coordinator", "Mara", "Quill"), "principal": ("principal", "Otto", "Fenn"),
    "advisor": ("advisor", "Ida", "Holm"), "counselor": ("counselor", "Noa", "Brandt"),
    "backup": ("counselor", "Lev", "Castell"), "crisis": ("crisis_lead", "Una", "Dorn"),
}
EMERGENCY_SECONDS = 4


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    running = Product(seed=False, founding=(
        "--name", "A district on Biscayne Bay", "--leaid", "1200390", "--state", "FL", "--zone", "America/New_York"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


class District:
    """The people of one district and what they have done so far."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.lead = Client(product.url, "l.ortega", product.local.demo_password)
        self.clients: dict[str, Client] = {"lead": self.lead}
        self.keys: dict[str, str] = {}
        self.school: Row = {}

    def as_(self, who: str) -> Client:
        return self.clients[who]

    def account(self, who: str, key: str, by: Client) -> None:
        password = f"a long sentence for {who} alone"
        patiently(lambda: dict(by.post("/accounts", {"actor_key": key, "sign_in_name": f"path.{who}",
                                                     "password": password})))
        self.clients[who], self.keys[who] = Client(self.product.url, f"path.{who}", password), key


def test_one_students_path(product: Product, real_data: Path) -> None:
    district = District(product)
    the_directory_and_the_roster_come_in(district, real_data)
    the_school_has_people_hours_and_a_rota(district)
    club = a_club_is_registered_approved_and_started(district)
    mentoring = a_mentoring_program_waits_for_its_gates(district)
    supporter = a_supporter_is_trained_and_certified(district, mentoring)
    match = a_match_is_made(district, mentoring, supporter)
    an_activity_is_recorded(district, club)
    concern = a_session_with_a_red_flag_reaches_the_counselor(district, match)
    the_referral_is_cared_for_and_closed(district, concern)
    an_emergency_escalates_while_the_broker_is_down(district, match)
    the_overview_shows_what_happened(district)


def the_directory_and_the_roster_come_in(district: District, real_data: Path) -> None:
    directory = (real_data / "nces" / "hifld_public_schools_1200390_miami-dade.csv").read_bytes()
    preview = sent(district.lead, "/school-imports", "schools.csv", directory)
    assert preview["status"] == "previewed"
    assert preview["counts"]["rows"] == 559
    assert {row["code"]: row["count"] for row in preview["by_status"]} == {
        "open": 514, "closed": 9, "new": 25, "added": 3, "future": 8}
    applied(district.lead, "/school-imports", preview)

    broken = real_data / "oneroster" / "longsight-1.2" / "negative-duplicate-sourcedid-failure.zip"
    refused = sent(district.lead, "/roster-imports", "roster.zip", broken.read_bytes())
    assert refused["status"] == "rejected"
    assert refused["errors"][0]["file"]
    assert refused["errors"][0]["line"]

    roster = sent(district.lead, "/roster-imports", "roster.zip",
                  (real_data / "oneroster" / "faker-1.1" / "district-6-schools.zip").read_bytes())
    assert roster["status"] == "previewed"
    applied(district.lead, "/roster-imports", roster)

    schools = everything(district.lead, "/schools")
    assert len(schools) == 559 + 6
    of_the_roster = [row for row in schools if row["ncesid"] is None]
    assert len(of_the_roster) == 6
    district.school = min(of_the_roster, key=lambda row: (row["level"] != "high", row["name"]))


def the_school_has_people_hours_and_a_rota(district: District) -> None:
    school, lead = district.school["school_id"], district.lead
    for who, (role, given, family) in STAFF.items():
        place = None if role == "crisis_lead" else school
        member = lead.post("/staff", {
            "given_name": given, "family_name": family, "email": f"{who}@path.example",
            "assignments": [{"role": role, "school_id": place}],
            "credentials": ["school_counselor"] if role == "counselor" else []})
        district.account(who, member["staff_key"], by=lead)
    days = [date.today() + timedelta(days=number) for number in range(-60, 60)]
    lead.put(f"/schools/{school}/calendar", {"year": date.today().year, "days": [
        {"date": day.isoformat(), "opens": "00:00", "closes": "23:59"} for day in days]}, version=0)
    order = [district.keys["counselor"], district.keys["backup"]]
    rota = lead.put(f"/schools/{school}/rota", {"shifts": [
        {"starts_at": local(day - timedelta(days=1), "00:00"), "ends_at": local(day + timedelta(days=1), "00:00"),
         "order": order, "backup_key": order[1]} for day in days[58::2]]}, version=0)
    assert rota["gap_minutes"] == 0
    lead.put(f"/schools/{school}/pathway", {"order": [
        {"staff_key": order[0]}, {"staff_key": order[1]}, {"role": "principal"}]}, version=0)


def a_club_is_registered_approved_and_started(district: District) -> Row:
    club = registered(district, "mental_health_club", "Open door club", tier=1)
    with pytest.raises(ApiError) as early:
        district.as_("coordinator").post(f"/programs/{club['program_id']}/submit", version=club["version"])
    assert early.value.code == "gate_unmet"
    assert early.value.problem["unmet"]

    club = approved(district, answered(district, club))

    club = district.as_("coordinator").post(f"/programs/{club['program_id']}/activate", version=club["version"])
    assert club["status"] == "active"
    return club


def a_mentoring_program_waits_for_its_gates(district: District) -> Row:
    program = registered(district, "peer_mentoring", "Ninth-grade mentors", tier=2)
    program = approved(district, answered(district, program))
    with pytest.raises(ApiError) as early:
        district.as_("coordinator").post(f"/programs/{program['program_id']}/activate", version=program["version"])
    assert early.value.code == "gate_unmet"
    assert len(early.value.problem["unmet"]) >= 2
    return program


def a_supporter_is_trained_and_certified(district: District, program: Row) -> Row:
    advisor, (first, *_) = district.as_("advisor"), some_students(district)
    view = advisor.post("/supporters", {"program_id": program["program_id"], "student_key": first["student_key"],
                                        "languages": ["en"]})
    at = f"/supporters/{view['supporter_id']}"
    view = advisor.post(f"{at}/select", {"selection": "selected", "reason_code": "vetted"}, version=view["version"])
    with pytest.raises(ApiError) as untrained:
        advisor.post(f"{at}/certify", {"code_of_conduct_signed": True}, version=view["version"])
    assert untrained.value.code in ("gate_unmet", "not_possible")
    for module, hours, days_ago in (("active_listening", 6.0, 40), ("red_flags", 6.5, 7)):
        score = {"scenario_score": 90.0} if module == "red_flags" else {}
        view = advisor.post(f"{at}/trainings", {"module_code": module, "hours": hours, **score,
                            "held_on": (date.today() - timedelta(days=days_ago)).isoformat()}, version=view["version"])
    view = advisor.post(f"{at}/certify", {"code_of_conduct_signed": True}, version=view["version"])
    view = advisor.post(f"{at}/activate", {"supervisor_key": district.keys["advisor"]}, version=view["version"])
    assert view["status"] == "active"
    district.account("supporter", first["student_key"], by=advisor)

    school = district.school["school_id"]
    test = district.as_("coordinator").post(f"/schools/{school}/pathway/test")
    district.as_("counselor").post(f"/pathway-tests/{test['test_id']}/acknowledge")
    coordinator, at = district.as_("coordinator"), f"/programs/{program['program_id']}"
    started = patiently(lambda: dict(coordinator.post(f"{at}/activate", version=coordinator.get(at)["version"])))
    assert started["status"] == "active"
    advisor.post("/supervision-meetings", {"program_id": program["program_id"], "minutes": 40,
                                           "supporter_ids": [view["supporter_id"]]})
    return dict(view)


def a_match_is_made(district: District, program: Row, supporter: Row) -> Row:
    advisor = district.as_("advisor")
    student = next(row for row in some_students(district)[1:])
    view = advisor.post("/matches", {"program_id": program["program_id"], "reason_code": "transition",
                                     "participant_keys": [student["student_key"]],
                                     "planned_sessions": 10, "planned_minutes": 300})
    at = f"/matches/{view['match_id']}"
    assert advisor.get(f"{at}/suggestions")["items"][0]["supporter_id"] == supporter["supporter_id"]
    view = advisor.post(f"{at}/propose", {"supporter_ids": [supporter["supporter_id"]]}, version=view["version"])
    view = district.as_("supporter").post(f"{at}/consent", {"party": "supporter"}, version=view["version"])
    view = advisor.post(f"{at}/consent", {"party": "participant"}, version=advisor.get(at)["version"])
    with pytest.raises(ApiError) as without_consent:
        advisor.post(f"{at}/activate", version=advisor.get(at)["version"])
    assert without_consent.value.status == 409
    for kind in ("guardian", "student_assent"):
        advisor.post("/consents", {"student_key": student["student_key"], "program_id": program["program_id"],
                                   "kind": kind, "status": "granted", "method": "paper"})
    view = patiently(lambda: dict(advisor.post(f"{at}/activate", version=advisor.get(at)["version"])))
    assert view["status"] == "active"
    return dict(view)


def an_activity_is_recorded(district: District, club: Row) -> None:
    district.as_("coordinator").post("/activities", {
        "program_id": club["program_id"], "type_code": "club_meeting", "held_on": date.today().isoformat(),
        "minutes": 45, "headcount_by_grade_band": {"elementary": 14, "middle": 12}})


def a_session_with_a_red_flag_reaches_the_counselor(district: District, match: Row) -> Row:
    supporter, flags = district.as_("supporter"), dict.fromkeys(RED_FLAG_QUESTIONS, "no")
    session = {"match_id": match["match_id"], "minutes": 30, "modality": "in_person", "topic_codes": ["sadness"]}
    with pytest.raises(ApiError) as unanswered:
        supporter.post("/sessions", {**session, "red_flag_answers": {"harm_to_others": "no"}})
    assert unanswered.value.code == "invalid"
    with pytest.raises(ApiError) as without_concern:
        supporter.post("/sessions", {**session, "red_flag_answers": flags | {"being_hurt_or_unsafe": "yes"}})
    assert without_concern.value.code == "invalid"

    logged = supporter.post("/sessions", {
        **session, "red_flag_answers": flags | {"being_hurt_or_unsafe": "yes"},
        "concern": {"student_told": "told", "note": "Does not want to go home tonight."}})

    concern = logged["concern"]
    assert concern["seen"] is None, "nobody has confirmed anything yet"
    seen = until(lambda: supporter.get(f"/concerns/{concern['concern_id']}"), lambda view: view["received_at"])
    assert seen["seen"] == "received"
    assert "owner_key" not in seen
    return dict(concern)


def the_referral_is_cared_for_and_closed(district: District, concern: Row) -> None:
    counselor, supporter = district.as_("counselor"), district.as_("supporter")
    row = waiting(counselor, concern)
    assert row["urgency"] == "urgent"
    at = f"/referrals/{row['referral_id']}"
    detail = until(lambda: counselor.get(at), lambda view: not view["content_awaited"])
    assert detail["summary"] == "Does not want to go home tonight."
    with pytest.raises(ApiError) as peer:
        supporter.get(at)
    assert peer.value.status in (403, 404)

    step(counselor, at, "triage", concern_domain="safety_home", urgency="urgent")
    counselor.post(f"{at}/acknowledge")
    second = district.as_("backup").post(f"{at}/acknowledge")
    assert second["taken"] is True
    step(counselor, at, "accept")
    step(counselor, at, "first-contact", setting="school")
    place = f"/concerns/{concern['concern_id']}"
    until(lambda: supporter.get(place), lambda view: view["seen"] == "contacted")
    step(counselor, at, "close", outcome_code="connected_school_service", outcome_setting="school",
         follow_ups=[(date.today() + timedelta(days=14)).isoformat()])
    until(lambda: supporter.get(place), lambda view: view["seen"] == "closed")


def an_emergency_escalates_while_the_broker_is_down(district: District, match: Row) -> None:
    policy = district.lead.get("/policy")
    district.lead.put("/policy", {"clocks": [{"urgency": "emergency", "kind": "acknowledge", "unit": "seconds",
                                              "amount": EMERGENCY_SECONDS}]}, version=policy["version"])
    time.sleep(2)               # the new clock arrives by an event
    supporter, counselor, product = district.as_("supporter"), district.as_("counselor"), district.product
    concern = supporter.post("/concerns", {"match_id": match["match_id"], "red_flag_codes": ["suicide_ideation"],
                                           "danger_now": True, "urgency": "emergency", "student_told": "not_yet"})
    row = waiting(counselor, concern)
    assert row["urgency"] == "emergency"

    product.local.broker.stop()
    try:
        backup = until(lambda: mails_to(product, "backup@path.example", about=row["case_number"]), bool, 40)
    finally:
        product.local.broker.start()
        product.local.broker.wait()
    assert row["student_key"] not in backup[0]

    product.local.wait_ready(60)
    at = f"/referrals/{row['referral_id']}"
    patiently(lambda: dict(counselor.post(f"{at}/acknowledge")), 30)
    step(counselor, at, "accept")
    step(counselor, at, "first-contact", setting="school")
    step(counselor, at, "triage", concern_domain="safety_self", urgency="emergency")
    assert counselor.get(at)["escalations"], "the escalation is on the record"


def the_overview_shows_what_happened(district: District) -> None:
    overview = until(lambda: district.lead.get("/dashboards/district"),
                     lambda view: view["schools"] >= 559 and any(step_ for step_ in view["funnel"]), 60)
    assert overview["enrollment"] >= 335_929
    assert len(overview["comparison"]) >= 559
    assert datetime.fromisoformat(overview["as_of"])
    small = [row for row in overview["comparison"] if row["school_id"] == district.school["school_id"]]
    assert small, "the school is in the comparison"


# --- words of the path ------------------------------------------------------------------------------------------------


def sent(client: Client, path: str, name: str, content: bytes) -> Row:
    job = client.upload(path, name, content)
    place = f"{path}/{job['import_id']}"
    return dict(until(lambda: client.get(place), lambda view: view["status"] not in ("receiving", "reading"), 60))


def applied(client: Client, path: str, job: Row) -> None:
    place = f"{path}/{job['import_id']}"
    client.post(f"{place}/apply")
    done = until(lambda: client.get(place), lambda view: view["status"] in ("applied", "failed"), 120)
    assert done["status"] == "applied"


def everything(client: Client, path: str) -> list[Row]:
    """All items of a list, page by page."""
    items: list[Row] = []
    cursor = None
    while True:
        page = client.get(path, limit=200, cursor=cursor)
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


def registered(district: District, type_code: str, title: str, tier: int) -> Row:
    coordinator = district.as_("coordinator")
    view = coordinator.post("/programs", {"school_id": district.school["school_id"], "type_code": type_code,
                                          "title": title, "tier": tier, "languages": ["en"]})
    return dict(coordinator.patch(f"/programs/{view['program_id']}", {
        "advisor_keys": [district.keys["advisor"]], "director_key": district.keys["coordinator"]},
        version=view["version"]))


def answered(district: District, program: Row) -> Row:
    """All ten elements, and for Tier 2 the seven safeguards."""
    coordinator, at = district.as_("coordinator"), f"/programs/{program['program_id']}"
    questions = {rule["no"]: rule["questions"] for rule in coordinator.get("/program-types")["elements"]}
    for number, text in ELEMENTS.items():
        program = coordinator.put(f"{at}/elements/{number}", {
            "status": "in_place", "evidence": text, "answers": dict.fromkeys(questions[number], text)},
            version=program["version"])
    if program["tier"] == 2:
        for code, text in SAFEGUARDS.items():
            program = coordinator.put(f"{at}/safeguards/{code}", {"met": True, "evidence": text},
                                      version=program["version"])
    return program


def approved(district: District, program: Row) -> Row:
    at = f"/programs/{program['program_id']}"
    program = district.as_("coordinator").post(f"{at}/submit", version=program["version"])
    program = district.as_("principal").post(f"{at}/approve", version=program["version"])
    assert program["status"] == "submitted", "one signature is not enough"
    program = district.lead.post(f"{at}/approve", version=program["version"])
    assert program["status"] == "approved"
    return program


def some_students(district: District) -> list[Row]:
    advisor, school = district.as_("advisor"), district.school["school_id"]
    found: dict[str, Row] = {}
    for part in ("an", "er", "el", "ar", "on", "in"):
        for row in advisor.post("/students/search", {"school_id": school, "name": part, "limit": 50})["items"]:
            found.setdefault(row["student_key"], row)
    bands = [row["grade_band"] for row in found.values()]
    usual = max(set(bands), key=bands.count)
    return sorted((row for row in found.values() if row["grade_band"] == usual), key=lambda row: str(row["grade"]),
                  reverse=True)


def waiting(counselor: Client, concern: Row) -> Row:
    def look() -> Row | None:
        rows = counselor.get("/referrals", view="waiting", limit=200)["items"]
        return next((row for row in rows if row["concern_id"] == concern["concern_id"]), None)
    return dict(until(look, lambda row: row is not None))


def step(client: Client, at: str, verb: str, **body: Any) -> None:
    client.post(f"{at}/{verb}", body, version=client.get(at)["version"])


def mails_to(product: Product, address: str, about: str) -> list[str]:
    """The messages for one person that name this case."""
    texts = [path.read_text() for path in sorted(product.mail.glob("*.eml"))]
    return [text for text in texts if f"X-Envelope-To: {address}" in text and about in text]
