"""School directories and rosters, brought in whole: by the handlers, by the worker, in a real database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.schools.imports import handlers as imports
from services.schools.sites import handlers as sites
from shared.contracts.codes import Role
from shared.contracts.ids import SchoolId
from shared.contracts.schools import ApplyRosterImport, ImportDialect, ImportJob, ImportStatus, Schools
from shared.domain import GateUnmet, NotFound
from tests.integration.schools.conftest import Room, a_zip, a_zip_of

MIAMI_DADE = "nces/hifld_public_schools_1200390_miami-dade.csv"
SIX_SCHOOLS = "oneroster/faker-1.1/district-6-schools.zip"

MANIFEST = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,{mode}\nfile.users,{mode}\n"
ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n{rows}"
USERS = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,givenName,familyName,grades\n{rows}"


def a_roster(
    users: dict[str, str], *, mode: str = "bulk", status: str = "", orgs: tuple[str, ...] = ("north",),
) -> bytes:
    """A small OneRoster 1.1 package: {sourcedId: grade} in the school `north`."""
    at = "2026-09-01" if mode == "delta" else ""
    school_rows = "".join(f"{org},{status},{at},{org.title()} School,school,,\n" for org in orgs)
    user_rows = "".join(f"{id},{status},{at},true,{orgs[0]},student,Given{id},Family{id},{grade}\n"
                        for id, grade in users.items())
    return a_zip({"manifest.csv": MANIFEST.format(mode=mode), "orgs.csv": ORGS.format(rows=school_rows),
                  "users.csv": USERS.format(rows=user_rows)})


def test_miami_dade_comes_in_whole(room: Room, real_data: Path) -> None:
    data = (real_data / MIAMI_DADE).read_bytes()

    shown = room.send(data, kind="schools")
    done = room.apply(shown)

    assert shown.status is ImportStatus.PREVIEWED
    assert shown.dialect is ImportDialect.HIFLD_CSV
    assert (shown.counts.rows, shown.counts.added, shown.counts.changed) == (559, 559, 0)
    assert done.status is ImportStatus.APPLIED
    assert dict(room.sql("SELECT status, count(*) FROM schools GROUP BY status")) == {
        "open": 514, "closed": 9, "new": 25, "added": 3, "future": 8}
    assert room.sql("SELECT count(*), sum(enrollment), count(*) FILTER (WHERE coalesce(enrollment, 0) = 0), "
                    "count(*) FILTER (WHERE grade_span IS NULL) FROM schools") == [(559, 335_929, 39, 17)]
    assert len(room.announced("school_registered")) == 559
    assert {event["tz"] for event in room.announced("school_registered")} == {"America/New_York"}


def test_the_same_directory_again_changes_nothing(room: Room, real_data: Path) -> None:
    data = (real_data / MIAMI_DADE).read_bytes()
    room.apply(room.send(data, kind="schools"))

    again = room.apply(room.send(data, kind="schools"))

    assert (again.counts.added, again.counts.changed, again.counts.unchanged) == (0, 0, 559)
    assert len(room.announced("school_registered")) == 559
    assert not room.announced("school_updated")


def test_a_school_that_closes_is_announced_as_deactivated(room: Room, real_data: Path) -> None:
    data = (real_data / MIAMI_DADE).read_text()
    room.apply(room.send(data.encode(), kind="schools"))
    row = next(line for line in data.splitlines() if "LENORA BRAYNON" in line)

    done = room.apply(room.send(data.replace(row, row.replace(",1,1,367,", ",1,2,367,")).encode(), kind="schools"))

    assert (done.counts.changed, done.counts.unchanged) == (1, 558)
    assert [event["ncesid"] for event in room.announced("school_deactivated")] == ["120039000368"]


def test_schools_of_another_district_stay_outside(empty: Room, real_data: Path) -> None:
    empty.found(nces_leaid="4900810")

    shown = empty.send((real_data / "nces/elsi_export_2019-20_grade_by_race_sample.csv").read_bytes(), kind="schools")

    assert (shown.dialect, shown.counts.rows) == (ImportDialect.ELSI_CSV, 4)
    assert [(each.code, each.count) for each in shown.warnings] == [("row.another_district", 3)]


def test_all_schools_are_listed_page_by_page(room: Room, real_data: Path) -> None:
    room.apply(room.send((real_data / MIAMI_DADE).read_bytes(), kind="schools"))

    names, cursor = [], None
    while True:
        page = room.ask(sites.schools, Schools(limit=200, cursor=cursor), "school.list", changes=False)
        names += [school.name for school in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert len(names) == 559
    assert sorted(names, key=str.lower) == names
    assert "MEDICAL ACADEMY FOR SCIENCE AND TECHNOLOGY (M.A.S.T.) @ HOME" in names


def test_a_district_of_six_schools_comes_in_by_its_roster(room: Room, real_data: Path) -> None:
    shown = room.send((real_data / SIX_SCHOOLS).read_bytes())
    done = room.apply(shown)

    assert shown.dialect is ImportDialect.ONEROSTER_1_1
    assert (shown.counts.schools_added, shown.counts.added, shown.counts.left) == (6, 360, 0)
    # 2 sessions, 7 orgs, 36 courses, 36 classes, 396 users, 1,812 enrollments, 360 demographics
    assert shown.counts.rows == 2 + 7 + 36 + 36 + 396 + 1812 + 360
    assert {each.code for each in shown.warnings} == {"row.field_forbidden_in_bulk"}
    assert done.status is ImportStatus.APPLIED
    assert room.sql("SELECT count(*), count(DISTINCT school_id) FROM students WHERE active") == [(360, 6)]
    assert len(room.announced("roster_student_changed")) == 360
    synced = room.announced("roster_synced")
    assert len(synced) == 6
    assert sum(event["active_count"] for event in synced) == sum(event["added"] for event in synced) == 360
    for event in synced:
        assert sum(tally["count"] for tally in event["by_grade"]) == event["active_count"]
        races = [tally for tally in event["by_subgroup"] if tally["code"].startswith("race.")]
        assert sum(tally["count"] for tally in races) == event["active_count"]


def test_names_and_sis_ids_lie_sealed_and_the_file_is_gone(room: Room, real_data: Path) -> None:
    room.apply(room.send((real_data / SIX_SCHOOLS).read_bytes()))

    everything = "".join(str(row) for table in ("students", "outbox", "imports", "audit_log", "import_chunks", "orgs")
                         for row in room.sql(f"SELECT * FROM {table}"))

    for telltale in ("Hirthe-Walker", "Christiana", "4058857f-6437-4c3b-806c-593b0d3d5b5e", "GHEZGF37"):
        assert telltale not in everything
    assert room.sql("SELECT count(*) FROM import_chunks") == [(0,)]
    assert room.sql("SELECT wrapped FROM record_keys WHERE owner_kind = 'import'") == [(None,)]


def test_the_same_roster_again_changes_nobody(room: Room, real_data: Path) -> None:
    data = (real_data / SIX_SCHOOLS).read_bytes()
    room.apply(room.send(data))

    again = room.apply(room.send(data))

    assert (again.counts.added, again.counts.changed, again.counts.left, again.counts.unchanged) == (0, 0, 0, 360)
    assert len(room.announced("roster_student_changed")) == 360


def test_a_folder_of_microsoft_is_taken_without_a_manifest(room: Room, real_data: Path) -> None:
    data = a_zip_of(real_data / "oneroster/microsoft-sds-2.1")

    done = room.apply(room.send(data))

    assert done.dialect is ImportDialect.MICROSOFT_SDS
    assert (done.counts.schools_added, done.counts.added) == (1, 3)
    assert room.sql("SELECT DISTINCT grade, grade_band FROM students") == [("10", "high")]


def test_a_folder_of_microsoft_is_refused_when_strict(room: Room, real_data: Path) -> None:
    refused = room.send(a_zip_of(real_data / "oneroster/microsoft-sds-2.1"), strict=True)

    assert refused.status is ImportStatus.REJECTED
    assert [each.code for each in refused.errors] == ["package.missing_manifest"]


def test_every_broken_package_is_refused_with_its_code_and_place(room: Room, real_data: Path) -> None:
    folder = real_data / "oneroster/longsight-1.2"
    for case in json.loads((folder / "expected.json").read_text()):
        job = room.send((folder / case["file"]).read_bytes())

        assert {each.code for each in job.errors} == set(case["expectedCodes"]), case["file"]
        assert job.status is (ImportStatus.REJECTED if case["expectedCodes"] else ImportStatus.PREVIEWED)
        if case["kind"] == "missing-reference":
            assert [(each.file, each.line, each.column) for each in job.errors] == [
                (case["sourceFile"], case["rowNumber"], case["field"])]


def test_a_refused_file_leaves_nothing_behind(room: Room, real_data: Path) -> None:
    folder = real_data / "oneroster/longsight-1.2"

    room.send((folder / "negative-diagnostic-safety.zip").read_bytes())

    assert room.sql("SELECT count(*) FROM import_chunks") == [(0,)]
    assert room.sql("SELECT count(*) FROM students") == [(0,)]
    assert "safety-" not in str(room.sql("SELECT * FROM imports"))


def test_who_is_not_in_a_whole_roster_has_left(room: Room) -> None:
    room.apply(room.send(a_roster({str(number): "07" for number in range(20)})))

    done = room.apply(room.send(a_roster({str(number): "07" for number in range(1, 20)})))

    assert (done.counts.left, done.counts.unchanged) == (1, 19)
    assert [event["active"] for event in room.announced("roster_student_changed")].count(False) == 1
    assert room.announced("roster_synced")[-1]["left"] == 1


def test_many_who_leave_at_once_wait_for_a_person(room: Room) -> None:
    room.apply(room.send(a_roster({str(number): "07" for number in range(20)})))
    shown = room.send(a_roster({str(number): "07" for number in range(3, 20)}))

    assert [(each.leaving, each.active) for each in shown.needs_confirmation] == [(3, 20)]
    with pytest.raises(GateUnmet) as refusal:
        room.apply(shown)
    assert refusal.value.more == {"unmet": ["confirm_leaving"]}

    done = room.apply(shown, confirm_leaving=True)
    assert (done.status, done.counts.left) == (ImportStatus.APPLIED, 3)


def test_a_delta_changes_whom_it_names_and_nobody_else(room: Room) -> None:
    room.apply(room.send(a_roster({"1": "07", "2": "07", "3": "07"})))

    room.apply(room.send(a_roster({"1": "08"}, mode="delta", status="active")))
    room.apply(room.send(a_roster({"2": "07", "99": "07"}, mode="delta", status="tobedeleted"), strict=True),
               confirm_leaving=True)

    assert sorted(room.sql("SELECT grade, active FROM students")) == [("07", False), ("07", True), ("08", True)]


def test_a_delta_that_is_silent_about_subgroups_keeps_them(room: Room) -> None:
    manifest = MANIFEST.format(mode="bulk") + "file.demographics,bulk\n"
    demographics = "sourcedId,birthDate,sex,asian\n1,2013-05-04,female,true\n"
    room.apply(room.send(a_zip({
        "manifest.csv": manifest, "orgs.csv": ORGS.format(rows="north,,,North School,school,,\n"),
        "users.csv": USERS.format(rows="1,,,true,north,student,A,B,07\n"), "demographics.csv": demographics})))

    room.apply(room.send(a_roster({"1": "08"}, mode="delta", status="active")))

    assert room.sql("SELECT grade, subgroup_codes FROM students") == [
        ("08", ["race.asian", "ethnicity.not_stated", "sex.female"])]


def test_a_student_who_comes_back_keeps_the_key(room: Room) -> None:
    room.apply(room.send(a_roster({"1": "07", "2": "07"})))
    room.apply(room.send(a_roster({"2": "07"})), confirm_leaving=True)
    before = dict(room.sql("SELECT id, active FROM students"))

    room.apply(room.send(a_roster({"1": "07", "2": "07"})))

    assert sorted(before.values()) == [False, True]
    assert dict(room.sql("SELECT id, active FROM students")) == dict.fromkeys(before, True)


def test_a_coordinator_brings_in_the_roster_of_the_own_school_alone(room: Room) -> None:
    own, other = room.school("North School"), room.school("South School")
    coordinator = {"role": Role.SITE_COORDINATOR, "schools": frozenset({own})}

    shown = room.send(a_roster({"1": "07"}), school=own, **coordinator)
    two_schools = room.send(a_roster({"1": "07"}, orgs=("north", "south")), school=own, **coordinator)

    assert shown.status is ImportStatus.PREVIEWED
    assert [each.code for each in two_schools.errors] == ["reference.another_school"]
    with pytest.raises(NotFound):
        room.send(a_roster({"1": "07"}), school=SchoolId(other), **coordinator)
    with pytest.raises(NotFound):
        room.send(a_roster({"1": "07"}), **coordinator)


def test_an_import_is_applied_by_its_own_action_only(room: Room) -> None:
    shown = room.send(b"NCESID,NAME,STATUS,LEVEL_,ENROLLMENT,ST_GRADE,END_GRADE,DISTRICTID\n"
                      b"120039000367,A School,1,MIDDLE,10,06,08,1200390\n", kind="schools")

    with pytest.raises(NotFound):
        room.ask(imports.apply_roster_import, ApplyRosterImport(import_id=shown.import_id), "roster.apply")


def test_a_worker_that_died_is_replaced(room: Room) -> None:
    shown: ImportJob = room.send(a_roster({"1": "07"}))
    room.ask(imports.apply_roster_import, ApplyRosterImport(import_id=shown.import_id), "roster.apply")
    room.sql("UPDATE imports SET lease_until = clock_timestamp() + interval '1 hour'")

    assert room.worked(shown).status is ImportStatus.APPLYING

    room.sql("UPDATE imports SET lease_until = clock_timestamp() - interval '1 second'")
    assert room.worked(shown).status is ImportStatus.APPLIED
    assert room.sql("SELECT count(*) FROM students") == [(1,)]
