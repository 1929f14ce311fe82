"""Where imports and the pieces of their files are kept: sealed, and destroyed when the work is done."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import BinaryIO

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Uuid,
    delete,
    insert,
    or_,
    select,
    true,
    update,
)

from services.schools.imports.model import LEASE, WORKED_ON, Import, Result
from services.schools.schema import Frozen, mapper, metadata, words
from shared.columns import EncryptedText, id_column, moment
from shared.contracts.ids import BatchId
from shared.contracts.schools import ImportKind, ImportStatus
from shared.work import Repository

KIND = "import"

imports = Table(
    "imports", metadata,
    id_column(),
    Column("version", Integer, nullable=False),
    Column("school_id", Uuid),
    Column("kind", words(ImportKind), nullable=False),
    Column("strict", Boolean, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("started_by", Uuid, nullable=False),
    Column("status", words(ImportStatus), nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("received_bytes", Integer, nullable=False),
    Column("progress", Float, nullable=False),
    Column("result", Frozen(Result), nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("problem", String(64)),
    moment("lease_until"),
    moment("created_at", nullable=False),
    moment("updated_at", nullable=False),
)
Index("imports_waiting", imports.c.updated_at, postgresql_where=imports.c.status.in_(sorted(WORKED_ON)))

chunks = Table(
    "import_chunks", metadata,
    Column("import_id", Uuid, ForeignKey(imports.c.id), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sealed", EncryptedText, nullable=False),
)

mapper.map_imperatively(Import, imports)


class Imports(Repository[Import]):
    kind = Import

    def keep(self, of: Import, number: int, data: bytes) -> None:
        """Keep one piece of a file."""
        sealed = self.tx.seal(KIND, of.id, f"chunk {number}", base64.b64encode(data).decode())
        self.tx.session.execute(insert(chunks).values(import_id=of.id, number=number, sealed=sealed))

    def pieces(self, of: Import) -> Iterator[bytes]:
        """The file, piece by piece."""
        for number in range(of.chunks):
            sealed = self.tx.session.scalar(
                select(chunks.c.sealed).where(chunks.c.import_id == of.id, chunks.c.number == number))
            if sealed is None:
                raise LookupError(f"piece {number} of import {of.id} is gone")
            yield base64.b64decode(self.tx.unseal(KIND, of.id, f"chunk {number}", sealed))

    def write_to(self, file: BinaryIO, of: Import) -> None:
        for piece in self.pieces(of):
            file.write(piece)
        file.seek(0)

    def drop_file(self, of: Import) -> None:
        """The file has served: it holds everybody's data, and its key is destroyed with it."""
        self.tx.session.execute(delete(chunks).where(chunks.c.import_id == of.id))
        self.tx.shred(KIND, of.id)

    def waiting(self) -> Import | None:
        """The oldest that has work to do and is in nobody's hands, locked."""
        free = or_(imports.c.lease_until.is_(None), imports.c.lease_until < self.tx.now)
        found = self.tx.session.scalars(
            select(Import).where(imports.c.status.in_(WORKED_ON), free)
            .order_by(imports.c.updated_at).limit(1).with_for_update(skip_locked=True)).first()
        if found:
            self.tx.hold(found)
        return found

    def any_waiting(self) -> bool:
        free = or_(imports.c.lease_until.is_(None), imports.c.lease_until < self.tx.now)
        return self.tx.session.scalar(
            select(true()).where(imports.c.status.in_(WORKED_ON), free).limit(1)) is not None

    def still_alive(self, of: BatchId, progress: float) -> None:
        """The worker's sign of life, and how far it is. Nobody waits for this row meanwhile."""
        self.tx.session.execute(
            update(imports).where(imports.c.id == of, imports.c.status.in_(WORKED_ON))
            .values(progress=progress, lease_until=self.tx.now + LEASE))
