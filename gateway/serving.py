"""The gateway's command. It imports nothing of ours: gunicorn's worker patches first, and loads the rest after that."""

from __future__ import annotations

import sys


def serve() -> None:
    """Hand the process over to gunicorn."""
    from gunicorn.app.wsgiapp import run

    sys.argv = ["gunicorn", "--config", "python:gateway.gunicorn_conf", "gateway.process:application()"]
    run()
