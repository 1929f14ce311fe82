"""One JSON line per message: what, whose (keys only), how long, how it ended. No exception's text, no person's data."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.settings import Settings

SILENCED = ("nameko", "nameko.containers", "kombu", "amqp", "alembic")
"""Their lines quote exceptions, and an exception may quote a person."""

SLOW = 5.0      # seconds

messages = logging.getLogger("peersupports.messages")


def configure(settings: Settings, process: str) -> None:
    """Write JSON lines to the error stream."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    logging.basicConfig(level=settings.logs.upper(), handlers=[handler], force=True)
    for name in SILENCED:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def message(what: str, outcome: str, seconds: float, **keys: Any) -> None:
    """The line of one message; `keys` are ids and codes."""
    if messages.isEnabledFor(logging.INFO):
        told = {name: str(value) for name, value in keys.items() if value is not None}
        messages.info(what, extra={"keys": {"outcome": outcome, "ms": round(seconds * 1000, 1), **told}})


def timer(what: str, outcome: str, seconds: float) -> None:
    """The line of one run of a job; a run like any other is no news."""
    level = logging.DEBUG if outcome == "done" and seconds < SLOW else logging.WARNING
    messages.log(level, what, extra={"keys": {"outcome": outcome, "ms": round(seconds * 1000, 1)}})


def failure(error: BaseException) -> str:
    """An exception by its class and place, without its text: that may quote a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    place = f" at {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    return type(error).__name__ + place


class JsonLines(logging.Formatter):
    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "process": self.process, "from": record.name,
            "what": record.getMessage(),
            **getattr(record, "keys", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = failure(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)
