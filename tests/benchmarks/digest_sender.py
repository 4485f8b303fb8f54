"""What ``bench_digest`` measures, in a process of its own: one worker's digest and outbox jobs, or the floor.

``python -m tests.benchmarks.digest_sender studio|floor COUNT`` prints what it took as one line of JSON.
"""

import json
import os
import random
import smtplib
import sys
import threading
import time
from dataclasses import dataclass, field
from email.utils import parseaddr
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask

from models import OutgoingMail
from studio.app import create_app
from studio.cli.priority import give_way
from studio.domain.periods import Month
from studio.extensions import db
from studio.jobs import composing
from studio.jobs.outbox import Courier
from studio.mail import outbox
from studio.mail.wire import wire
from studio.services import Services, now

POLL_SECONDS = 0.5
"""So often the worker looks into the outbox."""
READY_MADE = 500
"""So many different mails the floor has ready, and sends in turns."""
MEGABYTE = 1024**2


def resident() -> float:
    """Return the memory of this process and of the one that composes for it, in MB."""
    children = [pid for task in Path("/proc/self/task").iterdir() for pid in _words(task / "children")]
    pages = [int(told[1]) for pid in ("self", *children) if (told := _words(Path("/proc", pid, "statm")))]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def _words(path: Path) -> list[str]:
    """Return what the system tells of a process, which may have ended just now."""
    try:
        return path.read_text().split()
    except OSError:
        return []


@dataclass
class Memory:
    """The process's memory, looked at every tenth of a second."""

    seen: list[float] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Look until done."""
        while not self.done.wait(0.1):
            self.seen.append(resident())

    @property
    def growth(self) -> float:
        """MB by which the last fifth's mean lies above the second fifth's: what a run twice as long would add."""
        fifth = max(1, len(self.seen) // 5)
        second, last = self.seen[fifth : 2 * fifth], self.seen[-fifth:]
        return sum(last) / len(last) - sum(second) / max(1, len(second))


def send_digest(app: Flask) -> dict[str, float]:
    """Compose and deliver as the worker does: the digest's job in a process of its own, the outbox's in this one."""
    services: Services = app.extensions["studio"]
    month = Month.of(now(), services.settings.zone).previous
    composed = threading.Event()
    took: dict[str, float] = {}
    began = time.perf_counter()

    def compose() -> None:
        try:
            composing.send_digest(month, stopping=lambda: False)
            took["composing"] = time.perf_counter() - began
        finally:
            composed.set()

    threading.Thread(target=compose, daemon=True).start()
    courier = Courier(settings=services.settings, worker="bench", clock=services.clock, chance=random.Random())
    sent = 0
    while True:
        last = composed.wait(POLL_SECONDS)
        sent += courier.deliver_due(db.session).sent
        if last:
            break
    return {**took, "sent": sent, "seconds": time.perf_counter() - began}


def send_ready_made(app: Flask, count: int) -> dict[str, float]:
    """The floor: as many ready-made mails over one connection of the standard library."""
    services: Services = app.extensions["studio"]
    settings = services.settings
    stored = db.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.kind == "digest").limit(READY_MADE))
    ready = [(mail.address, wire(outbox.parcel(mail), settings)) for mail in stored]
    url, sender = urlsplit(settings.smtp_url), parseaddr(settings.mail_from)[1]
    connection = smtplib.SMTP(url.hostname or "", url.port or 25, local_hostname="bench")
    began = time.perf_counter()
    for address, mail in islice(cycle(ready), count):
        connection.sendmail(sender, [address], mail)
    seconds = time.perf_counter() - began
    connection.quit()
    return {"sent": count, "seconds": seconds, "bytes": sum(len(mail) for _, mail in ready) / len(ready)}


def main() -> None:
    """Do one of both and print it."""
    what, count = sys.argv[1], int(sys.argv[2])
    app, memory = create_app(), Memory()
    if what == "studio":
        give_way()  # as `studio worker` does
    watching = threading.Thread(target=memory.watch, daemon=True)
    with app.app_context():
        watching.start()
        took = send_digest(app) if what == "studio" else send_ready_made(app, count)
        memory.done.set()
    watching.join()
    sys.stdout.write(json.dumps({**took, "growth": memory.growth, "most": max(memory.seen)}) + "\n")


if __name__ == "__main__":
    main()
