"""The first way in: the lead of a district that was just founded, before anybody is there to give them an account."""

from __future__ import annotations

from uuid import UUID, uuid4

from gateway import sign_ins
from gateway.accounts.handlers import hash_fit
from gateway.accounts.model import Account
from gateway.accounts.store import Accounts
from gateway.grants import take
from gateway.store import database
from shared.contracts.codes import Role
from shared.security.principal import GATEWAY
from shared.settings import Settings
from shared.work import Errand


def found(settings: Settings, lead_key: UUID, sign_in_name: str, password: str) -> None:
    """Let the first district lead in. Said again, it changes nothing, not even the password."""
    lead = {
        "source_id": lead_key, "actor_key": lead_key, "kind": sign_ins.STAFF, "school_id": None, "active": True,
        # What the schools service announces of them has a higher version and takes its place.
        "version": 0,
    }  # fmt: skip
    role = {"role": Role.DISTRICT_LEAD.value, "school_id": None, "starts_on": None, "ends_on": None}
    with database(settings).begin(Errand.own(GATEWAY, "account.add", audited=True)) as tx:
        take(tx.session, lead, [role])
        accounts = Accounts(tx)
        if accounts.taken(lead_key, sign_in_name) is None:
            kept = hash_fit(password, sign_in_name)
            accounts.add(Account(uuid4(), lead_key, sign_ins.STAFF, None, sign_in_name, kept, settings.demo))
