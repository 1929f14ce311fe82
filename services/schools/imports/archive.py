"""The files of an upload, opened under limits: a zip with its members, or one CSV by itself."""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from services.schools.imports.findings import Findings

MEMBERS = 40
UNPACKED_BYTES = 2 * 1024**3
RATIO = 100
RATIO_FROM_BYTES = 1024**2
"""A few hundred bytes of nothing but commas may well shrink a hundredfold."""

PIECE = 1024 * 1024
SYMLINK = 0o120000
ZIPPED = "archive"
"""How the upload itself is called in findings: its members' names may be anything."""


@dataclass(frozen=True)
class Member:
    """One CSV file: its name in lower case without folder, and how to read its bytes again and again."""

    name: str
    written: str
    open_bytes: Callable[[], IO[bytes]]

    @contextmanager
    def text(self, findings: Findings, shown: str) -> Iterator[io.TextIOBase]:
        """Its text, decoded. `shown` is how findings call it."""
        encoding = self._encoding(findings, shown)
        with self.open_bytes() as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
            yield text

    def _encoding(self, findings: Findings, shown: str) -> str:
        with self.open_bytes() as raw:
            start = raw.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self._check(findings, shown, "utf-16")
            return "utf-16"
        if start.startswith(codecs.BOM_UTF8):
            findings.warn("csv.byte_order_mark", shown, 1)
        if self._check(findings, shown, "utf-8"):
            return "utf-8-sig"
        findings.warn("csv.not_utf8", shown)
        return "cp1252"

    def _check(self, findings: Findings, shown: str, encoding: str) -> bool:
        """Is all of it text in this encoding? Counts the bytes on the way, and refuses NUL."""
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        with self.open_bytes() as raw:
            while piece := raw.read(PIECE):
                if encoding == "utf-8" and b"\0" in piece:
                    raise findings.reject("csv.nul", shown)
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    return False
        return True


def members_of(file: BinaryIO, findings: Findings) -> dict[str, Member]:
    """The CSV files of a zip by their lower-case names. Whatever is no CSV is left unread, with a warning."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise findings.reject("archive.not_a_zip", ZIPPED) from None
    infos = [info for info in archive.infolist() if not info.is_dir()]
    check_members(infos, findings)
    weigh(archive, infos, findings)
    return dict(_members(archive, infos, findings))


def check_members(infos: list[zipfile.ZipInfo], findings: Findings) -> None:
    """Refuse what no roster needs: many members, links, passwords, paths that leave the folder, zips within zips."""
    if len(infos) > MEMBERS:
        raise findings.reject("archive.too_many_members", ZIPPED)
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename:
            raise findings.reject("archive.path_outside", ZIPPED)
        if info.flag_bits & 0x1:
            raise findings.reject("archive.encrypted", ZIPPED)
        if info.external_attr >> 16 & 0o170000 == SYMLINK:
            raise findings.reject("archive.link", ZIPPED)
        if path.suffix.lower() in {".zip", ".gz", ".7z", ".tar", ".xz", ".bz2", ".rar"}:
            raise findings.reject("archive.nested", ZIPPED)


def weigh(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], findings: Findings) -> None:
    """Unpack everything once into nothing, counting: what the headers promise is not to be believed."""
    total, packed = 0, sum(info.compress_size for info in infos)
    for info in infos:
        try:
            with archive.open(info) as raw:
                while piece := raw.read(PIECE):
                    total += len(piece)
                    if total > UNPACKED_BYTES:
                        raise findings.reject("archive.too_large_unpacked", ZIPPED)
                    if total > RATIO_FROM_BYTES and total > RATIO * max(packed, 1):
                        raise findings.reject("archive.ratio", ZIPPED)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError):
            raise findings.reject("archive.damaged", ZIPPED) from None


def _members(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], findings: Findings,
) -> Iterator[tuple[str, Member]]:
    seen: set[str] = set()
    folders = set()
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if "__MACOSX" in path.parts or path.name.startswith("."):
            continue
        if path.suffix.lower() != ".csv":
            findings.warn("archive.not_csv", ZIPPED)
            continue
        name = path.name.lower()
        if name in seen:
            raise findings.reject("archive.name_twice", ZIPPED)
        seen.add(name)
        folders.add(path.parent)
        yield name, Member(name, path.name, lambda info=info: archive.open(info))  # type: ignore[misc]
    if len(folders) > 1:
        raise findings.reject("archive.several_folders", ZIPPED)
    if folders - {PurePosixPath(".")}:
        findings.warn("archive.sub_folder", ZIPPED)


def single(file: BinaryIO, name: str) -> Member:
    """A CSV that was sent by itself."""

    def again() -> IO[bytes]:
        file.seek(0)
        return _Kept(file)

    return Member(name.lower(), name, again)


def is_zip(file: BinaryIO) -> bool:
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    return start[:2] == b"PK"


class _Kept(io.BufferedReader):
    """Reads a file and leaves it open when it is closed itself."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(_Borrowed(file))


class _Borrowed(io.RawIOBase):
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._file.read(len(buffer))
        buffer[:len(piece)] = piece
        return len(piece)


