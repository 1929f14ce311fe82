"""One running product: PostgreSQL, RabbitMQ, mail and all our processes, started in order and stopped in order."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from deploy.local import ports as port_choice
from deploy.local import postgres, rabbitmq
from deploy.local.processes import Child, Notebook
from deploy.local.trouble import Trouble
from deploy.postgres.roles import SERVICES, prepare

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "peersupports"
READY_WITHIN = 60.0
USUAL_PROCESSES = ("mail", *SERVICES, "relay", "watchdog", "gateway")

Say = Callable[[str], None]

class Local:
    """The product in `run_dir`. `wanted_ports` is `usual` for people, `free` for tests."""

    def __init__(self, run_dir: Path, wanted_ports: str = "usual", say: Say = lambda text: None,
                 environment: Mapping[str, str] | None = None) -> None:
        self.run_dir = run_dir.absolute()
        self.run_dir.mkdir(parents=True, exist_ok=True)
        self.wanted_ports, self.say = wanted_ports, say
        self.extra = dict(environment or {})
        self.notebook = Notebook(self.run_dir / "processes.json")
        self.children: dict[str, Child] = {}
        self.founding: tuple[str, ...] = ()
        self.stopping = threading.Event()
        self.again_at: dict[str, float] = {}

    # ------------------------------------------------------------------ places

    @property
    def secrets(self) -> Path:
        return self.run_dir / "secrets"

    @property
    def mail(self) -> Path:
        return self.run_dir / "mail"

    @property
    def logs(self) -> Path:
        return self.run_dir / "logs"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports.gateway}"

    @property
    def demo_password(self) -> str:
        return self.secret("demo_password")

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text().strip()

    def metrics_url(self, process: str) -> str:
        return f"http://127.0.0.1:{getattr(self.ports, process + '_metrics')}"

    # ------------------------------------------------------------------ start

    def start_servers(self) -> None:
        """PostgreSQL, RabbitMQ and the mail catcher, ready for use, with roles and schemas made."""
        self.notebook.end_leftovers()
        self._choose_ports()
        self._make_secrets()
        with ThreadPoolExecutor(2) as both:
            broker = both.submit(self._start_broker)
            database = both.submit(self._start_database)
            self._start_mail()
            self._both(database, broker)
        self._note()

    def start(self, seed: bool = True) -> None:
        """Everything, from nothing to ready."""
        began = time.monotonic()
        self.start_servers()
        self.say("topology")
        self.job("topology", "topology", "apply")
        self.say("gateway, four services, relay, watchdog")
        for name in (*SERVICES, "relay", "watchdog", "gateway"):
            self.start_process(name)
        self._note()
        self.wait_ready()
        self.job("gateway", "bootstrap", *self.founding)
        if seed:
            self.say("sample district")
            self.job("gateway", "seed-demo")
        self.seconds = time.monotonic() - began

    def _both(self, database: Future[None], broker: Future[None]) -> None:
        database.result()
        self.say("migrations")
        self.migrate()
        broker.result()

    def _choose_ports(self) -> None:
        if self.wanted_ports == "free" or self.notebook.read() == []:
            self.ports = port_choice.choose(self.run_dir / "ports.json", self.wanted_ports)
            self.ports.save(self.run_dir / "ports.json")

    def _make_secrets(self) -> None:
        from shared.security.secrets import make_secrets
        self.secrets.mkdir(mode=0o700, exist_ok=True)
        make_secrets(self.secrets)
        for name in ("pg_superuser", "amqp_admin"):
            if not (self.secrets / name).exists():
                rabbitmq.write_secret(self.secrets / name, secrets.token_urlsafe(24))

    def _start_database(self) -> None:
        self.postgres, came = postgres.find(self.run_dir / "postgres", self.ports.postgres, self.secret("pg_superuser"))
        self.say(f"PostgreSQL ({came})")
        self.postgres.make()
        self.postgres.start()
        prepare(self.postgres.url, DATABASE, self._passwords("pg_"))

    def _start_broker(self) -> None:
        self.broker = rabbitmq.find(self.run_dir / "broker", self.run_dir / "rabbitmq", self.ports,
                                    self._passwords("amqp_"))
        self.say(f"RabbitMQ ({self.broker.came})")
        self.broker.start()
        self.broker.wait()

    def _start_mail(self) -> None:
        self.children["mail"] = Child(
            "mail", [sys.executable, "-m", "deploy.local.mail", str(self.ports.mail), str(self.mail)],
            {**os.environ, "PYTHONPATH": str(ROOT)}, self.logs / "mail.log", grace=5, cwd=ROOT)
        self.children["mail"].start()

    def _passwords(self, prefix: str) -> dict[str, str]:
        return {path.name.removeprefix(prefix): path.read_text().strip() for path in self.secrets.glob(prefix + "*")}

    def migrate(self, *names: str) -> None:
        self.job("schools", "migrate", *names)

    def job(self, process: str, *verbs: str, allowed: float = 300.0) -> str:
        """Run one of our jobs to its end and return what it printed."""
        log = self.logs / f"job-{verbs[0]}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([sys.executable, "peersupports.py", *verbs], cwd=ROOT, env=self.environment(process),
                              capture_output=True, text=True, timeout=allowed, stdin=subprocess.DEVNULL)
        with log.open("a") as out:
            out.write(done.stdout + done.stderr)
        if done.returncode:
            said = (done.stdout + done.stderr).strip().splitlines()[-30:]
            raise Trouble(f"`peersupports {' '.join(verbs)}` failed (exit {done.returncode})\n" + "\n".join(said),
                          f"The whole output is in {log}.")
        return done.stdout

    def start_process(self, name: str, environment: Mapping[str, str] | None = None) -> Child:
        """Start one of ours by its name: a service, relay, watchdog or gateway."""
        verbs = {"relay": ["relay", *SERVICES], "watchdog": ["watchdog"], "gateway": ["gateway"]}
        child = Child(name, [sys.executable, "peersupports.py", *verbs.get(name, ["service", name])],
                      {**self.environment(name), **(environment or {})}, self.logs / f"{name}.log", cwd=ROOT)
        self.children[name] = child
        child.start()
        return child

    def environment(self, process: str) -> dict[str, str]:
        """What one of our processes is told; nothing of it is a secret, only where secrets lie."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("PEERSUPPORTS_")
                     or key in ("PEERSUPPORTS_DEMO", "PEERSUPPORTS_REAL_DATA")}
        metrics = getattr(self.ports, f"{process}_metrics", 0)
        return {
            **inherited, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
            "PEERSUPPORTS_DATABASE_URL": f"postgresql://127.0.0.1:{self.ports.postgres}/{DATABASE}",
            "PEERSUPPORTS_AMQP_URL": f"amqp://127.0.0.1:{self.ports.amqp}/%2Fpeersupports",
            "PEERSUPPORTS_MANAGEMENT_URL": f"http://127.0.0.1:{self.ports.management}",
            "PEERSUPPORTS_SMTP_URL": f"smtp://127.0.0.1:{self.ports.mail}",
            "PEERSUPPORTS_SECRETS": str(self.secrets), "PEERSUPPORTS_BASE_URL": self.url,
            "PEERSUPPORTS_METRICS_PORT": str(metrics), "PEERSUPPORTS_PORT": str(self.ports.gateway),
            "PEERSUPPORTS_ENVIRONMENT": "local",
            "PEERSUPPORTS_DEMO": os.environ.get("PEERSUPPORTS_DEMO", "1"),
            **self.extra,
        }

    # ------------------------------------------------------------------ ready

    def wait_ready(self, seconds: float = READY_WITHIN, *names: str) -> None:
        """Until `/readyz` of each of our processes says yes, or tell what the one that does not said last."""
        waiting = [name for name in names or self.children if name != "mail"]
        end = time.monotonic() + seconds
        while waiting and time.monotonic() < end:
            waiting = [name for name in waiting if not self.ready(name)]
            dead = [name for name in waiting if not self.children[name].alive]
            if dead:
                raise self._not_ready(dead[0], "stopped at once")
            time.sleep(0.1)
        if waiting:
            raise self._not_ready(waiting[0], f"was not ready after {seconds:.0f} s")

    def ready(self, name: str) -> bool:
        try:
            with urllib.request.urlopen(f"{self.metrics_url(name)}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _not_ready(self, name: str, how: str) -> Trouble:
        return Trouble(f"{name} {how}. Its last words:\n{self.children[name].last_lines()}",
                       f"Its log is {self.children[name].log}.")

    # ------------------------------------------------------------------ watch and stop

    def tend(self) -> str | None:
        """Restart what died; the name of a process that died too often, if any."""
        now = time.monotonic()
        for name, child in self.children.items():
            if not child.wanted or child.alive:
                continue
            if name not in self.again_at:
                wait = child.died(now)
                if wait is None:
                    return name
                self.again_at[name] = now + wait
            elif now >= self.again_at[name]:
                del self.again_at[name]
                child.start()
                self._note()
        return None

    def stop(self) -> None:
        """Gateway first, then services (they drain), relay, watchdog, mail, RabbitMQ, PostgreSQL."""
        self.stopping.set()
        for names in (("gateway",), SERVICES, ("relay",), ("watchdog", "mail")):
            self._stop_together([self.children[name] for name in names if name in self.children])
        if hasattr(self, "broker"):
            self.broker.stop()
        if hasattr(self, "postgres"):
            self.postgres.stop()
        self.notebook.path.unlink(missing_ok=True)

    def kill(self) -> None:
        """End all that we started, now."""
        for child in self.children.values():
            child.wanted = False
            child.kill()
        if hasattr(self, "broker"):
            self.broker.kill()
        if hasattr(self, "postgres"):
            self.postgres.stop("immediate")
        self.notebook.path.unlink(missing_ok=True)

    def _stop_together(self, children: list[Child]) -> None:
        if children:
            with ThreadPoolExecutor(len(children)) as together:
                list(together.map(Child.stop, children))

    def _note(self) -> None:
        pids: dict[str, int | None] = {"supervisor": os.getpid()} if self.wanted_ports == "usual" else {}
        pids |= {name: child.pid for name, child in self.children.items() if child.alive}
        pids["rabbitmq"] = self.broker.pid
        pids["rabbitmq script"] = self.broker.process.pid if self.broker.process else None
        pids["postgres"] = self.postgres.pid
        self.notebook.write(pids)
