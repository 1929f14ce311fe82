"""Giving people a way in, and letting them through it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from gateway import passwords, sign_ins
from gateway.accounts.messages import AccountView, AddAccount
from gateway.accounts.model import Account
from gateway.accounts.store import Accounts, by_name, standing_of
from gateway.problems import Problem
from gateway.store import GatewayTransaction
from gateway.throttle import Throttle
from shared.domain import Duplicate, Invalid, NotFound
from shared.security.principal import NOBODY, PUBLIC, Principal
from shared.settings import Settings
from shared.work import Database, Errand


def add_account(command: AddAccount, tx: GatewayTransaction, settings: Settings) -> AccountView:
    """Give somebody a way in. Said twice, it answers with what is there."""
    standing = standing_of(tx, command.actor_key)
    if standing is None:
        raise NotFound(f"nobody is known by {command.actor_key}")
    kind, school_id = standing
    accounts = Accounts(tx)
    account = Account(uuid4(), command.actor_key, kind, school_id, command.sign_in_name, "", settings.demo)
    tx.permit(account)
    if there := accounts.taken(command.actor_key, command.sign_in_name):
        return view_of(_same(there, command))
    account.password_hash = hash_fit(command.password.get_secret_value(), command.sign_in_name)
    return view_of(accounts.add(account))


@dataclass(frozen=True)
class Door:
    """Where people come in."""

    database: Database[GatewayTransaction]
    throttle: Throttle
    settings: Settings
    sleep: Callable[[float], None] = time.sleep

    def enter(
        self, sign_in_name: str, password: str, *, address: str, way: str, request_id: str
    ) -> tuple[str, Account]:
        """A new session's token for the right name and password; every failure looks the same."""
        buckets = (self.throttle.account(sign_in_name), self.throttle.address(address))
        if wait := self.throttle.wait(*buckets):
            raise Problem("too_many", "Too many tries. Please wait, or ask for help.", retry_after=wait)
        account = by_name(self.database.engine, sign_in_name.strip().casefold())
        if not passwords.matches(account.password_hash if account else None, password) or not self._open_to(account):
            self._note(account, request_id, "refused")
            self.sleep(self.throttle.failed(*buckets))
            raise Problem("unauthenticated", "The name or the password is not right.")
        assert account is not None
        self.throttle.succeeded(buckets[0])
        return self._begin(account, way, request_id), account

    def _open_to(self, account: Account | None) -> bool:
        return account is not None and account.active and (self.settings.demo or not account.demo)

    def _begin(self, account: Account, way: str, request_id: str) -> str:
        with self.database.begin(self._errand(account, request_id)) as tx:
            token = sign_ins.begin(tx.session.connection(), account.id, account.kind, way)
            tx.saw("account", account.id)
        return token

    def _note(self, account: Account | None, request_id: str, outcome: str) -> None:
        """A try that failed is written down too: whose account, never what was typed."""
        errand = self._errand(account, request_id)
        with Session(self.database.engine) as db:
            now = db.execute(text("SELECT clock_timestamp()")).scalar_one()
            whose = account.id if account else None
            entry = replace(errand.entry(now, outcome), object_type="account", object_id=whose)
            self.database.trail.append(db, [entry])
            db.commit()

    @staticmethod
    def _errand(account: Account | None, request_id: str) -> Errand:
        actor = account.actor_key if account else NOBODY
        principal = Principal(actor, PUBLIC, "gateway", request_id)
        return Errand.asked(principal, "sign_in.make", changes=False, correlation_id=request_id)


def view_of(account: Account) -> AccountView:
    return AccountView.model_validate({
        "actor_key": account.actor_key, "sign_in_name": account.sign_in_name, "kind": account.kind,
        "active": account.active, "version": account.version})


def _same(there: Account, command: AddAccount) -> Account:
    same = (there.actor_key, there.sign_in_name) == (command.actor_key, command.sign_in_name)
    if not same or not passwords.matches(there.password_hash, command.password.get_secret_value()):
        raise Duplicate("this person has an account, or this name is taken")
    return there


def hash_fit(password: str, sign_in_name: str) -> str:
    try:
        passwords.check(password, words=[sign_in_name])
    except passwords.Unfit as why:
        raise Invalid(str(why), errors=[{"pointer": "/password", "code": "unfit", "message": str(why)}]) from None
    return passwords.hash_password(password)
