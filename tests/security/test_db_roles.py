"""What each role of the database may not do, tried."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import TupleRow

from shared.settings import SERVICES, Settings

APPS = [*(f"{service}_app" for service in SERVICES), "gateway_app"]
Db = psycopg.Connection[TupleRow]


@pytest.fixture(params=APPS)
def app(request: pytest.FixtureRequest, settings: Settings) -> Iterator[tuple[str, Db]]:
    """An app role's schema, and a connection that tries everything apart."""
    with psycopg.connect(settings.database(request.param), autocommit=True) as db:
        yield request.param.rpartition("_")[0], db


def refused(db: Db, statement: str) -> bool:
    try:
        db.execute(statement)
    except InsufficientPrivilege:
        return True
    return False


def test_another_schema_is_closed(app: tuple[str, Db]) -> None:
    own, db = app

    for other in {*SERVICES, "gateway"} - {own}:
        assert refused(db, f"SELECT count(*) FROM {other}.audit_log"), other
        assert refused(db, f"INSERT INTO {other}.timers (name) VALUES ('x')"), other


def test_nothing_is_made_altered_or_emptied(app: tuple[str, Db]) -> None:
    own, db = app

    for statement in (
        f"CREATE TABLE {own}.mine (id int)", "CREATE TABLE public.mine (id int)", "CREATE SCHEMA mine",
        f"CREATE FUNCTION {own}.mine() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        f"ALTER TABLE {own}.audit_log DISABLE ROW LEVEL SECURITY", f"DROP POLICY scope ON {own}.audit_log",
        f"TRUNCATE {own}.audit_log", f"DROP TABLE {own}.audit_log", f"TRUNCATE {own}.outbox",
        "CREATE ROLE mine", "CREATE DATABASE mine",
        "COPY (SELECT 1) TO PROGRAM 'true'", f"SET ROLE {own}_owner",
    ):
        assert refused(db, statement), statement


def test_what_was_done_cannot_be_undone(app: tuple[str, Db]) -> None:
    own, db = app

    assert refused(db, f"UPDATE {own}.audit_log SET outcome = 'nothing'")
    assert refused(db, f"DELETE FROM {own}.audit_log")
    assert refused(db, f"DELETE FROM {own}.audit_heads")


@pytest.mark.parametrize("service", SERVICES)
def test_a_worker_reaches_the_tables_named_for_it(settings: Settings, service: str) -> None:
    from shared.migrating import metadata_of

    with psycopg.connect(settings.database(f"{service}_worker"), autocommit=True) as db:
        for table in metadata_of(service).sorted_tables:
            named = "SELECT" in table.info.get("worker", "")
            assert refused(db, f"SELECT 1 FROM {table.fullname} LIMIT 1") != named, table.name


def test_a_wrong_password_opens_nothing(settings: Settings) -> None:
    address = settings.database("referrals_app").replace(settings.secret("pg_referrals_app"), "wrong")

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
