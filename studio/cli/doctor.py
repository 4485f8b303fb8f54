"""`studio doctor`."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click
import sqlalchemy as sa

from search_index import sync
from search_index.port import SearchUnavailable
from studio import migrations
from studio.cli import site
from studio.mail import mailbox
from studio.mail.smtp import Relay
from studio.queries import file_texts, health, issues
from studio.settings import Settings
from studio.transactions import prepare_engine

LEAST_DISK_BYTES = 1024**3
MOST_CLOCK_DRIFT = timedelta(minutes=2)
WAIT_SECONDS = 10
START_ONE = "start `studio serve` or `studio worker`"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; ``advice`` says what to do and is empty when all is well."""

    subject: str
    fact: str
    advice: str = ""
    serious: bool = True


@click.command()
def doctor() -> None:
    """Check database, index, documents, mail relay, worker, digest, disk and clock.

    Ends with exit code 1 if something must be done.
    """
    settings = site.settings()
    troubled = False
    for check in CHECKS:
        for finding in check(settings):
            troubled |= bool(finding.advice) and finding.serious
            mark = "ok  " if not finding.advice else "TO DO" if finding.serious else "note"
            click.echo(f"{mark:<5} {finding.subject:<9} {finding.fact}")
            if finding.advice:
                click.echo(f"{'':<15} {finding.advice}")
    if troubled:
        sys.exit(1)


def _database(settings: Settings) -> Iterator[Finding]:
    engine = sa.create_engine(settings.sqlalchemy_url, poolclass=sa.NullPool)
    prepare_engine(engine)
    shown = engine.url.render_as_string(hide_password=True)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        yield Finding("database", f"{shown} is not there", "run `studio init`")
        return
    try:
        with engine.connect() as connection:
            revision = migrations.current_revision(connection)
            sound = _is_sound(connection)
    except sa.exc.DBAPIError as error:
        first_line = str(error.orig).partition("\n")[0]
        yield Finding("database", f"does not answer: {first_line}", "check STUDIO_DATABASE_URL and whether it runs")
        return
    newest = migrations.newest_revision()
    if not sound:
        yield Finding("database", f"{shown} is damaged", "restore the last backup: `studio restore FILE`")
    elif revision is None or not migrations.knows(revision):
        advice = "run `studio init`" if revision is None else "install the version that made it, or restore a backup"
        yield Finding("database", f"its tables are of version {revision}, not {newest}", advice)
    elif revision != newest:
        yield Finding("database", f"its tables are of version {revision}, not {newest}", "run `studio init`")
    else:
        yield Finding("database", f"{shown}, tables of version {revision}")


def _is_sound(connection: sa.Connection) -> bool:
    if connection.dialect.name != "sqlite":
        return True
    return bool(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok")


def _index(_: Settings) -> Iterator[Finding]:
    with site.opened() as (session, services):
        try:
            drift = sync.check(session, services.search)
            status = services.search.status()
        except SearchUnavailable as error:
            yield Finding("index", str(error), "run `studio index rebuild`")
            return
        except sa.exc.DBAPIError:
            yield Finding("index", "cannot be compared without the database", "see above")
            return
    wrong = len(drift.missing) + len(drift.outdated) + len(drift.surplus)
    if wrong:
        yield Finding(
            "index", f"{wrong} proposals differ from the database", "start the worker, or `studio index sync`"
        )
    elif status.worn:
        yield Finding("index", f"in {status.parts} parts", "run `studio index rebuild` in a quiet hour", serious=False)
    else:
        yield Finding("index", f"{status.documents} proposals, {status.size_in_bytes / 1024**2:.1f} MB")


def _documents(_: Settings) -> Iterator[Finding]:
    with site.opened() as (session, _services):
        try:
            figures = file_texts.figures(session)
        except sa.exc.DBAPIError:
            return
    counted = f"{figures.read} read for the search, {figures.waiting} wait"
    if not figures.unreadable:
        yield Finding("documents", counted)
        return
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(figures.unreadable.items()))
    yield Finding(
        "documents",
        f"{counted}, {sum(figures.unreadable.values())} could not be read ({reasons})",
        "nothing is lost: the search does without, and whoever attached one is told on its page",
        serious=False,
    )


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url:
        yield Finding(
            "mail", "no relay is set", "set STUDIO_SMTP_URL; until then mails wait in the outbox", serious=False
        )
        return
    host = urlsplit(settings.smtp_url).hostname
    with Relay(settings, timeout=WAIT_SECONDS) as relay:
        problem = relay.trouble()
    if problem:
        yield Finding(
            "mail", f"{host} does not take mails: {problem}", "check STUDIO_SMTP_URL with whoever runs the relay"
        )
    else:
        yield Finding("mail", f"{host} answers")
    if _is_overheard(settings.smtp_url):
        yield Finding(
            "mail",
            "the password for the relay goes over the network as it is",
            "use smtp+starttls:// or smtps:// in STUDIO_SMTP_URL, unless the relay can do neither",
            serious=False,
        )
    if settings.bounces_url:
        yield _bounces(settings)


