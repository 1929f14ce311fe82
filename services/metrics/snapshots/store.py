"""Where snapshots are kept. The current one is replaced as the numbers move; what was published stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, String, Table, Text, Uuid, text
from sqlalchemy.orm import Session

from services.metrics.schema import metadata
from shared.columns import moment

snapshots = Table(
    "snapshots", metadata,
    Column("id", Uuid, primary_key=True),
    moment("as_of", nullable=False),
    moment("published_at", nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("n_min", Integer, nullable=False),
    Column("suppressed_count", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
Index("snapshots_as_of", snapshots.c.as_of.desc())

LATEST = text("SELECT body FROM metrics.snapshots ORDER BY as_of DESC LIMIT 1")
LAST = text("SELECT as_of, sha256 FROM metrics.snapshots ORDER BY as_of DESC LIMIT 1")
ADD = text("""
    INSERT INTO metrics.snapshots (id, as_of, published_at, sha256, n_min, suppressed_count, body)
    VALUES (:id, :as_of, :published_at, :sha256, :n_min, :suppressed_count, :body)""")
FORGET = text("DELETE FROM metrics.snapshots WHERE as_of < :before")


class Snapshots:
    def __init__(self, session: Session) -> None:
        self.session = session

    def latest(self) -> str | None:
        """The newest snapshot, as the JSON of its view."""
        body: str | None = self.session.scalar(LATEST)
        return body

    def last(self) -> tuple[datetime, str] | None:
        """As of when the newest one is, and its sum."""
        row = self.session.execute(LAST).first()
        return (row[0], row[1]) if row else None

    def add(self, *, id: UUID, as_of: datetime, body: str, sha256: str, n_min: int, suppressed_count: int) -> None:
        given: dict[str, Any] = {
            "id": id, "as_of": as_of, "published_at": as_of, "body": body, "sha256": sha256, "n_min": n_min,
            "suppressed_count": suppressed_count}
        self.session.execute(ADD, given)

    def forget(self, before: datetime) -> None:
        """Drop what was only of the moment."""
        self.session.execute(FORGET, {"before": before})
