"""What waits for the reader: staff see lines of work, a peer supporter their own page."""

from __future__ import annotations

from flask import request

from gateway.asking import ask, look_up
from gateway.auth import allow, caller
from gateway.routing import Noun
from gateway.showing import page
from shared.contracts.codes import Role
from shared.contracts.ids import ActorKey, SchoolId
from shared.contracts.interventions import MyDay, MyDayView, TasksOf, TasksView
from shared.contracts.messages import View
from shared.security.principal import Grant

today = Noun("today")


NOTHING = MyDayView(roles=(), matches=(), next_session=None, to_document=(), concerns=())


class GrantView(View):
    """A role, and the schools it is held in; None is the whole district."""

    role: Role
    school_ids: tuple[SchoolId, ...] | None

    @classmethod
    def of(cls, grant: Grant) -> GrantView:
        schools = None if grant.schools is None else tuple(map(SchoolId, sorted(grant.schools)))
        return cls(role=grant.role, school_ids=schools)


class MeView(MyDayView):
    """Who I am here, and, for a peer supporter, what comes next. Staff find their work under /tasks."""

    actor_key: ActorKey
    kind: str
    grants: tuple[GrantView, ...]


@today.get("/tasks")
@allow("tasks.view")
def tasks(question: TasksOf) -> TasksView:
    """What waits for the caller, in their roles and schools."""
    return ask(question)


@today.get("/me")
@allow("me.view")
def me() -> MeView:
    """Who I am here and, for a peer supporter, what comes next."""
    who = caller()
    day = look_up(MyDay()) if Role.PEER_SUPPORTER in who.roles else NOTHING
    return MeView(
        actor_key=ActorKey(who.key), kind=who.kind, grants=tuple(map(GrantView.of, who.grants)), **dict(day))


@today.page("/today")
@allow("tasks.view")
def tasks_page() -> str:
    return page("today.html", tasks=ask(TasksOf()))


@today.page("/me")
@allow("me.view")
def my_page() -> str:
    return page("me.html", day=ask(MyDay()), saved="saved" in request.args)
