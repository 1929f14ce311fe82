"""Guessing is slow: failed sign-ins fill a bucket per account and one per address, which drain with time.

A full bucket asks the next try to wait for one place to drain; nobody is ever locked out. Before that, each failure
makes the next answer a little later. Neither names nor addresses are kept, only their keyed hashes.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, RowMapping, text

WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS = 5, 30
SLOWEST = 4.0           # seconds

DRAINED = "greatest(0, {failures} - {holds} * extract(epoch FROM clock_timestamp() - {at}) / {window})"

READ = text(f"""
    SELECT {DRAINED.format(failures="failures", holds=":holds", at="at", window=":window")} AS failures
      FROM gateway.buckets WHERE name = :name""")

FILL = text(f"""
    INSERT INTO gateway.buckets AS b (name, failures, at) VALUES (:name, 1, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET at = clock_timestamp(), failures = 1 +
        {DRAINED.format(failures="b.failures", holds=":holds", at="b.at", window=":window")}""")


@dataclass(frozen=True)
class Bucket:
    """Failures of one account or address; `holds` of them drain within the window."""

    name: bytes
    holds: int

    @property
    def terms(self) -> dict[str, object]:
        return {"name": self.name, "holds": self.holds, "window": WINDOW.total_seconds()}


class Throttle:
    """What stands between a guesser and the passwords."""

    def __init__(self, engine: Engine, key: bytes) -> None:
        self._engine, self._key = engine, key

    def account(self, sign_in_name: str) -> Bucket:
        return self._bucket("account", sign_in_name.strip().casefold(), PER_ACCOUNT)

    def address(self, address: str) -> Bucket:
        return self._bucket("address", address, PER_ADDRESS)

    def wait(self, *buckets: Bucket) -> int:
        """Seconds until a next try is listened to; 0: now."""
        with self._engine.connect() as db:
            return max(_wait(self._failures(db.execute(READ, bucket.terms).mappings().first()), bucket)
                       for bucket in buckets)

    def failed(self, *buckets: Bucket) -> float:
        """Count a failure; returns the seconds by which its answer should be late."""
        with self._engine.begin() as db:
            for bucket in buckets:
                db.execute(FILL, bucket.terms)
            failures = self._failures(db.execute(READ, buckets[0].terms).mappings().first())
        return min(SLOWEST, 0.25 * 2 ** (failures - 1))

    def succeeded(self, bucket: Bucket) -> None:
        """The right person came: their account's bucket is empty. The address's drains on its own."""
        with self._engine.begin() as db:
            db.execute(text("DELETE FROM gateway.buckets WHERE name = :name"), {"name": bucket.name})
            db.execute(text("DELETE FROM gateway.buckets WHERE at < clock_timestamp() - interval '1 day'"))

    def _bucket(self, kind: str, what: str, holds: int) -> Bucket:
        return Bucket(hmac.new(self._key, f"{kind}|{what}".encode(), hashlib.sha256).digest(), holds)

    @staticmethod
    def _failures(row: RowMapping | None) -> float:
        return float(row["failures"]) if row else 0.0


def _wait(failures: float, bucket: Bucket) -> int:
    """A full bucket takes the next try when one place has drained."""
    over = failures - (bucket.holds - 1)
    return 0 if over <= 0 else math.ceil(over * WINDOW.total_seconds() / bucket.holds)
