"""A line between a sender and a server that breaks where a test wants it to."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Wire:
    """``cut_there`` and ``cut_back`` are the bytes that pass in each direction before the line breaks, once."""

    port: int
    cut_there: int | None = None
    cut_back: int | None = None
    passed_there: int = 0
    passed_back: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ends: list[socket.socket] = field(default_factory=list)
    _passing: list[threading.Thread] = field(default_factory=list)

    def pass_on(self, source: socket.socket, target: socket.socket, *, back: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                allowed = self._allowed(len(data), back=back)
                target.sendall(data[:allowed])
                if allowed < len(data):
                    break
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _allowed(self, wanted: int, *, back: bool) -> int:
        """Count what passes; the line that breaks is whole again afterwards."""
        with self._lock:
            limit, passed = (self.cut_back, self.passed_back) if back else (self.cut_there, self.passed_there)
            allowed = wanted if limit is None else min(wanted, limit - passed)
            if allowed < wanted:
                self.cut_there = self.cut_back = None
            elif back:
                self.passed_back += wanted
            else:
                self.passed_there += wanted
            return allowed

    def serve(self, server: socket.socket, to: int) -> None:
        with suppress(OSError):
            while True:
                caller, _ = server.accept()
                called = socket.create_connection(("127.0.0.1", to))
                self._ends += [caller, called]
                for source, target, back in ((caller, called, False), (called, caller, True)):
                    passing = threading.Thread(target=self.pass_on, args=[source, target], kwargs={"back": back})
                    passing.start()
                    self._passing.append(passing)

    def take_down(self) -> None:
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for passing in self._passing:
            passing.join(5)
        for end in self._ends:
            end.close()


@contextmanager
def wire(to: int) -> Iterator[Wire]:
    """Lay a line to a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Wire(server.getsockname()[1])
        serving = threading.Thread(target=made.serve, args=[server, to])
        serving.start()
        try:
            yield made
        finally:
            server.shutdown(socket.SHUT_RDWR)  # wakes it up
            serving.join(5)
            made.take_down()


@contextmanager
def says_only(words: bytes) -> Iterator[int]:
    """Run a server that greets every caller with these words and hangs up; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        greeting = threading.Thread(target=_greet, args=[server, words])
        greeting.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            greeting.join(5)


@contextmanager
def answers(answer: Callable[[bytes], bytes]) -> Iterator[int]:
    """Run a relay that gives one caller these answers to what he says, a packet at a time; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        talking = threading.Thread(target=_talk, args=[server, answer])
        talking.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            talking.join(5)


def _talk(server: socket.socket, answer: Callable[[bytes], bytes]) -> None:
    caller, _ = server.accept()
    with caller, suppress(OSError):
        caller.sendall(b"220 relay\r\n")
        while said := caller.recv(65536):
            caller.sendall(answer(said))


def _greet(server: socket.socket, words: bytes) -> None:
    with suppress(OSError):
        while True:
            caller, _ = server.accept()
            with caller:
                caller.sendall(words)
