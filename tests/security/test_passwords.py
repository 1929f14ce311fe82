"""Passwords: length instead of riddles, nothing anybody would try, slow to check, no more than four at once."""

from __future__ import annotations

import threading
import time

import pytest

from gateway import passwords
from gateway.passwords import AT_ONCE, Unfit, check, hash_password, matches

GOOD = "heron lamp quarry mist"


@pytest.mark.parametrize("password", [
    GOOD, "zwei Äpfel im Korb", "correcthorsebatterystaple", "8301 7746 9025 1188", "x" * 8 + "yzwvutsrq" * 20])
def test_a_long_one_needs_no_riddles(password: str) -> None:
    check(password)


@pytest.mark.parametrize(("password", "why"), [
    ("short one", "at least 15"),
    ("fourteen chars", "at least 15"),
    ("x1" * 129, "at most 256"),
    ("aaaaaaaaaaaaaaaa", "first that anybody"),
    ("passwordpassword", "first that anybody"),
    ("1234567890123456", "first that anybody"),
    ("qwertyuiopasdfghjkl", "first that anybody"),
    ("PeerSupports2026", "first that anybody"),
    ("schooldistrict2026", "first that anybody"),
    ("peersupportsdragon", "first that anybody"),
])
def test_what_anybody_would_try_is_refused(password: str, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        check(password)


def test_ones_own_name_is_refused() -> None:
    with pytest.raises(Unfit):
        check("d.reyes-reyes-2026", words=["d.reyes"])

    with pytest.raises(Unfit):
        check("RioVerde-rioverde1", words=["Rioverde Unified"])


def test_the_right_one_matches_and_no_other() -> None:
    kept = hash_password(GOOD)

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert matches(kept, GOOD)
    assert not matches(kept, GOOD + " ")
    assert not matches(None, GOOD)
    assert not matches("not a hash", GOOD)


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password(GOOD) != hash_password(GOOD)


def test_a_letter_is_the_same_however_it_was_typed() -> None:
    composed, decomposed = "caf\u00e9 lamp quarry mist", "cafe\u0301 lamp quarry mist"

    assert matches(hash_password(composed), decomposed)


def test_an_account_that_is_not_there_takes_as_long() -> None:
    kept = hash_password(GOOD)
    matches(None, GOOD)

    def seconds(hashed: str | None) -> float:
        return min(_timed(lambda: matches(hashed, "wrong words entirely")) for _ in range(3))

    there, not_there = seconds(kept), seconds(None)
    assert 0.3 < there / not_there < 3.0


def test_no_more_than_four_are_checked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def slow(kept: str | None, password: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1
        return True

    monkeypatch.setattr(passwords, "_verify", slow)
    jobs = [passwords.workers().spawn(passwords._verify, "x", GOOD) for _ in range(12)]
    for job in jobs:
        job.get()

    assert most == AT_ONCE == 4


def _timed(run: object) -> float:
    started = time.perf_counter()
    run()  # type: ignore[operator]
    return time.perf_counter() - started
