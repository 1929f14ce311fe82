"""Bring a schema to its newest form, then give each role exactly what it may do there."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, NullPool, Table, create_engine, text

from shared.settings import SERVICES, Settings

VERSION_TABLE = "schema_history"
RUNNING = {**dict.fromkeys(SERVICES, ("app", "worker")), "gateway": ("app",)}
"""Schema -> what its running processes connect as; `<schema>_owner` is for migrations only."""

USUAL = {"app": "SELECT, INSERT, UPDATE, DELETE", "worker": ""}

SCOPE = """current_setting('app.scope', true) = 'district'
    OR school_id = ANY (string_to_array(nullif(current_setting('app.schools', true), ''), ',')::uuid[])"""
"""Rows of no school are the district's: the comparison with NULL is not true."""


def metadata_of(schema: str) -> MetaData:
    if schema == "gateway":
        found = import_module("gateway.store").metadata
    else:
        found = import_module(f"services.{schema}.transaction").metadata
    assert isinstance(found, MetaData)
    return found


def folder_of(schema: str) -> Path:
    package = "gateway" if schema == "gateway" else f"services.{schema}"
    return Path(next(iter(import_module(package).__path__))) / "migrations"


def migrate(settings: Settings, names: tuple[str, ...] = ()) -> None:
    for schema in names or RUNNING:
        migrate_schema(settings, schema, metadata_of(schema), folder_of(schema))


def migrate_schema(settings: Settings, schema: str, metadata: MetaData, folder: Path) -> None:
    """Run what is missing, then say again who may do what: both may be repeated without harm."""
    address = settings.database(f"{schema}_owner").replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(address, poolclass=NullPool, hide_parameters=True)
    with engine.begin() as db:
        upgrade(db, schema, folder)
        for statement in rights(metadata, schema):
            db.execute(text(statement))
    engine.dispose()


def upgrade(db: Connection, schema: str, folder: Path) -> None:
    script = scripts(folder)

    def run(revision: object, context: object) -> object:
        return script._upgrade_revs("head", revision)  # type: ignore[arg-type]

    with EnvironmentContext(Config(), script, fn=run) as environment:
        environment.configure(connection=db, version_table=VERSION_TABLE, version_table_schema=schema)
        environment.run_migrations()


def head_of(folder: Path) -> str | None:
    return scripts(folder).get_current_head()


def scripts(folder: Path) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def rights(metadata: MetaData, schema: str) -> Iterator[str]:
    """Every grant and policy of a schema, as statements that may be repeated."""
    yield f"GRANT SELECT ON {schema}.{VERSION_TABLE} TO {', '.join(f'{schema}_{kind}' for kind in RUNNING[schema])}"
    for table in metadata.sorted_tables:
        yield from grants_of(table, schema)
        yield from policies_of(table, schema)


def grants_of(table: Table, schema: str) -> Iterator[str]:
    """The app role may change rows; a worker only what the table's `info` says."""
    for kind in RUNNING[schema]:
        yield f"REVOKE ALL ON {table.fullname} FROM {schema}_{kind}"
        if verbs := table.info.get(kind, USUAL[kind]):
            yield f"GRANT {verbs} ON {table.fullname} TO {schema}_{kind}"


def policies_of(table: Table, schema: str) -> Iterator[str]:
    """Rows of a school are seen by those whose scope has it; `info={"scope": "open"}`: read by all.

    `before_sign_in` marks the gateway's tables that say who a caller is: they are read before there is a scope.
    """
    if "school_id" not in table.c or table.info.get("scope") == "before_sign_in":
        return
    yield f"ALTER TABLE {table.fullname} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table.fullname} FORCE ROW LEVEL SECURITY"
    yield from _policy(table, "scope", f"TO {schema}_app USING ({SCOPE})")
    if table.info.get("scope") == "open":
        yield from _policy(table, "open_to_read", f"FOR SELECT TO {schema}_app USING (true)")
    if table.name == "audit_log":
        # Every act is written down, whatever its scope; what may be read again is the scope's matter.
        yield from _policy(table, "written_by_all", f"FOR INSERT TO {schema}_app WITH CHECK (true)")
    if "worker" in RUNNING[schema] and table.info.get("worker"):
        yield from _policy(table, "worker", f"TO {schema}_worker USING (true)")


def _policy(table: Table, name: str, terms: str) -> Iterator[str]:
    yield f"DROP POLICY IF EXISTS {name} ON {table.fullname}"
    yield f"CREATE POLICY {name} ON {table.fullname} {terms}"
