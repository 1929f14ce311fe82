"""A TCP proxy on the loopback that can be told to misbehave: delay, swallow, cut or freeze what passes."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

TO_SERVER, TO_CLIENT = "to_server", "to_client"


@dataclass
class Proxy:
    """Stands before one server; `port` is where to connect instead."""

    server: tuple[str, int]
    delays: dict[str, float] = field(default_factory=dict)
    swallowed: set[str] = field(default_factory=set)
    connections: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.flowing = threading.Event()
        self.flowing.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def pass_on(self) -> None:
        """Everything passes again, at once."""
        self.delays.clear()
        self.swallowed.clear()
        self.flowing.set()

    def delay(self, seconds: float, direction: str) -> None:
        self.delays[direction] = seconds

    def swallow(self, direction: str) -> None:
        """Take bytes of this direction and pass on none."""
        self.swallowed.add(direction)

    def freeze(self) -> None:
        """Take nothing more; connections stay half open."""
        self.flowing.clear()

    def cut(self) -> None:
        """Reset every connection."""
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.shutdown(socket.SHUT_RDWR)       # wakes the pump, which holds the socket open
                connection.close()
        self.connections.clear()

    def close(self) -> None:
        self.listener.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.server)
                self.connections += [client, server]
                for source, sink, way in ((client, server, TO_SERVER), (server, client, TO_CLIENT)):
                    threading.Thread(target=self._pump, args=(source, sink, way), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, direction: str) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.flowing.wait()
                time.sleep(self.delays.get(direction, 0))
                if direction not in self.swallowed:
                    sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
