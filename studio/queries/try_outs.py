"""Past proposals as routing saw them, and what other rules would have done with them. Nothing here writes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Kind, Person, Proposal, RoutingRule, Studio, Unit
from studio.domain import routing, stand_ins
from studio.domain.try_outs import LONGEST_AGO_DAYS, MOST_PROPOSALS, Past, TryOut, Way, try_out
from studio.queries import catalogue, rules
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
    """A try-out with what names the proposals in it, by id."""

    result: TryOut
    lines: Mapping[int, Line]


def tried_out(
    session: Session, reader: Person, rows: Sequence[RoutingRule], drafts: Collection[int], *, at: datetime
) -> Tried:
    """Ask the rules that hold, and those with ``drafts`` switched on, about past proposals that the reader may see.

    Those of the last twelve months, and the newest 500 of them at most. Five statements, whatever there is.
    """
    pasts, lines = past(session, reader, at=at)
    studios, load = facts.studios(session), facts.open_load(session)

    def way(asked: Sequence[routing.RoutingRule]) -> Way:
        return lambda proposal: stand_ins.resolved(routing.route(proposal, asked, studios, load), studios, load)

    return Tried(try_out(pasts, way(rules.as_routed(rows)), way(rules.as_routed(rows, drafts))), lines)


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
