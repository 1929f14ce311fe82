"""Where accounts are kept."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Engine, or_, select, text
from sqlalchemy.orm import registry

from gateway import store
from gateway.accounts.model import Account
from gateway.store import standings
from shared.work import Repository, Transaction

registry().map_imperatively(Account, store.accounts)


class Accounts(Repository[Account]):
    kind = Account

    def taken(self, actor_key: UUID, sign_in_name: str) -> Account | None:
        """The account that this person, or this name, has already."""
        theirs = or_(store.accounts.c.actor_key == actor_key, store.accounts.c.sign_in_name == sign_in_name)
        return self.tx.session.scalars(select(Account).where(theirs)).first()


def standing_of(tx: Transaction, actor_key: UUID) -> tuple[str, UUID | None] | None:
    """What kind of person a key is, and the school of a supporter; None: nobody has told the gateway of them."""
    known = select(standings.c.kind, standings.c.school_id).where(standings.c.actor_key == actor_key)
    row = tx.session.execute(known.order_by(standings.c.active.desc())).first()
    return (row.kind, row.school_id) if row else None


def by_name(engine: Engine, sign_in_name: str) -> Account | None:
    """The account with this name, for somebody who is not signed in yet."""
    with engine.connect() as db:
        row = db.execute(select(store.accounts).where(store.accounts.c.sign_in_name == sign_in_name)).first()
    return None if row is None else Account(
        row.id, row.actor_key, row.kind, row.school_id, row.sign_in_name, row.password_hash, row.demo, row.active,
        row.version)


DEMO = text("""
    SELECT DISTINCT ON (g.role) a.sign_in_name, g.role
      FROM gateway.accounts a JOIN gateway.standings s USING (actor_key) JOIN gateway.grants g USING (source_id)
     WHERE a.demo AND a.active AND s.active ORDER BY g.role, a.created_at""")


def demo_accounts(engine: Engine) -> list[tuple[str, str]]:
    """One sample account for each role, as (name, role)."""
    with engine.connect() as db:
        return [(row.sign_in_name, row.role) for row in db.execute(DEMO)]
