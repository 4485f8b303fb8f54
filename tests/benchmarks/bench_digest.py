"""Ten thousand personal digests, composed and delivered by one worker, beside a floor in the same run.

The floor sends ready-made mails of the same size over one ``smtplib`` connection to the same local server. While
either sends, a visitor reads pages of a real ``studio serve`` on the same data, as he has read them before it began.
``make bench ARGS=digest`` prints it; BENCH_DIGESTS=500 is a quick run.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import sqlalchemy as sa

from models import OutgoingMail, Person, Preferences
from studio.settings import DEMO_PASSWORD
from tests.benchmarks import big_factory
from tests.support.relay import free_port
from tests.support.server import Caller, running

DIGESTS = int(os.environ.get("BENCH_DIGESTS", "10000"))
VISITS = 100
"""Pages read while nothing is sent."""
THINKING_SECONDS = 0.05
WORKER_NO = "003840"
IN_ENGLISH = 10
"""Every tenth reader."""


def fill(data: Path, count: int) -> None:
    """Make the sample factory, so many more people with a mailbox, spread over its units, and as many proposals."""
    big_factory.studio(data, "init")
    big_factory.studio(data, "sample", "load")
    engine = sa.create_engine(f"sqlite:///{data / 'studio.sqlite'}")
    with engine.begin() as connection:
        units = connection.scalars(sa.select(Person.unit_id).distinct().order_by(Person.unit_id)).all()
        first = (connection.scalar(sa.select(sa.func.max(Person.id))) or 0) + 1
        people = [_colleague(i, units[i % len(units)]) for i in range(first, first + count)]
        connection.execute(sa.insert(Person), people)
        english = [{"person_id": one["id"], "locale": "en"} for one in people[::IN_ENGLISH]]
        connection.execute(sa.insert(Preferences), english)
        connection.execute(sa.delete(OutgoingMail))  # what the sample factory's own year has left
        big_factory.fill(connection, count)
    engine.dispose()
    big_factory.studio(data, "index", "rebuild")


def _colleague(key: int, unit_id: int) -> dict[str, Any]:
    return {
        "id": key,
        "employee_no": f"9{key:06}",
        "name": f"工友{key}",
        "name_en": f"Colleague {key}",
        "unit_id": unit_id,
        "email": f"colleague.{key}@example.com",
        "created_at": datetime(2020, 1, 1, tzinfo=UTC),
    }


@contextmanager
def _module(name: str, *arguments: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module of the benchmarks in a process of its own."""
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", *arguments]
    process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _visit(caller: Caller, path: str, while_: Callable[[int], bool]) -> list[float]:
    """Read a page again and again, with a pause, and return how long each took in ms."""
    took: list[float] = []
    while while_(len(took)):
        began = time.perf_counter()
        if caller.get(path).status != 200:
            raise RuntimeError(f"{path} is not there")
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(THINKING_SECONDS)
    return took


def _sending(what: str, caller: Caller, path: str, **settings: str) -> tuple[dict[str, float], list[float]]:
    """Let one of both send, and return what it took and how long pages took meanwhile."""
    with _module("digest_sender", what, str(DIGESTS), **settings) as sender:
        visits = _visit(caller, path, lambda _: sender.poll() is None)
        if sender.returncode or sender.stdout is None:
            raise RuntimeError(f"sending ended with {sender.returncode}")
        return json.loads(sender.stdout.read()), visits


def _p95(visits: list[float]) -> float:
    return quantiles(visits, n=20)[-1]


def main() -> None:
    """Build, serve, send, print."""
    with tempfile.TemporaryDirectory(prefix="studio-bench-") as folder:
        data = Path(os.environ.get("BENCH_DATA", folder))
        if not (data / "studio.sqlite").exists():
            fill(data, DIGESTS)
        port = free_port()
        settings = {
            "STUDIO_DATA": str(data),
            "STUDIO_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "STUDIO_LOCALE": "zh_CN",
            "STUDIO_DEMO": "1",
        }
        with _module("mail_sink", str(port)), running(data, "--no-worker", STUDIO_DEMO="1") as server:
            _measure(Caller(server).sign_in(WORKER_NO, DEMO_PASSWORD), settings)


def _measure(caller: Caller, settings: dict[str, str]) -> None:
    path = "/archive"
    _visit(caller, path, lambda done: done < 20)
    idle = _visit(caller, path, lambda done: done < VISITS)
    studio, during = _sending("studio", caller, path, **settings)
    floor, beside = _sending("floor", caller, path, **settings)
    rate, bare = studio["sent"] / studio["seconds"], floor["sent"] / floor["seconds"]
    write = sys.stdout.write
    write(f"{studio['sent']:.0f} digests, {floor['bytes'] / 1024:.1f} kB each as they go over the wire\n")
    write(f"floor, ready-made over one connection: {bare:8.0f} a second\n")
    write(f"composed and delivered by one worker:  {rate:8.0f} a second, {rate / bare:.0%} of it (at least 50 %)\n")
    write(f"  {studio['seconds']:.1f} s, of which composing beside delivering {studio['composing']:.1f} s\n")
    write(f"memory: at most {studio['most']:.0f} MB, growing by {studio['growth']:+.1f} MB\n")
    write(f"{path} while nothing is sent: median {median(idle):.1f} ms, p95 {_p95(idle):.1f} ms\n")
    for name, visits in (("digests", during), ("the floor", beside)):
        slower = _p95(visits) / _p95(idle)
        write(f"  while sending {name}: median {median(visits):.1f} ms, p95 {_p95(visits):.1f} ms, {slower:.1f} x\n")


if __name__ == "__main__":
    main()
