"""A bad network between a browser and the server: cut, slow, dropped in the middle of a photo or of an answer."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.support.relay import free_port

PIECE = 16 * 1024


@dataclass
class Network:
    """Carries every byte to ``target`` and back, as long as it is told so."""

    target: int
    port: int = field(default_factory=free_port)
    up: bool = True
    answers: bool = True
    """Whether answers come through; the server has done its work all the same."""
    bytes_left: int | None = None
    """How much may still be sent before it drops; None: as much as one likes."""
    bytes_per_second: int | None = None
    _open: set[socket.socket] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Pull the cable."""
        self.up = False
        self._drop_all()

    def mend(self) -> None:
        """Put it back in; what was open before stays dropped."""
        self._drop_all()
        self.up, self.answers, self.bytes_left, self.bytes_per_second = True, True, None, None

    def _drop_all(self) -> None:
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _carry(self, client: socket.socket) -> None:
        if not self.up:
            client.close()
            return
        with socket.create_connection(("127.0.0.1", self.target)) as server, client:
            self._open |= {client, server}
            back = threading.Thread(target=self._answer, args=(server, client), daemon=True)
            back.start()
            with suppress(OSError):
                self._send(client, server)
            for one in (client, server):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            back.join()
            self._open -= {client, server}

    def _send(self, client: socket.socket, server: socket.socket) -> None:
        while self.up and (piece := client.recv(PIECE)):
            if self.bytes_left is not None:
                self.bytes_left -= len(piece)
                if self.bytes_left < 0:
                    self.up = False
                    return
            if self.bytes_per_second is not None:
                time.sleep(len(piece) / self.bytes_per_second)
            server.sendall(piece)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while piece := server.recv(PIECE):
                if not self.answers:
                    self.up = False
                    break
                client.sendall(piece)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


@contextmanager
def network(target: int) -> Iterator[Network]:
    """Run one in front of a port of this machine while the block runs."""
    made = Network(target)
    with socket.create_server(("127.0.0.1", made.port)) as door:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=made._carry, args=(door.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield made
        made.cut()
        door.shutdown(socket.SHUT_RDWR)
