"""Which Chromium the tests drive: the one asked for, the one installed, or the distribution's package, brought now."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")


def find() -> str | None:
    """The browser's program, or None."""
    if asked := os.environ.get("PEERSUPPORTS_CHROMIUM"):
        return asked
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def bring() -> str:
    """Find it, or install the distribution's package (with its libraries), or say how to."""
    if found := find():
        return found
    if shutil.which("apt-get"):
        print("  installing Chromium (the distribution's package, once)", flush=True)
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        for words in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run([*sudo, "apt-get", *words], stdout=subprocess.DEVNULL, check=False,
                           env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    if found := find():
        return found
    sys.exit("The end-to-end tests need Chromium: install the package `chromium`, or set PEERSUPPORTS_CHROMIUM.")
