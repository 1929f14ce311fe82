"""What is made from the code and kept beside it: event documentation, translation catalogs. Made anew, or compared."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

MAKERS = (              # each: () -> {path from the root: content}
    "shared.messaging.documents:made",
    "gateway.translating:made",
)


def made() -> Iterator[tuple[Path, bytes]]:
    for maker in MAKERS:
        module, _, name = maker.partition(":")
        make: Callable[[], dict[str, str | bytes]] = getattr(importlib.import_module(module), name)
        for path, content in make().items():
            yield ROOT / path, content.encode() if isinstance(content, str) else content


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.generated")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when something is out of date")
    given = parser.parse_args()
    old = [(path, content) for path, content in made() if not path.exists() or path.read_bytes() != content]
    for path, content in old:
        print(f"{'out of date' if given.check else 'made'}: {path.relative_to(ROOT)}")
        if not given.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    if old and given.check:
        print("Run `make generate` and commit what it makes.")
    return int(bool(old) and given.check)


if __name__ == "__main__":
    sys.exit(main())
