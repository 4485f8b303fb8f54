"""A real HTTP server on this machine that takes messages as a group robot does, or misbehaves as a test wants."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, Mapping[str, str], bytes]

OK: Reply = (200, {}, b'{"errcode":0,"errmsg":"ok","code":0}')
CUT: Reply = (200, {"Content-Length": "1000"}, b'{"errcode":0')
"""Hang up in the middle of the answer."""
DRIP: Reply = (0, {}, b"")
"""Send a byte now and then, and never come to an end."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)


@dataclass
class Robot:
    """What arrived, and how to answer."""

    port: int
    answer: Callable[[Arrived], Reply] = lambda _: OK
    delay: float = 0.0
    arrived: list[Arrived] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/robot/send?key=73febdcb-1b38-4d1b-a994-790f21fc8d30"


@contextmanager
def robot() -> Iterator[Robot]:
    """Run a robot for a while."""
    made = Robot(0)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            arrived = Arrived(self.path, dict(self.headers), body)
            made.arrived.append(arrived)
            time.sleep(made.delay)
            status, headers, said = made.answer(arrived)
            if status == 0:
                self._drip()
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(said)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def _drip(self) -> None:
            self.send_response(200)
            try:
                for _ in range(100):
                    self.wfile.write(b"X-Slow: 1\r\n")
                    time.sleep(0.05)
            except OSError:
                pass
            self.close_connection = True

        do_GET = do_POST  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

        def handle(self) -> None:
            with suppress(ConnectionError, TimeoutError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def closed_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
