"""What a roster changes: its orgs become schools, its students come, change or leave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.schools.imports.archive import members_of
from services.schools.imports.findings import Findings
from services.schools.imports.manifest import package_of
from services.schools.imports.model import Import, Result
from services.schools.imports.roster_file import Told, read_roster
from services.schools.imports.students import Roster, Student
from services.schools.roster.model import BANDS, GRADES, Change, Plan, Pupil, plan
from services.schools.roster.store import batches
from services.schools.sites.model import Facts, School
from services.schools.sites.store import orgs as known_orgs
from services.schools.transaction import SchoolsTransaction as Transaction
from shared.contracts.codes import GradeBand
from shared.contracts.ids import SchoolId
from shared.contracts.schools import ImportCounts, RosterSynced, SchoolLeaving, SchoolLevel, Tally

MANY = 0.10
"""More than this share of a school's students leaving at once is for a person to confirm."""

LEVELS = {GradeBand.ELEMENTARY: SchoolLevel.ELEMENTARY, GradeBand.MIDDLE: SchoolLevel.MIDDLE,
          GradeBand.HIGH: SchoolLevel.HIGH}


@dataclass
class Places:
    """Which school each org of the file is, and which schools nobody knew yet."""

    schools: dict[str, SchoolId] = field(default_factory=dict)
    new: dict[str, School] = field(default_factory=dict)


def read(file: BinaryIO, findings: Findings, told: Told) -> Roster:
    return read_roster(package_of(members_of(file, findings), findings), findings, told)


@dataclass(frozen=True)
class Comparison:
    """A roster beside what is known already: its places, and what would happen to whom."""

    roster: Roster
    places: Places
    plan: Plan
    result: Result


def compare(tx: Transaction, job: Import, roster: Roster, findings: Findings) -> Comparison:
    places = places_of(tx, job, roster, findings)
    if findings.failed:
        return Comparison(roster, places, Plan(), Result(dialect=roster.dialect))
    made = plan_of(tx, job, roster, places)
    return Comparison(roster, places, made, result_of(roster, made, places))


def take(tx: Transaction, job: Import, compared: Comparison, told: Told) -> None:
    places, made, done = compared.places, compared.plan, 0
    for school in places.new.values():
        tx.schools.add(school)
    remember(tx, compared.roster, places)
    for steps in batches(made.steps):
        tx.students.take(steps, compared.roster.source, job.id)
        done += len(steps)
        told(done / len(made.steps))
    announce(tx, job, made, places)


def plan_of(tx: Transaction, job: Import, roster: Roster, places: Places) -> Plan:
    pupils = tx.students.indexed(roster.source, pupils_of(roster.students, places.schools))
    return plan(pupils, tx.students.known(roster.source), whole=roster.whole, within=job.school_id)


def pupils_of(students: Iterable[Student], schools: Mapping[str, SchoolId]) -> Iterator[Pupil]:
    for one in students:
        at = tuple(dict.fromkeys(schools[org] for org in one.org_ids))
        yield Pupil(one.sourced_id, one.given_name, one.family_name, one.birth_date, at, one.grade, one.language,
                    one.subgroup_codes, one.active)


def result_of(roster: Roster, made: Plan, places: Places) -> Result:
    return Result(
        dialect=roster.dialect,
        counts=ImportCounts(
            rows=roster.rows, added=made.count(Change.ADDED), changed=made.count(Change.CHANGED),
            unchanged=made.unchanged, left=made.count(Change.LEFT), schools_added=len(places.new)),
        needs_confirmation=tuple(
            SchoolLeaving(school_id=school, leaving=leaving, active=active)
            for school, (leaving, active) in made.many_leave(MANY).items()))


# --- Which school an org is -----------------------------------------------------------------------------------------

