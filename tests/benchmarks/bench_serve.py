"""Cold start of ``studio serve`` to the first page, and memory of each process. Run as a script; prints a table."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from studio import migrations
from tests.support.relay import free_port

ROOT = Path(__file__).parents[2]
SERVE = [sys.executable, "-m", "studio.cli.serve"]
MEGABYTE = 1024**2


def first_answer(address: str, since: float, patience: float = 30) -> float:
    """Return the seconds until the server answers with anything but an error of its own."""
    while time.perf_counter() - since < patience:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                answer.read()
            return time.perf_counter() - since
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
    raise TimeoutError(address)


def resident(pid: int) -> tuple[int, int]:
    """Return resident and proportional memory of a process in bytes."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return int(fields["Rss"].split()[0]) * 1024, int(fields["Pss"].split()[0]) * 1024


def processor_seconds(pid: int) -> float:
    """Return the processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """Return the ids of a process's children."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> str:
    """Return what a process runs."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def main() -> None:
    """Start the server three times and print the best and the worst."""
    with tempfile.TemporaryDirectory() as data:
        migrations.upgrade(f"sqlite:///{data}/studio.sqlite")
        port = free_port()
        starts = []
        for _ in range(3):
            began = time.perf_counter()
            server = subprocess.Popen([*SERVE, "--port", str(port)], cwd=ROOT, env={**os.environ, "STUDIO_DATA": data})
            try:
                starts.append(first_answer(f"http://127.0.0.1:{port}/sign-in", began))
                processor = sum(processor_seconds(pid) for pid in (server.pid, *children(server.pid)))
                for _ in range(200):
                    first_answer(f"http://127.0.0.1:{port}/sign-in", time.perf_counter())
                time.sleep(3)
                sizes = [(command_of(pid), resident(pid)) for pid in (server.pid, *children(server.pid))]
            finally:
                stopping = time.perf_counter()
                server.terminate()
                server.wait(20)
                stopped = time.perf_counter() - stopping
        sys.stdout.write(
            f"cold start to the first page: best {min(starts):.2f} s, worst {max(starts):.2f} s (limit 2 s)\n"
        )
        sys.stdout.write(f"processor time until then, all processes: {processor:.2f} s\n")
        sys.stdout.write(f"stop: {stopped:.2f} s\n")
        for command, (rss, pss) in sizes:
            sys.stdout.write(
                f"{rss / MEGABYTE:6.0f} MB resident, {pss / MEGABYTE:6.0f} MB its share: {command[-70:]}\n"
            )


if __name__ == "__main__":
    main()
