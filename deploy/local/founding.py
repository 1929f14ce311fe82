"""The first two things of a new product: its district, and the way in for the district's lead."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from deploy.local import sample
from deploy.local.people import PEOPLE
from deploy.local.seed import Seed
from deploy.local.trouble import Trouble
from gateway.accounts.founding import found
from shared.contracts.schools import DistrictView, FoundDistrict
from shared.messaging.rpc import RpcClient
from shared.security.principal import GATEWAY, Signer
from shared.settings import Settings


def bootstrap(name: str | None, leaid: str | None, state: str | None, zone: str | None) -> None:
    """Found the district (the sample's, where nothing else is said) and let its first lead in; again is harmless."""
    settings, lead = Settings.read(), PEOPLE[0]
    district = ask(settings, FoundDistrict(
        district_id=settings.district_id, name=name or sample.DISTRICT_NAME, nces_leaid=leaid or sample.LEAID,
        state=state or "CA", tz=zone or sample.ZONE, crisis_phone="+1 555 0199", lead_given_name=lead.given_name,
        lead_family_name=lead.family_name, lead_email=f"{lead.sign_in_name}@rioverde.example",
        lead_phone="+1 555 0100"))
    found(settings, district.lead_key, lead.sign_in_name, settings.secret("demo_password"))


def seed() -> None:
    """Bring the sample district to life."""
    settings = Settings.read()
    Seed(settings.base_url, settings.secret("demo_password")).run()


def ask(settings: Settings, request: FoundDistrict) -> DistrictView:
    """Ask the schools service as the gateway itself does, with a key that makes asking again harmless."""
    rpc = RpcClient(settings.broker(GATEWAY), GATEWAY)
    try:
        rpc.connected.wait(10)
        reply: dict[str, Any] = rpc.ask(request.owner(), request.wire_name(), {
            "request": request.model_dump(mode="json"), "correlation_id": "bootstrap",
            "principal": Signer.of(GATEWAY, settings.secrets).mint_own(request.owner(), request_id=str(uuid4())),
            "key": str(uuid5(NAMESPACE_URL, f"found:{settings.district_id}"))}, timeout=20)
    finally:
        rpc.close()
    if "view" not in reply:
        raise Trouble(f"the district could not be founded: {reply['refused']['code']}", "Look into schools.log.")
    return DistrictView.model_validate(reply["view"])
