"""A message has its effect once, however often it is delivered; what fails is tried again, then kept for a person."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import text

from shared.contracts.messages import Event, Lane
from shared.crash_points import crash_point
from shared.domain import ParkNow, Refused
from shared.messaging.codec import Fact, decode
from shared.work import Database, Errand, Transaction, lost

CLAIM = text("""
    INSERT INTO inbox (consumer, message_id, type, lane, aggregateid, version, schoolid, state, attempts, redelivered,
                       settled_at)
    VALUES (:consumer, :id, :type, :lane, :aggregateid, :version, :schoolid, 'done', 1, :redelivered, clock_timestamp())
    ON CONFLICT (consumer, message_id) DO NOTHING RETURNING 1""")

# A replica that is at it already keeps the row locked; ours goes on with the next.
CLAIM_AGAIN = text("""
    UPDATE inbox SET state = 'done', detail = NULL, attempts = attempts + 1, payload = NULL, raw = NULL,
                     next_attempt_at = NULL, settled_at = clock_timestamp()
    WHERE (consumer, message_id) IN (
        SELECT consumer, message_id FROM inbox
        WHERE consumer = :consumer AND message_id = :id AND state IN ('new', 'retry') FOR UPDATE SKIP LOCKED)
    RETURNING 1""")

CLAIM_ALL = text("""
    INSERT INTO inbox (consumer, message_id, lane, state, attempts, settled_at)
    SELECT :consumer, id, :lane, 'done', 1, clock_timestamp() FROM unnest(CAST(:ids AS uuid[])) AS id ORDER BY id
    ON CONFLICT DO NOTHING RETURNING message_id""")

SET_ASIDE = text("""
    INSERT INTO inbox (consumer, message_id, type, lane, aggregateid, version, schoolid, state, detail, attempts,
                       redelivered, payload, next_attempt_at, settled_at)
    VALUES (:consumer, :id, :type, :lane, :aggregateid, :version, :schoolid, CAST(:state AS text), :detail, :attempts,
            :redelivered, CAST(:payload AS jsonb), clock_timestamp() + make_interval(secs => :delay),
            CASE WHEN CAST(:state AS text) = 'done' THEN clock_timestamp() END)
    ON CONFLICT (consumer, message_id) DO UPDATE
    SET state = excluded.state, detail = excluded.detail, attempts = excluded.attempts,
        payload = excluded.payload, next_attempt_at = excluded.next_attempt_at, settled_at = excluded.settled_at
    WHERE inbox.state IN ('new', 'retry') AND inbox.attempts < excluded.attempts""")

PARK = text("""
    INSERT INTO inbox (consumer, message_id, type, lane, state, detail, payload, raw)
    VALUES (:consumer, :id, :type, :lane, 'parked', :detail, CAST(:payload AS jsonb), :raw) ON CONFLICT DO NOTHING""")

AGAIN: Mapping[Lane, tuple[float, ...]] = {
    Lane.URGENT: (0.2, 1, 5, 15, 30, 60),
    Lane.NORMAL: (1, 5, 30, 120, 600, 3600, 21600),
    Lane.BULK: (1, 5, 30, 120, 600, 3600, 21600),
}
"""Seconds until the next try, by the number of tries before; then the message is parked."""

Handle = Callable[[Any, Any], None]
"""`handle(fact, tx)`, or `handle(facts, tx)` of a batch."""

Archive = Callable[[Sequence[Fact[Any]], Any], Sequence[Fact[Any]]]
"""Keeps facts that were not kept before and returns those: a claim by the service's own table."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it came in and what it says."""

    fact: Fact[Any]
    body: str | bytes
    lane: Lane
    redelivered: bool = False
    again: bool = False
    """It is in the inbox already and its time has come."""
    attempts: int = 0

    @classmethod
    def of(cls, body: str | bytes, kind: type[Event], lane: Lane, **more: Any) -> Heard:
        """Raises Undecodable."""
        return cls(decode(body, kind), body, lane, **more)

    def key(self, consumer: str) -> dict[str, Any]:
        fact = self.fact
        return {
            "consumer": consumer, "id": fact.id, "type": fact.event.wire_name(), "lane": self.lane.value,
            "aggregateid": fact.subject, "version": getattr(fact.event, "version", None), "schoolid": fact.school_id,
            "redelivered": self.redelivered,
        }


