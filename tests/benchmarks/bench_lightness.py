"""What pages weigh and how soon they can be used on slow 3G and a cheap phone, beside a bare page of the same weight.

Chromium does the slowing: 400 ms before each answer, 400 kbit/s, and a processor four times slower than this one. It
asks as over plain HTTP, so that answers are packed with gzip, as most factories get them. The floor is the same
browser with a bare page that weighs as much, one answer that asks for nothing more.
"""

import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from studio.settings import DEMO_PASSWORD
from tests.support.browser import PHONE, Eye, chromium
from tests.support.lightness import Scale, Visit
from tests.support.relay import free_port
from tests.support.server import ROOT, studio, until

ROUNDS = int(os.environ.get("BENCH_LIGHTNESS_ROUNDS", "3"))
COLD_KB, WARM_KB = 200, 20
COLD_MS, WARM_MS, LIST_MS = 5000, 1500, 1000
LISTS = frozenset({"archive", "archive-found", "mine", "machines"})
HOLDER = "SELECT employee_no FROM people JOIN role_grants AS g ON person_id = people.id WHERE g.role = "
LOOK_UPS = {
    "worker": "SELECT employee_no FROM people JOIN proposals ON submitter_id = people.id ORDER BY proposals.id",
    "lead": """SELECT employee_no FROM people JOIN studio_memberships AS m ON person_id = people.id
        WHERE m.role = 'lead' ORDER BY studio_id""",
    "coordinator": f"{HOLDER} 'coordinator'",
    "administrator": f"{HOLDER} 'administrator'",
    "done": "SELECT number FROM proposals WHERE state = 'verified' ORDER BY checked_benefit DESC",
    "photographed": """SELECT number FROM proposals JOIN attachments ON proposal_id = proposals.id
        WHERE attachments.width > 0 GROUP BY proposals.id ORDER BY count(*) DESC, proposals.id""",
    "month": "SELECT max(month) FROM digest_issues WHERE sent_at IS NOT NULL",
}
PAGES = {
    "": {"sign-in": "/sign-in"},
    "worker": {
        "home": "/",
        "file": "/file",
        "mine": "/mine",
        "archive": "/archive",
        "archive-found": "/archive?q=天车",
        "proposal": "/proposals/{done}",
        "photographed": "/proposals/{photographed}",
        "story": "/proposals/{done}/story",
        "machines": "/machines",
        "machine": "/machines/PL-A01",
        "poster": "/digest/{month}/poster",
        "digest": "/digest/{month}",
        "notices": "/notices",
        "account": "/account",
    },
    "lead": {"desk": "/desk", "workload": "/workload"},
    "coordinator": {"coordination": "/coordination", "issue": "/coordination/digest/{month}"},
    "administrator": {"administration": "/administration", "people": "/administration/people", "rules": "/rules"},
}


def look_up(data: Path) -> dict[str, str]:
    """Return who looks and at what."""
    connection = sqlite3.connect(data / "studio.sqlite")
    facts = {name: str(connection.execute(question).fetchone()[0]) for name, question in LOOK_UPS.items()}
    connection.close()
    return facts


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """Serve the sample factory and, below ``/floor``, bare pages; give the address."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.bench_server", str(port)]
    environment = {**os.environ, "STUDIO_DATA": str(data), "STUDIO_DEMO": "1", "STUDIO_LOCALE": "zh_CN"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        until(lambda: _listens(port), what="the server")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def row(name: str, cold: list[Visit], warm: list[Visit], floor: list[Visit]) -> str:
    """Return one line, and what of it is over a limit."""
    middle = statistics.median
    cold_kb, warm_kb = (max(visit.weight for visit in visits) / 1024 for visits in (cold, warm))
    cold_ms, warm_ms, bare = (middle(visit.usable for visit in visits) for visits in (cold, warm, floor))
    shift = max(visit.shift for visit in (*cold, *warm))
    most = LIST_MS if name in LISTS else WARM_MS
    over = [
        said
        for said, found, limit in (
            ("cold kB", cold_kb, COLD_KB),
            ("warm kB", warm_kb, WARM_KB),
            ("cold ms", cold_ms, COLD_MS),
            ("warm ms", warm_ms, most),
            ("shift", shift, 0),
        )
        if found > limit
    ]
    numbers = f"{cold_kb:9.1f}{warm_kb:9.1f}{cold_ms:9.0f}{warm_ms:9.0f}{bare:8.0f}{warm_ms / bare:7.1f} x{shift:9.4f}"
    return f"{name:18}{numbers}   (at most {most} ms){'  OVER: ' + ', '.join(over) if over else ''}"


def weigh(browser: Browser, url: str, facts: dict[str, str]) -> None:
    """Print a line for each page."""
    for who, pages in PAGES.items():
        eye = Eye(PHONE, "zh_CN", "light")
        page = eye.open(browser, url)
        if who:
            eye.sign_in(page, facts[who], DEMO_PASSWORD)
        scale = Scale(page, slow=True)
        for name, path in pages.items():
            address = path.format(**facts)
            cold = [scale.cold(address) for _ in range(ROUNDS)]
            warm = [scale.warm(address) for _ in range(ROUNDS)]
            bare = [scale.warm(f"/floor/{warm[0].weight}") for _ in range(ROUNDS)]
            sys.stdout.write(row(name, cold, warm, bare) + "\n")
            sys.stdout.flush()
        page.context.close()


def main() -> None:
    """Load the sample factory, serve it, weigh it."""
    with tempfile.TemporaryDirectory(prefix="studio-lightness-") as folder:
        data = Path(folder)
        studio(data, "init")
        studio(data, "sample", "load", "--password", DEMO_PASSWORD)
        sys.stdout.write(f"Slow 3G (400 ms, 400 kbit/s), processor 4 times slower, gzip; medians of {ROUNDS}\n")
        limits = f"at most {COLD_KB} kB cold, {WARM_KB} kB warm, {COLD_MS} ms cold, no shift"
        sys.stdout.write(f"{limits}; load {os.getloadavg()[0]:.1f}\n")
        head = ("cold kB", "warm kB", "cold ms", "warm ms", "floor", "ratio", "shift")
        sys.stdout.write(f"{'':18}" + "".join(f"{word:>9}" for word in head) + "\n")
        with serving(data) as url, chromium() as browser:
            weigh(browser, url, look_up(data))


if __name__ == "__main__":
    main()
