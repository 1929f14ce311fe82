"""Which database roles exist and what they may do before any migration: one schema and its own roles per process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import psycopg
from psycopg import sql

SERVICES = ("schools", "interventions", "referrals", "metrics")
SCHEMAS = (*SERVICES, "gateway")
ROLES = (
    *(f"{service}_{kind}" for service in SERVICES for kind in ("owner", "app", "worker")),
    "gateway_owner", "gateway_app",
)
LIMITS = {
    "app": {"statement_timeout": "5s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "10s"},
    "worker": {"statement_timeout": "5s", "lock_timeout": "2s"},
    "owner": {"lock_timeout": "10s"},
}


def prepare(url: str, database: str, passwords: Mapping[str, str]) -> None:
    """Make the database, its roles (role -> password) and schemas, as a superuser; again is harmless."""
    with psycopg.connect(url, autocommit=True) as server:
        for role in ROLES:
            make_role(server, role, passwords[role])
        exists = server.execute("select 1 from pg_database where datname = %s", (database,)).fetchone()
        if not exists:
            server.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
    with psycopg.connect(url, dbname=database, autocommit=True) as server:
        for statement in schema_statements(database):
            server.execute(statement)


def make_role(server: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    known = server.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
    verb = "alter" if known else "create"
    server.execute(sql.SQL("{} role {} login nosuperuser nocreatedb nocreaterole nobypassrls password {}").format(
        sql.SQL(verb), sql.Identifier(role), sql.Literal(password)))
    schema, _, kind = role.rpartition("_")
    for name, value in {**LIMITS[kind], "search_path": schema}.items():
        server.execute(sql.SQL("alter role {} set {} = {}").format(
            sql.Identifier(role), sql.Identifier(name), sql.Literal(value)))


def schema_statements(database: str) -> Iterator[sql.Composed]:
    name = sql.Identifier(database)
    yield sql.SQL("revoke all on database {} from public").format(name)
    yield sql.SQL("revoke all on schema public from {}").format(sql.SQL("public"))
    for role in ROLES:
        yield sql.SQL("grant connect on database {} to {}").format(name, sql.Identifier(role))
    for schema in SCHEMAS:
        owner = sql.Identifier(f"{schema}_owner")
        yield sql.SQL("create schema if not exists {} authorization {}").format(sql.Identifier(schema), owner)
        for role in ROLES:
            if role.startswith(f"{schema}_"):
                yield sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(schema), sql.Identifier(role))
