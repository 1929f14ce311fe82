"""A query of ours that forgot its filter still shows the caller's own schools only, and writes into no other."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import TupleRow

from shared.settings import Settings
from tests.running import Servers

OURS, THEIRS = UUID(int=1), UUID(int=2)
Db = psycopg.Connection[TupleRow]


@pytest.fixture(scope="module")
def place(servers: Servers) -> Settings:
    """A database of its own, with a table of the referrals service in which two schools have rows."""
    settings = servers.fresh_database()
    with psycopg.connect(servers.superuser(settings)) as db:
        for school in (OURS, THEIRS, None):
            db.execute(
                "INSERT INTO referrals.audit_log (chain, seq, at, actor_key, actor_role, action, school_id, fields,"
                " outcome, prev_mac, mac) VALUES (%s, 1, now(), %s, 'x', 'x', %s, '{}', 'x', '', '')",
                ((school or UUID(int=0)).int, uuid4(), school))
    return settings


@pytest.fixture
def app(place: Settings) -> Iterator[Db]:
    with psycopg.connect(place.database("referrals_app")) as db:
        yield db


def scoped(db: Db, *, schools: str = "", scope: str = "") -> None:
    db.execute("SELECT set_config('app.schools', %s, true), set_config('app.scope', %s, true)", (schools, scope))


def seen(db: Db) -> set[UUID | None]:
    return {school for (school,) in db.execute("SELECT school_id FROM referrals.audit_log")}


def test_without_a_scope_there_is_nothing(app: Db) -> None:
    assert seen(app) == set()


def test_after_a_commit_the_scope_is_gone(app: Db) -> None:
    scoped(app, schools=str(OURS))
    assert seen(app) == {OURS}

    app.commit()

    assert seen(app) == set()


def test_a_school_sees_its_own_rows(app: Db) -> None:
    scoped(app, schools=str(OURS))

    assert seen(app) == {OURS}


def test_two_schools_see_both_and_the_district_sees_all(app: Db) -> None:
    scoped(app, schools=f"{OURS},{THEIRS}")
    assert seen(app) == {OURS, THEIRS}

    scoped(app, scope="district")
    assert seen(app) == {OURS, THEIRS, None}


def test_nonsense_in_the_scope_opens_nothing(app: Db) -> None:
    scoped(app, scope="District")
    assert seen(app) == set()

    scoped(app, schools="everything")
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        seen(app)


@pytest.mark.parametrize("table", ["referrals.referrals", "referrals.duty_contacts"])
def test_the_owner_sees_nothing_either(place: Settings, table: str) -> None:
    with psycopg.connect(place.database("referrals_owner")) as db:
        assert db.execute("SELECT count(*) FROM referrals.audit_log").fetchone() == (0,)
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_a_row_of_another_school_cannot_be_changed_or_written(servers: Servers) -> None:
    settings = servers.fresh_database()
    with psycopg.connect(servers.superuser(settings)) as db:
        required = db.execute("""
            SELECT column_name, data_type FROM information_schema.columns
             WHERE table_schema = 'interventions' AND table_name = 'programs'
               AND (is_nullable = 'NO' AND column_default IS NULL OR column_name = 'school_id')""").fetchall()

    def insert(db: Db, school: UUID) -> None:
        values = {name: school if name == "school_id" else _something(kind) for name, kind in required}
        names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
        db.execute(f"INSERT INTO interventions.programs ({names}) VALUES ({marks})", list(values.values()))

    with psycopg.connect(settings.database("interventions_app")) as db:
        scoped(db, schools=str(OURS))
        insert(db, OURS)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"), db.transaction():
            insert(db, THEIRS)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"), db.transaction():
            db.execute("UPDATE interventions.programs SET school_id = %s", (THEIRS,))
        scoped(db, schools=str(THEIRS))
        assert db.execute("DELETE FROM interventions.programs").rowcount == 0


def _something(kind: str) -> object:
    return {
        "uuid": uuid4(), "integer": 1, "bigint": 1, "smallint": 1, "boolean": True, "date": "2026-11-24",
        "timestamp with time zone": "2026-11-24T12:00Z", "ARRAY": [], "jsonb": "{}", "json": "{}", "numeric": 1,
        "double precision": 1.0, "bytea": b"",
    }.get(kind, "x")
