"""What consumers rely on, as it was agreed: schemas of events, and names on the wire.

`python -m tests.contract.snapshots` writes them anew, after a person has decided that the change is meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from shared.contracts.catalog import OWNERS, events
from shared.contracts.messages import Event
from shared.entrypoints import Answers, Hears, entrypoints_of
from shared.messaging import topology

FOLDER = Path(__file__).parent / "schemas"
NAMES = Path(__file__).parent / "names.json"


def schema_of(event: type[Event]) -> dict[str, Any]:
    return event.model_json_schema()


def file_of(event: type[Event]) -> Path:
    return FOLDER / f"{event.wire_name()}.v{event.schema_version}.json"


def service_class(name: str) -> type:
    found = import_module(f"services.{name}.service").SERVICE
    assert isinstance(found, type)
    return found


def heard_by(service: str) -> dict[str, tuple[type[Event], ...]]:
    """Handler -> the events it hears, off the service's own table of contents."""
    if service == "gateway":
        hearers = import_module("gateway.hearing").HEARERS
        return {hearer.name: tuple(hearer.events.values()) for hearer in hearers}
    contents = entrypoints_of(service_class(service)).items()
    return {name: found.events(service) for name, found in contents if isinstance(found, Hears)}


def asked_of(service: str) -> dict[str, Answers]:
    contents = entrypoints_of(service_class(service)).items()
    return {name: found for name, found in contents if isinstance(found, Answers)}


def names() -> dict[str, Any]:
    """Every name that must not change: a renamed handler would hear everything again, a renamed queue nothing."""
    return {
        "events": {owner: sorted(e.wire_name() for e in events() if e.owner() == owner) for owner in OWNERS},
        "handlers": {service: sorted(heard_by(service)) for service in (*OWNERS, "gateway")},
        "requests": {owner: sorted(asked_of(owner)) for owner in OWNERS},
        "queues": {queue.name: queue.queue_arguments or {} for queue in topology.queues()},
    }


def written(content: Any) -> str:
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def wanted() -> Iterator[tuple[Path, str]]:
    yield NAMES, written(names())
    for event in events():
        yield file_of(event), written(schema_of(event))


if __name__ == "__main__":
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for path, content in wanted():
        path.write_text(content)
