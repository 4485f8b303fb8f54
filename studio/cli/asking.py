"""`studio route` and `studio similar`: what would become of a proposal that is not filed yet."""

import json
import sys
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Proposal, Unit
from search_index.documents import EVERYBODY
from search_index.port import SearchUnavailable
from studio.cli import site
from studio.domain.routing import Candidate, ProposalFacts
from studio.domain.routing import route as choose
from studio.domain.stand_ins import resolved
from studio.queries import precedents, routing
from studio.wording.reasons import reason_sentence

TEXTS = ("title", "problem", "measure", "effect")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.command()
@click.option("--explain", is_flag=True, help="Say why, in a sentence, in the site's language.")
@AS_JSON
def route(*, explain: bool, as_json: bool) -> None:
    """Read a proposal as JSON from standard input and print the studios it would go to, best first.

    Of the object, title, problem, measure, effect, location, kind, themes and unit (a code) are looked at; all may
    be missing. Nothing is saved.
    """
    given = _given()
    with site.opened() as (session, services):
        facts = _facts(session, given)
        known = precedents.experience(session, services.search, facts)
        if known.away:
            click.echo("The search index is away, so nothing was learned from the archive.", err=True)
        studios, load = routing.studios(session), routing.open_load(session)
        chosen = choose(facts, routing.rules(session), studios, load, experience=known)
        result = resolved(chosen, studios, load)
        if result.best is None:
            _say_who_chooses(suggestions=bool(result.ranking), quietly=as_json)
        for candidate in result.ranking:
            click.echo(_line(session, candidate, explain=explain, as_json=as_json))


def _say_who_chooses(*, suggestions: bool, quietly: bool) -> None:
    if suggestions:
        click.echo("No studio fits well enough; the coordinator would choose, from these suggestions.", err=quietly)
    elif not quietly:
        click.echo("No studio fits; the coordinator would choose.")


def _line(session: Session, candidate: Candidate, *, explain: bool, as_json: bool) -> str:
    reason = routing.named(session, candidate.reason)
    numbers = candidate.reason.params.get("precedents", [])  # open to everybody a moment ago
    why = reason_sentence(reason, named=numbers) if explain else ""
    if as_json:
        told = {"studio": candidate.studio, "score": round(candidate.score, 3), "reason": candidate.reason.code}
        return json.dumps({**told, "why": why} if explain else told, ensure_ascii=False)
    return f"{candidate.studio:<10}  {why}".rstrip()


@click.command()
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
@AS_JSON
def similar(limit: int, *, as_json: bool) -> None:
    """Read a proposal as JSON from standard input and print the proposals most like it, best first.

    Compares title, problem, measure and effect with what every colleague may read.
    """
    given = _given()
    words = "\n".join(str(given.get(name) or "") for name in TEXTS)
    with site.opened() as (session, services):
        try:
            hits = services.search.similar(words, frozenset({EVERYBODY}), limit)
        except SearchUnavailable as error:
            raise click.ClickException(f"{error}; `studio index rebuild` makes a new one") from error
        columns = (Proposal.id, Proposal.number, Proposal.legacy_key, Proposal.title)
        ids = [hit.proposal_id for hit in hits]
        rows = {row.id: row for row in session.execute(select(*columns).where(Proposal.id.in_(ids)))}
        for hit in hits:
            if row := rows.get(hit.proposal_id):
                told = {"number": row.number, "key": row.legacy_key, "title": row.title, "score": round(hit.score, 3)}
                click.echo(json.dumps(told, ensure_ascii=False) if as_json else f"{row.number}  {row.title}")


def _given() -> dict[str, Any]:
    """Return the object on standard input. Raises ClickException if it is none."""
    try:
        given = json.loads(sys.stdin.buffer.read().decode("utf-8-sig"))
    except ValueError as error:
        raise click.ClickException(f"standard input is no JSON: {error}") from error
    if not isinstance(given, dict):
        raise click.ClickException("standard input must hold one JSON object, a proposal")
    return given


def _facts(session: Session, given: dict[str, Any]) -> ProposalFacts:
    code = str(given.get("unit") or "")
    unit = session.scalars(select(Unit).where(Unit.code == code)).one_or_none() if code else None
    if code and unit is None:
        raise click.ClickException(f"there is no unit {code}")
    themes = given.get("themes") or []
    return ProposalFacts(
        **{name: str(given.get(name) or "") for name in (*TEXTS, "location")},
        units=routing.unit_codes(session, unit),
        kind=str(given["kind"]) if given.get("kind") else None,
        themes=tuple(map(str, themes if isinstance(themes, list) else [themes])),
    )