def receive(
    database: Database[Any], consumer: str, heard: Heard, handle: Handle, archive: Archive | None = None,
) -> str:
    """Returns once the message is settled and may be acknowledged; raises when it must not be.

    The answer is done, duplicate, refused, retry or parked.
    """
    place = "retry" if heard.again else "inbox"
    errand = Errand.heard(database.service, heard.fact, consumer, place)
    try:
        with database.begin(errand) as tx:
            # The claim goes first: a duplicate waits for its twin, then stops before it has changed anything.
            if not _claimed(tx, consumer, heard, archive):
                return "duplicate"
            crash_point("inbox.after_claim_before_effect")
            handle(heard.fact, tx)
        return "done"
    except Refused as no:
        state, detail = "done", no.code
    except ParkNow as why:
        state, detail = "parked", why.code
    except Exception as error:
        if lost(error):
            raise
        state, detail = "retry", type(error).__name__
    # Claim and effects are rolled back together; what remains is the note that it happened.
    return set_aside(database, consumer, heard, state, detail)


def set_aside(database: Database[Any], consumer: str, heard: Heard, state: str, detail: str) -> str:
    """Note how a try ended. One that may succeed later gets its next time, or is parked when its tries are used up."""
    tries, waits = heard.attempts + 1, AGAIN[heard.lane]
    if state == "retry" and tries > len(waits):
        state = "parked"
    delay = waits[tries - 1] * random.uniform(0.8, 1.2) if state == "retry" else None  # noqa: S311 - no secret
    payload = None if state == "done" else _text(heard.body)
    with database.engine.begin() as db:
        db.execute(SET_ASIDE, {**heard.key(consumer), "state": state, "detail": detail[:128], "attempts": tries,
                               "payload": payload, "delay": delay})
    return "refused" if state == "done" else state


def receive_all(
    database: Database[Any], consumer: str, batch: Sequence[Heard], handle: Handle, archive: Archive | None = None,
) -> dict[str, int]:
    """One transaction for the whole batch. When it fails, halves; a single bad event is set aside.

    Returns how many ended how.
    """
    if not batch:
        return {}
    try:
        errand = Errand.own(database.service, consumer, place="inbox")
        with database.begin(errand) as tx:
            fresh = _claim_all(tx, consumer, batch, archive)
            crash_point("inbox.after_claim_before_effect")
            if fresh:
                handle(fresh, tx)
        return {"done": len(fresh), "duplicate": len(batch) - len(fresh)}
    except Exception as error:
        if lost(error):
            raise
    if len(batch) == 1:
        return {receive(database, consumer, batch[0], lambda fact, tx: handle([fact], tx), archive): 1}
    middle = len(batch) // 2
    first = receive_all(database, consumer, batch[:middle], handle, archive)
    second = receive_all(database, consumer, batch[middle:], handle, archive)
    return {outcome: first.get(outcome, 0) + second.get(outcome, 0) for outcome in first | second}


def park(
    database: Database[Any], consumer: str, body: str | bytes, why: str, *, lane: Lane, type: str | None = None,
) -> None:
    """Keep what cannot be understood, or was given up by the broker, for a person; the same message is kept once."""
    id, payload, raw = _identity(body)
    with database.engine.begin() as db:
        db.execute(PARK, {"consumer": consumer, "id": id, "type": type, "lane": lane.value, "detail": why,
                          "payload": payload, "raw": raw})


def _claimed(tx: Transaction, consumer: str, heard: Heard, archive: Archive | None) -> bool:
    if heard.again:
        if tx.session.execute(CLAIM_AGAIN, {"consumer": consumer, "id": heard.fact.id}).first() is None:
            return False
        return archive is None or bool(archive([heard.fact], tx))
    if archive is not None:
        return bool(archive([heard.fact], tx))
    return tx.session.execute(CLAIM, heard.key(consumer)).first() is not None


def _claim_all(
    tx: Transaction, consumer: str, batch: Sequence[Heard], archive: Archive | None,
) -> Sequence[Fact[Any]]:
    facts = list({heard.fact.id: heard.fact for heard in batch}.values())
    if archive is not None:
        return archive(facts, tx)
    ids = [fact.id for fact in facts]
    new = tx.session.execute(CLAIM_ALL, {"consumer": consumer, "ids": ids, "lane": batch[0].lane.value}).scalars().all()
    if len(new) == len(facts):
        return facts
    claimed = set(new)
    return [fact for fact in facts if fact.id in claimed]


def _identity(body: str | bytes) -> tuple[UUID, str | None, bytes | None]:
    """The message's own id if it has one, else one made of its bytes; what is JSON is kept as such."""
    raw = body.encode() if isinstance(body, str) else body
    try:
        said = json.loads(raw)
        return UUID(said["id"]), _text(body), None
    except (ValueError, TypeError, KeyError):
        return uuid5(NAMESPACE_OID, raw.decode("latin-1")), None, raw


def _text(body: str | bytes) -> str:
    return body if isinstance(body, str) else body.decode()


