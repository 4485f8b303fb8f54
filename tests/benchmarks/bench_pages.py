"""How long pages take at 20,000 proposals, each beside its floor: a bare Flask page of the same size, same server.

The floor app and the real one are mounted in one WSGI server process and asked in turns over one connection, so
both suffer alike from whatever else the machine does. ``make bench`` prints the table; nothing here is a test.
"""

import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

from studio.settings import DEMO_PASSWORD
from tests.benchmarks import big_factory

PROPOSALS = int(os.environ.get("BENCH_PROPOSALS", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "150"))
PORT = 8765
WORKER_NO = "003840"


class Visitor:
    """A browser of the poorest kind: one connection, one session cookie, no compression."""

    def __init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        self.cookie = ""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes, str]:
        """Return status, body and the address of a redirect."""
        headers = {"Cookie": self.cookie, "Accept-Language": "zh-CN"}
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and value.startswith("studio="):
                self.cookie = value.partition(";")[0]
        return answer.status, content, answer.getheader("Location") or ""

    def token(self, path: str) -> str:
        """Return the CSRF token of a page's form."""
        found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', self.ask("GET", path)[1])
        if found is None:
            raise RuntimeError(f"no form on {path}")
        return found.group(1).decode()


def sign_in(visitor: Visitor, employee_no: str, password: str) -> None:
    """Sign in as somebody of the sample factory."""
    form = {"csrf_token": visitor.token("/sign-in"), "employee_no": employee_no, "password": password}
    status, _, location = visitor.ask("POST", "/sign-in", form)
    if status not in {302, 303}:
        raise RuntimeError(f"signing in failed with {status} {location}")


def milliseconds(visitor: Visitor, path: str, *, expect: int = 200) -> float:
    """Time one GET, from asking to the last byte."""
    start = time.perf_counter()
    status, _, _ = visitor.ask("GET", path)
    took = (time.perf_counter() - start) * 1000
    if status != expect:
        raise RuntimeError(f"{path} answered {status}")
    return took


def compare(visitor: Visitor, name: str, paths: Sequence[str], limit: float) -> None:
    """Print one line: the median over the addresses in turn, their floor's, and the ratio.

    With one address the same page is asked for again and again; with many, each is asked for the first time.
    """
    size = len(visitor.ask("GET", paths[-1])[1])
    floor = f"/floor/{size}"
    pages, floors = [], []
    for turn in range(ROUNDS):
        floors.append(milliseconds(visitor, floor))
        pages.append(milliseconds(visitor, paths[turn % len(paths)]))
    page, bare = statistics.median(pages), statistics.median(floors)
    p95 = statistics.quantiles(pages, n=20)[-1]
    line = f"{name:34}{size / 1024:7.1f} kB{bare:8.2f}{page:8.2f}{p95:8.2f}{page / bare:8.1f} x   (at most {limit:g} x)"
    sys.stdout.write(line + "\n")


def compare_filing(visitor: Visitor, limit: float) -> None:
    """File a proposal and see its receipt, beside a bare insert-and-commit and a page of the same size."""
    token = visitor.token("/file")
    receipt = len(visitor.ask("GET", _file(visitor, token, 0))[1])
    pages, floors = [], []
    for turn in range(1, ROUNDS + 1):
        start = time.perf_counter()
        visitor.ask("POST", f"/floor/{receipt}", {"title": "盖板", "csrf_token": token})
        floors.append((time.perf_counter() - start) * 1000)
        start = time.perf_counter()
        visitor.ask("GET", _file(visitor, token, turn))
        pages.append((time.perf_counter() - start) * 1000)
    page, bare = statistics.median(pages), statistics.median(floors)
    p95 = statistics.quantiles(pages, n=20)[-1]
    name = "filing and its receipt"
    line = (
        f"{name:34}{receipt / 1024:7.1f} kB{bare:8.2f}{page:8.2f}{p95:8.2f}{page / bare:8.1f} x   (at most {limit:g} x)"
    )
    sys.stdout.write(line + "\n")


def _file(visitor: Visitor, token: str, turn: int) -> str:
    form = {
        "csrf_token": token,
        "action": "submit",
        "filing_key": f"bench-{os.getpid()}-{turn}",
        "title": f"第{turn}块盖板翘边绊人",
        "problem": "盖板边上翘起来三公分多，推小车过去咣当一下，晚上灯又暗看不清。",
        "measure": "盖板重新折边，四角加限位角铁，边上刷黄黑条，坑口装感应灯。",
        "effect": "不再绊人，小车推着也顺当。",
        "kind": "suggestion",
    }
    status, _, location = visitor.ask("POST", "/file", form)
    if status not in {302, 303}:
        raise RuntimeError(f"filing answered {status}")
    return location


def main() -> None:
    """Build, serve, measure, print."""
    with tempfile.TemporaryDirectory(prefix="studio-bench-") as folder:
        data = Path(folder)
        big_factory.build(data, PROPOSALS)
        environment = {**os.environ, "STUDIO_DATA": folder, "STUDIO_DEMO": "1", "STUDIO_LOCALE": "zh_CN"}
        command = [sys.executable, "-m", "tests.benchmarks.bench_server", str(PORT)]
        server = subprocess.Popen(command, env=environment)
        try:
            _measure()
        finally:
            server.terminate()
            server.wait(10)


def _wait_for(visitor: Visitor) -> None:
    for _ in range(100):
        try:
            visitor.ask("GET", "/healthz")
        except OSError:
            visitor.connection.close()
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def _numbers(visitor: Visitor) -> list[str]:
    """Return the numbers of enough proposals for one round."""
    numbers: list[str] = []
    page = 1000
    while len(numbers) <= ROUNDS:
        page -= 1
        numbers += re.findall(r"/proposals/(\d{4}-\d{5})\"", visitor.ask("GET", f"/archive?page={page}")[1].decode())
    return numbers


def _measure() -> None:
    visitor = Visitor()
    _wait_for(visitor)
    sign_in(visitor, WORKER_NO, DEMO_PASSWORD)
    sys.stdout.write(f"\nPages at {PROPOSALS} proposals, medians of {ROUNDS} in ms, one server process\n")
    sys.stdout.write(f"{'':34}{'size':>10}{'floor':>8}{'page':>8}{'p95':>8}{'ratio':>10}\n")
    archive = visitor.ask("GET", "/archive")[1].decode()
    numbers = re.findall(r"/proposals/(\d{4}-\d{5})", archive)
    compare(visitor, "archive without words (list)", ["/archive"], 3)
    compare(visitor, "  each page for the first time", [f"/archive?page={page}" for page in range(2, ROUNDS + 3)], 3)
    compare(visitor, "a proposal", [f"/proposals/{numbers[0]}"], 3)
    compare(visitor, "  each for the first time", [f"/proposals/{number}" for number in _numbers(visitor)], 3)
    compare(visitor, "my proposals", ["/mine"], 3)
    compare(visitor, "home", ["/"], 3)
    for words in ("天车", "盖板翘边", "6ES7", "轴承 温度"):
        compare(visitor, f"archive: {words}", [f"/archive?q={quote(words)}"], 8)
    paged = [f"/archive?q={quote('温度')}&page={page}" for page in range(1, ROUNDS + 2)]
    compare(visitor, "archive: 温度, every page once", paged, 8)
    compare(visitor, "archive: filtered by state", ["/archive?state=verified"], 8)
    compare_filing(visitor, 3)


if __name__ == "__main__":
    main()
