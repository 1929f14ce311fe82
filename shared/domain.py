"""What an aggregate is, and how the domain says no."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from shared.contracts.messages import Event


class Aggregate:
    """A thing with an identity, a version and a memory of what just happened to it.

    Subclasses are dataclasses with `eq=False` and at least `id`, `school_id` (None: district-wide) and `version`.
    """

    id: UUID
    school_id: UUID | None
    version: int

    def record(self, event: Event) -> None:
        """Remember what happened; the transaction announces it when it commits."""
        self._events().append(event)

    def recorded(self) -> list[Event]:
        """Hand over what happened since the last time, oldest first."""
        events, self.__dict__["_recorded"] = self._events(), []
        return events

    def ties(self, actor: UUID) -> Iterable[str]:
        """How this actor is tied to this thing beyond its school: any of own, assigned, match, program."""
        return ()

    def _events(self) -> list[Event]:
        # The mapper makes loaded objects without __init__, so the list is made when it is first needed.
        events: list[Event] = self.__dict__.setdefault("_recorded", [])
        return events


class Refused(Exception):
    """The domain's final no. `code` is stable; the sentence names the thing and its state, never a person."""

    code = "refused"

    def __init__(self, detail: str, **more: object) -> None:
        super().__init__(detail)
        self.detail, self.more = detail, more


class Invalid(Refused):
    """What was sent cannot be right; `errors` names each place: [{pointer, code, message}]."""

    code = "invalid"


class Forbidden(Refused):
    """The caller's role does not include this action."""

    code = "forbidden"


class NotFound(Refused):
    """There is no such thing, or it is out of the caller's scope: the answer is the same."""

    code = "not_found"


class NotPossible(Refused):
    """The thing's state does not allow this step."""

    code = "not_possible"


class GateUnmet(Refused):
    """Something must be true first; `unmet` lists the gates by code."""

    code = "gate_unmet"


class Duplicate(Refused):
    """It exists already."""

    code = "duplicate"


class Stale(Refused):
    """The caller acted on an older version than the stored one."""

    code = "stale"


class KeyReused(Refused):
    """The idempotency key came before, with another request."""

    code = "key_reused"


class ParkNow(Exception):
    """A message that no retry will help: keep it for a person, now."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
