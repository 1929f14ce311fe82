"""What the specimen can be asked."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.messages import Request, View


class NoteView(View):
    note_id: UUID
    version: int
    times: int


class NoteDown(Request[NoteView]):
    """Write something down, or write it down once more."""

    note_id: UUID
    school_id: UUID
    seconds: float = 0
    announce: int = 1
    refuse: bool = False


class OneNote(Request[NoteView]):
    """What stands in a note."""

    note_id: UUID
