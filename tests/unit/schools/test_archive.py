"""A zip that was made to do harm does none: it is refused, by a code, before anything is read from it."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest

from services.schools.imports import archive
from services.schools.imports.archive import members_of
from services.schools.imports.findings import Findings, Rejected
from tests.unit.schools.builders import a_zip, read_csv


def refusal_of(data: bytes) -> str:
    findings = Findings()
    with pytest.raises(Rejected):
        members_of(io.BytesIO(data), findings)
    return findings.errors()[0].code


def test_what_is_no_zip() -> None:
    assert refusal_of(b"PK\x03\x04 and then nothing") == "archive.not_a_zip"


def test_a_bomb_is_found_while_it_is_unpacked_and_costs_no_memory() -> None:
    bomb = a_zip({"users.csv": b"0" * (64 * 1024 * 1024)})

    tracemalloc.start()
    assert refusal_of(bomb) == "archive.ratio"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * 1024 * 1024


def test_a_header_that_lies_about_the_size_helps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "UNPACKED_BYTES", 1000)

    assert refusal_of(a_zip({"users.csv": b"abc" * 500})) == "archive.too_large_unpacked"


@pytest.mark.parametrize("name", ["../users.csv", "/users.csv", "a/../../users.csv", "C:/users.csv", "..\\users.csv"])
def test_a_path_that_leaves_the_folder(name: str) -> None:
    assert refusal_of(a_zip({name: b"x"})) == "archive.path_outside"


def test_more_members_than_a_roster_has() -> None:
    assert refusal_of(a_zip({f"{number}.csv": b"x" for number in range(41)})) == "archive.too_many_members"


def test_a_zip_within_the_zip() -> None:
    assert refusal_of(a_zip({"inner.zip": a_zip({"users.csv": b"x"})})) == "archive.nested"


def test_a_link() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        link = zipfile.ZipInfo("users.csv")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")

    assert refusal_of(buffer.getvalue()) == "archive.link"


def test_a_member_with_a_password() -> None:
    data = bytearray(a_zip({"users.csv": b"sourcedId\n"}))
    data[6] |= 0x1                                  # the flag in the member's own header
    data[data.index(b"PK\x01\x02") + 8] |= 0x1      # and in the directory at the end

    assert refusal_of(bytes(data)) == "archive.encrypted"


def test_a_damaged_member() -> None:
    data = bytearray(a_zip({"users.csv": b"sourcedId,status,dateLastModified\n" * 50}))
    data[60] ^= 0xFF

    assert refusal_of(bytes(data)) == "archive.damaged"


def test_a_text_with_a_nul() -> None:
    _, findings = read_csv(b"NCESID,NAME\0\n")

    assert [each.code for each in findings.errors()] == ["csv.nul"]


def test_a_row_of_too_many_cells_and_a_cell_of_too_many_letters() -> None:
    header = "NCESID,NAME,STATUS,LEVEL_,ENROLLMENT,ST_GRADE,END_GRADE,DISTRICTID\n"

    wide, long = read_csv(("a," * 201 + "\n").encode())[1], read_csv((header + "1," + "x" * 40_000 + "\n").encode())[1]

    assert [each.code for each in wide.errors()] == ["csv.too_many_columns"]
    assert [each.code for each in long.errors()] == ["csv.field_too_long"]
