"""How fast an old archive comes in, beside a floor: the bare rows, inserted into the same database.

``python -m tests.benchmarks.bench_import [--count 20000]``. The import reads a file, checks every row, gives numbers,
finds repeated proposals, and makes themes, shares, decisions and timelines. The floor gets the finished rows of all
five tables, as many at once, and only executes the inserts of SQLAlchemy Core.
"""

import argparse
import csv
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Contributor, Decision, Event, Proposal, proposal_themes
from studio import migrations, workbooks
from studio.app import create_app
from studio.extensions import db
from studio.operations import importing
from studio.operations.catalogue import fill_empty_lists
from studio.operations.importing.legacy_records import table_of
from studio.operations.importing.proposals import BATCH
from studio.sample.factory import DATA
from studio.settings import Settings
from studio.tables import read_rows
from studio.transactions import writing
from tests.benchmarks.corpus import legacy_rows
from tests.support.postgresql import Cluster, binaries

FILLED = (table_of(Proposal), proposal_themes, *map(table_of, (Contributor, Decision, Event)))


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")


def write_files(folder: Path, count: int) -> Sequence[Path]:
    """Write the same old archive as JSON lines, CSV and a workbook."""
    rows = list(legacy_rows(count))
    lines, table, workbook = (folder / f"archive.{ending}" for ending in ("jsonl", "csv", "xlsx"))
    lines.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    with table.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target).writerows([list(rows[0]), *(row.values() for row in rows)])
    workbooks.write(workbook, "archive", list(rows[0]), (list(row.values()) for row in rows), zone=UTC)
    return lines, table, workbook


@contextmanager
def firm(folder: Path, url: str) -> Iterator[tuple[Session, Settings]]:
    """Give an empty firm: the sample's units, people and studios, and no proposals."""
    folder.mkdir()
    settings = Settings(data=folder, database_url=url, secret_key="of a benchmark", locale="en")
    migrations.upgrade(settings.sqlalchemy_url)
    with create_app(settings).app_context():
        session = db.session
        with writing(session):
            fill_empty_lists(session)
        importing.import_units(session, read_rows(DATA / "units.csv"))
        importing.import_people(session, read_rows(DATA / "people.csv"), at=datetime.now(UTC))
        importing.import_studios(session, read_rows(DATA / "studios.csv"))
        yield session, settings
        db.engine.dispose()


class LongestTransaction:
    """Measures how long others had to wait for the write lock, in seconds."""

    def __init__(self, engine: sa.Engine) -> None:
        self.seconds, self._since = 0.0, 0.0
        sa.event.listen(engine, "begin", self._begun)
        sa.event.listen(engine, "commit", self._committed)

    def _begun(self, _: sa.Connection) -> None:
        self._since = time.perf_counter()

    def _committed(self, _: sa.Connection) -> None:
        self.seconds = max(self.seconds, time.perf_counter() - self._since)


def seconds_to_import(session: Session, settings: Settings, file: Path, *, dry_run: bool = False) -> float:
    """Return how long a file takes, from its first byte to the last commit."""
    start, at = time.perf_counter(), datetime.now(UTC)
    importing.import_proposals(session, read_rows(file), at=at, zone=settings.zone, dry_run=dry_run)
    return time.perf_counter() - start


def seconds_to_insert(source: Session, target: Session) -> float:
    """Return how long the same rows take when they are only inserted, in the same batches."""
    took, last = 0.0, source.scalar(sa.select(sa.func.max(Proposal.id))) or 0
    # Originals first: what repeats them points at them, and nobody wants to see that timed.
    for repeats in (False, True):
        for start in range(0, last, BATCH):
            some = Proposal.id.between(start + 1, start + BATCH), Proposal.duplicate_of_id.is_not(None) == repeats
            ids = source.scalars(sa.select(Proposal.id).where(*some)).all()
            rows = {table: _rows(source, table, ids) for table in FILLED}
            began = time.perf_counter()
            with target.begin():
                for table, values in rows.items():
                    if values:
                        target.connection().execute(sa.insert(table), values)
            took += time.perf_counter() - began
    return took


def _rows(session: Session, table: sa.Table, ids: Sequence[int]) -> list[dict[str, Any]]:
    key = table.c.id if table is FILLED[0] else table.c.proposal_id
    return [dict(row) for row in session.execute(sa.select(table).where(key.in_(ids))).mappings()]


def compare(name: str, folder: Path, url: Callable[[str], str], file: Path, count: int) -> None:
    """Print how fast the import is on one database, and how fast the floor."""
    with firm(folder / name, url(name)) as (session, settings):
        longest = LongestTransaction(db.engine)
        took = seconds_to_import(session, settings, file)
        again = seconds_to_import(session, settings, file)
        with (
            Session(sa.create_engine(url(name))) as source,
            firm(folder / f"{name}-floor", url(f"{name}_floor")) as (
                target,
                _,
            ),
        ):
            floor = seconds_to_insert(source, target)
    say(
        f"{name:12}{count / took:>10.0f}{count / floor:>12.0f}{took / floor:>8.1f}{longest.seconds:>14.2f}"
        f"{count / again:>12.0f}"
    )


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=20_000)
    count = arguments.parse_args().count
    with tempfile.TemporaryDirectory(prefix="studio-import-") as place:
        folder = Path(place)
        files = write_files(folder, count)
        say(f"{count} rows of an old archive; rows a second, and the longest transaction in seconds")
        say(f"{'':12}{'import':>10}{'bare rows':>12}{'times':>8}{'transaction':>14}{'once more':>12}")
        compare("sqlite", folder, lambda name: f"sqlite:///{folder / name}.sqlite", files[0], count)
        if bin_dir := binaries():
            with postgresql(bin_dir) as url:
                compare("postgresql", folder, url, files[0], count)
        say(f"\n{'':12}{'only checked (--dry-run)':>24}")
        with firm(folder / "empty", f"sqlite:///{folder / 'empty.sqlite'}") as (session, settings):
            for file in files:
                took = seconds_to_import(session, settings, file, dry_run=True)
                say(f"{file.suffix[1:]:12}{count / took:>10.0f}")
        say(f"\nmost memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


@contextmanager
def postgresql(bin_dir: Path) -> Iterator[Callable[[str], str]]:
    """Give what makes an empty database on a server of its own and returns its address."""
    cluster = Cluster(bin_dir)
    server = sa.create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")
    made: set[str] = set()

    def url(name: str) -> str:
        if name not in made:
            made.add(name)
            with server.connect() as connection:
                connection.execute(sa.text(f"CREATE DATABASE {name}"))
        return cluster.url(name)

    try:
        yield url
    finally:
        server.dispose()
        cluster.stop()


if __name__ == "__main__":
    main()
