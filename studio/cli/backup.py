"""`studio backup FILE` and `studio restore FILE`: everything in one ZIP file, the same for every database.

Tables are kept as lines of JSON, so a backup of SQLite can be restored into PostgreSQL and the other way round. They
are read in one transaction that sees one moment; uploads never change once they are kept, so those that the rows name
are whole, however many people work meanwhile.
"""

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

import studio
from models import Base, SlowWork, SlowWorkKind
from search_index import sync
from studio import migrations
from studio.cli import site
from studio.cli.progress import Progress, both
from studio.settings import Settings
from studio.transactions import prepare_engine

FORMAT = 1
MANIFEST, KEY = "manifest.json", "secret-key"
SHELVES = ("attachments", "thumbnails")
BATCH = 500
KEPT = [table for table in Base.metadata.sorted_tables if table is not SlowWork.__table__]
"""How far this very machine is with its work is nothing to bring back, least of all the run that makes the backup."""


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Put database, uploads and secret key into FILE (a ZIP), while the site is running.

    Keep it safe: it holds everything, the key that signs cookies included. The search index is left out; restoring
    makes it anew.
    """
    settings = site.settings()
    handle, name = tempfile.mkstemp(dir=file.resolve().parent, prefix=".backup-")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            rows, uploads = _keep(settings, archive)
            if not settings.secret_key:
                archive.writestr(KEY, settings.key())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"{rows} rows and {uploads} uploads are in {file}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is there. The old data directory is kept beside the new one.")
def restore(file: Path, *, force: bool) -> None:
    """Bring back what `studio backup` put into FILE. Stop the site first.

    Refuses where there is data already, unless --force is given.
    """
    settings = site.settings()
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError) as error:
        raise click.ClickException(f"{file} is no backup of Innovation Studio") from error
    with archive:
        revision = _revision_in(archive, file)
        _make_room(settings, force=force)
        settings.data.mkdir(parents=True, exist_ok=True)
        migrations.upgrade(settings.sqlalchemy_url, revision)
        with Progress("Restoring") as progress:
            rows = _restore_tables(settings, archive, progress)
            _restore_files(settings, archive, progress)
    migrations.upgrade(settings.sqlalchemy_url)
    with site.opened() as (session, services), Progress("Indexing") as progress:
        indexed = sync.rebuild(session, services.search, progress)
    click.echo(f"restored {rows} rows; {indexed} proposals are in the new search index")


def _keep(settings: Settings, archive: zipfile.ZipFile) -> tuple[int, int]:
    """Write rows and uploads, tell how far that is, and return how many of both there are."""
    paths = [(shelf, path) for shelf in SHELVES for path in sorted((settings.data / shelf).glob("??/??/*"))]
    with (
        site.opened() as (session, services),
        Progress("Keeping") as progress,
        site.noted(session, services, SlowWorkKind.BACKUP) as notes,
    ):
        tell, total = both(progress, notes), _rows_in(session) + len(paths)
        rows = _keep_tables(settings, archive, lambda done: tell(done, max(total, done)))
        for count, (shelf, path) in enumerate(paths, start=1):
            archive.write(path, f"{shelf}/{path.name}", zipfile.ZIP_STORED)
            tell(rows + count, max(total, rows + len(paths)))
    return rows, len(paths)


def _rows_in(session: Session) -> int:
    """Count the rows of all tables. Some may be added before they are read; it is only for telling how far it is."""
    return sum(session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in KEPT)


def _engine(settings: Settings) -> sa.Engine:
    level = {} if settings.sqlalchemy_url.startswith("sqlite") else {"isolation_level": "REPEATABLE READ"}
    engine = sa.create_engine(settings.sqlalchemy_url, poolclass=sa.NullPool, **level)
    prepare_engine(engine)
    return engine


def _keep_tables(settings: Settings, archive: zipfile.ZipFile, tell: Callable[[int], None]) -> int:
    """Write every table, and what the backup is; return how many rows."""
    total = 0
    with _engine(settings).connect() as connection:
        manifest = {
            "format": FORMAT,
            "version": studio.__version__,
            "revision": migrations.current_revision(connection),
            "made_at": datetime.now().astimezone().isoformat(),
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
        for table in KEPT:
            with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as target:
                for row in (
                    connection.execution_options(yield_per=BATCH)
                    .execute(sa.select(table).order_by(*table.primary_key))
                    .mappings()
                ):
                    line = {name: _plain(value) for name, value in row.items()}
                    target.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
                    total += 1
                    if total % BATCH == 0:
                        tell(total)
    return total


def _plain(value: Any) -> Any:  # noqa: ANN401 - columns of every type
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _revision_in(archive: zipfile.ZipFile, file: Path) -> str:
    """Return the revision of the tables in a backup. Raises ClickException for anything else than a good backup."""
    try:
        manifest = json.loads(archive.read(MANIFEST))
        revision, form = str(manifest["revision"]), int(manifest["format"])
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise click.ClickException(f"{file} is no backup of Innovation Studio") from error
    if form > FORMAT or not migrations.knows(revision):
        raise click.ClickException(f"{file} was made by a newer version ({manifest.get('version')}); upgrade first")
    if (broken := archive.testzip()) is not None:
        raise click.ClickException(f"{file} is damaged: {broken} cannot be read")
    return revision


def _make_room(settings: Settings, *, force: bool) -> None:
    """Refuse where data is, or move it aside."""
    in_the_way = settings.data.is_dir() and any(settings.data.iterdir())
    engine = _engine(settings)
    tables = bool(sa.inspect(engine).get_table_names()) if not settings.sqlalchemy_url.startswith("sqlite") else False
    engine.dispose()
    if not force and (in_the_way or tables):
        place = "the database" if tables else str(settings.data)
        raise click.ClickException(f"{place} is not empty; --force replaces it")
    if tables:
        migrations.downgrade(settings.sqlalchemy_url, "base")
    if in_the_way:
        aside = settings.data.with_name(
            f"{settings.data.name}.before-restore-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
        )
        shutil.move(settings.data, aside)
        click.echo(f"what was there is in {aside} now", err=True)


def _restore_tables(settings: Settings, archive: zipfile.ZipFile, tell: Callable[[int, int], None]) -> int:
    """Write the rows into empty tables, in one transaction; return how many."""
    engine, total = _engine(settings), 0
    kept = sa.MetaData()
    with engine.begin() as connection:
        kept.reflect(connection)
        for table in kept.sorted_tables:
            name = f"tables/{table.name}.jsonl"
            if name not in archive.namelist():
                continue
            connection.execute(sa.delete(table))
            with archive.open(name) as lines:
                for batch in _parents_first(table, lines):
                    connection.execute(sa.insert(table), batch)
                    total += len(batch)
                    tell(total, 0)
            _continue_counting(connection, table)
    engine.dispose()
    return total


def _parents_first(table: sa.Table, lines: IO[bytes]) -> Iterator[list[dict[str, Any]]]:
    """Yield rows in batches; one that refers to another of its table comes after that."""
    inner = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    seen: set[int] = set()
    batch: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = []
    for line in lines:
        row = _typed(table, json.loads(line))
        if any(row[name] is not None and row[name] not in seen for name in inner):
            waiting.append(row)
            continue
        if inner:
            seen.add(row["id"])
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
    while waiting:
        ready = [row for row in waiting if all(row[name] is None or row[name] in seen for name in inner)]
        if not ready:
            raise click.ClickException(f"{table.name} refers to rows that are not in the backup")
        yield ready
        seen.update(row["id"] for row in ready)
        waiting = [row for row in waiting if row["id"] not in seen]


def _typed(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with the types its columns want."""
    typed = dict(row)
    for name, value in row.items():
        kind = table.c[name].type
        if value is None:
            # A JSON column would take None for the JSON word null.
            typed[name] = sa.null() if isinstance(kind, sa.JSON) else None
        elif isinstance(kind, sa.DateTime):
            typed[name] = datetime.fromisoformat(value)
        elif isinstance(kind, sa.Date):
            typed[name] = date.fromisoformat(value)
        elif isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float):
            typed[name] = Decimal(value)
    return typed


def _continue_counting(connection: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL give the next row the next id; SQLite does so by itself."""
    if connection.dialect.name == "postgresql" and "id" in table.c:
        connection.execute(
            sa.text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"  # noqa: S608 - a name of our own schema
                f" greatest((SELECT coalesce(max(id), 0) FROM {table.name}), 1))"
            )
        )


def _restore_files(settings: Settings, archive: zipfile.ZipFile, tell: Callable[[int, int], None]) -> None:
    entries = archive.namelist()
    for count, entry in enumerate(entries, start=1):
        tell(count, len(entries))
        shelf, _, name = entry.partition("/")
        if shelf in SHELVES and name.isalnum():
            place = settings.data / shelf / name[:2] / name[2:4] / name
            place.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as source, place.open("wb") as target:
                shutil.copyfileobj(source, target)
    if KEY in archive.namelist():
        key = settings.data / KEY
        key.touch(mode=0o600)
        key.write_bytes(archive.read(KEY))
