"""Our gateway, with one public question that travels to its service by the way the address names."""

from __future__ import annotations

import os
from typing import Any

import urllib3
from flask import Blueprint, Flask, request
from nameko.standalone.rpc import ClusterRpcProxy

from benchmarks.ground import OVER_HTTP
from gateway import auth
from gateway.app import create_app
from gateway.asking import Send, ask
from shared.contracts.schools import SchoolNames
from shared.messaging.rpc import RpcClient
from shared.settings import Settings

api = Blueprint("bench", __name__)


@api.get("/bench/<way>")
@auth.allow("school.names")
def names(way: str) -> dict[str, Any]:
    return ask(SchoolNames()).model_dump(mode="json")


def application() -> Flask:
    settings = Settings.read()
    rpc = RpcClient(settings.broker("gateway"), name="gateway")
    ways: dict[str, Send] = {"rpc": rpc.ask, "proxy": proxied(settings), "http": called(os.environ[OVER_HTTP])}
    app = create_app(settings, lambda *asked: ways[(request.view_args or {})["way"]](*asked))
    app.register_blueprint(api)
    rpc.connected.wait(10)
    return app


def proxied(settings: Settings) -> Send:
    """A peer: nameko's own client, made for each request as its documentation shows."""
    config = {"AMQP_URI": settings.broker("topology")}

    def send(service: str, method: str, envelope: dict[str, Any], deadline: float) -> dict[str, Any]:
        with ClusterRpcProxy(config, timeout=deadline) as services:
            reply: dict[str, Any] = getattr(services[service], method)(envelope)
        return reply

    return send


def called(address: str) -> Send:
    """A peer: a plain HTTP call over connections that are kept."""
    connections = urllib3.PoolManager(maxsize=16)

    def send(service: str, method: str, envelope: dict[str, Any], deadline: float) -> dict[str, Any]:
        answer = connections.request("POST", f"{address}/{service}/{method}", json=envelope, timeout=deadline)
        reply: dict[str, Any] = answer.json()
        return reply

    return send
