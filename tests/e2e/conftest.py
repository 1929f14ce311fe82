"""A real Chromium, and a small server that draws specimens of every page."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests.e2e import chromium, specimens


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium.bring(), args=list(chromium.FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def specimen_url() -> Iterator[str]:
    """Where the specimens are served: templates, style and script are the real ones, the content is made up."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, specimens.create(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)
