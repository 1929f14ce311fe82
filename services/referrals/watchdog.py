"""Watches the clocks of referrals and tells people, straight from the database: it needs no broker and imports none."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from time import monotonic, time
from uuid import uuid4

from services.referrals import watching
from services.referrals.clocks.escalating import escalate_what_is_due
from services.referrals.notices.sending import send_what_waits
from services.referrals.transaction import ReferralsTransaction
from shared import crash_points, logs
from shared.channels import Mail, Sender
from shared.contracts.referrals import Channel
from shared.crash_points import crash_point
from shared.health import serve_health
from shared.schema import SchemaCheck
from shared.settings import Settings
from shared.work import Database, Errand

log = logging.getLogger(__name__)

TICK, MEASURE, LATE = 1.0, 5.0, 15.0        # seconds


class Watchdog:
    """Looks once a second. Any number may watch: a clock that one has locked the others pass by."""

    def __init__(self, settings: Settings, senders: Mapping[Channel, Sender] | None = None) -> None:
        self.id, self.settings = uuid4(), settings
        self.database = Database(settings, "referrals", ReferralsTransaction, role="worker", pool_size=4)
        self.senders = dict(senders or {Channel.MAIL: Mail(settings.smtp_url)})
        self.schema = SchemaCheck(self.database.engine, "referrals")
        self.stopping = threading.Event()
        self.looked = 0.0

    def run(self) -> None:
        """Until it is stopped. Notices have a thread of their own: a slow mail server delays no clock."""
        threads = [threading.Thread(target=self._again, args=job, name=job[0].__name__)
                   for job in ((self.look, TICK), (self.send, TICK), (self.measure, MEASURE))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.database.engine.dispose()

    def stop(self) -> None:
        self.stopping.set()

    def look(self) -> int:
        """Call for every clock that has run out; how many steps were taken."""
        with self.database.begin(Errand.own("referrals", "watchdog.tick", place="tick")) as tx:
            tx.times.tick(self.id, tx.now)
        steps, last = 0, self.escalate()
        while last:
            steps, last = steps + last, self.escalate()
        self.looked = time()
        watching.LAST_TICK.set(self.looked)
        return steps

    def escalate(self) -> int:
        """One transaction: steps, notices, events, audit and the next times together."""
        with self.database.begin(Errand.own("referrals", "referral.escalate", place="watchdog")) as tx:
            done = escalate_what_is_due(tx)
            for referral, *_ in done:
                tx.saw("referral", referral.id, student=referral.student_key, school=referral.school_id)
        crash_point("watchdog.after_commit")
        for referral, kind, _, breached in done:
            watching.ESCALATIONS.labels(referral.urgency, kind).inc()
            if breached:
                watching.BREACHES.labels(referral.urgency, kind).inc()
        return len(done)

    def send(self) -> int:
        """Send the notices that wait; how many were tried."""
        tried = 0
        while sent := send_what_waits(self.database, self.senders, self.settings.base_url):
            for channel, outcome in sent:
                watching.NOTICES.labels(channel, outcome).inc()
            tried += len(sent)
        return tried

    def measure(self) -> None:
        with self.database.engine.connect() as db:
            watching.measure(db)

    def troubles(self) -> Mapping[str, str]:
        late = {} if time() - self.looked < LATE else {"clocks": f"not looked at for {LATE:g} s"}
        return {**self.schema.troubles(), **late}

    def _again(self, do: Callable[[], object], seconds: float) -> None:
        while not self.stopping.is_set():
            started = monotonic()
            try:
                do()
            except Exception as error:
                # Whatever it was, the next look may succeed; a watchdog that gives up watches nobody.
                log.error("%s failed", do.__name__, exc_info=error)
            self.stopping.wait(max(0.05, seconds - (monotonic() - started)))


def run() -> None:
    """The process `peersupports watchdog`."""
    settings = Settings.read()
    logs.configure(settings, "watchdog")
    crash_points.arm(settings)
    watchdog = Watchdog(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: watchdog.stop())
    serve_health(settings, watchdog.troubles)
    log.info("watching")
    watchdog.run()
    log.info("stopped")
