"""What the database itself enforces, read from its own catalog: row security, grants, owners, views, functions."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import TupleRow

from gateway.store import BEFORE_SIGN_IN
from gateway.store import metadata as gateway_metadata
from shared.settings import Settings
from tests.running import Servers

SCHEMAS = ["schools", "interventions", "referrals", "metrics", "gateway"]
OPEN = {table.name for table in gateway_metadata.sorted_tables if table.info == BEFORE_SIGN_IN}

Db = psycopg.Connection[TupleRow]


@pytest.fixture(scope="module")
def db(servers: Servers, settings: Settings) -> Iterator[Db]:
    with psycopg.connect(servers.superuser(settings)) as connection:
        yield connection


def rows(db: Db, query: str, *given: object) -> list[tuple[object, ...]]:
    return db.execute(query, given).fetchall()


def test_every_table_with_a_school_is_guarded_against_its_owner_too(db: Db) -> None:
    tables = rows(db, """
        SELECT n.nspname, c.relname, c.relrowsecurity, c.relforcerowsecurity
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'school_id' AND NOT a.attisdropped
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY (%s)""", SCHEMAS)

    bare = {(schema, name) for schema, name, on, forced in tables if not (on and forced)}

    assert bare == {("gateway", name) for name in OPEN}
    assert len(tables) > 15


def test_every_policy_names_its_roles_and_scopes_the_app(db: Db) -> None:
    policies = rows(db, "SELECT schemaname, tablename, policyname, roles::text[], qual FROM pg_policies")

    for schema, table, name, roles, condition in policies:
        assert isinstance(roles, list)
        assert set(roles) <= {f"{schema}_app", f"{schema}_worker"}, (schema, table, name)
        if name == "scope":
            assert roles == [f"{schema}_app"]
            assert "app.scope" in str(condition)
            assert "app.schools" in str(condition)


def test_what_everybody_may_read_is_said_by_its_table(db: Db) -> None:
    """A reference row, such as a school's name or a program type, is no one's secret; what a person did is."""
    unconditional = rows(db, """
        SELECT schemaname, tablename, cmd FROM pg_policies
         WHERE qual = 'true' AND NOT EXISTS (SELECT 1 FROM unnest(roles) r WHERE r LIKE '%%\\_worker')""")

    persons = {
        "students", "consents", "referrals", "concerns", "matches", "sessions", "supporters", "audit_log", "facts",
    }  # fmt: skip
    assert {command for _, _, command in unconditional} <= {"SELECT"}
    assert not {str(table) for _, table, _ in unconditional} & persons


def test_no_running_role_owns_anything_or_passes_row_security(db: Db) -> None:
    running = rows(db, r"""
        SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication
          FROM pg_roles WHERE rolname ~ '_(app|worker|owner)$' AND rolname !~ '^pg_'""")
    owners = {name for (name,) in rows(db, """
        SELECT DISTINCT r.rolname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
          JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY (%s)""", SCHEMAS)}

    assert len(running) == 14
    assert all(not any(powers) for _, *powers in running)
    assert owners == {f"{schema}_owner" for schema in SCHEMAS}


def test_no_role_is_a_member_of_another(db: Db) -> None:
    assert rows(db, r"""
        SELECT m.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member
         WHERE m.rolname ~ '_(app|worker|owner)$'""") == []


def test_the_public_may_nothing(db: Db) -> None:
    assert rows(db, """
        SELECT table_schema, table_name, privilege_type FROM information_schema.role_table_grants
         WHERE grantee = 'PUBLIC' AND table_schema = ANY (%s)""", SCHEMAS) == []
    assert rows(db, """
        SELECT nspname FROM pg_namespace, aclexplode(nspacl) a
         WHERE a.grantee = 0 AND (nspname = ANY (%s) OR nspname = 'public')""", SCHEMAS) == []
    assert rows(db, """
        SELECT a.privilege_type FROM pg_database, aclexplode(datacl) a
         WHERE datname = current_database() AND a.grantee = 0""") == []


def test_a_running_role_may_use_rows_of_its_own_schema_and_nothing_else(db: Db) -> None:
    grants = rows(db, r"""
        SELECT grantee, table_schema, table_name, privilege_type FROM information_schema.role_table_grants
         WHERE grantee ~ '_(app|worker)$'""")

    assert grants
    for role, schema, table, privilege in grants:
        assert str(role).rpartition("_")[0] == schema, (role, schema, table)
        assert privilege in ("SELECT", "INSERT", "UPDATE", "DELETE"), (role, table, privilege)


def test_a_partition_is_reached_through_its_table_only(db: Db) -> None:
    """The policy stands on the parent; whoever could read a partition would go round it."""
    assert rows(db, r"""
        SELECT g.grantee, g.table_name FROM information_schema.role_table_grants g
          JOIN pg_class c ON c.oid = format('%%I.%%I', g.table_schema, g.table_name)::regclass
         WHERE c.relispartition AND g.grantee !~ '_owner$'""") == []


def test_the_audit_log_is_added_to_and_read(db: Db) -> None:
    grants = rows(db, r"""
        SELECT DISTINCT privilege_type FROM information_schema.role_table_grants
         WHERE table_name = 'audit_log' AND grantee ~ '_(app|worker)$'""")

    assert {privilege for (privilege,) in grants} == {"SELECT", "INSERT"}


def test_every_view_sees_what_its_reader_may_see(db: Db) -> None:
    views = rows(db, """
        SELECT n.nspname, c.relname, c.relkind::text, coalesce(c.reloptions::text, '')
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('v', 'm') AND n.nspname = ANY (%s)""", SCHEMAS)

    assert [view for view in views if view[2] == "m"] == []
    assert [view for view in views if "security_invoker=true" not in str(view[3])
            and "security_invoker=on" not in str(view[3])] == []


def test_no_function_runs_with_anothers_rights(db: Db) -> None:
    assert rows(db, """
        SELECT n.nspname, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE p.prosecdef AND n.nspname = ANY (%s)""", SCHEMAS) == []


def test_no_natural_key_reaches_across_schools(db: Db) -> None:
    """A conflict on a unique key would tell that a row exists elsewhere; random ids tell nothing."""
    unique = rows(db, """
        SELECT n.nspname || '.' || c.relname, array_agg(a.attname::text ORDER BY a.attnum), bool_or(t.typname = 'uuid')
          FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) JOIN pg_type t ON t.oid = a.atttypid
         WHERE i.indisunique AND n.nspname = ANY (%s)
           AND EXISTS (SELECT 1 FROM pg_attribute s WHERE s.attrelid = c.oid AND s.attname = 'student_key')
         GROUP BY 1, i.indexrelid""", [schema for schema in SCHEMAS if schema != "schools"])

    telling = {str(table) for table, _, has_id in unique if not has_id}
    # A log's place and a case number drawn at random tell nothing of a person.
    assert telling <= {f"{schema}.audit_log" for schema in SCHEMAS} | {"referrals.referrals"}


def test_settings_of_a_session_are_local_to_a_transaction(db: Db) -> None:
    import re
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    sources = [*root.glob("shared/**/*.py"), *root.glob("services/**/*.py"), *root.glob("gateway/**/*.py")]

    setting = re.compile(r"""["'\s]SET\s+app\.|set_config\('app\.[a-z]+',[^)]*,\s*false\)""", re.IGNORECASE)
    assert [str(path) for path in sources if setting.search(path.read_text())] == []
