"""Who may do what to which thing: `policy.csv` read as data, one row per action and one column per role.

A cell says how far a role reaches with that action; an empty one (`-`) is a refusal. Nothing is allowed that no cell
allows. `python -m shared.security.policy` prints the matrix.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Protocol, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, true

from shared.contracts.codes import Role
from shared.contracts.messages import Classification
from shared.domain import Forbidden, NotFound
from shared.security.principal import DISTRICT, Grant, Principal

SchoolColumn: TypeAlias = ColumnElement[UUID] | ColumnElement[UUID | None]


class Scope(StrEnum):
    """How far a cell reaches, from the actor's own things to the whole district."""

    OWN = "own"
    ASSIGNED = "assigned"
    MATCH = "match"
    PROGRAM = "program"
    EMERGENCY = "emergency"
    SCHOOL = "school"
    DISTRICT = "district"


WIDTH = {scope: width for width, scope in enumerate(Scope)}
NO = "-"

# A supporter's own session is theirs although the match is what ties them to it.
TIES: Mapping[Scope, frozenset[str]] = {
    Scope.OWN: frozenset({"own"}),
    Scope.ASSIGNED: frozenset({"assigned"}),
    Scope.MATCH: frozenset({"match", "own"}),
    Scope.PROGRAM: frozenset({"program"}),
    Scope.EMERGENCY: frozenset({"emergency"}),
}


@dataclass(frozen=True)
class Rule:
    """One row: an action, how far each role reaches with it, and what else it asks for."""

    action: str
    cells: Mapping[Role, Scope]
    callers: frozenset[str]
    fields: str
    step_up: bool
    purpose: str
    audited: bool


@dataclass(frozen=True)
class Reach:
    """How far one grant of a caller goes with one action: a scope, within some schools or (None) all."""

    role: Role
    scope: Scope
    schools: frozenset[UUID] | None

    def covers(self, thing: Guarded, actor: UUID) -> bool:
        """Is this thing within reach?"""
        if not self.spans(thing.school_id):
            return False
        return self.scope not in TIES or not TIES[self.scope].isdisjoint(thing.ties(actor))

    def spans(self, school_id: UUID | None) -> bool:
        # What belongs to no school is reached by a tie or by the district, never by a school's role alone.
        if school_id is None:
            return self.schools is None or self.scope in TIES
        return self.schools is None or school_id in self.schools


class Guarded(Protocol):
    """What the policy must know of a thing: `shared.domain.Aggregate` says it."""

    school_id: UUID | None

    def ties(self, actor: UUID) -> Iterable[str]: ...


@cache
def policy() -> Mapping[str, Rule]:
    """The whole policy by action, as it stands in the file beside this one."""
    with Path(__file__).with_name("policy.csv").open(newline="") as file:
        rules = [_rule(row) for row in csv.DictReader(file)]
    return {rule.action: rule for rule in rules}


def rule_of(action: str) -> Rule:
    """The row of an action. An action without a row is a fault of ours, not of the caller."""
    try:
        return policy()[action]
    except KeyError:
        raise LookupError(f"policy.csv has no row for {action}") from None


def scopes_of(principal: Principal, action: str) -> tuple[Reach, ...]:
    """Every way in which the caller may do this, the widest first; empty if in none."""
    rule = rule_of(action)
    reaches = [_reach(grant, rule.cells[grant.role]) for grant in principal.grants if _allows(rule, grant, principal)]
    return tuple(sorted(reaches, key=lambda reach: (WIDTH[reach.scope], reach.schools is None), reverse=True))


def permitted(principal: Principal, action: str) -> tuple[Reach, ...]:
    """As `scopes_of`, but refuses when there is none."""
    reaches = scopes_of(principal, action)
    if not reaches:
        raise Forbidden(f"{action} is not among what your roles may do")
    return reaches


def authorize(principal: Principal, action: str, thing: Guarded) -> Reach:
    """The reach by which the caller may do this to that thing; out of reach is the same as not there."""
    for reach in permitted(principal, action):
        if reach.covers(thing, principal.actor):
            return reach
    raise NotFound(f"no such {type(thing).__name__.lower()}")


