"""What must stay unreadable in the database: each record's text under a key of its own, wrapped by the service's key.

A sealed text is bound to its place. Moved to another row, column or table, altered, or with its record key destroyed,
it can no longer be opened.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    ARRAY,
    Column,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    any_,
    cast,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.columns import NOW, moment

FORMAT = 1
KEY_BYTES = 32
NONCE_BYTES = 12
HEADER_BYTES = 1 + 16


class Unreadable(Exception):
    """The sealed text was altered, moved to another place, or its key was destroyed."""


class Wrapping(Protocol):
    """What wraps record keys: a file, or a key management service with the same two verbs."""

    version: int

    def wrap(self, key: bytes, place: bytes) -> bytes: ...

    def unwrap(self, wrapped: bytes, place: bytes, version: int) -> bytes: ...


class FileWrapping:
    """Key-encryption keys by version from the file `field_key_<service>`; the highest wraps, all unwrap."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        self._keys = {version: AESGCM(key) for version, key in keys.items()}
        self.version = max(keys)

    def wrap(self, key: bytes, place: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._keys[self.version].encrypt(nonce, key, place)

    def unwrap(self, wrapped: bytes, place: bytes, version: int) -> bytes:
        return self._keys[version].decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], place)


@dataclass(frozen=True)
class FieldKeys:
    """The secrets one service seals with: what wraps its record keys, and the key of its blind indexes."""

    wrapping: Wrapping
    index: bytes

    @classmethod
    def of(cls, service: str, secrets: Path) -> FieldKeys:
        """From the file `field_key_<service>`: one line per version, and one for blind indexes."""
        lines = dict(line.split(":", 1) for line in (secrets / f"field_key_{service}").read_text().split())
        index = base64.b64decode(lines.pop("index"))
        return cls(FileWrapping({int(version): base64.b64decode(key) for version, key in lines.items()}), index)

    def blind_index(self, value: str) -> bytes:
        """What a SIS id is found by without being readable: equal for equal values, else meaningless."""
        return hmac.new(self.index, value.strip().casefold().encode(), hashlib.sha256).digest()

    def wrap(self, data: bytes, place: str) -> bytes:
        """Short-lived data of no record (a kept answer, a draft), bound to its place by the service's key alone."""
        return self.wrapping.version.to_bytes(2) + self.wrapping.wrap(data, place.encode())

    def unwrap(self, wrapped: bytes, place: str) -> bytes:
        try:
            return self.wrapping.unwrap(wrapped[2:], place.encode(), int.from_bytes(wrapped[:2]))
        except (InvalidTag, KeyError, ValueError):
            raise Unreadable("what was wrapped was altered, moved, or its key is gone") from None


def record_keys_table(metadata: MetaData) -> Table:
    """Where the wrapped key of each record lies. Destroying one (`wrapped` = NULL) destroys the record's texts."""
    return Table(
        "record_keys",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("owner_kind", String(64), nullable=False),
        Column("owner_id", Uuid, nullable=False),
        Column("kek_version", SmallInteger, nullable=False),
        Column("wrapped", LargeBinary),
        moment("created_at", nullable=False, server_default=NOW),
        moment("shredded_at"),
        UniqueConstraint("owner_kind", "owner_id", name="record_keys_owner"),
    )


@dataclass(frozen=True)
class RecordKey:
    """An opened record key; without a cipher it was destroyed."""

    id: UUID
    cipher: AESGCM | None


