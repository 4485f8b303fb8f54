"""A firm read from a folder of tables the way a customer takes it over, and its past cut in two at many places."""

import csv
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from models import Base, Proposal
from search_index.documents import document_of
from search_index.whoosh_engine import WhooshEngine
from studio.domain.routing import Experience, ProposalFacts, RoutingRule, StudioFacts
from studio.operations import importing
from studio.operations.catalogue import fill_empty_lists
from studio.queries import routing as queries
from studio.queries.precedents import experience
from studio.settings import Settings
from studio.tables import Row, read_rows
from studio.transactions import prepare_engine, writing

PART = 0.6
"""How much of the past is known when the rest is routed."""
SEEDS = range(10)
AT = datetime(2026, 11, 20, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A proposal, where it belongs, and what the archive had when it came."""

    proposal: ProposalFacts
    belongs: str
    experience: Experience


@dataclass(frozen=True)
class Cut:
    """What was known at one moment, and what came after it."""

    name: str
    known: Sequence[Case]
    new: Sequence[Case]


@dataclass(frozen=True)
class Past:
    """All that routing knows of a firm, and its cuts: by time first, then at random."""

    rules: Sequence[RoutingRule]
    studios: Sequence[StudioFacts]
    cuts: Sequence[Cut]


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file; none if there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def listed(cell: str) -> tuple[str, ...]:
    """Return the parts of a list in one cell."""
    return tuple(filter(None, cell.split(";")))


def read(folder: Path) -> Past:
    """Import a folder's tables into a database of their own and look up every experience with an index as it was."""
    with tempfile.TemporaryDirectory() as place, _database(Path(place)) as session:
        _import(session, folder)
        rules, studios = read_rules(folder), queries.studios(session)
        proposals = _proposals(session)
        cuts = [_cut(session, Path(place) / name, name, *halves) for name, halves in _halves(proposals)]
    return Past(rules, studios, cuts)


def read_rules(folder: Path) -> list[RoutingRule]:
    """Return the rules of a folder."""
    return [
        RoutingRule(
            studio=row["studio_code"],
            priority=int(row["priority"]),
            units=listed(row["unit_codes"]),
            kinds=listed(row["kinds"]),
            themes=listed(row["themes"]),
            words=listed(row["words_zh"]),
        )
        for row in table(folder / "routing_rules.csv")
    ]


def _database(place: Path) -> Session:
    engine = sa.create_engine(f"sqlite:///{place / 'studio.sqlite'}")
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    return Session(engine)


def _import(session: Session, folder: Path) -> None:
    with writing(session):
        fill_empty_lists(session)
    importing.import_units(session, read_rows(folder / "units.csv"))
    importing.import_people(session, read_rows(folder / "people.csv"), at=AT)
    importing.import_studios(session, _studio_rows(folder))
    importing.import_proposals(session, read_rows(folder / "proposals.jsonl"), at=AT, zone=Settings().zone)


def _studio_rows(folder: Path) -> Iterator[Row]:
    members: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in table(folder / "studio_members.csv"):
        members[row["studio_code"]][row["role"]].append(row["employee_no"])
    for studio in read_rows(folder / "studios.csv"):
        of_it = members[studio.cells["code"]]
        yield Row(studio.number, {**studio.cells, "reviewers": of_it["reviewer"], "members": of_it["member"]})


def _proposals(session: Session) -> list[Proposal]:
    loaded = selectinload(Proposal.contributors), selectinload(Proposal.themes)
    statement = sa.select(Proposal).options(*loaded).order_by(Proposal.submitted_at, Proposal.id)
    return list(session.scalars(statement).unique())


def _halves(proposals: Sequence[Proposal]) -> Iterator[tuple[str, tuple[list[Proposal], list[Proposal]]]]:
    place = int(len(proposals) * PART)
    yield "by time", (list(proposals[:place]), list(proposals[place:]))
    for seed in SEEDS:
        mixed = random.Random(seed).sample(list(proposals), len(proposals))
        yield f"seed {seed}", (mixed[:place], mixed[place:])


def _cut(session: Session, place: Path, name: str, known: Sequence[Proposal], new: Sequence[Proposal]) -> Cut:
    engine = WhooshEngine(place)
    with engine.rebuilding() as fresh:
        fresh.add(filter(None, map(document_of, known)))
        fresh.finish()
        with engine.writing() as index:
            index.publish(fresh)
    return Cut(name, [_case(session, None, it) for it in known], [_case(session, engine, it) for it in new])


def _case(session: Session, engine: WhooshEngine | None, proposal: Proposal) -> Case:
    facts = queries.facts_of(session, proposal)
    belongs = proposal.studio.code if proposal.studio else ""
    return Case(facts, belongs, experience(session, engine, facts) if engine else Experience())