def scope_filter(
    reaches: Iterable[Reach],
    school: SchoolColumn,
    ties: Mapping[str, ColumnElement[bool]] | None = None,
) -> ColumnElement[bool]:
    """The rows within reach, in SQL. `ties` says for each tie (own, program, ...) which rows have it.

    A reach by a tie that the query has no words for is a fault of ours: it must not widen to the school.
    """
    return or_(false(), *(and_(_in_schools(reach, school), _tied(reach, ties or {})) for reach in reaches))


def database_scope(reaches: Sequence[Reach]) -> tuple[str, str]:
    """What the database is told for row level security: (app.scope, app.schools)."""
    if any(reach.schools is None for reach in reaches):
        return DISTRICT, ""
    schools = frozenset[UUID]().union(*(reach.schools or () for reach in reaches))
    return "", ",".join(sorted(map(str, schools)))


def may_read(action: str, classification: Classification) -> bool:
    """May an answer to this action hold fields of this class?"""
    return CLASSES.index(classification.value) <= CLASSES.index(rule_of(action).fields)


CLASSES = ("public", "internal", "confidential", "restricted")


def explain(principal: Principal, action: str, thing: Guarded | None = None) -> str:
    """Why do I see this? One sentence about the role, the scope and the reason on record."""
    rule = rule_of(action)
    reaches = scopes_of(principal, action)
    if not reaches:
        return f"You may not: none of your roles includes {action}."
    hit = reaches[0] if thing is None else next((r for r in reaches if r.covers(thing, principal.actor)), None)
    if hit is None:
        return f"You may not: {action} does not reach this {type(thing).__name__.lower()} from where you stand."
    recorded = " Each time is recorded." if rule.audited else ""
    return f"You may as {hit.role.value}: {action} reaches {hit.scope.value}, for {rule.purpose}.{recorded}"


def matrix() -> str:
    """The policy as a table for people: actions down, roles across."""
    roles = list(Role)
    width = max(map(len, policy()))
    lines = [" " * width + " " + " ".join(role.value[:9].ljust(9) for role in roles)]
    for rule in policy().values():
        cells = (rule.cells.get(role, NO) for role in roles)
        lines.append(f"{rule.action:<{width}} " + " ".join(str(cell).ljust(9) for cell in cells))
    return "\n".join(line.rstrip() for line in lines)


def _rule(row: Mapping[str, str]) -> Rule:
    return Rule(
        action=row["action"],
        cells={role: Scope(row[role.value]) for role in Role if row[role.value] != NO},
        callers=frozenset(row["callers"].split()) - {NO},
        fields=row["fields"],
        step_up=row["step_up"] == "yes",
        purpose=row["purpose"],
        audited=row["audit"] == "always",
    )


def _allows(rule: Rule, grant: Grant, principal: Principal) -> bool:
    if grant.role is Role.SERVICE and principal.issuer not in rule.callers:
        return False
    return grant.role in rule.cells


def _reach(grant: Grant, scope: Scope) -> Reach:
    """A district cell is for what all may see alike (published numbers, policy); others stay within the grant."""
    return Reach(grant.role, scope, None if scope is Scope.DISTRICT else grant.schools)


def _in_schools(reach: Reach, school: SchoolColumn) -> ColumnElement[bool]:
    if reach.schools is None:
        return true()
    return or_(school.is_(None), school.in_(reach.schools)) if reach.scope in TIES else school.in_(reach.schools)


def _tied(reach: Reach, ties: Mapping[str, ColumnElement[bool]]) -> ColumnElement[bool]:
    if reach.scope not in TIES:
        return true()
    known = [ties[tie] for tie in sorted(TIES[reach.scope]) if tie in ties]
    if not known:
        raise LookupError(f"this list cannot be narrowed to {reach.scope}: say what that is in SQL")
    return or_(*known)


if __name__ == "__main__":
    sys.stdout.write(matrix() + "\n")
