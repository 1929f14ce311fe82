"""Which keys on a page are keys of persons, told by the types of the contracts."""

from __future__ import annotations

from uuid import UUID, uuid4

from gateway.names import keys_in
from shared.contracts.ids import ActorKey, SchoolId, StaffKey, StudentKey
from shared.contracts.messages import Page, View


class Inner(View):
    actor_key: ActorKey
    school_id: SchoolId


class Shown(View):
    owner_key: StaffKey | None
    participant_keys: tuple[StudentKey, ...]
    lines: tuple[Inner, ...] = ()
    plain_id: UUID


def test_keys_are_found_through_lists_options_and_nested_views() -> None:
    owner, student, actor = uuid4(), uuid4(), uuid4()
    inner = Inner(actor_key=ActorKey(actor), school_id=SchoolId(uuid4()))
    shown = Shown(owner_key=StaffKey(owner), participant_keys=(StudentKey(student),), lines=(inner,), plain_id=uuid4())

    found = set(keys_in({"queue": Page[Shown](items=(shown,)), "view": "waiting"}))

    assert found == {(StaffKey, owner), (StudentKey, student), (ActorKey, actor)}


def test_what_is_absent_has_no_key() -> None:
    shown = Shown(owner_key=None, participant_keys=(), plain_id=uuid4())

    assert list(keys_in(shown)) == []
