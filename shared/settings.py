"""What can be set, with defaults that run. Nobody else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import UUID

SERVICES = ("schools", "interventions", "referrals", "metrics")


@dataclass(frozen=True)
class Settings:
    """Each field is read from `PEERSUPPORTS_<FIELD IN CAPITALS>`."""

    database_url: str = "postgresql://127.0.0.1:18432/peersupports"
    """Where PostgreSQL is, without a user: each process adds its role."""

    amqp_url: str = "amqp://127.0.0.1:18472/%2Fpeersupports"
    """Where RabbitMQ is, without a user; the nodes of a cluster are separated by `;`."""

    management_url: str = "http://127.0.0.1:18473"
    """RabbitMQ's management interface, read by `topology check` only."""

    secrets: Path = Path(".run/secrets")
    """The folder of passwords and keys, one file each."""

    metrics_port: int = 9100
    """Where this process answers /livez, /readyz and /metrics."""

    port: int = 8080
    """Where the gateway serves pages and JSON."""

    host: str = "127.0.0.1"
    """On which address the gateway opens its ports; a container says 0.0.0.0."""

    base_url: str = "http://127.0.0.1:8080"
    """The public address, as it stands in mails."""

    smtp_url: str = "smtp://127.0.0.1:18425"
    """Where mail goes out."""

    environment: str = "local"
    """`local` or `production`; production refuses demo accounts and crash points."""

    demo: bool = False
    """Demo accounts may sign in, and a banner says so."""

    crash_points: str = ""
    """For tests: `name=0.03` (a chance) or `name=nth:3`, separated by commas."""

    logs: str = "INFO"
    """The lowest level that is written."""

    district_id: UUID = UUID("6d0c8b4e-3b8e-4f0a-9a53-0d2f3c1b7a10")
    """One district per deployment."""

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        given = {f.name: environ[name] for f in fields(cls) if (name := f"PEERSUPPORTS_{f.name.upper()}") in environ}
        return cls(**{name: READERS.get(name, str)(value) for name, value in given.items()})

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text().strip()

    def database(self, role: str) -> str:
        """The address for one role of the database, as psycopg takes it."""
        return _with_user(self.database_url, role, lambda: self.secret(f"pg_{role}"))

    def broker(self, user: str) -> str:
        """The addresses for one user of the broker, separated by `;`."""
        return ";".join(_with_user(url, user, lambda: self.secret(f"amqp_{user}")) for url in self.amqp_url.split(";"))


def _with_user(url: str, user: str, password: Callable[[], str]) -> str:
    at = urlsplit(url)
    if at.username:     # an address that names its user is taken as it is
        return url
    return urlunsplit(at._replace(netloc=f"{quote(user)}:{quote(password(), safe='')}@{at.netloc}"))


def _truth(text: str) -> bool:
    return text.strip().lower() in {"1", "true", "yes", "on"}


READERS: Mapping[str, Callable[[str], Any]] = {
    "secrets": Path, "metrics_port": int, "port": int, "demo": _truth, "district_id": UUID,
}
