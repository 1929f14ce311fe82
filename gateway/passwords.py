"""Passwords: long rather than complicated, never one that anybody would try, and slow to check on purpose."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from gevent.threadpool import ThreadPool

SHORTEST, LONGEST = 15, 256
FEWEST_OWN_CHARACTERS = 8
AT_ONCE = 4
FEWEST_DIFFERENT = 5
EVERYBODYS = (
    "peersupports", "peersupport", "password", "passphrase", "school", "district", "welcome", "counselor", "letmein",
    "1234567890", "12345678", "abcdefghij", "qwertyuiop", "asdfghjkl", "zxcvbnm",
)  # fmt: skip

# 64 MiB, three passes, four lanes.
HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


class Unfit(Exception):
    """The password may not be used; the text says what to do instead."""


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return str(workers().apply(HASHER.hash, (normal(password),)))


def matches(kept: str | None, password: str) -> bool:
    """Is this the password? An account that does not exist takes just as long."""
    return bool(workers().apply(_verify, (kept, normal(password)[:LONGEST]))) and kept is not None


def check(password: str, *, words: Iterable[str] = ()) -> None:
    """Refuse what is short, endless or easily tried; `words` are the person's and the district's own."""
    given = normal(password)
    if len(given) < SHORTEST:
        raise Unfit(f"Use at least {SHORTEST} characters; four or five words are easy to keep in mind.")
    if len(given) > LONGEST:
        raise Unfit(f"Use at most {LONGEST} characters.")
    if len(set(given)) < FEWEST_DIFFERENT or len(_own(given, words)) < FEWEST_OWN_CHARACTERS:
        raise Unfit("This is among the first that anybody would try. Use other words.")


def normal(password: str) -> str:
    """The same password, whichever way a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


@cache
def workers() -> ThreadPool:
    # Native threads: hashing must stop neither the event loop nor, with its memory, the machine.
    return ThreadPool(AT_ONCE)


def _own(password: str, words: Iterable[str]) -> str:
    """What is left of a password without words that anybody would think of."""
    rest = password.casefold()
    known = {word.casefold() for word in (*EVERYBODYS, *_parts(words)) if len(word) > 3}
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, "")
    rest = re.sub(r"[\W_]+", "", rest)
    return "" if rest in common() else rest


def _parts(words: Iterable[str]) -> Iterable[str]:
    return (part for word in words for part in re.split(r"[\W\d_]+", word))


@cache
def common() -> frozenset[str]:
    """The passwords most often found in leaks."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def _verify(kept: str | None, password: str) -> bool:
    try:
        return HASHER.verify(kept or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    return HASHER.hash("a password that belongs to nobody")
