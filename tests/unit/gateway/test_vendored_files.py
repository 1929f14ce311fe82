"""What we carry of others is what VENDOR.md says, and no page asks for an icon that is not carried."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import gateway
from gateway.vendoring import ICONS, VENDOR

SUM = re.compile(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", re.MULTILINE)
ROOM = Path(gateway.__file__).parent
ASKED_FOR = re.compile(r"icon\(\s*'([a-z0-9-]+)'")


def test_the_sums_are_those_of_the_files() -> None:
    stated = dict(SUM.findall((VENDOR / "VENDOR.md").read_text()))
    carried = {path.name for path in VENDOR.iterdir()} - {"VENDOR.md"}

    assert stated == {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in carried}


def test_every_icon_that_a_template_names_is_carried() -> None:
    templates = [*ROOM.glob("templates/**/*.html")]
    named = {name for template in templates for name in ASKED_FOR.findall(template.read_text())}

    assert named - set(ICONS) == set()
