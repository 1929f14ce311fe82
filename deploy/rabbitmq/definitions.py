"""Who may do what at the broker: the permission table, and the definitions file that a node loads at start."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

VHOST = "/peersupports"
SERVICES = ("schools", "interventions", "referrals", "metrics")


def service_rights(name: str) -> tuple[str, str, str]:
    requests = rf"nameko-rpc|rpc-{name}|rpc\.reply-{name}-.*"
    return f"^({requests})$", rf"^({requests}|{name}\.events)$", rf"^({requests}|{name}\..*)$"


PERMISSIONS: dict[str, tuple[str, str, str]] = {        # user: configure, write, read
    "topology": (".*", ".*", ".*"),
    **{name: service_rights(name) for name in SERVICES},
    "gateway": (
        r"^rpc\.reply-gateway-", r"^(nameko-rpc$|rpc\.reply-gateway-)", r"^(nameko-rpc$|rpc\.reply-gateway-|gateway\.)",
    ),
    "monitor": ("^$", "^$", ".*"),
}
TAGS = {"topology": ["management"], "monitor": ["monitoring"], "admin": ["administrator"]}


def definitions(passwords: Mapping[str, str]) -> dict[str, object]:
    """RabbitMQ's definitions for these users (user -> password). A user `admin`, local only, may do everything."""
    rights = {**PERMISSIONS, "admin": (".*", ".*", ".*")}
    return {
        "vhosts": [{"name": VHOST}],
        "users": [{"name": user, "password_hash": salted(user, password), "tags": TAGS.get(user, []),
                   "hashing_algorithm": "rabbit_password_hashing_sha256"} for user, password in passwords.items()],
        "permissions": [{"user": user, "vhost": VHOST, "configure": configure, "write": write, "read": read}
                        for user, (configure, write, read) in rights.items() if user in passwords],
    }


def salted(user: str, password: str) -> str:
    """RabbitMQ's form: base64 of a four-byte salt and SHA-256 of salt and password."""
    salt = hashlib.sha256(f"{user}:{password}".encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
