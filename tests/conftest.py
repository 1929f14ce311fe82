"""What tests are given: real data, real servers, the real product. Unit and contract tests get no socket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Product, Servers

ROOT = Path(__file__).resolve().parents[1]
WITHOUT_SOCKETS = ("tests/unit", "tests/contract")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if str(item.path.relative_to(ROOT)).startswith(WITHOUT_SOCKETS):
            item.add_marker(pytest.mark.disable_socket)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of data that no one here wrote; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("PEERSUPPORTS_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set PEERSUPPORTS_REAL_DATA")
    return folder


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL, migrated, and RabbitMQ; `fresh_database()` and `fresh_vhost()` give a test its own."""
    running = Servers()
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def stack() -> Iterator[Product]:
    """The whole product with its sample district; tests leave it running as they found it."""
    running = Product()
    try:
        running.start()
        yield running
    finally:
        running.stop()
