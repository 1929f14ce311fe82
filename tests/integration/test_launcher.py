"""The launcher: ports, processes that are never mistaken, roles and rights, mail that goes nowhere."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import amqp
import psycopg
import pytest

from deploy.local import ports
from deploy.local.processes import Child, Notebook, started_at
from deploy.local.trouble import Trouble
from tests.running import Servers


def test_a_taken_port_moves_to_its_neighbor(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]

        moved = ports.near(taken, set())

    assert taken < moved < taken + ports.NEAR


def test_an_asked_port_that_is_taken_stops_the_start_and_names_its_holder(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        monkeypatch.setenv("PEERSUPPORTS_PORT", str(holder.getsockname()[1]))

        with pytest.raises(Trouble, match="python"):
            ports.gateway_port(8080)


def test_the_ports_of_last_time_are_kept(tmp_path: Path) -> None:
    first = ports.choose(tmp_path / "ports.json", "free")
    first.save(tmp_path / "ports.json")

    assert ports.choose(tmp_path / "ports.json") == first


def test_a_leftover_is_ended_and_a_stranger_with_its_number_is_not(tmp_path: Path) -> None:
    left = a_sleeper(tmp_path, "left")
    stranger = a_sleeper(tmp_path, "stranger")
    notebook = Notebook(tmp_path / "processes.json")
    notebook.write({"left": left.pid, "stranger": stranger.pid})
    started = started_at(stranger.pid or 0)
    notebook.path.write_text(notebook.path.read_text().replace(f'"started": "{started}"', '"started": "1"', 1)
                             if started_at(left.pid or 0) != started else notebook.path.read_text())

    ended = notebook.end_leftovers()

    try:
        assert ended == ["left"]
        assert stranger.alive
    finally:
        stranger.kill()
        left.kill()


def test_a_child_that_dies_too_often_is_given_up(tmp_path: Path) -> None:
    child = a_sleeper(tmp_path, "fragile")
    child.kill()
    now = time.monotonic()

    waits = [child.died(now + second) for second in range(5)]

    assert waits == [1.0, 2.0, 4.0, 8.0, None]


def test_every_mail_becomes_a_file_and_goes_nowhere(servers: Servers) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Case 4711", "a@rioverde.example", "b@rioverde.example"
    message.set_content("https://127.0.0.1/referrals")

    with smtplib.SMTP("127.0.0.1", servers.local.ports.mail, timeout=5) as server:
        server.send_message(message)

    kept = [path.read_text() for path in servers.local.mail.glob("*.eml")]
    assert any("Case 4711" in text and "X-Envelope-To: b@rioverde.example" in text for text in kept)


@pytest.mark.parametrize("role", ["schools_app", "referrals_worker", "gateway_app"])
def test_a_role_reads_no_other_schema(servers: Servers, role: str) -> None:
    with psycopg.connect(servers.settings.database(role)) as database:
        for schema in ("schools", "interventions", "referrals", "metrics", "gateway"):
            usage = database.execute("select has_schema_privilege(%s, 'usage')", (schema,)).fetchone()
            assert usage == (role.startswith(schema),), f"{role} in {schema}"


def test_a_role_is_neither_owner_nor_superuser(servers: Servers) -> None:
    with psycopg.connect(servers.settings.database("referrals_app")) as database:
        rights = database.execute(
            "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user").fetchone()

    assert rights == (False, False, False)


def test_a_service_may_not_publish_for_another(servers: Servers) -> None:
    at = servers.local
    connection = amqp.Connection(f"127.0.0.1:{at.ports.amqp}", "metrics", at.secret("amqp_metrics"),
                                 virtual_host="/peersupports")
    connection.connect()
    try:
        with pytest.raises(amqp.exceptions.AccessRefused):
            connection.channel().exchange_declare("referrals.events", "topic", durable=True, auto_delete=False)
    finally:
        connection.close()


def a_sleeper(folder: Path, name: str) -> Child:
    child = Child(name, [sys.executable, "-c", "import time; time.sleep(60)"], {}, folder / f"{name}.log")
    child.start()
    assert isinstance(child.process, subprocess.Popen)
    time.sleep(0.05)
    return child
