"""`python -m deploy.local up|down|status|logs|reset`: what `make run` and `make stop` call."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from deploy.local.local import ROOT, Local
from deploy.local.processes import Notebook
from deploy.local.show import Progress, ready_block
from deploy.local.trouble import Trouble

RUN = Path(os.environ.get("PEERSUPPORTS_RUN", ROOT / ".run")).absolute()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local")
    parser.add_argument("verb", choices=("up", "down", "status", "logs", "reset", "supervise"))
    given = parser.parse_args()
    try:
        return int(globals()[given.verb]())
    except Trouble as trouble:
        print(f"\n  {trouble}\n\n  What to do: {trouble.advice}\n", file=sys.stderr)
        return 1


def up() -> int:
    """Start everything and say how to use it; when it runs already, say that."""
    with only_one():
        if running():
            print(ready_block(RUN, again=True))
            return 0
        state = RUN / "up.json"
        state.unlink(missing_ok=True)
        began = time.monotonic()
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "supervise"], cwd=ROOT, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PEERSUPPORTS_RUN": str(RUN), "PYTHONUNBUFFERED": "1"})
        try:
            ended_well = Progress(began).follow(supervisor)
        except KeyboardInterrupt:
            print("\n  stopping what was started …", flush=True)
            supervisor.terminate()
            supervisor.wait(60)
            return 130
        if not ended_well:
            supervisor.wait(60)
            return 1
        print(ready_block(RUN, seconds=time.monotonic() - began))
        return 0


def supervise() -> int:
    """The parent of all processes: starts them, restarts what dies, ends them when told."""
    (RUN / "logs").mkdir(parents=True, exist_ok=True)
    local = Local(RUN, say=lambda text: print(f"step {text}", flush=True))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told_to_stop)
    try:
        local.start(seed=os.environ.get("PEERSUPPORTS_DEMO", "1") != "0")
        (RUN / "up.json").write_text(json.dumps({"url": local.url, "mail": str(local.mail), "logs": str(local.logs)}))
    except (Trouble, Stop) as why:
        local.stop()
        if isinstance(why, Trouble):
            print(f"failed {json.dumps([str(why), why.advice])}", flush=True)
        return 1
    except BaseException:
        local.kill()
        raise
    print("ready", flush=True)
    into_log(RUN / "logs" / "supervisor.log")
    try:
        while (too_often := local.tend()) is None:
            time.sleep(0.5)
        print(f"{too_often} died five times in two minutes; stopping everything", flush=True)
        return 1
    except Stop:
        return 0
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: local.kill())      # told twice: at once
        (RUN / "up.json").unlink(missing_ok=True)
        local.stop()


class Stop(BaseException):
    """Somebody asked this product to end."""


def told_to_stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def into_log(path: Path) -> None:
    """The terminal is given back; what is said from now on lies in the log."""
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)


def down() -> int:
    """Stop in order; what does not go is ended."""
    notebook = Notebook(RUN / "processes.json")
    supervisor = next((noted for noted in notebook.alive() if noted.name == "supervisor"), None)
    if supervisor is None:
        left = notebook.end_leftovers()
        print(f"  ended what was left: {', '.join(left)}" if left else "  Peer Supports is not running.")
        return 0
    print("  stopping: gateway, services, relay, watchdog, RabbitMQ, PostgreSQL …", flush=True)
    os.kill(supervisor.pid, signal.SIGTERM)
    end = time.monotonic() + 120
    while supervisor.alive and time.monotonic() < end:
        time.sleep(0.1)
    left = notebook.end_leftovers()
    print("  Peer Supports is stopped." + (f" Ended by force: {', '.join(left)}." if left else ""))
    return 0


def status() -> int:
    """Which processes run and whether they are ready."""
    alive = Notebook(RUN / "processes.json").alive()
    if not alive:
        print("  Peer Supports is not running. `make run` starts it.")
        return 3
    ports = json.loads((RUN / "ports.json").read_text())
    local = Local(RUN)
    local.ports = type("P", (), ports)()        # only read
    for noted in alive:
        known = f"{noted.name}_metrics" in ports
        state = "" if not known else "ready" if local.ready(noted.name) else "NOT READY"
        print(f"  {noted.name:<18} {noted.pid:>8}  {state}")
    return 0


def logs() -> int:
    """Follow all logs."""
    files = sorted((RUN / "logs").glob("*.log"))
    return subprocess.call(["tail", "-n", "5", "-F", *map(str, files)]) if files else 0


def reset() -> int:
    """Stop, and throw away the data; what was downloaded stays."""
    down()
    for name in ("postgres", "broker", "mail", "logs", "secrets", "ports.json", "up.json"):
        path = RUN / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    print("  The sample district's data are gone; `make run` makes it anew.")
    return 0


def running() -> bool:
    names = {noted.name for noted in Notebook(RUN / "processes.json").alive()}
    return "supervisor" in names and (RUN / "up.json").exists()


@contextmanager
def only_one() -> Iterator[None]:
    """One `up` at a time for a run folder."""
    RUN.mkdir(parents=True, exist_ok=True)
    with (RUN / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble("another `make run` is starting it right now", "Wait for it, then run this again.") from None
        yield


if __name__ == "__main__":
    sys.exit(main())
