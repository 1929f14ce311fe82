"""The archive's months: three school years ahead, and one partition for whatever lies outside them."""

from collections.abc import Iterator
from datetime import date

from alembic import op

revision = "0002"
down_revision = "0001"

FIRST, LAST = date(2026, 7, 1), date(2029, 7, 1)


def months() -> Iterator[tuple[date, date]]:
    begins = FIRST
    while begins < LAST:
        ends = date(begins.year + begins.month // 12, begins.month % 12 + 1, 1)
        yield begins, ends
        begins = ends


def upgrade() -> None:
    for begins, ends in months():
        op.execute(f"CREATE TABLE metrics.facts_{begins:%Y_%m} PARTITION OF metrics.facts "
                   f"FOR VALUES FROM ('{begins} 00:00+00') TO ('{ends} 00:00+00')")
    op.execute("CREATE TABLE metrics.facts_other PARTITION OF metrics.facts DEFAULT")


def downgrade() -> None:
    op.execute("DROP TABLE metrics.facts_other")
    for begins, _ in months():
        op.execute(f"DROP TABLE metrics.facts_{begins:%Y_%m}")
