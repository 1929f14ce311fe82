"""Where the district and every version of its policy are kept."""

from __future__ import annotations

from functools import cached_property

from pydantic import TypeAdapter
from sqlalchemy import Column, Date, Integer, String, Table, Uuid, func, select

from services.schools.district.model import District, Policy, Rules
from services.schools.schema import Frozen, mapper, metadata
from shared.columns import EncryptedText, id_column, moment
from shared.contracts.schools import FallbackContact
from shared.domain import NotFound
from shared.work import Repository

districts = Table(
    "districts", metadata,
    id_column(),
    Column("version", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    Column("nces_leaid", String(7)),
    Column("state", String(8), nullable=False),
    Column("tz", String(64), nullable=False),
    Column("lead_key", Uuid, nullable=False),
    moment("created_at", nullable=False),
)

policies = Table(
    "policies", metadata,
    id_column(),
    Column("district_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False, unique=True),
    Column("effective_on", Date, nullable=False),
    Column("rules", Frozen(Rules), nullable=False),
    Column("contacts", EncryptedText, nullable=False),
    moment("created_at", nullable=False),
)

mapper.map_imperatively(District, districts)
mapper.map_imperatively(Policy, policies)

CONTACTS = TypeAdapter(tuple[FallbackContact, ...])


class Districts(Repository[District]):
    kind = District

    def the(self) -> District:
        """The district of this deployment."""
        district = self.founded()
        if district is None:
            raise NotFound("there is no district yet; run `peersupports bootstrap`")
        return district

    def founded(self) -> District | None:
        return self.tx.session.scalars(select(District).limit(1)).first()

    def locked(self) -> District:
        """The district, while its rules are changed: two changes come one after the other."""
        return self.get(self.the().id)


class Policies(Repository[Policy]):
    kind = Policy

    @cached_property
    def newest(self) -> Policy:
        newest = select(func.max(policies.c.version)).scalar_subquery()
        found = self.tx.session.scalars(select(Policy).where(policies.c.version == newest)).first()
        if found is None:
            raise NotFound("there is no policy yet; run `peersupports bootstrap`")
        return found

    def enact(self, policy: Policy, contacts: tuple[FallbackContact, ...]) -> Policy:
        """Keep a new version; the persons it names are sealed."""
        policy.contacts = self.tx.seal("policy", policy.id, "contacts", CONTACTS.dump_json(contacts).decode())
        return self.add(policy)

    def contacts(self, policy: Policy) -> tuple[FallbackContact, ...]:
        return CONTACTS.validate_json(self.tx.unseal("policy", policy.id, "contacts", policy.contacts))
