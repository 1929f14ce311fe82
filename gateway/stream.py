"""Server-sent events: one reader of the feed tells every open page what changed, and nothing of what it is."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from queue import Empty, Full, Queue
from uuid import UUID

import psycopg
from flask import Blueprint, Response, current_app, request
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from gateway import feed
from gateway.auth import Caller, allow, caller
from gateway.feed import Line
from gateway.store import sessions
from shared.messaging.connections import full_jitter

log = logging.getLogger(__name__)

stream = Blueprint("stream", __name__)

HELD = 64                   # a page that does not read this many lines is cut off, and comes back
BEAT_SECONDS = 15.0
READ_SECONDS = 10.0         # without NOTIFY
STREAMS_PER_SESSION = 3
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Sees = Callable[[Line], bool]


@dataclass(eq=False)
class Page:
    """One open page: what it may see, and what it has not been told yet. None ends it."""

    sees: Sees
    session_id: UUID | None = None
    signed_in: Callable[[], bool] = lambda: True
    waiting: Queue[Line | None] = field(default_factory=lambda: Queue(HELD))


class Feed:
    """The open pages of this process, and the one thread that reads the feed for all of them."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.engine, self.url = engine, url
        self.pages: dict[Page, None] = {}        # in the order in which they were opened
        self.position = 0
        self.lock, self.listening, self.stopping = threading.Lock(), threading.Event(), threading.Event()

    # --- pages ------------------------------------------------------------------------------------------------------

    def follow(self, page: Page, last_seen: int | None) -> Iterator[str]:
        """What a page is sent, from what it saw last until it leaves."""
        try:
            yield f"retry: 2000\n\n{self._beat()}"
            yield from self._missed(page, last_seen)
            yield from self._live(page)
        finally:
            self.leave(page)

    def join(self, page: Page) -> int:
        """From here on the page is told; what came before is replayed."""
        with self.lock:
            self.pages[page] = None
            return self.position

    def leave(self, page: Page) -> None:
        with self.lock:
            self.pages.pop(page, None)

    def make_room(self, session_id: UUID | None) -> None:
        """A session has three pages at most: the one opened longest ago ends, as a closed tab is noticed late."""
        theirs = [page for page in list(self.pages) if page.session_id == session_id]
        self._end(theirs[:max(0, len(theirs) - STREAMS_PER_SESSION + 1)])

    def end(self, session_id: UUID) -> None:
        """Somebody signed out: their pages hear no more."""
        self._end(page for page in list(self.pages) if page.session_id == session_id)

    def close(self) -> None:
        """End every page's stream, so that a stop does not wait for pages that never leave."""
        self.stopping.set()
        self._end(list(self.pages))

    def _end(self, pages: Iterator[Page] | list[Page]) -> None:
        for page in pages:
            self.leave(page)
            with suppress(Full):
                page.waiting.put_nowait(None)

    def _missed(self, page: Page, last_seen: int | None) -> Iterator[str]:
        """Everything since `last_seen`, or the word that the page must load its list again."""
        since = self.join(page)
        if last_seen is None or not feed.remembers(self.engine, last_seen):
            yield f"event: resync\nid: {since}\ndata: {{}}\n\n"
            return
        while last_seen < since:
            lines = [line for line in feed.after(self.engine, last_seen) if line.position <= since]
            if not lines:
                return
            yield from (told(line) for line in lines if page.sees(line))
            last_seen = lines[-1].position

    def _live(self, page: Page) -> Iterator[str]:
        beat_at = time.monotonic() + BEAT_SECONDS
        while page in self.pages:
            try:
                line = page.waiting.get(timeout=max(0.0, beat_at - time.monotonic()))
            except Empty:
                beat_at += BEAT_SECONDS
                if not page.signed_in():
                    return
                yield self._beat()
                continue
            if line is None:
                return
            yield told(line)

    def _beat(self) -> str:
        return f'event: beat\ndata: {json.dumps({"at": datetime.now(UTC).isoformat()})}\n\n'

    # --- the reader -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        threading.Thread(target=self._run, name="feed", daemon=True).start()

    def _run(self) -> None:
        attempt = 0
        while not self.stopping.is_set():
            try:
                with psycopg.connect(self.url, autocommit=True, application_name="feed") as db:
                    db.execute(f"LISTEN {feed.CHANNEL}")
                    if not self.position:
                        self.position = feed.newest(self.engine)
                    attempt = 0
                    self.listening.set()
                    self._read(db)
            except (psycopg.Error, SQLAlchemyError) as error:
                attempt += 1
                log.warning("the feed cannot be read: %s", type(error).__name__)
                self.stopping.wait(full_jitter(attempt))

    def _read(self, db: psycopg.Connection) -> None:
        while not self.stopping.is_set():
            while lines := feed.after(self.engine, self.position):
                for line in lines:
                    self._tell(line)
            for _ in db.notifies(timeout=READ_SECONDS, stop_after=1):
                pass

    def _tell(self, line: Line) -> None:
        with self.lock:
            self.position = line.position
            reading = [page for page in self.pages if page.sees(line)]
        for page in reading:
            try:
                page.waiting.put_nowait(line)
            except Full:
                self.leave(page)


def told(line: Line) -> str:
    """A line as a page reads it."""
    about = "referral_id" if line.topic == "referral_changed" else "school_id"
    data = {about: str(line.object_id), "version": line.version, "urgency": line.urgency}
    return f"event: {line.topic}\nid: {line.position}\ndata: {json.dumps(data)}\n\n"


def seen_by(who: Caller) -> Sees:
    """A line is for those who hold one of its roles at its school."""
    grants = who.grants

    def sees(line: Line) -> bool:
        return any(grant.role.value in line.audience and grant.covers(line.school_id) for grant in grants)
    return sees


def still_open(engine: Engine, session_id: UUID | None) -> bool:
    """Has the session behind a page not ended, here or at another gateway?"""
    theirs = select(sessions.c.id).where(sessions.c.id == session_id, sessions.c.expires_at > func.clock_timestamp())
    try:
        with engine.connect() as db:
            return db.execute(theirs).first() is not None
    except SQLAlchemyError:
        return True     # nobody is sent away because the database rests; no line comes meanwhile either


@stream.get("/stream", endpoint="page")
@stream.get("/api/v1/stream", endpoint="api")
@allow("stream.open", background=True)
def open_stream() -> Response:
    """What changes, as it changes: `referral_changed`, `rota_changed`, `resync`, and a `beat` every 15 s."""
    pages: Feed = current_app.extensions["feed"]
    who = caller()
    pages.make_room(who.session_id)
    seen = request.headers.get("Last-Event-ID", "")
    page = Page(seen_by(who), who.session_id, partial(still_open, pages.engine, who.session_id))
    return Response(
        pages.follow(page, int(seen) if seen.isdecimal() else None), mimetype="text/event-stream", headers=HEADERS)
