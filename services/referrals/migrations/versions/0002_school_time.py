"""Time as a school counts it, as functions of the database."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"

FUNCTIONS = Path(__file__).parents[1] / "school_time.sql"


def upgrade() -> None:
    op.execute(FUNCTIONS.read_text())


def downgrade() -> None:
    for name in ("local_day", "closing_time", "share_at", "minutes_between", "due_at", "closes_after", "after_days",
                 "after_minutes", "staffed_hours"):
        op.execute(f"drop function referrals.{name}")
