"""A service believes a caller only by a fresh token, made for it, signed by who may speak for that caller."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest

from shared.contracts.codes import Role
from shared.security.principal import GATEWAY, Grant, Principal, Signer, Unauthenticated, Verifier, public_keys
from shared.security.secrets import make_secrets

SCHOOL = UUID("5c000000-0000-4000-8000-000000000001")
ACTOR = UUID("ac000000-0000-4000-8000-000000000001")
COUNSELOR = Grant(Role.COUNSELOR, frozenset({SCHOOL}))
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    make_secrets(folder)
    return folder


@pytest.fixture(scope="module")
def gateway(secrets: Path) -> Signer:
    return Signer.of(GATEWAY, secrets)


@pytest.fixture(scope="module")
def referrals(secrets: Path) -> Verifier:
    return Verifier("referrals", secrets)


def a_token(signer: Signer, **other: Any) -> str:
    given: dict[str, Any] = {"actor": ACTOR, "grants": [COUNSELOR], "request_id": "r-1", "at": NOON} | other
    return signer.mint(given.pop("service", "referrals"), **given)


def forged(claims: dict[str, Any], key: Any, algorithm: str = "EdDSA", **header: str) -> str:
    return jwt.encode(claims, key, algorithm, headers={"typ": "principal+jwt", **header})


def the_claims(**other: Any) -> dict[str, Any]:
    issued = int(NOON.timestamp())
    return {
        "iss": GATEWAY, "aud": "referrals", "sub": str(ACTOR), "grants": [COUNSELOR.as_claim()], "request_id": "r-1",
        "jti": str(uuid4()), "iat": issued, "exp": issued + 60,
    } | other


def private(secrets: Path, issuer: str) -> str:
    return (secrets / f"principal_private_{issuer}.pem").read_text()


def test_what_was_signed_is_what_is_read(gateway: Signer, referrals: Verifier) -> None:
    everywhere = Grant(Role.DISTRICT_LEAD, None)

    principal = referrals.verify(a_token(gateway, grants=[COUNSELOR, everywhere], session="s-1"), at=NOON)

    assert principal == Principal(ACTOR, (COUNSELOR, everywhere), GATEWAY, "r-1", session="s-1")


def test_a_service_speaks_for_itself(secrets: Path, referrals: Verifier) -> None:
    token = Signer.of("interventions", secrets).mint_own("referrals", request_id="r-2")

    principal = referrals.verify(token)

    assert (principal.issuer, principal.roles) == ("interventions", {Role.SERVICE})


def test_a_service_speaks_for_no_person(secrets: Path, referrals: Verifier) -> None:
    token = a_token(Signer.of("interventions", secrets))

    with pytest.raises(Unauthenticated, match="speaks for no person"):
        referrals.verify(token, at=NOON)


def test_a_token_for_another_service_is_refused(gateway: Signer, referrals: Verifier) -> None:
    with pytest.raises(Unauthenticated):
        referrals.verify(a_token(gateway, service="schools"), at=NOON)


@pytest.mark.parametrize("late", [timedelta(seconds=66), timedelta(hours=1), -timedelta(seconds=10)])
def test_an_old_or_future_token_is_refused(gateway: Signer, referrals: Verifier, late: timedelta) -> None:
    with pytest.raises(Unauthenticated):
        referrals.verify(a_token(gateway), at=NOON + late)


def test_a_token_that_wants_to_live_longer_is_refused(secrets: Path, gateway: Signer, referrals: Verifier) -> None:
    token = forged(the_claims(exp=int(NOON.timestamp()) + 3600), private(secrets, GATEWAY), kid=gateway.kid)

    with pytest.raises(Unauthenticated):
        referrals.verify(token, at=NOON)


def test_a_key_that_nobody_published_is_refused(tmp_path: Path, referrals: Verifier) -> None:
    make_secrets(tmp_path)

    with pytest.raises(Unauthenticated):
        referrals.verify(a_token(Signer.of(GATEWAY, tmp_path)), at=NOON)


def test_another_issuers_key_cannot_sign_as_the_gateway(secrets: Path, referrals: Verifier) -> None:
    kid = Signer.of("interventions", secrets).kid

    with pytest.raises(Unauthenticated):
        referrals.verify(forged(the_claims(), private(secrets, "interventions"), kid=kid), at=NOON)


def test_a_gateways_key_id_on_another_signature_is_refused(secrets: Path, gateway: Signer, referrals: Verifier) -> None:
    with pytest.raises(Unauthenticated):
        referrals.verify(forged(the_claims(), private(secrets, "interventions"), kid=gateway.kid), at=NOON)


def test_a_public_key_under_a_false_name_is_not_taken(secrets: Path, tmp_path: Path) -> None:
    signer = Signer.of("interventions", secrets)

    (tmp_path / f"gateway-{signer.kid.rpartition('-')[2][::-1]}.pem").write_text(signer.public_pem())
    (tmp_path / f"{signer.kid}.pem").write_text(signer.public_pem())

    assert list(public_keys(tmp_path)) == [signer.kid]


def test_no_algorithm_is_no_signature(gateway: Signer, referrals: Verifier) -> None:
    head, body, _ = a_token(gateway).split(".")
    header = json.loads(urlsafe_b64decode(head + "=="))
    bare = urlsafe_b64encode(json.dumps(header | {"alg": "none"}).encode()).decode().rstrip("=")

    with pytest.raises(Unauthenticated):
        referrals.verify(f"{bare}.{body}.", at=NOON)


def test_the_public_key_is_no_shared_secret(gateway: Signer, referrals: Verifier) -> None:
    claims, header = the_claims(), {"alg": "HS256", "typ": "principal+jwt", "kid": gateway.kid}
    import hashlib
    import hmac

    def part(content: bytes) -> str:
        return urlsafe_b64encode(content).decode().rstrip("=")

    signed = f"{part(json.dumps(header).encode())}.{part(json.dumps(claims).encode())}"
    code = hmac.new(gateway.public_pem().encode(), signed.encode(), hashlib.sha256).digest()

    with pytest.raises(Unauthenticated):
        referrals.verify(f"{signed}.{part(code)}", at=NOON)


def test_another_kind_of_token_is_refused(secrets: Path, gateway: Signer, referrals: Verifier) -> None:
    token = jwt.encode(the_claims(), private(secrets, GATEWAY), "EdDSA", headers={"kid": gateway.kid, "typ": "JWT"})

    with pytest.raises(Unauthenticated):
        referrals.verify(token, at=NOON)


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "grants", "request_id", "jti", "iat", "exp"])
def test_every_claim_is_needed(secrets: Path, gateway: Signer, referrals: Verifier, claim: str) -> None:
    claims = the_claims()
    del claims[claim]

    with pytest.raises(Unauthenticated):
        referrals.verify(forged(claims, private(secrets, GATEWAY), kid=gateway.kid), at=NOON)


@pytest.mark.parametrize(
    "grants", [[{"role": "emperor", "schools": "district"}], [{"role": "counselor"}], ["counselor"], 7])
def test_grants_that_mean_nothing_are_refused(secrets: Path, gateway: Signer, referrals: Verifier, grants: Any) -> None:
    with pytest.raises(Unauthenticated):
        referrals.verify(forged(the_claims(grants=grants), private(secrets, GATEWAY), kid=gateway.kid), at=NOON)


@pytest.mark.parametrize("token", ["", "a.b.c", "Bearer x", "{}"])
def test_nonsense_is_refused(referrals: Verifier, token: str) -> None:
    with pytest.raises(Unauthenticated):
        referrals.verify(token, at=NOON)


def test_a_refusal_does_not_quote_the_token(gateway: Signer, referrals: Verifier) -> None:
    token = a_token(gateway, service="schools")

    with pytest.raises(Unauthenticated) as refused:
        referrals.verify(token, at=NOON)

    assert str(ACTOR) not in str(refused.value)
    assert token not in str(refused.value)


def test_a_new_public_key_is_found_without_a_restart(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    verifier = Verifier("referrals", tmp_path)
    verifier.RESCAN_SECONDS = 0
    verifier.verify(a_token(Signer.of(GATEWAY, tmp_path)), at=NOON)

    (tmp_path / "principal_private_gateway.pem").unlink()
    make_secrets(tmp_path)

    assert verifier.verify(a_token(Signer.of(GATEWAY, tmp_path)), at=NOON).actor == ACTOR


def test_secrets_are_their_owners_alone_and_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    made = make_secrets(folder)
    before = {name: (folder / name).read_bytes() for name in made}

    again = make_secrets(folder)

    assert again == []
    assert {name: (folder / name).read_bytes() for name in made} == before
    assert {oct((folder / name).stat().st_mode & 0o777) for name in made} == {"0o600"}
    assert len({*before.values()}) == len(made)
