"""Everything the specimen answers and hears."""

from shared.contracts.schools import PathwayChanged, RosterStudentChanged, StaffAssigned
from shared.entrypoints import Work, command, every, on, on_batch, query
from tests.specimen import handlers
from tests.specimen.transaction import SpecimenTransaction


class SpecimenService:
    name = "referrals"
    work = Work(SpecimenTransaction)

    note_down = command(handlers.note_down, allow="referral.acknowledge")
    one_note = query(handlers.one_note, allow="referral.view")
    hear_staff = on(StaffAssigned, handlers.hear_staff)
    hear_pathway = on(PathwayChanged, handlers.hear_pathway)
    hear_pathway_too = on(PathwayChanged, handlers.hear_pathway_too)
    count_students = on_batch({RosterStudentChanged: handlers.count_students})
    tick = every(1, handlers.tick, name="tick")
