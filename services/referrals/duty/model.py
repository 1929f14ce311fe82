"""Who can be called at one school, at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.referrals.clocks.model import Link
from shared.contracts.ids import StaffKey
from shared.contracts.schools import EscalationTarget

People = tuple[StaffKey, ...]


@dataclass(frozen=True)
class Duty:
    """The people of a school, each group in the order in which they are called. Nobody here has left."""

    on_shift: People = ()
    pathway: People = ()
    next_shift: People = ()
    counselors: People = ()
    coordinators: People = ()
    principals: People = ()
    district_leads: People = ()
    crisis_leads: People = ()

    def receiving(self) -> tuple[StaffKey | None, StaffKey | None]:
        """The owner and the back-up of a new referral: on shift, else the pathway, else whoever can be found."""
        found = self.everyone()
        return (found + (None, None))[0], (found + (None, None))[1]

    def in_place_of(self, gone: StaffKey | None, owner: StaffKey | None,
                    backup: StaffKey | None) -> tuple[StaffKey | None, StaffKey | None]:
        """Owner and back-up without the one who left: the back-up moves up, then the nearest follow."""
        stay = tuple(key for key in (owner, backup) if key and key != gone)
        found = tuple(key for key in _once(stay + self.everyone()) if key != gone)
        return (found + (None, None))[0], (found + (None, None))[1]

    def everyone(self) -> People:
        """All who could take a referral, the nearest first."""
        return _once(self.on_shift + self.pathway + self.next_shift + self.counselors
                     + self.coordinators + self.crisis_leads + self.district_leads)

    def holders(self, target: EscalationTarget, owner: StaffKey | None, backup: StaffKey | None) -> People:
        """Whom a link of a chain calls."""
        named = {EscalationTarget.OWNER: owner, EscalationTarget.BACKUP: backup}
        if target in named:
            return tuple(key for key in [named[target]] if key)
        return {
            EscalationTarget.NEXT_ON_ROTA: self.on_shift or self.pathway or self.next_shift,
            EscalationTarget.DESIGNEE: self.principals,
            EscalationTarget.COORDINATOR: self.coordinators,
            EscalationTarget.DISTRICT_LEAD: self.district_leads or self.crisis_leads,
            EscalationTarget.CRISIS_LEAD: self.crisis_leads or self.district_leads,
        }[target]

    def called_by(self, link: Link, chain: Sequence[Link], turn: int,
                  owner: StaffKey | None, backup: StaffKey | None) -> People:
        """Whom a link calls now. A link that finds nobody calls whoever comes after it: it never calls no one."""
        if link.repeats:
            people = self.in_turn([each.to for each in chain], owner, backup) or self.everyone()
            return people[(turn - 1) % len(people):][:1] if people else ()
        later = [each.to for each in chain[list(chain).index(link):]]
        groups = (self.holders(target, owner, backup) for target in later)
        return next((people for people in groups if people), self.everyone()[:1])

    def in_turn(self, targets: Iterable[EscalationTarget], owner: StaffKey | None, backup: StaffKey | None) -> People:
        """One after the other: first those who have not been asked yet, the owner last."""
        called = _once(key for target in targets for key in self.holders(target, owner, backup))
        return tuple(key for key in called if key != owner) + tuple(key for key in called if key == owner)


def _once(keys: Iterable[StaffKey]) -> People:
    return tuple(dict.fromkeys(keys))