def _is_overheard(smtp_url: str) -> bool:
    url = urlsplit(smtp_url)
    return url.scheme == "smtp" and bool(url.username) and url.hostname not in {"localhost", "127.0.0.1", "::1"}


def _bounces(settings: Settings) -> Finding:
    host, problem = urlsplit(settings.bounces_url).hostname, mailbox.trouble(settings, timeout=WAIT_SECONDS)
    if problem:
        return Finding("bounces", f"{host} shows no mailbox: {problem}", "check STUDIO_BOUNCES_URL")
    return Finding("bounces", f"the mailbox on {host} can be read")


def _worker(_: Settings) -> Iterator[Finding]:
    with site.opened() as (session, services):
        try:
            seen_at = health.worker_seen_at(session)
        except sa.exc.DBAPIError:
            return
        at = services.clock()
    if seen_at is None:
        yield Finding("worker", "no worker runs", START_ONE)
    elif health.is_silent(seen_at, at):
        yield Finding("worker", f"silent for {(at - seen_at).total_seconds() / 60:.0f} minutes", START_ONE)
    else:
        yield Finding("worker", f"seen {(at - seen_at).total_seconds():.0f} s ago")


def _digest(_: Settings) -> Iterator[Finding]:
    with site.opened() as (session, services):
        try:
            late = issues.overdue(session, services.settings, at=services.clock())
        except sa.exc.DBAPIError:
            return
    for one in late:
        due = f"{one.due_at.astimezone(services.settings.zone):%Y-%m-%d %H:%M}"
        fact = f"the issue of {one.month} should have gone out on {due} and has not"
        yield Finding(
            "digest", fact, f"see that a worker runs and read its log, or `studio digest send --month {one.month}`"
        )
    if not late:
        yield Finding("digest", "no issue is late")


def _disk(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.data if settings.data.exists() else Path()).free
    fact = f"{free / 1024**3:.1f} GB free for {settings.data}"
    if settings.data.exists() and not os.access(settings.data, os.W_OK):
        yield Finding("disk", f"{settings.data} cannot be written", "give the account that runs studio write access")
    elif free < LEAST_DISK_BYTES:
        yield Finding("disk", fact, "make room: uploads and backups grow")
    else:
        yield Finding("disk", fact)


def _clock(settings: Settings) -> Iterator[Finding]:
    """Compare with the database server's clock: without Internet it is the only other clock there is."""
    engine = sa.create_engine(settings.sqlalchemy_url, poolclass=sa.NullPool)
    here = datetime.now(UTC)
    local = f"{here.astimezone(settings.zone):%Y-%m-%d %H:%M} in {settings.timezone}"
    if engine.dialect.name != "postgresql":
        yield Finding("clock", local)
        return
    try:
        with engine.connect() as connection:
            there = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    except sa.exc.DBAPIError:
        return
    drift = abs(datetime.now(UTC) - there)
    if drift > MOST_CLOCK_DRIFT:
        yield Finding(
            "clock", f"{drift.total_seconds():.0f} s apart from the database server", "let both ask a time server"
        )
    else:
        yield Finding("clock", local)


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _database,
    _index,
    _documents,
    _mail,
    _worker,
    _digest,
    _disk,
    _clock,
)
