"""Brings the sample district to life through the public API, as its own people would; nothing is written past it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from deploy.local import sample
from deploy.local.client import ApiError, Client
from deploy.local.people import PEOPLE, Person
from deploy.local.programs import ELEMENTS, PROGRAMS, SAFEGUARDS, SampleProgram

OPENS, CLOSES = "07:45", "16:15"
HOLIDAYS = {"11-26", "11-27", "12-24", "12-25", "12-31", "01-01"}
SUPPORTERS, MATCHES, WEEKS = 8, 14, 6
TRAINING = (("active_listening", 4.0, 42), ("confidentiality_and_boundaries", 4.0, 28), ("red_flags", 4.5, 10))

Row = dict[str, Any]


class Seed:
    """The sample district on its way into a running product at `url`."""

    def __init__(self, url: str, password: str) -> None:
        self.url, self.password = url, password
        self.people: dict[str, Client] = {}
        self.keys: dict[str, str] = {}
        self.schools: dict[str, Row] = {}

    def run(self) -> None:
        lead = self.as_("l.ortega")
        if lead.get("/programs", limit=1)["items"]:
            print("The sample district is here already.")
            return
        self.bring_schools(lead)
        self.bring_people(lead)
        self.bring_students()
        self.open_schools()
        programs = {program.key: self.register(program) for program in PROGRAMS}
        self.train_and_match(programs["mentoring"])
        self.record_activities(programs)
        self.raise_concerns()

    def as_(self, sign_in_name: str) -> Client:
        if sign_in_name not in self.people:
            self.people[sign_in_name] = Client(self.url, sign_in_name, self.password)
        return self.people[sign_in_name]

    # ------------------------------------------------------------------ sites, people, roster

    def bring_schools(self, lead: Client) -> None:
        job = lead.upload("/school-imports", "schools.csv", sample.directory())
        self.apply(lead, "/school-imports", job)
        found = {row["ncesid"]: row for row in lead.get("/schools", limit=200)["items"]}
        self.schools = {school.key: found[school.ncesid] for school in sample.SCHOOLS}

    def apply(self, client: Client, path: str, job: Row) -> None:
        place = f"{path}/{job['import_id']}"
        ready = until(lambda: client.get(place), lambda j: j["status"] not in ("receiving", "reading"))
        client.post(f"{place}/apply", {"confirm_leaving": True} if "roster" in path else {}, version=None)
        done = until(lambda: client.get(place), lambda j: j["status"] in ("applied", "failed", "rejected"), 120)
        if done["status"] != "applied":
            raise RuntimeError(f"the sample {path} was not applied: {done['status']} {ready['errors'][:3]}")

    def bring_people(self, lead: Client) -> None:
        self.keys["l.ortega"] = lead.get("/me")["actor_key"]
        for person in PEOPLE[1:]:
            if person.role != "peer_supporter":
                self.keys[person.sign_in_name] = self.hire(lead, person)

    def hire(self, lead: Client, person: Person) -> str:
        member = lead.post("/staff", {
            "given_name": person.given_name, "family_name": person.family_name,
            "email": f"{person.sign_in_name}@rioverde.example", "phone": "+1 555 0100",
            "credentials": ["school_counselor"] if person.role == "counselor" else [],
            "assignments": [{"role": person.role, "school_id": self.schools[key]["school_id"] if key else None}
                            for key in person.schools or (None,)],
        })
        lead.post("/accounts", {"actor_key": member["staff_key"], "sign_in_name": person.sign_in_name,
                                "password": self.password})
        return str(member["staff_key"])

    def bring_students(self) -> None:
        lead = self.as_("l.ortega")
        job = lead.upload("/roster-imports", "roster.zip", sample.roster())
        self.apply(lead, "/roster-imports", job)

    def open_schools(self) -> None:
        open_ones = [school for school in sample.SCHOOLS if school.status == "1"]
        with ThreadPoolExecutor(4) as together:
            list(together.map(self.open_school, open_ones))

    def open_school(self, school: sample.SampleSchool) -> None:
        """Staffed hours, who is on duty, who receives referrals."""
        client, at = self.as_("l.ortega"), f"/schools/{self.schools[school.key]['school_id']}"
        days = list(school_days(date.today() - timedelta(weeks=10), date.today() + timedelta(weeks=26)))
        client.put(f"{at}/calendar", {"year": school_year(), "days": [
            {"date": day.isoformat(), "opens": OPENS, "closes": CLOSES} for day in days]}, version=0)
        reyes, anand = self.keys["d.reyes"], self.keys["p.anand"]
        order = [reyes, anand] if school.key in ("adams", "northgate") else [anand, reyes]
        coming = [day for day in days if day >= date.today() - timedelta(days=1)][:60]
        client.put(f"{at}/rota", {"shifts": [
            {"starts_at": local(day, OPENS), "ends_at": local(day, CLOSES), "order": order, "backup_key": order[1]}
            for day in coming]}, version=0)
        client.put(f"{at}/pathway", {"order": [
            {"staff_key": order[0]}, {"staff_key": order[1]}, {"role": "principal"}]}, version=0)

    # ------------------------------------------------------------------ programs

    def register(self, program: SampleProgram) -> Row:
        """As far along as the sample says: draft, submitted or active."""
        coordinator = self.as_(program.coordinator)
        view: Row = coordinator.post("/programs", {
            "school_id": self.schools[program.school]["school_id"], "type_code": program.type_code,
            "title": program.title, "tier": program.tier, "languages": ["en", "es"]})
        at = f"/programs/{view['program_id']}"
        view = coordinator.patch(at, {
            "advisor_keys": [self.keys["r.bell"]], "director_key": self.keys[program.coordinator],
            "starts_on": (date.today() - timedelta(weeks=WEEKS)).isoformat(),
            "ends_on": (date.today() + timedelta(weeks=26)).isoformat()}, version=view["version"])
        for number, text in ELEMENTS.items():
            if program.until == "draft" and number > 4:
                return view
            view = coordinator.put(f"{at}/elements/{number}", {
                "status": "in_place", "evidence": text,
                "answers": dict.fromkeys(self.questions(coordinator)[number], text)},
                version=view["version"])
        if program.tier == 2:
            for code, text in SAFEGUARDS.items():
                view = coordinator.put(f"{at}/safeguards/{code}", {"met": True, "evidence": text},
                                       version=view["version"])
        view = coordinator.post(f"{at}/submit", version=view["version"])
        if program.until == "submitted":
            return view
        view = self.as_("h.brooks").post(f"{at}/approve", version=view["version"])
        view = self.as_("l.ortega").post(f"{at}/approve", version=view["version"])
        return self.activate(program, view) if program.tier == 1 else view

    def questions(self, client: Client) -> dict[int, list[str]]:
        if not hasattr(self, "_questions"):
            self._questions = {rule["no"]: rule["questions"] for rule in client.get("/program-types")["elements"]}
        return self._questions

    def activate(self, program: SampleProgram, view: Row) -> Row:
        at = f"/programs/{view['program_id']}"
        coordinator = self.as_(program.coordinator)

        def try_it() -> Row:
            now = coordinator.get(at)
            return dict(coordinator.post(f"{at}/activate", version=now["version"]))
        return patiently(try_it)

    # ------------------------------------------------------------------ supporters and matches

    def train_and_match(self, program: Row) -> None:
        advisor, school = self.as_("r.bell"), self.schools["adams"]["school_id"]
        found = self.find_students(advisor, school)
        tam = next(row for row in found if (row["given_name"], row["family_name"]) == ("Tam", "Nguyen"))
        others = [row for row in found if row["student_key"] != tam["student_key"]]
        # A match needs a language in common and grades that are near: supporters are the older ones.
        older = sorted((row for row in others if row["language"] == "en"), key=lambda row: str(row["grade"]))
        helpers, helped = [tam, *older[1 - SUPPORTERS:]], older[: -SUPPORTERS][-MATCHES:]
        with ThreadPoolExecutor(4) as together:
            supporters = list(together.map(lambda row: self.make_supporter(program, row), helpers))
        self.test_pathway()
        self.activate(next(sp for sp in PROGRAMS if sp.key == "mentoring"), program)
        advisor.post("/supervision-meetings", {
            "program_id": program["program_id"], "minutes": 45,
            "supporter_ids": [row["supporter_id"] for row in supporters]})
        account = {"actor_key": tam["student_key"], "sign_in_name": "t.nguyen", "password": self.password}
        patiently(lambda: dict(advisor.post("/accounts", account)))
        pairs = [(helped[place], supporters[place % SUPPORTERS]) for place in range(len(helped))]
        for student, supporter in pairs:
            self.match(program, student, supporter)

    def find_students(self, advisor: Client, school: str) -> list[Row]:
        """Some students of one school, by parts of names, each once."""
        found: dict[str, Row] = {}
        for part in ("Nguyen", "an", "el", "ar"):
            for row in advisor.post("/students/search", {"school_id": school, "name": part, "limit": 50})["items"]:
                found.setdefault(row["student_key"], row)
        return list(found.values())

    def make_supporter(self, program: Row, student: Row) -> Row:
        advisor = self.as_("r.bell")
        view = patiently(lambda: dict(advisor.post("/supporters", {
            "program_id": program["program_id"], "student_key": student["student_key"], "languages": ["en"]})))
        at = f"/supporters/{view['supporter_id']}"
        view = advisor.post(f"{at}/select", {"selection": "selected", "reason_code": "vetted"}, version=view["version"])
        for module, hours, days_ago in TRAINING:
            score = {"scenario_score": 92.0} if module == "red_flags" else {}
            view = advisor.post(f"{at}/trainings", {
                "module_code": module, "hours": hours,
                "held_on": (date.today() - timedelta(days=days_ago)).isoformat(), **score}, version=view["version"])
        view = advisor.post(f"{at}/certify", {"code_of_conduct_signed": True}, version=view["version"])
        return dict(advisor.post(f"{at}/activate", {"supervisor_key": self.keys["r.bell"]}, version=view["version"]))

    def test_pathway(self) -> None:
        """The school's chain is tried before a Tier 2 program starts: a counselor answers the test notice."""
        school = self.schools["adams"]["school_id"]
        test = patiently(lambda: dict(self.as_("s.kim").post(f"/schools/{school}/pathway/test")))
        self.as_("d.reyes").post(f"/pathway-tests/{test['test_id']}/acknowledge")

    def match(self, program: Row, student: Row, supporter: Row) -> None:
        advisor = self.as_("r.bell")
        for kind in ("guardian", "student_assent"):
            advisor.post("/consents", {"student_key": student["student_key"], "program_id": program["program_id"],
                                       "kind": kind, "status": "granted", "method": "paper"})
        view = advisor.post("/matches", {
            "program_id": program["program_id"], "participant_keys": [student["student_key"]],
            "reason_code": "transition", "planned_sessions": 10, "planned_minutes": 300,
            "starts_on": (date.today() - timedelta(weeks=WEEKS)).isoformat(),
            "planned_end": (date.today() + timedelta(weeks=8)).isoformat()})
        at = f"/matches/{view['match_id']}"
        view = advisor.post(f"{at}/propose", {"supporter_ids": [supporter["supporter_id"]]}, version=view["version"])
        for party in ("supporter", "participant"):
            view = advisor.post(f"{at}/consent", {"party": party, "agreed": True}, version=view["version"])

        def activate() -> Row:
            return dict(advisor.post(f"{at}/activate", version=advisor.get(at)["version"]))
        view = patiently(activate)
        for week in range(1, WEEKS):
            self.log_session(advisor, view["match_id"], school_day_before(date.today() - timedelta(weeks=WEEKS - week)))

    def log_session(self, client: Client, match_id: str, day: date) -> None:
        client.post("/sessions", {
            "match_id": match_id, "held_at": local(day, "12:15"), "minutes": 30, "modality": "in_person",
            "topic_codes": ["school_stress"], "red_flag_answers": dict.fromkeys(RED_FLAG_QUESTIONS, "no")})

    # ------------------------------------------------------------------ Tier 1 and Tier 3

    def record_activities(self, programs: dict[str, Row]) -> None:
        for program in PROGRAMS:
            if program.until != "active" or program.tier != 1:
                continue
            for week in range(WEEKS):
                day = school_day_before(date.today() - timedelta(weeks=week))
                self.as_(program.coordinator).post("/activities", {
                    "program_id": programs[program.key]["program_id"], "type_code": program.activity,
                    "held_on": day.isoformat(), "minutes": 45, "modality": "in_person",
                    "headcount_by_grade_band": {program.band: 18 + 7 * (week % 3)}, "resources_shared": 20})

    def raise_concerns(self) -> None:
        """Four referrals at four stages: closed, in contact, acknowledged, waiting. Two come from a session."""
        tam, counselor = self.as_("t.nguyen"), self.as_("d.reyes")
        match_id = tam.get("/me")["matches"][0]["match_id"]
        cared_for = ("acknowledge", "accept", "first-contact", "first-service", "close")
        for urgency, question, flag, steps in (
            ("priority", None, "grief_trauma", cared_for),
            ("urgent", "suicide_or_self_harm", "self_injury", cared_for[:3]),
            ("priority", None, "persistent_symptoms", cared_for[:1]),
            ("urgent", "being_hurt_or_unsafe", "unsafe_tonight", ()),
        ):
            worry: Row = {"red_flag_codes": [flag], "urgency": urgency, "student_told": "told"}
            concern = self.in_a_session(tam, match_id, question, worry) if question else tam.post(
                "/concerns", {"match_id": match_id, **worry})
            referral = self.referral_of(counselor, concern["concern_id"])
            for step in steps:
                self.step(counselor, referral, step)

    def in_a_session(self, client: Client, match_id: str, question: str, worry: Row) -> Row:
        """A session in which one red-flag question was answered yes."""
        return dict(client.post("/sessions", {
            "match_id": match_id, "minutes": 30, "modality": "in_person", "topic_codes": ["worry"],
            "red_flag_answers": dict.fromkeys(RED_FLAG_QUESTIONS, "no") | {question: "yes"},
            "concern": worry})["concern"])

    def referral_of(self, counselor: Client, concern_id: str) -> str:
        def look() -> Row | None:
            rows = counselor.get("/referrals", view="waiting", limit=200)["items"]
            return next((row for row in rows if row.get("concern_id") == concern_id), None)
        return str(until(look, lambda row: row is not None)["referral_id"])

    def step(self, counselor: Client, referral_id: str, step: str) -> None:
        at = f"/referrals/{referral_id}"
        bodies: dict[str, Row] = {
            "first-contact": {"setting": "school"}, "first-service": {"setting": "school"},
            "close": {"outcome_code": "connected_school_service", "outcome_setting": "school",
                      "follow_ups": [(date.today() + timedelta(days=14)).isoformat()]}}
        counselor.post(f"{at}/{step}", bodies.get(step), version=counselor.get(at)["version"])


