"""A mail server that delivers nothing: each message becomes a file in the mail folder, for reading and for tests."""

from __future__ import annotations

import sys
import time
from itertools import count
from pathlib import Path
from threading import Event

from aiosmtpd.controller import Controller


class Catcher:
    """Keeps every message it is given as `<time>-<number>.eml`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.numbers = folder, count(1)

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        name = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{time.time_ns()}-{next(self.numbers):04d}.eml"
        to = "".join(f"X-Envelope-To: {address}\r\n" for address in envelope.rcpt_tos)     # type: ignore[attr-defined]
        half = self.folder / f".{name}"
        half.write_bytes(to.encode() + envelope.content)                                   # type: ignore[attr-defined]
        half.rename(self.folder / name)
        return "250 kept"


def main(port: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    controller = Controller(Catcher(folder), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        Event().wait()
    finally:
        controller.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