class Sealer:
    """Seals and opens the texts of records within one transaction, fetching each record's key once."""

    def __init__(self, session: Session, table: Table, keys: FieldKeys) -> None:
        self._session, self._table, self._keys = session, table, keys
        self._known: dict[tuple[str, UUID], RecordKey] = {}

    def seal(self, kind: str, id: UUID, field: str, text: str) -> bytes:
        """The text, readable only at this row and field."""
        key = self._key(kind, id) or self._make(kind, [id])[id]
        if key.cipher is None:
            raise Unreadable(f"the key of {kind} {id} was destroyed")
        nonce = os.urandom(NONCE_BYTES)
        return _header(key) + nonce + key.cipher.encrypt(nonce, text.encode(), self._place(kind, id, field, key))

    def unseal(self, kind: str, id: UUID, field: str, sealed: bytes) -> str:
        """The text that was sealed at exactly this place, or `Unreadable`."""
        key = self._key(kind, id)
        if key is None or key.cipher is None or not sealed.startswith(_header(key)):
            raise Unreadable(f"{kind} {id} has no key that opens its {field}")
        nonce, body = sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES], sealed[HEADER_BYTES + NONCE_BYTES :]
        try:
            return key.cipher.decrypt(nonce, body, self._place(kind, id, field, key)).decode()
        except (InvalidTag, ValueError):
            raise Unreadable(f"the {field} of {kind} {id} was altered or moved") from None

    def prepare(self, kind: str, ids: Iterable[UUID], *, create: bool = False) -> None:
        """Fetch (and, before writing, make) the keys of many records in one go, so that none is asked for alone."""
        wanted = [id for id in dict.fromkeys(ids) if (kind, id) not in self._known]
        missing = sorted(set(wanted) - set(self._fetch(kind, wanted)))
        if create and missing:
            self._make(kind, missing)

    def shred(self, kind: str, id: UUID, *, at: datetime) -> None:
        """Destroy a record's key, and with it everything sealed under it."""
        keys = self._table.c
        theirs = update(self._table).where(keys.owner_kind == kind, keys.owner_id == id)
        self._session.execute(theirs.values(wrapped=None, shredded_at=at))
        self._known.pop((kind, id), None)

    def blind_index(self, value: str) -> bytes:
        return self._keys.blind_index(value)

    def _key(self, kind: str, id: UUID) -> RecordKey | None:
        return self._known.get((kind, id)) or self._fetch(kind, [id]).get(id)

    def _fetch(self, kind: str, ids: Sequence[UUID]) -> dict[UUID, RecordKey]:
        if not ids:
            return {}
        keys = self._table.c
        theirs = select(keys.id, keys.owner_id, keys.kek_version, keys.wrapped).where(keys.owner_kind == kind)
        rows = self._session.execute(theirs.where(keys.owner_id == any_(cast(list(ids), ARRAY(Uuid)))))
        found = {row.owner_id: self._opened(kind, row.owner_id, row.id, row.wrapped, row.kek_version) for row in rows}
        self._known.update({(kind, id): key for id, key in found.items()})
        return found

    def _opened(self, kind: str, owner: UUID, id: UUID, wrapped: bytes | None, version: int) -> RecordKey:
        if wrapped is None:
            return RecordKey(id, None)
        try:
            return RecordKey(id, AESGCM(self._keys.wrapping.unwrap(wrapped, _key_place(kind, owner, id), version)))
        except (InvalidTag, KeyError, ValueError):
            raise Unreadable(f"the key of {kind} {owner} does not open") from None

    def _make(self, kind: str, owners: Sequence[UUID]) -> dict[UUID, RecordKey]:
        rows = [self._new_row(kind, owner) for owner in owners]
        # Two transactions may want the same record's first key: the second waits, then takes the first one's.
        self._session.execute(insert(self._table).on_conflict_do_nothing(), rows)
        return self._fetch(kind, owners)

    def _new_row(self, kind: str, owner: UUID) -> dict[str, object]:
        id, version = uuid4(), self._keys.wrapping.version
        wrapped = self._keys.wrapping.wrap(os.urandom(KEY_BYTES), _key_place(kind, owner, id))
        return {"id": id, "owner_kind": kind, "owner_id": owner, "kek_version": version, "wrapped": wrapped}

    def _place(self, kind: str, id: UUID, field: str, key: RecordKey) -> bytes:
        return f"{self._table.schema}|{kind}|{field}|{id}|{key.id}|{FORMAT}".encode()


def _header(key: RecordKey) -> bytes:
    return bytes([FORMAT]) + key.id.bytes


def _key_place(kind: str, owner: UUID, id: UUID) -> bytes:
    return f"record_keys|{kind}|{owner}|{id}".encode()
