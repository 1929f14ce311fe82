"""Every noun that the gateway serves."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint

from gateway.about import about
from gateway.accounts import accounts, blueprints
from gateway.activities import activities
from gateway.concerns import concerns
from gateway.consents import consents
from gateway.crisis import crisis
from gateway.dashboards import dashboards
from gateway.descriptions import descriptions
from gateway.imports import imports
from gateway.matches import matches
from gateway.policy import policy
from gateway.programs import programs
from gateway.referrals import referrals
from gateway.routing import Noun
from gateway.schools import schools
from gateway.sessions import sessions
from gateway.staff import staff
from gateway.stream import stream
from gateway.students import students
from gateway.supporters import supporters
from gateway.today import today

NOUNS: Sequence[Noun] = (
    today, accounts, schools, imports, staff, policy, students, consents, programs, supporters, matches, sessions,
    concerns, activities, referrals, crisis, dashboards,
)
OTHERS: Sequence[Blueprint] = (*blueprints, about, stream, descriptions)
