"""Everything that must not be known outside: made once, one file each, readable by their owner only.

`python -m shared.security.secrets FOLDER` makes what is missing and keeps what is there.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from shared.security.principal import GATEWAY, Signer

SERVICES = ("schools", "interventions", "referrals", "metrics")
ISSUERS = (GATEWAY, *SERVICES)
DATABASE_ROLES = (
    "superuser",
    *(f"{service}_{kind}" for service in SERVICES for kind in ("owner", "app", "worker")),
    "gateway_owner",
    "gateway_app",
)
BROKER_USERS = (*SERVICES, GATEWAY, "topology", "monitor")


def make_secrets(folder: Path) -> list[str]:
    """Make every secret that is not there yet; returns the names of the new files, never their content."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = [name for name, content in _wanted() if _write(folder / name, content)]
    return made + [name for issuer in ISSUERS if (name := _publish(issuer, folder))]


def _wanted() -> Iterator[tuple[str, str]]:
    yield from ((f"pg_{role}", secrets.token_urlsafe(32)) for role in DATABASE_ROLES)
    yield from ((f"amqp_{user}", secrets.token_urlsafe(32)) for user in BROKER_USERS)
    yield from ((f"principal_private_{issuer}.pem", _private_key()) for issuer in ISSUERS)
    yield from ((f"field_key_{service}", _field_keys()) for service in ISSUERS)
    yield from ((f"audit_key_{service}", _random()) for service in ISSUERS)
    yield "session_key", _random()
    yield "demo_password", _speakable()


def _write(file: Path, content: str) -> bool:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w") as out:
        out.write(content)
    return True


def _publish(issuer: str, folder: Path) -> str | None:
    """Put the public half of an issuer's key beside it, under the name of the key."""
    signer = Signer.of(issuer, folder)
    name = f"{signer.kid}.pem"
    return name if _write(folder / name, signer.public_pem()) else None


def _private_key() -> str:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _field_keys() -> str:
    """One key to wrap record keys, by its version, and one for blind indexes, which never rotates."""
    return f"1:{_random()}\nindex:{_random()}\n"


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _speakable() -> str:
    """A password people can read out: four made-up words and a number, about 58 bits."""
    consonants, vowels = "bdfgklmnprstvz", "aeiou"
    syllables = [secrets.choice(consonants) + secrets.choice(vowels) for _ in range(8)]
    words = ["".join(syllables[at : at + 2]) for at in range(0, 8, 2)]
    return "-".join([*words, f"{secrets.randbelow(900) + 100}"])


if __name__ == "__main__":
    for new in make_secrets(Path(sys.argv[1])):
        print(new)
