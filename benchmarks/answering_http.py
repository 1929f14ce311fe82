"""A peer: the schools service's own answer to one question, behind HTTP instead of the broker."""

from __future__ import annotations

from flask import Flask, request

from services.schools.sites.handlers import school_names
from services.schools.transaction import SchoolsTransaction
from shared.answering import Answering, Method, Reply
from shared.entrypoints import CONNECTIONS
from shared.security.principal import Verifier
from shared.settings import Settings
from shared.work import Database


def application() -> Flask:
    settings = Settings.read()
    database = Database(settings, "schools", SchoolsTransaction, pool_size=CONNECTIONS)
    answering = Answering(database, Verifier("schools", settings.secrets))
    method = Method.of(school_names, "school.names", changes=False)
    app = Flask(__name__)

    def answer() -> Reply:
        return answering.answer(method, request.get_json())

    app.add_url_rule(f"/schools/{method.name}", view_func=answer, methods=["POST"])
    return app
