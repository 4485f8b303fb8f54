"""`studio search` and `studio index …`: the archive from the command line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person, Proposal, SlowWorkKind
from search_index import sync
from search_index.documents import EVERYBODY, audience_of
from search_index.port import IndexBusy, SearchEngine, SearchQuery, SearchUnavailable
from studio.app import create_app
from studio.cli import site
from studio.cli.progress import Progress, both
from studio.extensions import db
from studio.queries import glossary
from studio.queries.visibility import visible_to
from studio.services import services


@contextmanager
def _opened() -> Iterator[tuple[Session, SearchEngine]]:
    """Give database and index, and say in a sentence what is wrong with the index."""
    with create_app().app_context():
        try:
            yield db.session, services().search
        except SearchUnavailable as error:
            raise click.ClickException(f"{error}; `studio index rebuild` makes a new one") from error
        except IndexBusy as error:
            raise click.ClickException(f"{error}; try again in a minute") from error


@click.command()
@click.argument("query")
@click.option("--as", "employee_no", metavar="EMPLOYEE_NO", help="Whose eyes to look with; without: what all may see.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: number, key, title, score.")
def search(query: str, employee_no: str | None, limit: int, *, as_json: bool) -> None:
    """Show what the archive finds for QUERY, best first."""
    with _opened() as (session, engine):
        reader = _person(session, employee_no) if employee_no is not None else None
        audience = audience_of(reader) if reader else frozenset({EVERYBODY})
        words, zone = glossary.synonyms(session), services().settings.zone
        asked = SearchQuery(text=query, audience=audience, synonyms=words, zone=zone, per_page=limit)
        found = engine.search(asked)
        readable = visible_to(reader) if reader else Proposal.confidential.is_(False)
        ids = [hit.proposal_id for hit in found.hits]
        columns = (Proposal.id, Proposal.number, Proposal.legacy_key, Proposal.title)
        rows = {row.id: row for row in session.execute(select(*columns).where(Proposal.id.in_(ids), readable))}
        for hit in found.hits:
            if row := rows.get(hit.proposal_id):
                line = {"number": row.number, "key": row.legacy_key, "title": row.title, "score": hit.score}
                click.echo(json.dumps(line, ensure_ascii=False) if as_json else f"{row.number}  {row.title}")


def _person(session: Session, employee_no: str) -> Person:
    person = session.scalar(select(Person).where(Person.employee_no == employee_no))
    if person is None:
        raise click.BadParameter(f"nobody has staff number {employee_no}", param_hint="--as")
    return person


@click.group()
def index() -> None:
    """Look after the search index. It is a copy: nothing is lost if it is made anew."""


@index.command()
def rebuild() -> None:
    """Make a new index beside the present one and switch to it; searching goes on meanwhile."""
    with (
        _opened() as (session, engine),
        Progress("Indexing") as progress,
        site.noted(session, services(), SlowWorkKind.INDEX) as notes,
    ):
        sync.rebuild(session, engine, both(progress, notes))
    click.echo(f"{engine.status().documents} proposals are in the index.")


@index.command("sync")
def synchronise() -> None:
    """Index what is missing or out of date, and take out what should not be there."""
    with _opened() as (session, engine):
        drift = sync.repair(session, engine)
        click.echo(f"{engine.status().documents} proposals are in the index. {_sentence(drift)}")


@index.command()
def check() -> None:
    """Compare index and database; exit with 1 if they differ."""
    with _opened() as (session, engine):
        drift = sync.check(session, engine)
        click.echo(_sentence(drift))
        if drift:
            raise SystemExit(1)


def _sentence(drift: sync.Drift) -> str:
    if not drift:
        return "Index and database agree."
    return (
        f"Differences: {len(drift.missing)} missing, {len(drift.outdated)} out of date, {len(drift.surplus)} too many."
    )
