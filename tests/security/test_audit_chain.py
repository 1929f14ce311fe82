"""Who did what cannot be changed unseen: an entry altered, deleted, swapped or cut off is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from services.referrals.transaction import ReferralsTransaction
from shared.security.audit import CHAINS, Entry, Trail
from shared.settings import Settings
from shared.work import trail_of
from tests.running import Servers

SCHOOL = UUID(int=5)
LOG = "referrals.audit_log"


@pytest.fixture(scope="module")
def settings_here(servers: Servers) -> Settings:
    return servers.fresh_database()


@pytest.fixture
def db(servers: Servers, settings_here: Settings) -> Iterator[Session]:
    """A superuser's hand, as an attacker would have it; nothing stays."""
    address = servers.superuser(settings_here).replace("postgresql://", "postgresql+psycopg://", 1)
    database: Engine = create_engine(address)
    with Session(database) as session:
        yield session
    database.dispose()


@pytest.fixture
def trail(settings_here: Settings) -> Trail:
    return trail_of("referrals", ReferralsTransaction.metadata, settings_here)


def an_entry(school: UUID | None = SCHOOL, **other: object) -> Entry:
    given: dict[str, object] = {
        "at": datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC), "actor_key": uuid4(), "actor_role": "counselor",
        "action": "referral.view", "object_type": "referral", "object_id": uuid4(), "school_id": school,
        "student_key": uuid4(), "purpose": "care", "fields": ("summary", "red_flag_codes"), "request_id": "r-1",
    }
    return Entry(**(given | other))  # type: ignore[arg-type]


@pytest.fixture
def written(db: Session, trail: Trail) -> None:
    for _ in range(5):
        trail.append(db, [an_entry()])


def test_an_untouched_chain_is_whole(db: Session, trail: Trail, written: None) -> None:
    trail.append(db, [an_entry(None), an_entry(UUID(int=6)), an_entry(UUID(int=21)), an_entry()])

    assert trail.verify(db) == []
    assert [(head.chain, head.seq) for head in trail.heads(db) if head.seq] == [(0, 1), (5, 7), (6, 1)]


TAMPERING = {
    "altered": "UPDATE {log} SET outcome = 'nothing' WHERE seq = 3 AND chain = 5",
    "altered in its actor": "UPDATE {log} SET actor_key = gen_random_uuid() WHERE seq = 3 AND chain = 5",
    "altered in its time": "UPDATE {log} SET at = at + interval '1 second' WHERE seq = 3 AND chain = 5",
    "altered in its fields": "UPDATE {log} SET fields = '{{}}' WHERE seq = 3 AND chain = 5",
    "altered in its code": "UPDATE {log} SET mac = decode('00', 'hex') WHERE seq = 3 AND chain = 5",
    "deleted": "DELETE FROM {log} WHERE seq = 3 AND chain = 5",
    "the first deleted": "DELETE FROM {log} WHERE seq = 1 AND chain = 5",
    "the last deleted": "DELETE FROM {log} WHERE seq = 5 AND chain = 5",
    "all deleted": "DELETE FROM {log}",
    "swapped": "UPDATE {log} SET seq = seq + 100 WHERE seq IN (2, 3); UPDATE {log} SET seq = 105 - seq WHERE seq > 100",
    "closed up after a deletion": "DELETE FROM {log} WHERE seq = 3; UPDATE {log} SET seq = seq - 1 WHERE seq > 3",
    "copied": "INSERT INTO {log} SELECT chain, 6, at, actor_key, actor_role, action, object_type, object_id,"
              " student_key, school_id, purpose, fields, outcome, request_id, break_glass_id, prev_mac, mac"
              " FROM {log} WHERE seq = 5",
}


@pytest.mark.parametrize("what", TAMPERING)
def test_it_is_found(db: Session, trail: Trail, written: None, what: str) -> None:
    for statement in TAMPERING[what].format(log=LOG).split("; "):
        db.execute(text(statement))

    assert trail.verify(db) != []


def test_a_tail_cut_off_with_its_head_shows_against_a_head_kept_elsewhere(
    db: Session, trail: Trail, written: None
) -> None:
    anchors = trail.heads(db)

    db.execute(text(f"DELETE FROM {LOG} WHERE seq = 5"))
    db.execute(text(f"UPDATE referrals.audit_heads SET seq = 4, mac = (SELECT mac FROM {LOG} WHERE seq = 4)"
                    " WHERE chain = 5"))

    assert trail.verify(db) == []
    assert [(found.chain, found.seq) for found in trail.verify(db, anchors)] == [(5, 5)]


def test_a_row_made_without_the_key_is_found(db: Session, settings_here: Settings, written: None) -> None:
    metadata = ReferralsTransaction.metadata
    log, heads = metadata.tables[LOG], metadata.tables["referrals.audit_heads"]
    Trail(log, heads, b"another key").append(db, [an_entry()])

    findings = trail_of("referrals", metadata, settings_here).verify(db)

    assert [(finding.seq, finding.what) for finding in findings] == [(6, "was altered")]


def test_a_finding_names_the_place(db: Session, trail: Trail, written: None) -> None:
    db.execute(text(f"UPDATE {LOG} SET outcome = 'nothing' WHERE seq = 3"))

    assert [str(finding) for finding in trail.verify(db)] == ["chain 5, entry 3: was altered"]


def test_schools_share_sixteen_chains() -> None:
    chains = [an_entry(uuid4()).chain for _ in range(500)]

    assert set(chains) == set(range(CHAINS))
    assert an_entry(None).chain == 0


def test_two_at_once_wait_for_each_other(settings_here: Settings, trail: Trail, servers: Servers) -> None:
    database = create_engine(servers.superuser(settings_here).replace("postgresql://", "postgresql+psycopg://", 1))
    schools = [UUID(int=3), UUID(int=4)]

    def write(order: Callable[[list[UUID]], list[UUID]]) -> None:
        for _ in range(20):
            with Session(database) as session:
                trail.append(session, [an_entry(school) for school in order(schools)])
                session.commit()

    writers = [Thread(target=write, args=(order,)) for order in (list, lambda those: those[::-1])]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    with Session(database) as session:
        assert trail.verify(session) == []
        assert {head.chain: head.seq for head in trail.heads(session) if head.chain in (3, 4)} == {3: 40, 4: 40}
    database.dispose()
