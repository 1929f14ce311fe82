"""Sealed text is opened only where it was sealed, unaltered, and while its record's key exists."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table, event, select
from sqlalchemy.orm import Session

from services.referrals.transaction import ReferralsTransaction
from shared.security.fields import FieldKeys, FileWrapping, Sealer, Unreadable
from shared.settings import Settings
from shared.work import engine

WORDS = "They said they would not be here on Monday. ☹"
TABLE: Table = ReferralsTransaction.metadata.tables["referrals.record_keys"]


@pytest.fixture(scope="module")
def keys(settings: Settings) -> FieldKeys:
    return FieldKeys.of("referrals", settings.secrets)


@pytest.fixture
def session(settings: Settings) -> Iterator[Session]:
    database = engine(settings, "referrals_app", "referrals", 1)
    with Session(database) as session:
        yield session
    database.dispose()


@pytest.fixture
def sealer(session: Session, keys: FieldKeys) -> Sealer:
    return Sealer(session, TABLE, keys)


@pytest.fixture
def concern() -> UUID:
    return uuid4()


def opened_later(session: Session, keys: FieldKeys) -> Sealer:
    """Another transaction's sealer: it knows no key yet."""
    return Sealer(session, TABLE, keys)


def test_what_was_sealed_is_opened(session: Session, sealer: Sealer, keys: FieldKeys, concern: UUID) -> None:
    sealed = sealer.seal("concern", concern, "text", WORDS)

    assert WORDS.encode() not in sealed
    assert opened_later(session, keys).unseal("concern", concern, "text", sealed) == WORDS


def test_the_same_words_never_look_the_same(sealer: Sealer, concern: UUID) -> None:
    assert len({sealer.seal("concern", concern, "text", WORDS) for _ in range(50)}) == 50


@pytest.mark.parametrize(("kind", "field"), [("concern", "message"), ("referral", "text")])
def test_moved_to_another_place_it_stays_shut(sealer: Sealer, concern: UUID, kind: str, field: str) -> None:
    sealed = sealer.seal("concern", concern, "text", WORDS)
    sealer.prepare(kind, [concern], create=True)

    with pytest.raises(Unreadable):
        sealer.unseal(kind, concern, field, sealed)


def test_moved_to_another_row_it_stays_shut(sealer: Sealer, concern: UUID) -> None:
    sealed, other = sealer.seal("concern", concern, "text", WORDS), uuid4()
    sealer.prepare("concern", [other], create=True)

    with pytest.raises(Unreadable):
        sealer.unseal("concern", other, "text", sealed)


@pytest.mark.parametrize("place", [0, 5, 20, 40, -1])
def test_altered_it_stays_shut(sealer: Sealer, concern: UUID, place: int) -> None:
    sealed = bytearray(sealer.seal("concern", concern, "text", WORDS))
    sealed[place] ^= 1

    with pytest.raises(Unreadable):
        sealer.unseal("concern", concern, "text", bytes(sealed))


@pytest.mark.parametrize("nothing", [b"", b"\x01", b"\x01" * 17, os.urandom(64)])
def test_nonsense_stays_shut(sealer: Sealer, concern: UUID, nothing: bytes) -> None:
    sealer.prepare("concern", [concern], create=True)

    with pytest.raises(Unreadable):
        sealer.unseal("concern", concern, "text", nothing)


def test_shredded_it_is_gone_and_stays_gone(
    session: Session, sealer: Sealer, keys: FieldKeys, concern: UUID
) -> None:
    sealed = sealer.seal("concern", concern, "text", WORDS)

    sealer.shred("concern", concern, at=datetime.now(UTC))

    row = session.execute(select(TABLE).where(TABLE.c.owner_id == concern)).one()
    assert row.wrapped is None
    assert row.shredded_at is not None
    with pytest.raises(Unreadable):
        opened_later(session, keys).unseal("concern", concern, "text", sealed)
    with pytest.raises(Unreadable):
        opened_later(session, keys).seal("concern", concern, "text", "something new")


def test_a_record_key_moved_to_another_record_does_not_open(
    session: Session, sealer: Sealer, keys: FieldKeys, concern: UUID
) -> None:
    sealed, other = sealer.seal("concern", concern, "text", WORDS), uuid4()

    session.execute(TABLE.update().where(TABLE.c.owner_id == concern).values(owner_id=other))

    with pytest.raises(Unreadable):
        opened_later(session, keys).unseal("concern", other, "text", sealed)


def test_another_services_key_opens_nothing(
    session: Session, sealer: Sealer, settings: Settings, concern: UUID
) -> None:
    sealed = sealer.seal("concern", concern, "text", WORDS)

    with pytest.raises(Unreadable):
        Sealer(session, TABLE, FieldKeys.of("schools", settings.secrets)).unseal("concern", concern, "text", sealed)


def test_the_record_key_lies_wrapped(session: Session, sealer: Sealer, concern: UUID) -> None:
    sealer.prepare("concern", [concern], create=True)

    row = session.execute(select(TABLE).where(TABLE.c.owner_id == concern)).one()
    assert len(row.wrapped) == 12 + 32 + 16
    assert row.kek_version == 1


def test_many_records_cost_a_few_statements(session: Session, sealer: Sealer) -> None:
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: statements.append(given[2]))
    ids = [uuid4() for _ in range(300)]

    sealer.prepare("student", ids, create=True)
    for id in ids:
        sealer.seal("student", id, "given_name", "Ana")

    assert len(statements) <= 5


def test_an_old_key_still_opens_and_a_new_one_seals(
    session: Session, sealer: Sealer, settings: Settings, concern: UUID
) -> None:
    sealed = sealer.seal("concern", concern, "text", WORDS)
    lines = dict(line.split(":", 1) for line in (settings.secrets / "field_key_referrals").read_text().split())
    both = FieldKeys(FileWrapping({1: base64.b64decode(lines["1"]), 2: os.urandom(32)}), b"index")
    rotated, new = Sealer(session, TABLE, both), uuid4()

    assert rotated.unseal("concern", concern, "text", sealed) == WORDS
    rotated.prepare("concern", [new], create=True)
    assert session.execute(select(TABLE.c.kek_version).where(TABLE.c.owner_id == new)).scalar_one() == 2


def test_a_blind_index_finds_equal_values_and_tells_nothing(keys: FieldKeys, settings: Settings) -> None:
    other = FieldKeys.of("schools", settings.secrets)

    assert keys.blind_index("S-1001") == keys.blind_index(" s-1001 ")
    assert keys.blind_index("S-1001") != keys.blind_index("S-1002")
    assert keys.blind_index("S-1001") != other.blind_index("S-1001")


def test_wrapped_answers_are_bound_to_their_place(keys: FieldKeys) -> None:
    wrapped = keys.wrap(b"{}", "idempotency|a|b")

    assert keys.unwrap(wrapped, "idempotency|a|b") == b"{}"
    for place, data in (("idempotency|a|c", wrapped), ("idempotency|a|b", wrapped[:-1]), ("idempotency|a|b", b"")):
        with pytest.raises(Unreadable):
            keys.unwrap(data, place)


def test_a_key_file_has_a_version_and_an_index(settings: Settings) -> None:
    content = Path(settings.secrets / "field_key_referrals").read_text()

    assert [line.partition(":")[0] for line in content.split()] == ["1", "index"]
