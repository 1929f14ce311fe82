"""While the first release is developed: write each schema's `0001_first.py` anew from the tables as they are in code.

    python -m shared.drafting referrals
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

from alembic.autogenerate import render_python_code
from alembic.operations import ops
from sqlalchemy import MetaData, Table

from shared.migrating import folder_of, metadata_of

BARE = re.compile(r"(?<![\w.'\"])(Text|Uuid|String|SmallInteger|Integer|BigInteger|Boolean|Date|Numeric)\(")
"""What alembic leaves without its module inside a dialect's type."""

FIRST = '''"""The schema as it was first."""

import sqlalchemy as sa
from alembic import op
{dialect}
revision = "0001"
down_revision = None


def upgrade() -> None:
{upgrade}


def downgrade() -> None:
{downgrade}
'''


def draft(metadata: MetaData, folder: Path) -> Path:
    tables = metadata.sorted_tables
    path = folder / "versions" / "0001_first.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    make = _code([step for table in tables for step in _making(table)])
    drop = _code([ops.DropTableOp.from_table(table) for table in reversed(tables)])
    dialect = "from sqlalchemy.dialects import postgresql\n" if "postgresql." in make else ""
    path.write_text(FIRST.format(dialect=dialect, upgrade=make, downgrade=drop))
    return path


def _making(table: Table) -> Sequence[ops.MigrateOperation]:
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    return [ops.CreateTableOp.from_table(table), *map(ops.CreateIndexOp.from_index, indexes)]


def _code(operations: Sequence[ops.MigrateOperation]) -> str:
    code = render_python_code(ops.UpgradeOps(ops=operations))
    lines = [line.removeprefix("    ") if number else line for number, line in enumerate(code.splitlines())]
    lines = [line for line in lines if not line.strip().startswith(("#", "info="))]
    text = "\n".join("    " + line if line.startswith(("sa.", "schema=")) else line for line in lines)
    return indent(BARE.sub(r"sa.\1(", text), "    ")


if __name__ == "__main__":
    for schema in sys.argv[1:]:
        print(draft(metadata_of(schema), folder_of(schema)))
