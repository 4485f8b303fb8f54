"""Composing a digest in a process of its own: mails leave on one core while others are composed on another."""

import logging
import subprocess
import sys
from collections.abc import Callable
from time import monotonic

from studio.domain.periods import Month

log = logging.getLogger(__name__)

LOOKS_UP_SECONDS = 1
"""So often the job asks meanwhile whether it is to end."""
PATIENCE_SECONDS = 300
"""So long it works only while nobody else wants to. Ten thousand copies take some twenty seconds of a processor."""


def send_digest(month: Month, *, stopping: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> bool:
    """Give everybody a copy of a month's issue, as ``studio digest send`` does; tell whether all have one.

    Whatever ends the process too early, the copies it made are there, and the next one makes the others. So a machine
    that always has something else to do gets the rest in its turn.
    """
    until = monotonic() + patience
    code = _run(month, "--patiently", stopping=lambda: stopping() or monotonic() > until)
    if code and monotonic() > until and not stopping():
        code = _run(month, stopping=stopping)
    return code == 0


def _run(month: Month, *options: str, stopping: Callable[[], bool]) -> int:
    """Return the exit code; negative if it had to end."""
    command = [sys.executable, "-m", "studio.cli.digest", "send", "--month", str(month), *options]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    with process:
        said = _heard_out(process, stopping)
    log.log(logging.WARNING if process.returncode else logging.INFO, "digest: %s", said.strip() or process.returncode)
    return process.returncode


def _heard_out(process: "subprocess.Popen[str]", stopping: Callable[[], bool]) -> str:
    """Return all that the process says until it ends, by itself or because it has to."""
    while True:
        try:
            return process.communicate(timeout=LOOKS_UP_SECONDS)[0]
        except subprocess.TimeoutExpired:
            if stopping():
                process.terminate()
