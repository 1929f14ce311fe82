"""Fetches the pages' third-party files from npm and writes down what they are: `python -m gateway.vendoring`.

The files are committed, so a district's server never talks to a registry. Run it when a version or an icon changes.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "vendor"

ICONS = (
    "arrow-left", "arrow-right", "badge-check", "bell", "book-open", "calendar-days", "check", "chevron-down",
    "chevron-right", "circle-alert", "circle-check", "circle-dashed", "circle-dot", "clipboard-check",
    "clipboard-list", "clock", "coffee", "download", "eye", "file-text", "graduation-cap", "hand-heart",
    "heart-handshake", "history", "house", "inbox", "info", "keyboard", "languages", "layout-dashboard", "link-2",
    "lock", "log-out", "message-circle", "moon", "pause", "phone", "play", "plus", "printer", "route", "school",
    "search", "send", "shield-check", "siren", "triangle-alert", "upload", "user-plus", "user-round", "users",
    "wifi-off", "x",
)


@dataclass(frozen=True)
class Package:
    """One npm package: where its files go, and the licence that lets us carry them."""

    name: str
    version: str
    licence: str
    short: str

    def fetch(self, into: Path) -> Path:
        """Unpack the published archive and say where it lies."""
        order = ["npm", "pack", "--silent", f"{self.name}@{self.version}"]
        packed = subprocess.run(order, cwd=into, check=True, capture_output=True, text=True).stdout.split()[-1]
        with tarfile.open(into / packed) as archive:
            archive.extractall(into / self.short, filter="data")
        return into / self.short / "package"


HTMX = Package("htmx.org", "4.0.1", "0BSD", "htmx")
PUBLIC_SANS = Package("@fontsource-variable/public-sans", "5.3.0", "OFL-1.1", "public-sans")
LUCIDE = Package("lucide-static", "1.62.0", "ISC", "lucide")
PACKAGES = (HTMX, PUBLIC_SANS, LUCIDE)


def bundle_of(htmx: Path) -> bytes:
    """htmx and its event stream as ONE file: as two deferred scripts, one load in five never opened the stream."""
    parts = (htmx / "dist" / "htmx.min.js", htmx / "dist" / "ext" / "hx-sse.min.js")
    return b"".join(re.sub(rb"//# sourceMappingURL=\S+", b"", part.read_bytes()).strip() + b"\n" for part in parts)


def sprite_of(lucide: Path) -> bytes:
    """The icons in use as one sheet of symbols."""
    return ("\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *_symbols(lucide), "</svg>"]) + "\n").encode()


def _symbols(lucide: Path) -> Iterator[str]:
    for name in ICONS:
        drawing = (lucide / "icons" / f"{name}.svg").read_text()
        strokes = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
        assert strokes, f"{name} holds no drawing"
        lines = " ".join(strokes[1].split())
        yield (
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-linecap="round" stroke-linejoin="round">{lines}</symbol>'
        )


def files_of(htmx: Path, font: Path, lucide: Path) -> dict[str, bytes]:
    """Everything that is carried, by its name in `static/vendor`."""
    return {
        "htmx-bundle.js": bundle_of(htmx),
        "htmx.LICENSE": (htmx / "LICENSE").read_bytes(),
        "public-sans-latin.woff2": (font / "files" / "public-sans-latin-wght-normal.woff2").read_bytes(),
        "public-sans-latin-ext.woff2": (font / "files" / "public-sans-latin-ext-wght-normal.woff2").read_bytes(),
        "public-sans.LICENSE": (font / "LICENSE").read_bytes(),
        "icons.svg": sprite_of(lucide),
        "lucide.LICENSE": (lucide / "LICENSE").read_bytes(),
    }


def statement(files: Mapping[str, bytes]) -> str:
    """VENDOR.md: which versions, under which licence, and the sum of every file."""
    packages = "\n".join(f"| `{p.name}` | {p.version} | {p.licence} | `{p.short}.LICENSE` |" for p in PACKAGES)
    sums = "\n".join(f"| `{name}` | `{hashlib.sha256(data).hexdigest()}` |" for name, data in sorted(files.items()))
    return (
        "# Third-party files of the pages\n\n"
        "Made by `python -m gateway.vendoring`; a test compares the sums.\n\n"
        f"| Package (npm) | Version | Licence | Text |\n|---|---|---|---|\n{packages}\n\n"
        f"| File | sha256 |\n|---|---|\n{sums}\n\n"
        "`htmx-bundle.js` is `htmx.min.js` followed by `ext/hx-sse.min.js`, without their source map lines.\n"
        "`icons.svg` holds the icons named in `gateway/vendoring.py`.\n"
    )


def main() -> None:
    """Fetch, write, and write down what was written."""
    with tempfile.TemporaryDirectory() as folder:
        files = files_of(*(package.fetch(Path(folder)) for package in PACKAGES))
    for name, data in files.items():
        (VENDOR / name).write_bytes(data)
    (VENDOR / "VENDOR.md").write_text(statement(files))


if __name__ == "__main__":
    main()
