"""A real `studio serve` to be visited, killed and started again, and a visitor of the poorest kind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.support.forms import Form, forms_of
from tests.support.relay import free_port

ROOT = Path(__file__).parents[2]
STUDIO = [sys.executable, "-c", "from studio.cli import main; main()"]
START_SECONDS = 60
"""Far more than it takes; a machine may be busy with other tests."""


def until(happened: Callable[[], object], *, seconds: float = 60, what: str = "it") -> None:
    """Wait for something that another process does."""
    patience = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < patience, f"{what} did not happen within {seconds} seconds"
        time.sleep(0.02)


def studio(data: Path, *command: str, **settings: str) -> None:
    """Run one command of the program to its end."""
    environment = {**os.environ, "STUDIO_DATA": str(data), **settings}
    done = subprocess.run([*STUDIO, *command], cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"studio {' '.join(command)}: {done.stderr}"


@dataclass
class Answer:
    """What came back."""

    status: int
    body: bytes
    location: str

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Server:
    """The site of one data directory. ``settings`` are environment variables."""

    data: Path
    options: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the server has said so far."""
        return (self.data / "server.log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start web and worker in a process group of their own and wait until pages come."""
        environment = {**os.environ, "STUDIO_DATA": str(self.data), "STUDIO_BASE_URL": self.url, **self.settings}
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*STUDIO, "serve", "--port", str(self.port), *self.options],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(self._answers, seconds=START_SECONDS, what="the first answer")

    def kill(self) -> None:
        """Pull the plug: every process of it ends at once, in the middle of whatever it does."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def stop(self) -> None:
        """End it as a service manager does; what does not end is killed."""
        if self.process is not None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            self.kill()

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the server ended:\n{self.log}"
        try:
            return Caller(self).get("/healthz").status > 0
        except (OSError, HTTPException):
            return False


@contextmanager
def running(data: Path, *options: str, **settings: str) -> Iterator[Server]:
    """Run a server while the block runs."""
    server = Server(data, options, settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()


class Caller:
    """One connection a request, one session cookie, redirects only reported. Raises OSError when nobody answers."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cookie = ""

    def get(self, path: str) -> Answer:
        """Fetch a page."""
        return self._ask("GET", path)

    def form(self, path: str, name: str) -> Form:
        """Return the form of a page that has a field of this name."""
        answer = self.get(path)
        found = [form for form in forms_of(answer.body, path) if name in form.names]
        assert found, f"{path} ({answer.status} {answer.location}) has no form with {name!r}"
        return found[0]

    def send(self, form: Form, button: str | None = None) -> Answer:
        """Press a button."""
        pairs = [(name, str(value)) for name, value in form.data(form.button(button)).items(multi=True)]
        return self._ask("POST", form.action, urlencode(pairs))

    def sign_in(self, employee_no: str, password: str) -> "Caller":
        """Sign in by the form."""
        answer = self.send(self.form("/sign-in", "employee_no").fill(employee_no=employee_no, password=password))
        assert answer.status in {302, 303}, answer.text
        return self

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        headers: dict[str, Any] = {"Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie" and value.startswith("studio="):
                self.cookie = value.partition(";")[0]
        return Answer(response.status, content, response.getheader("Location") or "")
