"""An account: the way in of one person, a member of the staff or a peer supporter."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shared.domain import Aggregate


@dataclass(eq=False)
class Account(Aggregate):
    """Staff belong to the district, so only the district gives them an account; a supporter's school gives theirs."""

    id: UUID
    actor_key: UUID
    kind: str
    school_id: UUID | None
    sign_in_name: str
    password_hash: str
    demo: bool
    active: bool = True
    version: int = 1
