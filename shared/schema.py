"""Is the database in the form that this version needs?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine, text

from shared.metrics import SCHEMA_READY
from shared.migrating import VERSION_TABLE, folder_of, head_of

CURRENT = text(f"SELECT version_num FROM {VERSION_TABLE}")


class SchemaCheck:
    """Asks until the answer was yes once: a schema only grows while the process lives."""

    def __init__(self, engine: Engine, service: str, folder: Path | None = None) -> None:
        self.engine, self.service, self.ready = engine, service, False
        self.wanted = head_of(folder or folder_of(service))

    def troubles(self) -> Mapping[str, str]:
        trouble = None if self.ready else self._look()
        self.ready = trouble is None
        SCHEMA_READY.labels(self.service).set(self.ready)
        return {f"schema {self.service}": trouble} if trouble else {}

    def _look(self) -> str | None:
        try:
            with self.engine.connect() as db:
                found = db.execute(CURRENT).scalar()
        except Exception as error:
            return f"no database or no schema: {type(error).__name__}"
        return None if found == self.wanted else f"at {found}, needs {self.wanted}; run `peersupports migrate`"
