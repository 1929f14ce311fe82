"""Every word of every page in every language we offer."""

from __future__ import annotations

import re

import pytest
from babel.messages import Message

from gateway.translating import ROOM, SOURCE, catalog, made, renewed, untranslated
from gateway.words import LANGUAGES

OTHERS = [language for language in LANGUAGES if language != SOURCE]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_for_certain(language: str) -> None:
    assert untranslated(renewed(language)) == []


def test_the_files_are_as_the_pages_are() -> None:
    for path, content in made().items():
        assert (ROOM.parent / path).read_bytes() == content, "run `make generate`"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_takes_the_same_values(language: str) -> None:
    different = [message.id for message in catalog(language) if message.id and not _same_values(message)]

    assert different == []


def _same_values(message: Message) -> bool:
    if isinstance(message.id, str):
        return _values(message.id) == _values(message.string)
    one, many = message.id
    return all(_values(said) <= _values(one) | _values(many) for said in message.string) and (
        _values(message.string[-1]) == _values(many))


def _values(words: object) -> set[str]:
    return set(PLACEHOLDER.findall(str(words)))
