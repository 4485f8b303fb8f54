"""Past proposals as routing saw them, and what other rules would have done with them. Nothing here writes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Kind, Person, Proposal, RoutingRule, Studio, Unit
from search_index.port import SearchEngine
from studio.domain import routing, stand_ins
from studio.domain.routing import NO_EXPERIENCE, Experience, RoutingResult
from studio.domain.try_outs import (
    LONGEST_AGO_DAYS,
    MOST_ASKED,
    MOST_PROPOSALS,
    Past,
    TryOut,
    Way,
    touched,
    try_out,
)
from studio.queries import catalogue, precedents, rules
from studio.queries import routing as facts
from studio.queries.blinding import names_known_to
from studio.queries.visibility import reach_of, visible_to


@dataclass(frozen=True, slots=True)
class Line:
    """What a list shows of a past proposal."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A try-out with what names the proposals in it, by id.

    Of the ``touched`` that the drafts have a word in, for the newest ``asked`` the archive was asked too; ``away``
    says that it could not be.
    """

    result: TryOut
    lines: Mapping[int, Line]
    touched: int
    asked: int
    away: bool


def tried_out(
    session: Session,
    engine: SearchEngine,
    reader: Person,
    rows: Sequence[RoutingRule],
    drafts: Collection[int],
    *,
    at: datetime,
) -> Tried:
    """Ask the rules that hold, and those with ``drafts`` switched on, about past proposals that the reader may see.

    Those of the last twelve months, and the newest 500 of them at most, as if they were filed today: with the archive
    as it is, and the proposal itself left aside. Six statements, whatever there is.
    """
    pasts, lines = past(session, reader, at=at)
    studios, load = facts.studios(session), facts.open_load(session)
    holding, planned = rules.as_routed(rows), rules.as_routed(rows, drafts)

    def way(asked: Sequence[routing.RoutingRule], known: Mapping[int, Experience]) -> Way:
        def ask(one: Past) -> RoutingResult:
            experience = known.get(one.id, NO_EXPERIENCE)
            return stand_ins.resolved(
                routing.route(one.facts, asked, studios, load, experience=experience), studios, load
            )

        return ask

    moved = touched(pasts, way(holding, {}), way(planned, {}), set(holding) ^ set(planned))
    asked = [precedents.Asked(one.facts, one.id) for one in moved[:MOST_ASKED]]
    found = precedents.experiences(session, engine, asked)
    known = {one.id: experience for one, experience in zip(moved, found, strict=False)}
    result = try_out(moved, way(holding, known), way(planned, known))
    away = any(experience.away for experience in found)
    return Tried(replace(result, tried=len(pasts)), lines, len(moved), 0 if away else len(asked), away)


def past(session: Session, reader: Person, *, at: datetime) -> tuple[list[Past], dict[int, Line]]:
    """Return the proposals to try rules on, the newest first; three statements.

    Those whose names the reader may not know are left out: where they went would tell the unit.
    """
    known = names_known_to(reach_of(reader))
    statement = (
        select(
            Proposal.id,
            Proposal.number,
            Proposal.title,
            Proposal.problem,
            Proposal.measure,
            Proposal.effect,
            Proposal.location,
            Unit.path,
            Kind.code,
            Studio.code,
        )
        .outerjoin(Unit, Proposal.unit_id == Unit.id)
        .outerjoin(Kind, Proposal.kind_id == Kind.id)
        .outerjoin(Studio, Proposal.studio_id == Studio.id)
        .where(visible_to(reader), known, Proposal.submitted_at >= at - timedelta(days=LONGEST_AGO_DAYS))
        .order_by(Proposal.submitted_at.desc(), Proposal.id.desc())
        .limit(MOST_PROPOSALS)
    )
    found = session.execute(statement).all()
    themes, way_up = catalogue.theme_codes(session, [row[0] for row in found]), catalogue.ways_up(session)
    pasts, lines = [], {}
    for key, number, title, problem, measure, effect, location, path, kind, studio in found:
        texts = (title, problem, measure, effect, location)
        pasts.append(Past(key, routing.ProposalFacts(*texts, way_up(path), kind, tuple(themes.get(key, ()))), studio))
        lines[key] = Line(number or "", title)
    return pasts, lines
