"""A RabbitMQ of our own: found or unpacked without root, its own node on its own ports."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import amqp

from deploy.local.ports import Ports
from deploy.local.trouble import Trouble
from deploy.rabbitmq.definitions import VHOST, definitions

CONF = """\
listeners.tcp.1 = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = {broker_metrics}
loopback_users = none
load_definitions = {folder}/definitions.json
disk_free_limit.absolute = 500MB
vm_memory_high_watermark.relative = 0.6
management_agent.disable_metrics_collector = false
log.file.level = warning
"""
NODE = "peersupports@localhost"


@dataclass
class RabbitMQ:
    """A node whose files lie in `folder`; `sbin` holds the server's scripts, `erlang` its own Erlang or None."""

    folder: Path
    ports: Ports
    passwords: Mapping[str, str]
    sbin: Path
    erlang: Path | None
    came: str
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_secret(self.folder / "definitions.json", json.dumps(definitions(self.passwords)))
        (self.folder / "rabbitmq.conf").write_text(CONF.format(folder=self.folder, **vars(self.ports)))
        (self.folder / "plugins").write_text("[rabbitmq_management,rabbitmq_prometheus].\n")
        with (self.folder / "server.log").open("ab") as out:
            self.process = subprocess.Popen([self.sbin / "rabbitmq-server"], env=self.environment, stdout=out,
                                            stderr=out, stdin=subprocess.DEVNULL, start_new_session=True, cwd="/")

    @property
    def environment(self) -> dict[str, str]:
        base, path = self.folder, [str(self.sbin)]
        own = {}
        if self.erlang:
            own["ERL_ROOTDIR"] = str(self.erlang)
            path.append(str(self.erlang / "bin"))
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("RABBITMQ", "ERL_"))}
        return {
            **inherited, **own, "PATH": ":".join([*path, os.environ.get("PATH", "/usr/bin:/bin")]),
            "HOME": str(base), "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_DIST_PORT": str(self.ports.distribution),
            "ERL_EPMD_PORT": str(self.ports.epmd), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": str(base / "data"), "RABBITMQ_LOG_BASE": str(base / "log"),
            "RABBITMQ_PID_FILE": str(base / "pid"), "RABBITMQ_ENABLED_PLUGINS_FILE": str(base / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(base / "rabbitmq.conf"), "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
            "LC_ALL": "C.UTF-8",
        }

    def wait(self, seconds: float = 90.0) -> None:
        """Until a user can sign in and the definitions are there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process is not None and self.process.poll() is not None:
                break
            try:
                self.api("GET", "vhosts/%2Fpeersupports")
                self.sign_in()
                return
            except (OSError, ValueError, amqp.exceptions.AMQPError):
                time.sleep(0.25)
        raise Trouble("RabbitMQ did not become ready", f"Read {self.folder / 'server.log'} and {self.folder / 'log'}.")

    def sign_in(self) -> None:
        connection = amqp.Connection(f"127.0.0.1:{self.ports.amqp}", "admin", self.passwords["admin"],
                                     virtual_host=VHOST, connect_timeout=2)
        connection.connect()
        connection.close()

    @property
    def pid(self) -> int | None:
        """The node's own process, not the script that started it."""
        try:
            return int((self.folder / "pid").read_text())
        except (OSError, ValueError):
            return None

    def stop(self) -> None:
        self._signal(signal.SIGTERM)
        if self.process is not None:
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        self._end_name_server()

    def kill(self) -> None:
        """End the node as a power cut would."""
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(10)
        self._end_name_server()

    def _end_name_server(self) -> None:
        """epmd outlives the node that started it; it is ours alone, on a port of its own."""
        subprocess.run([self._epmd(), "-port", str(self.ports.epmd), "-kill"], env=self.environment,
                       capture_output=True)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _epmd(self) -> str:
        own = sorted(self.erlang.glob("erts-*/bin/epmd")) if self.erlang else []
        return str(own[-1]) if own else shutil.which("epmd") or "epmd"

    def url(self, user: str, vhost: str = "%2Fpeersupports") -> str:
        return f"amqp://{user}:{self.passwords[user]}@127.0.0.1:{self.ports.amqp}/{vhost}"

    def api(self, method: str, path: str, body: object = None) -> object:
        """Ask the management interface, as the local administrator."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports.management}/api/{path}", method=method,
            data=None if body is None else json.dumps(body).encode(), headers={
                "content-type": "application/json",
                "authorization": "Basic " + b64encode(f"admin:{self.passwords['admin']}".encode()).decode(),
            })
        with urllib.request.urlopen(request, timeout=5) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def write_secret(path: Path, text: str) -> None:
    path.touch(0o600)
    path.chmod(0o600)
    path.write_text(text)


def find(folder: Path, cache: Path, ports: Ports, passwords: Mapping[str, str]) -> RabbitMQ:
    """The first RabbitMQ that works here: installed, unpacked before, or unpacked now from Debian's packages."""
    if os.environ.get("PEERSUPPORTS_RABBITMQ") != "unpacked":
        for sbin in installed():
            return RabbitMQ(folder, ports, passwords, sbin, None, "installed")
    if not (cache / "root").exists():
        unpack(cache)
    root = cache / "root"
    sbin = sorted(root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin"))[-1]
    return RabbitMQ(folder, ports, passwords, sbin, root / "usr/lib/erlang", "unpacked")


def installed() -> list[Path]:
    on_path = shutil.which("rabbitmq-server")
    places = [Path("/usr/lib/rabbitmq/bin"), Path("/opt/homebrew/opt/rabbitmq/sbin"),
              Path("/usr/local/opt/rabbitmq/sbin")]
    # Debian's wrapper in /usr/sbin wants root; the real script lies beside it in /usr/lib.
    if on_path and not on_path.startswith("/usr/sbin"):
        places.append(Path(on_path).resolve().parent)
    return [place for place in places if (place / "rabbitmq-server").exists()]


def unpack(cache: Path) -> None:
    """Bring RabbitMQ and Erlang as Debian packages into `cache`, without installing anything."""
    if os.environ.get("PEERSUPPORTS_OFFLINE") == "1":
        raise Trouble("there is no RabbitMQ here and PEERSUPPORTS_OFFLINE=1 forbids fetching one", CHOICES)
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise Trouble("there is no RabbitMQ here and none can be unpacked on this system", CHOICES)
    print("  fetching RabbitMQ (33 MB, once)", flush=True)
    cache = cache.absolute()
    for part in ("state/lists/partial", "cache/archives/partial", "deb"):
        (cache / part).mkdir(parents=True, exist_ok=True)
    new = cache / "new"
    shutil.rmtree(new, ignore_errors=True)
    apt = ["-o", f"Dir::State={cache}/state", "-o", "Dir::State::status=/var/lib/dpkg/status",
           "-o", f"Dir::Cache={cache}/cache", "-o", "APT::Sandbox::User=root"]
    run(cache, ["apt-get", *apt, "update"])
    without = [f"--no-{kind}" for kind in
               ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]
    closure = run(cache, ["apt-cache", *apt, "depends", "--recurse", *without, "rabbitmq-server"])
    names = sorted(set(re.findall(r"^(erlang-\S+|rabbitmq-server)$", closure, re.MULTILINE)))
    run(cache / "deb", ["apt-get", *apt, "download", *names])
    for package in sorted((cache / "deb").glob("*.deb")):
        run(cache, ["dpkg", "-x", str(package), str(new)])
    starter = new / "usr/lib/erlang/bin/erl"
    starter.write_text(re.sub(r"ROOTDIR=/usr/lib/erlang$", 'ROOTDIR="${ERL_ROOTDIR:?}"', starter.read_text(),
                              flags=re.MULTILINE))
    prove(new)
    new.rename(cache / "root")
    shutil.rmtree(cache / "deb")


def prove(new: Path) -> None:
    """Erlang starts and finds its libraries, or the one that is missing is named."""
    done = subprocess.run(
        [new / "usr/lib/erlang/bin/erl", "-noshell", "-eval", "crypto:start(), halt()."],
        env={**os.environ, "ERL_ROOTDIR": str(new / "usr/lib/erlang")}, capture_output=True, text=True)
    if done.returncode:
        missing = re.search(r"(lib\S+\.so\S*): cannot open", done.stdout + done.stderr)
        raise Trouble(f"the unpacked Erlang does not start (missing {missing[1] if missing else 'something'})", CHOICES)


def run(folder: Path, command: list[str]) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise Trouble(f"{command[0]} failed: {said}", CHOICES)
    return done.stdout


CHOICES = ("Install RabbitMQ 3.10 or newer (apt install rabbitmq-server, brew install rabbitmq), "
           "then run this again. It is only used, never changed: our node has its own ports and files.")
