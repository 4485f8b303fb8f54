"""`studio worker`: background jobs only."""

import os
import signal
import sys
import threading
from collections.abc import Callable

import click

from studio import logs
from studio.app import create_app
from studio.cli.priority import give_way
from studio.jobs.worker import Worker
from studio.services import Services


@click.command()
@click.option("--follow-parent", is_flag=True, hidden=True, help="End when standard input does; for `studio serve`.")
def worker(*, follow_parent: bool) -> None:
    """Run the background jobs until stopped: index, mails, digest, dates.

    Several may run, on several machines; they share the work.
    """
    app = create_app()
    services: Services = app.extensions["studio"]
    logs.configure(services.settings.log_format)
    give_way()
    running = Worker(app)
    _on_signal(running.stop)
    if follow_parent:
        threading.Thread(target=_await_end_of_input, args=[running.stop], daemon=True).start()
    running.run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # a job that would not end in time must not hold the process; its claims run out


def _on_signal(stop: Callable[[], None]) -> None:
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop())


def _await_end_of_input(stop: Callable[[], None]) -> None:
    """Wait until the parent is gone. Reads the descriptor itself: a buffered reader would block the exit."""
    while os.read(0, 1024):
        pass
    stop()


if __name__ == "__main__":
    worker()
