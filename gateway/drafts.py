"""What a person was typing when it could not be sent, or their sign-in ran out: theirs alone, encrypted."""

from __future__ import annotations

import json
from contextlib import suppress
from uuid import UUID

from flask import current_app, g, request
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from gateway import forms
from gateway.auth import caller
from gateway.forms import Form
from gateway.store import GatewayTransaction, database, drafts
from shared.security.fields import Unreadable
from shared.work import Database, Errand


def keep(form: str, typed: MultiDict[str, str], key: UUID) -> None:
    """Keep it as typed, with its key: sent again later, it is still done once."""
    words = json.dumps({"values": forms.typed(typed), "key": str(key), "action": request.path})
    with _database().begin(_errand("draft.keep")) as tx:
        sealed = tx.closed(words.encode(), _place(form))
        row = insert(drafts).values(actor_key=caller().key, form=form, key="", sealed=sealed)
        tx.session.execute(row.on_conflict_do_update(
            index_elements=["actor_key", "form", "key"], set_={"sealed": sealed, "updated_at": tx.now}))


def fetch(form: str) -> Form | None:
    """The form as it was left; a page that cannot look for it starts empty."""
    with suppress(SQLAlchemyError, Unreadable), _database().begin(_errand("draft.fetch")) as tx:
        mine = select(drafts.c.sealed).where(drafts.c.actor_key == caller().key, drafts.c.form == form)
        if sealed := tx.session.execute(mine).scalar():
            kept = json.loads(tx.opened(sealed, _place(form)))
            return Form(kept["values"], key=UUID(kept["key"]), action=kept["action"])
    return None


def show_kept(form: str) -> None:
    """Fill the page's form with what was left, unless it was just sent."""
    if "form" not in g and caller().signed_in and (kept := fetch(form)):
        g.form = kept


def drop(form: str) -> None:
    """It has arrived, or is not wanted any more."""
    with suppress(SQLAlchemyError), _database().begin(_errand("draft.drop")) as tx:
        tx.session.execute(delete(drafts).where(drafts.c.actor_key == caller().key, drafts.c.form == form))


def _database() -> Database[GatewayTransaction]:
    return database(current_app.extensions["settings"])


def _errand(action: str) -> Errand:
    return Errand.own("gateway", action)


def _place(form: str) -> str:
    return f"gateway|drafts|{caller().key}|{form}"
