"""What waits for a person: `peersupports inbox list|show|redrive|discard --service S`."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from shared.migrating import metadata_of
from shared.settings import Settings
from shared.work import Database, Errand, Transaction

CHOSEN = """state = 'parked' AND (CAST(:id AS uuid) IS NULL OR message_id = CAST(:id AS uuid))
            AND (CAST(:type AS text) IS NULL OR type = CAST(:type AS text))
            AND (CAST(:before AS timestamptz) IS NULL OR received_at < CAST(:before AS timestamptz))"""

LIST = text(f"""SELECT message_id, consumer, type, lane, detail, attempts, received_at FROM inbox
                WHERE {CHOSEN} ORDER BY received_at""")
SHOW = text(f"SELECT * FROM inbox WHERE {CHOSEN} ORDER BY received_at")
REDRIVE = text(f"""UPDATE inbox SET state = 'new', attempts = 0, next_attempt_at = clock_timestamp(), redriven_by = :by,
                          redriven_at = clock_timestamp() WHERE {CHOSEN} RETURNING message_id, consumer""")
DISCARD = text(f"""UPDATE inbox SET state = 'done', detail = 'discarded', payload = NULL, raw = NULL,
                          settled_at = clock_timestamp(), redriven_by = :by, redriven_at = clock_timestamp()
                   WHERE {CHOSEN} RETURNING message_id, consumer""")


def main(given: Namespace) -> int:
    settings = Settings.read()
    kind = type("Person", (Transaction,), {"metadata": metadata_of(given.service)})
    database = Database[Any](settings, given.service, kind, pool_size=1)
    if given.what in ("list", "show"):
        with database.engine.connect() as db:
            return _tell(db, given)
    if given.what == "discard" and not given.reason:
        sys.stderr.write("say why: --reason CODE\n")
        return 2
    return _change(database, given)


def _tell(db: Connection, given: Namespace) -> int:
    for row in db.execute(LIST if given.what == "list" else SHOW, _chosen(given)).mappings():
        said = {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
        sys.stdout.write(json.dumps(said, default=str) + "\n")
    return 0


def _change(database: Database[Any], given: Namespace) -> int:
    """Every row that is touched is an audit row; with --dry-run they are only listed."""
    if given.dry_run:
        with database.engine.connect() as db:
            return _tell(db, Namespace(**{**vars(given), "what": "list"}))
    with database.begin(Errand.own(database.service, f"inbox.{given.what}")) as tx:
        statement = REDRIVE if given.what == "redrive" else DISCARD
        rows: Sequence[Row[Any]] = tx.session.execute(statement, {**_chosen(given), "by": tx.actor}).all()
        for row in rows:
            tx.saw("inbox", row.message_id, fields=[given.reason] if given.reason else [])
            sys.stdout.write(f"{row.message_id} {row.consumer}: {given.what}\n")
    return 0


def _chosen(given: Namespace) -> dict[str, Any]:
    return {"id": given.id, "type": given.type, "before": given.before}
