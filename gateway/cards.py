"""The gateway's own copy of each crisis card, so that the numbers are there when nothing else answers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from gateway.store import GatewayTransaction, crisis_cards, database
from shared.contracts.ids import SchoolId
from shared.contracts.schools import CrisisCard, CrisisCardView
from shared.messaging.rpc import Unavailable
from shared.security.fields import Unreadable
from shared.security.principal import NOBODY
from shared.work import Database, Errand

log = logging.getLogger(__name__)

RENEWED_EVERY = timedelta(minutes=5)
LOOKED_EVERY = 5.0      # seconds
AT_ONCE = 20
WHOLE_DISTRICT = NOBODY

Fetch = Callable[[CrisisCard], CrisisCardView]


def renew_soon(tx: GatewayTransaction, school_id: UUID) -> None:
    """Who is on duty has changed: the copy is out of date."""
    row = insert(crisis_cards).values(school_id=school_id, due_at=tx.now)
    tx.session.execute(row.on_conflict_do_update(index_elements=["school_id"], set_={"due_at": tx.now}))


def renew_all_soon(tx: GatewayTransaction) -> None:
    renew_soon(tx, WHOLE_DISTRICT)
    tx.session.execute(update(crisis_cards).values(due_at=tx.now))


def kept_card(school_id: UUID | None) -> CrisisCardView | None:
    """The copy, with the time it was made; None when there is none, or no database."""
    own = database(current_app.extensions["settings"])
    place = school_id or WHOLE_DISTRICT
    try:
        with own.begin(Errand.own("gateway", "crisis_card.keep")) as tx:
            sealed = tx.session.execute(select(crisis_cards.c.sealed).where(crisis_cards.c.school_id == place)).scalar()
            return CrisisCardView.model_validate_json(tx.opened(sealed, _place(place))) if sealed else None
    except (SQLAlchemyError, Unreadable) as error:
        log.warning("no crisis card of our own: %s", type(error).__name__)
        return None


class Renewal:
    """Keeps the copies young: those that are due are asked for again."""

    def __init__(self, own: Database[GatewayTransaction], fetch: Fetch) -> None:
        self.own, self.fetch, self.stopping = own, fetch, threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="crisis-cards", daemon=True).start()

    def stop(self) -> None:
        self.stopping.set()

    def _run(self) -> None:
        while not self.stopping.wait(LOOKED_EVERY):
            try:
                for school_id in self.due():
                    self.renew(school_id)
            except (SQLAlchemyError, Unavailable) as error:
                log.warning("crisis cards cannot be renewed: %s", type(error).__name__)

    def due(self) -> list[UUID]:
        due = select(crisis_cards.c.school_id).where(crisis_cards.c.due_at <= func.clock_timestamp())
        with self.own.begin(Errand.own("gateway", "crisis_card.keep")) as tx:
            return list(tx.session.execute(due.order_by(crisis_cards.c.due_at).limit(AT_ONCE)).scalars())

    def renew(self, school_id: UUID) -> None:
        card = self.fetch(CrisisCard(school_id=None if school_id == WHOLE_DISTRICT else SchoolId(school_id)))
        with self.own.begin(Errand.own("gateway", "crisis_card.keep")) as tx:
            sealed = tx.closed(card.model_dump_json().encode(), _place(school_id))
            tx.session.execute(update(crisis_cards).where(crisis_cards.c.school_id == school_id).values(
                sealed=sealed, as_of=card.as_of, due_at=tx.now + RENEWED_EVERY))


def _place(school_id: UUID) -> str:
    return f"gateway|crisis_cards|{school_id}"
