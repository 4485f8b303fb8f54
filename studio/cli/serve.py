"""`studio serve`: the web server, and the background worker beside it.

The master holds no application code: it binds the address, starts the processes and watches them. Whoever survives a
master that was killed ends by itself: web processes watch their parent, the worker watches its standard input.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click
import sqlalchemy as sa
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from studio.settings import SettingError, from_environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

TABLE = "alembic_version"
GRACE_SECONDS = 8
"""How long processes may take to end; the worker itself takes at most five seconds."""
WEB_GRACE_SECONDS = 3
RESTART_SECONDS = 1.0
HEAD_START_SECONDS = 1.5
"""The first page comes first; then the worker may have the processor."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for the network.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option("--no-worker", is_flag=True, help="Web pages only; run `studio worker` somewhere else.")
def serve(host: str, port: int, workers: int, *, no_worker: bool) -> None:
    """Serve the site, and run the background worker beside it."""
    _check_database()
    server = Server(
        "studio.cli.serve:web",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        factory=True,
        blocking_threads=min(8, 2 * (os.cpu_count() or 1)),
        backpressure=64,
        respawn_failed_workers=True,
        workers_kill_timeout=WEB_GRACE_SECONDS,
        log_level=LogLevels.warning,
        log_access=False,
        websockets=False,
    )
    beside = None if no_worker else BackgroundWorker()
    click.echo(f"Innovation Studio is at http://{host}:{port}", err=True)
    try:
        if beside:
            beside.start()
        server.serve()
    finally:
        if beside:
            beside.stop()


def web() -> "Flask":
    """Make the app in a web process, which ends with its parent."""
    from studio import logs  # noqa: PLC0415 - the master must not carry the application
    from studio.app import create_app  # noqa: PLC0415 - the same

    _end_with_parent()
    app = create_app()
    logs.configure(app.extensions["studio"].settings.log_format)
    return app


class BackgroundWorker:
    """The worker process beside the web server: started again when it dies, ended with the server."""

    def __init__(self, command: list[str] | None = None) -> None:
        self._command = command or [sys.executable, "-m", "studio.cli.worker", "--follow-parent"]
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Start it and watch over it."""
        self._watcher.start()

    def stop(self) -> None:
        """Tell it to end by closing its standard input, which works everywhere; insist after a while."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        if os.name == "posix":
            process.terminate()  # web processes still ending may hold a copy of the pipe
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()

    def _spawn(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603 - our own program

    def _watch(self) -> None:
        pause = HEAD_START_SECONDS
        while not self._stopping.wait(pause):
            self._process = self._spawn()
            code = self._process.wait()
            if not self._stopping.is_set():
                click.echo(f"The background worker ended ({code}) and is started again.", err=True)
            pause = RESTART_SECONDS


def _end_with_parent() -> None:
    """End this web process when the master is gone; otherwise it would hold the address for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_outlive, args=[parent.join], daemon=True).start()


def _outlive(wait_for_parent: "Callable[[], None]") -> None:
    wait_for_parent()
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE_SECONDS)
    os._exit(1)


def _check_database() -> None:
    """Refuse to start without tables, or with those of another version, and say what to do."""
    try:
        settings = from_environment(os.environ)
    except SettingError as error:
        raise click.ClickException(str(error)) from error
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(settings.sqlalchemy_url)
    try:
        with engine.connect() as connection:
            present = _revision(connection)
    except sa.exc.OperationalError as error:
        raise click.ClickException(f"The database does not answer: {error.orig}") from error
    finally:
        engine.dispose()
    if present is None:
        raise click.ClickException("The database has no tables yet. Run `studio init` first.")
    if present != _needed_revision():
        raise click.ClickException(
            "The tables are of another version. Run `studio init`, which brings them up to date."
        )


def _revision(connection: sa.Connection) -> str | None:
    """Return which migration made the tables; None if none did. Alembic itself would cost the start half a second."""
    if not sa.inspect(connection).has_table(TABLE):
        return None
    return str(connection.scalar(sa.text(f"SELECT version_num FROM {TABLE}")))  # noqa: S608 - a name of ours


def _needed_revision() -> str:
    """Return the newest migration of this version of the program; files are named after their revision."""
    versions = Path(__file__).parents[1] / "migrations" / "versions"
    return max(path.name for path in versions.glob("[0-9]*.py")).partition("_")[0]


if __name__ == "__main__":
    serve()
