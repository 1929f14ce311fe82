"""The command line. It imports nothing of ours at the top: what a process patches, it patches first."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any


def main() -> None:
    given = arguments().parse_args()
    given.run(given)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="peersupports", description="Peer Supports, one process at a time.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for run, arguments in VERBS.items():
        verb = verbs.add_parser(run.__name__.replace("_", "-"), help=run.__doc__, description=run.__doc__)
        verb.set_defaults(run=run)
        for name, options in arguments.items():
            verb.add_argument(name, **options)
    return parser


def gateway(given: argparse.Namespace) -> None:
    """Pages and JSON, served by gunicorn."""
    from gevent import monkey

    monkey.patch_all()      # before anything of ours, or of others, has taken a socket
    from gateway.serving import serve

    serve()


def service(given: argparse.Namespace) -> None:
    """Host services in this process."""
    green()
    from importlib import import_module

    from shared.hosting import host

    host(*(import_module(f"services.{name}.service").SERVICE for name in given.names))


def green() -> None:
    """Make this process cooperative, before anything of ours is imported."""
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")    # the resolver of the system, and its search list
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"         # the wait that eventlet can make cooperative
    import warnings

    warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
    import eventlet

    eventlet.monkey_patch()


def relay(given: argparse.Namespace) -> None:
    """Carry the outboxes of services to the broker."""
    from shared.messaging.relaying import run

    run(given.names)


def watchdog(given: argparse.Namespace) -> None:
    """Watch the clocks of referrals and tell people."""
    from services.referrals.watchdog import run

    run()


def migrate(given: argparse.Namespace) -> None:
    """Bring schemas to their newest form, and roles to their rights."""
    from shared.migrating import migrate
    from shared.settings import Settings

    migrate(Settings.read(), tuple(given.names))


def topology(given: argparse.Namespace) -> None:
    """Make the exchanges and queues, or list what differs."""
    from shared.messaging import provisioning
    from shared.settings import Settings

    sys.exit({"apply": provisioning.apply, "check": provisioning.check}[given.what](Settings.read()))


def health(given: argparse.Namespace) -> None:
    """Is the process behind the metrics port ready? Exit 1 if not."""
    from shared.health import ask
    from shared.settings import Settings

    sys.exit(ask(Settings.read()))


def inbox(given: argparse.Namespace) -> None:
    """List, show, try again or discard the messages that wait for a person."""
    from shared.messaging.parked import main

    sys.exit(main(given))


def audit(given: argparse.Namespace) -> None:
    """Verify the chains of the audit log; exit 1 at the first break."""
    from shared.auditing import verify
    from shared.settings import Settings

    sys.exit(verify(Settings.read(), given.service))


def bootstrap(given: argparse.Namespace) -> None:
    """Found the district and its first lead, once."""
    from deploy.local.founding import bootstrap

    bootstrap(name=given.name, leaid=given.leaid, state=given.state, zone=given.zone)


def seed_demo(given: argparse.Namespace) -> None:
    """Fill the sample district through the public API."""
    from deploy.local.founding import seed

    seed()


NAMES: dict[str, dict[str, Any]] = {"names": {"nargs": "+", "metavar": "SERVICE"}}
VERBS: dict[Callable[[argparse.Namespace], None], dict[str, dict[str, Any]]] = {
    gateway: {},
    service: NAMES,
    relay: NAMES,
    watchdog: {},
    migrate: {"names": {"nargs": "*", "metavar": "SCHEMA"}},
    topology: {"what": {"choices": ("apply", "check")}},
    health: {},
    inbox: {
        "what": {"choices": ("list", "show", "redrive", "discard")}, "--service": {"required": True},
        "--id": {}, "--type": {}, "--before": {"metavar": "TIME"}, "--reason": {"metavar": "CODE"},
        "--dry-run": {"action": "store_true"},
    },
    audit: {"what": {"choices": ("verify",)}, "--service": {"action": "append"}},
    bootstrap: {f"--{what}": {} for what in ("name", "leaid", "state", "zone")},
    seed_demo: {},
}


if __name__ == "__main__":
    main()