RED_FLAG_QUESTIONS = ("suicide_or_self_harm", "being_hurt_or_unsafe", "harm_to_others", "overdose_or_use_alone",
                      "not_eating_or_sleeping")


def school_days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        if day.weekday() < 5 and day.strftime("%m-%d") not in HOLIDAYS:
            yield day
        day += timedelta(days=1)


def school_day_before(day: date) -> date:
    """The last school day before this one."""
    return list(school_days(day - timedelta(days=10), day - timedelta(days=1)))[-1]


def school_year() -> int:
    today = date.today()
    return today.year if today.month >= 7 else today.year - 1


def local(day: date, clock: str) -> str:
    """A school's clock on a day, as a moment in UTC."""
    at = datetime.fromisoformat(f"{day.isoformat()}T{clock}").replace(tzinfo=ZoneInfo(sample.ZONE))
    return at.astimezone(UTC).isoformat()


def until(look: Callable[[], Any], enough: Callable[[Any], bool], seconds: float = 30) -> Any:
    """Look again until it is so."""
    end = time.monotonic() + seconds
    while not enough(found := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"not so after {seconds:.0f} s: {found!r:.300}")
        time.sleep(0.1)
    return found


def patiently(step: Callable[[], Row], seconds: float = 20) -> Row:
    """Try a step whose condition arrives by an event: a read copy may be a moment behind."""
    end = time.monotonic() + seconds
    while True:
        try:
            return step()
        except ApiError as no:
            if time.monotonic() > end or no.status not in (404, 409, 412, 422):
                raise
            time.sleep(0.2)
