"""One message to schools, one transaction: its repositories."""

from __future__ import annotations

from functools import cached_property

from services.schools import schema
from services.schools.district.store import Districts, Policies
from services.schools.imports.store import Imports
from services.schools.people.store import Pathways, Rotas, Staff
from services.schools.roster.store import Consents, Students
from services.schools.sites.store import Calendars, Schools
from shared.tables import machinery
from shared.work import Transaction

metadata = schema.metadata
machinery(metadata)


class SchoolsTransaction(Transaction):
    metadata = schema.metadata

    @cached_property
    def districts(self) -> Districts:
        return Districts(self)

    @cached_property
    def policies(self) -> Policies:
        return Policies(self)

    @cached_property
    def schools(self) -> Schools:
        return Schools(self)

    @cached_property
    def calendars(self) -> Calendars:
        return Calendars(self)

    @cached_property
    def staff(self) -> Staff:
        return Staff(self)

    @cached_property
    def rotas(self) -> Rotas:
        return Rotas(self)

    @cached_property
    def pathways(self) -> Pathways:
        return Pathways(self)

    @cached_property
    def students(self) -> Students:
        return Students(self)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self)

    @cached_property
    def imports(self) -> Imports:
        return Imports(self)
