"""How requests, events and time reach a service: the only room that knows nameko.

    class ReferralsService:
        name = "referrals"
        work = Work(ReferralsTransaction)
        acknowledge_referral = command(handlers.acknowledge_referral, allow="referral.acknowledge")
        open_referrals = query(handlers.open_referrals, allow="referral.list")
        receive_concern = on(ConcernRaised, handlers.receive_concern)
        digest = every(60, handlers.publish_digests, name="digest")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension, register_entrypoint

from shared.answering import Answering, Method
from shared.contracts.messages import Event
from shared.messaging.asking import Asking
from shared.messaging.hearing import DeadLetters, Hearer, Hearing
from shared.messaging.inbox import Archive
from shared.messaging.listens import LISTENS
from shared.messaging.requests import AT_ONCE, Requests
from shared.messaging.topology import PREFETCH
from shared.security.principal import Verifier
from shared.settings import Settings
from shared.timing import Job, Timers
from shared.work import Database, Transaction

# nameko's pool is shared by everything in a service and blocks the caller when it is full; a blocked reader sends no
# heartbeats. So it is as large as everything that can be in hand at once, two hearers of each event included.
WORKERS = AT_ONCE + 2 * sum(PREFETCH.values()) + DeadLetters.PREFETCH + 2
CONNECTIONS = 12
"""To the database. Workers beyond that wait for one; the server's hundred must do for every process."""

Handler = Callable[..., Any]


def command(handle: Handler, *, allow: str) -> Handler:
    """Answer a request that changes something: `handle(command, tx)` returns the view."""
    return _entrypoint(Answers(Method.of(handle, allow, changes=True)))


def query(handle: Handler, *, allow: str) -> Handler:
    """Answer a request that only asks."""
    return _entrypoint(Answers(Method.of(handle, allow, changes=False)))


def on(event: type[Event], handle: Handler) -> Handler:
    """Hear an event: `handle(fact, tx)`, once, acknowledged after its transaction."""
    return _entrypoint(Hears({event: handle}))


def on_batch(table: Mapping[type[Event], Handler], *, archive: Archive | None = None) -> Handler:
    """Hear many events at a time: up to 500 or 50 ms of them, one transaction, one acknowledgement.

    `archive(facts, tx)` keeps the facts that were not kept before and returns those; it hears every event of the
    service, also those without a handler. Facts of events that share a handler reach it together, as they came.
    """
    return _entrypoint(Hears(table, batch=True, archive=archive))


def every(seconds: float, handle: Handler, *, name: str) -> Handler:
    """Do something again and again: `handle(tx)`, in one replica at a time."""
    return _entrypoint(Comes(Job(name, seconds, handle)))


def _entrypoint(entrypoint: Entrypoint) -> Handler:
    def work(service: object, run: Callable[[], Any]) -> Any:
        return run()

    register_entrypoint(work, entrypoint)
    return work


class Work(DependencyProvider):  # type: ignore[misc]
    """The service's database; made when the service starts, not when it is imported."""

    def __init__(self, transaction: type[Transaction]) -> None:
        self.transaction = transaction

    def setup(self) -> None:
        settings, service = settings_of(self.container), self.container.service_name
        self.database = Database[Any](settings, service, self.transaction, pool_size=CONNECTIONS)
        self.asking = self.database.asking = Asking(settings, service)

    def stop(self) -> None:
        self.asking.close()
        self.database.engine.dispose()

    def get_dependency(self, worker_ctx: Any) -> Database[Any]:
        return self.database


