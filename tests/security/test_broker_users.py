"""What each user of the broker may do, proved by calls that pass and calls that are refused with 403."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

import amqp
import pytest

from deploy.rabbitmq.definitions import PERMISSIONS
from deploy.rabbitmq.definitions import VHOST as OURS
from shared.settings import SERVICES
from tests.running import Servers

VHOST = "/permissions"
QUEUES = [f"{service}.{lane}" for service in (*SERVICES, "gateway") for lane in ("urgent", "normal")]
REQUESTS = [f"rpc-{service}" for service in SERVICES]
EXCHANGES = [*(f"{service}.events" for service in SERVICES), "nameko-rpc"]

Act = Callable[[amqp.Channel], object]


@pytest.fixture(scope="module")
def broker(servers: Servers) -> Iterator[Servers]:
    """A virtual host with our queues and exchanges, and the rights that the definitions give."""
    place, api = quote(VHOST, safe=""), servers.local.broker.api
    api("PUT", f"vhosts/{place}")
    for user, (configure, write, read) in PERMISSIONS.items():
        api("PUT", f"permissions/{place}/{user}", {"configure": configure, "write": write, "read": read})
    api("PUT", f"permissions/{place}/admin", {"configure": ".*", "write": ".*", "read": ".*"})
    with connected(servers, "admin") as connection:
        channel = connection.channel()
        for name in EXCHANGES:
            channel.exchange_declare(name, "topic", durable=True, auto_delete=False)
        for name in (*QUEUES, *REQUESTS):
            channel.queue_declare(name, durable=True, auto_delete=False)
    yield servers
    api("DELETE", f"vhosts/{place}")


def connected(servers: Servers, user: str, password: str | None = None) -> amqp.Connection:
    connection = amqp.Connection(
        f"127.0.0.1:{servers.local.ports.amqp}", user, password or servers.local.broker.passwords[user],
        virtual_host=VHOST, confirm_publish=True)
    connection.connect()
    return connection


def publish(exchange: str) -> Act:
    return lambda channel: channel.basic_publish(amqp.Message("{}"), exchange, "anything")


def consume(queue: str) -> Act:
    return lambda channel: channel.basic_consume(queue)


def declare_queue(name: str) -> Act:
    return lambda channel: channel.queue_declare(name, durable=True, auto_delete=False)


def declare_exchange(name: str) -> Act:
    return lambda channel: channel.exchange_declare(name, "topic", durable=True, auto_delete=False)


def purge(queue: str) -> Act:
    return lambda channel: channel.queue_purge(queue)


def refused(servers: Servers, user: str, act: Act) -> bool:
    with connected(servers, user) as connection:
        try:
            act(connection.channel())
        except amqp.AccessRefused:      # 403
            return True
        return False


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_announces_in_its_own_name_only(broker: Servers, service: str) -> None:
    allowed = {exchange for exchange in EXCHANGES if not refused(broker, service, publish(exchange))}

    assert allowed == {f"{service}.events", "nameko-rpc"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_its_own_queues_only(broker: Servers, service: str) -> None:
    allowed = {queue for queue in (*QUEUES, *REQUESTS) if not refused(broker, service, consume(queue))}

    assert allowed == {f"{service}.urgent", f"{service}.normal", f"rpc-{service}"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_makes_nothing_but_its_place_for_requests_and_answers(broker: Servers, service: str) -> None:
    others = [name for name in SERVICES if name != service]

    assert not refused(broker, service, declare_queue(f"rpc-{service}"))
    assert not refused(broker, service, declare_queue(f"rpc.reply-{service}-1"))
    assert all(refused(broker, service, declare_queue(f"rpc-{other}")) for other in others)
    assert all(refused(broker, service, declare_queue(f"rpc.reply-{other}-1")) for other in others)
    assert refused(broker, service, declare_queue("anything"))
    assert refused(broker, service, declare_exchange("anything"))
    assert refused(broker, service, declare_exchange(f"{others[0]}.events"))


def test_the_gateway_asks_and_hears_and_announces_nothing(broker: Servers) -> None:
    published = {exchange for exchange in EXCHANGES if not refused(broker, "gateway", publish(exchange))}
    read = {queue for queue in (*QUEUES, *REQUESTS) if not refused(broker, "gateway", consume(queue))}

    assert published == {"nameko-rpc"}
    assert read == {"gateway.urgent", "gateway.normal"}
    assert refused(broker, "gateway", declare_exchange("gateway.events"))


def test_the_monitor_changes_nothing(broker: Servers) -> None:
    assert all(refused(broker, "monitor", publish(exchange)) for exchange in EXCHANGES)
    assert refused(broker, "monitor", declare_queue("anything"))


def test_the_topology_job_makes_what_there_is(broker: Servers) -> None:
    assert not refused(broker, "topology", declare_exchange("anything"))
    assert not refused(broker, "topology", purge("referrals.urgent"))


def test_there_is_no_guest_and_a_wrong_password_opens_nothing(broker: Servers) -> None:
    for user, password in (("guest", "guest"), ("referrals", "wrong"), ("referrals", "")):
        with pytest.raises((amqp.AccessRefused, OSError)):
            connected(broker, user, password or " ")


def test_the_brokers_own_list_is_the_definitions_table(broker: Servers) -> None:
    listed = broker.local.broker.api("GET", "permissions")

    assert isinstance(listed, list)
    ours = {row["user"]: (row["configure"], row["write"], row["read"]) for row in listed if row["vhost"] == OURS}
    ours.pop("admin")       # the launcher's own; there is none in production
    assert ours == dict(PERMISSIONS)
