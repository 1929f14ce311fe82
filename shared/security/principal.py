"""Who is asking: a short-lived signed statement, minted for one request and one service, checked by that service.

A service never believes a header, a queue or the gateway's word: only a token signed with a key whose public half it
holds. The gateway speaks for people; a service speaks for itself alone.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from shared.contracts.codes import Role
from shared.domain import Refused

ALGORITHM = "EdDSA"
TYPE = "principal+jwt"
LIFETIME = 60
SKEW = 5
GATEWAY = "gateway"
DISTRICT = "district"
NOBODY = UUID(int=0)
REQUIRED = ["iss", "aud", "sub", "grants", "request_id", "jti", "iat", "exp"]


class Unauthenticated(Refused):
    """The caller is not who the token says, or the token says nothing that can be believed."""

    code = "unauthenticated"


@dataclass(frozen=True)
class Grant:
    """One role, in some schools or (None) in the whole district."""

    role: Role
    schools: frozenset[UUID] | None

    def covers(self, school_id: UUID | None) -> bool:
        """Does this grant reach that school? Only a district-wide one reaches what belongs to no school."""
        return self.schools is None or school_id in self.schools

    def as_claim(self) -> dict[str, object]:
        schools = DISTRICT if self.schools is None else sorted(map(str, self.schools))
        return {"role": self.role.value, "schools": schools}

    @classmethod
    def from_claim(cls, claim: Mapping[str, Any]) -> Grant:
        schools = claim["schools"]
        return cls(Role(claim["role"]), None if schools == DISTRICT else frozenset(map(UUID, schools)))


@dataclass(frozen=True)
class Principal:
    """A caller as a service knows them: a key, what they may be and where, and the request they stand behind."""

    actor: UUID
    grants: tuple[Grant, ...]
    issuer: str
    request_id: str
    session: str | None = None
    strength: str | None = None
    break_glass: UUID | None = None

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)


PUBLIC = (Grant(Role.PUBLIC, None),)
SERVICE = (Grant(Role.SERVICE, None),)


def as_service(name: str, *, request_id: str, schools: Iterable[UUID] | None = None) -> Principal:
    """The principal a service acts as for itself: hearing an event (in its school) or keeping a timer."""
    reach = None if schools is None else frozenset(schools)
    return Principal(NOBODY, (Grant(Role.SERVICE, reach),), issuer=name, request_id=request_id)


class Signer:
    """Mints principals with the one private key of its issuer."""

    def __init__(self, issuer: str, key: Ed25519PrivateKey) -> None:
        self.issuer, self._key = issuer, key
        self.kid = key_id(issuer, key.public_key())

    @classmethod
    def of(cls, issuer: str, secrets: Path) -> Signer:
        """The signer of an issuer whose private key lies in the folder of secrets."""
        key = load_pem_private_key((secrets / f"principal_private_{issuer}.pem").read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"the key of {issuer} is not an Ed25519 key")
        return cls(issuer, key)

    def mint(
        self,
        service: str,
        *,
        actor: UUID,
        grants: Iterable[Grant],
        request_id: str,
        session: str | None = None,
        strength: str | None = None,
        break_glass: UUID | None = None,
        at: datetime | None = None,
    ) -> str:
        """A token for one request to one service, good for a minute."""
        issued = int(at.timestamp() if at else time.time())
        claims: dict[str, object] = {
            "iss": self.issuer, "aud": service, "sub": str(actor), "grants": [grant.as_claim() for grant in grants],
            "request_id": request_id, "jti": str(uuid4()), "iat": issued, "exp": issued + LIFETIME,
        }  # fmt: skip
        optional = {"sid": session, "acr": strength, "break_glass": str(break_glass) if break_glass else None}
        claims |= {name: value for name, value in optional.items() if value is not None}
        return jwt.encode(claims, self._key, ALGORITHM, headers={"kid": self.kid, "typ": TYPE})

    def public_pem(self) -> str:
        """The half that everybody may have."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def mint_own(self, service: str, *, request_id: str) -> str:
        """A token in which the issuer speaks for itself and for no person."""
        return self.mint(service, actor=NOBODY, grants=SERVICE, request_id=request_id)


class Verifier:
    """Reads the tokens sent to one service, with the public keys it was given."""

    RESCAN_SECONDS = 10

    def __init__(self, service: str, secrets: Path) -> None:
        self.service, self._folder = service, secrets
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._scanned = 0.0

    def verify(self, token: str, *, at: datetime | None = None) -> Principal:
        """The principal of a token, or `Unauthenticated`: every claim is checked, none is assumed."""
        try:
            claims = self._claims(token, at or datetime.now(UTC))
            principal = Principal(
                actor=UUID(claims["sub"]),
                grants=tuple(map(Grant.from_claim, claims["grants"])),
                issuer=claims["iss"],
                request_id=str(claims["request_id"]),
                session=claims.get("sid"),
                strength=claims.get("acr"),
                break_glass=UUID(claims["break_glass"]) if "break_glass" in claims else None,
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError) as why:
            raise Unauthenticated(f"the principal was not accepted: {type(why).__name__}") from None
        # A service that is broken into can sign, but only as itself.
        if principal.issuer != GATEWAY and principal.roles - {Role.SERVICE}:
            raise Unauthenticated(f"the principal was not accepted: {principal.issuer} speaks for no person")
        return principal

    def _claims(self, token: str, at: datetime) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        if header.get("typ") != TYPE:
            raise jwt.InvalidTokenError("not a principal")
        kid = str(header["kid"])
        # PyJWT judges times by its own clock; ours is given, so that a test can stand at any moment.
        claims: dict[str, Any] = jwt.decode(
            token, self._key(kid), algorithms=[ALGORITHM], audience=self.service, issuer=issuer_of(kid),
            options={"require": REQUIRED, "verify_exp": False, "verify_iat": False},
        )  # fmt: skip
        issued, expires, now = int(claims["iat"]), int(claims["exp"]), at.timestamp()
        if not (0 < expires - issued <= LIFETIME and issued - SKEW <= now < expires + SKEW):
            raise jwt.ExpiredSignatureError("too old, too early or too long-lived")
        return claims

    def _key(self, kid: str) -> Ed25519PublicKey:
        if kid not in self._keys and time.monotonic() - self._scanned > self.RESCAN_SECONDS:
            self._scanned = time.monotonic()
            self._keys = public_keys(self._folder)
        if kid not in self._keys:
            raise jwt.InvalidKeyError("unknown key")
        return self._keys[kid]


def key_id(issuer: str, key: Ed25519PublicKey) -> str:
    """The name of a public key: whose it is, and the start of its fingerprint."""
    fingerprint = hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()
    return f"{issuer}-{fingerprint[:16]}"


def issuer_of(kid: str) -> str:
    return kid.rpartition("-")[0]


def public_keys(folder: Path) -> dict[str, Ed25519PublicKey]:
    """Every `<kid>.pem` of the folder whose name tells the truth about its content."""
    found: dict[str, Ed25519PublicKey] = {}
    for file in folder.glob("*-*.pem"):
        key = load_pem_public_key(file.read_bytes())
        if isinstance(key, Ed25519PublicKey) and key_id(issuer_of(file.stem), key) == file.stem:
            found[file.stem] = key
    return found
