"""What the gateway itself is asked about accounts, and what it shows of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import SecretStr, StringConstraints

from shared.contracts.codes import Role
from shared.contracts.ids import ActorKey
from shared.contracts.messages import Instant, Request, View

SignInName = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[A-Za-z0-9._@+-]{3,120}$")
]
"""What a person types to sign in; upper and lower case are the same."""


class AccountView(View):
    """A way in; the password is nowhere to be read."""

    actor_key: ActorKey
    sign_in_name: str
    kind: str
    active: bool
    version: int


class AddAccount(Request[AccountView]):
    """Give a member of the staff, or a peer supporter of your school, a way in."""

    actor_key: ActorKey
    sign_in_name: SignInName
    password: SecretStr


class TokenView(View):
    """A token for a program, to be sent as `Authorization: Bearer …`; good for a quarter of an hour."""

    access_token: str
    token_type: str
    expires_in: int
    scopes: tuple[Role, ...]


class IssueToken(Request[TokenView]):
    """Sign a program in as a person."""

    sign_in_name: SignInName
    password: SecretStr


class SignInView(View):
    """One place where the caller is signed in."""

    signed_in_at: Instant
    seen_at: Instant
    expires_at: Instant
    here: bool


class SignInsView(View):
    """Everywhere the caller is signed in."""

    items: tuple[SignInView, ...]
