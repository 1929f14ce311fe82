"""Keeps the catalogs of translations in step with the pages; `make generate` writes what is made here.

Messages are collected from templates and code; those no longer used are dropped, those new are left empty for a person
to translate. A test fails while a message is empty, uncertain or not compiled.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from gateway.words import LANGUAGES

ROOM = Path(__file__).parent
SOURCE = "en"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"}}
BEGUN = datetime(2026, 11, 24, tzinfo=UTC)
"""A fixed date in the header: the files change only when a message does."""


def messages() -> Catalog:
    """Everything a page may say, in the order of its files."""
    found = Catalog(project="Peer Supports", creation_date=BEGUN)
    for file, line, message, comments, context in sorted(
        extract_from_dir(ROOM, METHODS, OPTIONS, KEYWORDS), key=lambda each: (each[0], each[1])
    ):
        found.add(message, locations=[(f"gateway/{file}", line)], auto_comments=comments, context=context)
    return found


def catalog(language: str) -> Catalog:
    """A language's catalog as it stands in its file."""
    path = po(language)
    if not path.exists():
        return Catalog(locale=language, project="Peer Supports", creation_date=BEGUN, revision_date=BEGUN)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def renewed(language: str) -> Catalog:
    """The catalog with exactly the messages in use. Nothing is guessed from similar ones."""
    known = catalog(language)
    known.update(messages(), no_fuzzy_matching=True)
    known.obsolete.clear()
    known.creation_date = known.revision_date = BEGUN
    return known


def written(catalog: Catalog) -> bytes:
    """The catalog as its .po file."""
    file = BytesIO()
    write_po(file, catalog, width=120, omit_header=False, sort_output=True, no_location=True)
    return file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """The catalog as its .mo file, which the pages read."""
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def po(language: str) -> Path:
    return ROOM / "translations" / language / "LC_MESSAGES" / "messages.po"


def untranslated(catalog: Catalog) -> list[str]:
    """The messages nobody has translated for certain."""
    return [str(message.id) for message in catalog if message.id and (message.fuzzy or not _said(message.string))]


def _said(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def made() -> dict[str, str | bytes]:
    """Every catalog anew, as text and compiled, by its path from the root of the project."""
    files: dict[str, str | bytes] = {}
    for language in LANGUAGES:
        if language != SOURCE:
            fresh, path = renewed(language), po(language).relative_to(ROOM.parent)
            files[str(path)] = written(fresh)
            files[str(path.with_suffix(".mo"))] = compiled(fresh)
    return files