def places_of(tx: Transaction, job: Import, roster: Roster, findings: Findings) -> Places:
    """By what was settled before, by the NCES id, by the name; a school that is none of these is new."""
    named = {org for student in roster.students for org in student.org_ids}
    in_file = {id for id, org in roster.orgs.items() if org.is_school}
    places = Places(dict(settled(tx, roster.source, named | in_file)))
    by_name, by_nces = tx.schools.by_names(), by_nces_id(tx, roster)
    for id in sorted(in_file - places.schools.keys()):
        org = roster.orgs[id]
        found = by_nces.get(org.identifier) or by_name.get(org.name.lower())
        if found:
            places.schools[id] = found
    if job.school_id:
        stay_within(job.school_id, places, in_file, findings)
    grades = grades_of(roster.students)
    for id in sorted(in_file - places.schools.keys()):
        school = School.registered(facts_of(roster.orgs[id].name, grades[id]), tz=tx.districts.the().tz, at=tx.now)
        places.new[id], places.schools[id] = school, school.id
    if named - places.schools.keys():
        findings.error("reference.missing_target_record", "users.csv", None, "orgSourcedIds")
    return places


def stay_within(school_id: SchoolId, places: Places, in_file: set[str], findings: Findings) -> None:
    """One school's own roster names that school alone: a single org that nobody knew is it."""
    unknown = in_file - places.schools.keys()
    if len(unknown) == 1 and not (in_file - unknown):
        places.schools[unknown.pop()] = school_id
    if unknown or any(found != school_id for found in places.schools.values()):
        findings.error("reference.another_school", "orgs.csv")


def settled(tx: Transaction, source: str, orgs: Iterable[str]) -> Iterator[tuple[str, SchoolId]]:
    rows = tx.session.execute(
        select(known_orgs.c.sourced_id, known_orgs.c.of_school)
        .where(known_orgs.c.source == source, known_orgs.c.sourced_id.in_(list(orgs))))
    return ((sourced_id, SchoolId(school)) for sourced_id, school in rows)


def remember(tx: Transaction, roster: Roster, places: Places) -> None:
    rows = [{"source": roster.source, "sourced_id": id, "of_school": school} for id, school in places.schools.items()]
    if rows:
        tx.session.execute(insert(known_orgs).on_conflict_do_nothing(), rows)


def by_nces_id(tx: Transaction, roster: Roster) -> dict[str, SchoolId]:
    wanted = [org.identifier for org in roster.orgs.values() if org.is_school and len(org.identifier) == 12]
    return {ncesid: school.id for ncesid, school in tx.schools.by_nces_ids(wanted).items()}


def grades_of(students: Iterable[Student]) -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = defaultdict(set)
    for one in students:
        for org in one.org_ids:
            found[org].add(one.grade)
    return found


def facts_of(name: str, grades: set[str | None]) -> Facts:
    """What a roster tells of a school: its name, and the grades its students are in."""
    offered = [grade for grade in GRADES if grade in grades]
    if not offered:
        return Facts(name)
    bands = [level for band, level in LEVELS.items() if set(offered) <= BANDS[band]]
    return Facts(name, level=bands[0] if bands else SchoolLevel.OTHER, grade_span=f"{offered[0]}-{offered[-1]}")


# --- What others hear -----------------------------------------------------------------------------------------------

def announce(tx: Transaction, job: Import, made: Plan, places: Places) -> None:
    """Each school's counts after the roster, for the schools that it is about."""
    added: Counter[SchoolId] = Counter(
        school for step in made.steps if step.change is Change.ADDED and step.pupil for school in step.pupil.school_ids)
    touched = {*places.schools.values(), *made.leaving}
    grades, subgroups = defaultdict[SchoolId, tuple[Tally, ...]](tuple), defaultdict[SchoolId, tuple[Tally, ...]](tuple)
    for school, by_grade, by_subgroup in tx.students.totals(touched):
        grades[school], subgroups[school] = by_grade, by_subgroup
    for school in sorted(touched):
        tx.announce(
            RosterSynced(
                school_id=school, batch_id=job.id, version=int(tx.now.timestamp()),
                active_count=sum(tally.count for tally in grades[school]), added=added[school],
                left=made.leaving[school], by_grade=grades[school], by_subgroup=subgroups[school]),
            about=school, school_id=school)
