"""The word a person reads for every code, in English; the catalogs say it in other languages.

A key with a dot, `kind.code`, is the word for one kind only. Tests look for every code of the contracts in here, and
for a key that two rooms would say differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from gateway.words import numbers, pages, people, programs, referrals, sites, support

LANGUAGES = {"en": "English", "es": "Español"}

ICONS = {
    "emergency": "siren",
    "urgent": "triangle-alert",
    "priority": "circle-alert",
    "routine": "clock",
    "in_place": "circle-check",
    "in_progress": "circle-dot",
    "not_started": "circle-dashed",
}

ROOMS: tuple[ModuleType, ...] = (pages, people, referrals, programs, support, sites, numbers)


def tables() -> list[Mapping[str, object]]:
    """Every table of words there is."""
    return [table for room in ROOMS for name, table in vars(room).items() if name.isupper()]


WORDS: dict[str, object] = {code: word for table in tables() for code, word in table.items()}


def say(code: object, kind: str = "") -> str:
    """The word for a code; one nobody has named is shown as it is written, without its underscores."""
    word = WORDS.get(f"{kind}.{code}") or WORDS.get(str(code))
    return str(word) if word is not None else str(code).replace("_", " ")


def has_word(code: object, kind: str) -> bool:
    """Is there a word for this code as one of this kind?"""
    return f"{kind}.{code}" in WORDS