class Desk(SharedExtension):  # type: ignore[misc]
    """Where everything that reaches a service arrives: its requests, its events and its timers."""

    def __init__(self) -> None:
        self.methods: dict[str, Answers] = {}
        self.hears: dict[str, Hears] = {}
        self.jobs: list[Job] = []
        self.requests: Requests | None = None
        self.hearing: Hearing | None = None
        self.timers: Timers | None = None

    def start(self) -> None:
        settings, service, database = self.settings, self.container.service_name, self.work.database
        if self.methods:
            answering = Answering(database, Verifier(service, settings.secrets))
            methods = {name: entrypoint.method for name, entrypoint in self.methods.items()}
            self.requests = Requests(settings.broker(service), answering, methods, self.answer)
            self.run(self.requests.consumer.run)
        if self.hears:
            hearers = [entrypoint.hearer() for entrypoint in self.hears.values()]
            self.hearing = Hearing(database, settings, service, hearers, self.hear)
            for thread in self.hearing.threads():
                self.run(thread)
        if self.jobs:
            self.timers = Timers(database, service, self.jobs)
            self.run(self.timers.run)

    def drain(self) -> None:
        if self.timers:
            self.timers.stop()
        if self.hearing:
            self.hearing.stop()
        if self.requests:
            self.requests.consumer.stop()

    def troubles(self) -> dict[str, str]:
        found = self.hearing.troubles() if self.hearing else {}
        if self.requests and self.requests.consumer.trouble:
            found[self.requests.consumer.queue.name] = self.requests.consumer.trouble
        return found

    def run(self, thread: Callable[[], None]) -> None:
        self.container.spawn_managed_thread(thread)

    def answer(self, method: Method, run: Callable[[], Any], then: Callable[[Any, BaseException | None], None]) -> None:
        self.spawn(self.methods[method.name], run, then)

    def hear(self, hearer: Hearer, run: Callable[[], None], then: Callable[[BaseException | None], None]) -> None:
        self.spawn(self.hears[hearer.name], run, lambda result, error: then(error))

    def spawn(self, entrypoint: Entrypoint, run: Callable[[], Any], then: Callable[[Any, Any], None]) -> None:
        """Run a worker; `then(result, error)` once its transaction is over."""
        def over(context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            then(result, exc_info and exc_info[1])
            return result, exc_info

        self.container.spawn_worker(entrypoint, (run,), {}, handle_result=over)

    @property
    def settings(self) -> Settings:
        return settings_of(self.container)

    @property
    def work(self) -> Work:
        (work,) = (each for each in self.container.dependencies if isinstance(each, Work))
        return work


class Arrives(Entrypoint):  # type: ignore[misc]
    """An entrypoint at the service's one desk."""

    desk = Desk()

    def stop(self) -> None:
        self.desk.drain()


class Answers(Arrives):
    def __init__(self, method: Method) -> None:
        self.method = method
        super().__init__()

    def setup(self) -> None:
        if self.method_name != self.method.name:
            raise TypeError(f"{self.method_name} answers {self.method.name}: the names must be the same")
        self.desk.methods[self.method_name] = self


class Hears(Arrives):
    def __init__(
        self, table: Mapping[type[Event], Handler], batch: bool = False, archive: Archive | None = None,
    ) -> None:
        self.table, self.batch, self.archive = table, batch, archive
        super().__init__()

    def setup(self) -> None:
        self.desk.hears[self.method_name] = self

    def hearer(self) -> Hearer:
        events = {event.wire_name(): event for event in self.events(self.container.service_name)}
        handle = partial(by_handler, self.table) if self.batch else next(iter(self.table.values()))
        return Hearer(self.method_name, events, handle, self.batch, self.archive)

    def events(self, service: str) -> tuple[type[Event], ...]:
        """What it hears; an archive hears all that the service listens to."""
        return LISTENS[service] if self.archive else tuple(self.table)


class Comes(Arrives):
    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__()

    def setup(self) -> None:
        self.desk.jobs.append(self.job)


def entrypoints_of(service: type) -> dict[str, Arrives]:
    """A service's table of contents, by name, without starting it."""
    return {name: entrypoint for name, found in vars(service).items()
            for entrypoint in getattr(found, "nameko_entrypoints", ()) if isinstance(entrypoint, Arrives)}


def by_handler(table: Mapping[type[Event], Handler], facts: Any, tx: Transaction) -> None:
    """Give each handler its facts, in the order in which they came."""
    shares: dict[Handler, list[Any]] = {}
    for fact in facts:
        if handle := table.get(type(fact.event)):
            shares.setdefault(handle, []).append(fact)
    for handle, share in shares.items():
        handle(share, tx)


def settings_of(container: Any) -> Settings:
    settings: Settings = container.config["settings"]
    return settings
