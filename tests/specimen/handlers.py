"""What the specimen does with what it is asked and told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, text

from shared.domain import NotPossible, ParkNow
from shared.messaging.codec import Fact
from tests.specimen.contracts import NoteDown, NoteView, OneNote
from tests.specimen.transaction import Note, SpecimenTransaction, effects, orders

SLEEP = text("SELECT pg_sleep(:seconds)")


def note_down(command: NoteDown, tx: SpecimenTransaction) -> NoteView:
    if command.refuse:
        raise NotPossible(f"note {command.note_id} was told to refuse")
    if command.seconds:
        tx.session.execute(SLEEP, {"seconds": command.seconds})
    note = tx.notes.find(command.note_id) or tx.notes.add(Note(command.note_id, command.school_id))
    note.again(at=tx.now, announce=command.announce)
    return view_of(note)


def one_note(query: OneNote, tx: SpecimenTransaction) -> NoteView:
    return view_of(tx.notes.get(query.note_id))


def view_of(note: Note) -> NoteView:
    return NoteView(note_id=note.id, version=note.version, times=note.times)


def hear_staff(fact: Fact[Any], tx: SpecimenTransaction) -> None:
    obey([fact], "hear_staff", tx)


def hear_pathway(fact: Fact[Any], tx: SpecimenTransaction) -> None:
    obey([fact], "hear_pathway", tx)


def hear_pathway_too(fact: Fact[Any], tx: SpecimenTransaction) -> None:
    obey([fact], "hear_pathway_too", tx)


def count_students(facts: Sequence[Fact[Any]], tx: SpecimenTransaction) -> None:
    obey(facts, "count_students", tx)


def tick(tx: SpecimenTransaction) -> None:
    tx.session.execute(insert(effects).values(consumer="tick", message_id=None))


def obey(facts: Sequence[Fact[Any]], consumer: str, tx: SpecimenTransaction) -> None:
    """Note the effect, then do as ordered: by then there is something to roll back."""
    ids = [fact.id for fact in facts]
    tx.session.execute(insert(effects), [{"consumer": consumer, "message_id": id} for id in ids])
    for order in tx.session.execute(select(orders).where(orders.c.message_id.in_(ids))):
        if order.verb == "wait":
            tx.session.execute(SLEEP, {"seconds": order.seconds})
        if order.verb == "raise":
            raise ValueError("as ordered, and this text must never be seen")
        if order.verb == "refuse":
            raise NotPossible("as ordered")
        if order.verb == "park":
            raise ParkNow("as_ordered")


