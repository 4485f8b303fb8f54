"""What a coordinator answers for: what no rule caught, what is late, what no lead may decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    CongressReferral,
    Contributor,
    Person,
    Proposal,
    ProposalState,
    Studio,
    StudioMembership,
    StudioRole,
    Unit,
)
from search_index.port import SearchEngine
from studio.domain import routing, stand_ins
from studio.queries import precedents
from studio.queries import routing as facts
from studio.queries.panel import too_near
from studio.queries.people import by_name_only
from studio.queries.visibility import coordinated_by

MOST = 50
"""Rows of one section; what is beyond them waits until these are gone."""
SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Unrouted:
    """A proposal without a studio, and the studios that come nearest, best first."""

    proposal: Proposal
    suggestions: Sequence[Mapping[str, Any]]


def _rows(person: Person) -> Select[Proposal]:
    return (
        select(Proposal)
        .where(coordinated_by(person))
        .options(
            joinedload(Proposal.unit),
            joinedload(Proposal.kind),
            joinedload(Proposal.studio).joinedload(Studio.unit),
            selectinload(Proposal.themes),
            selectinload(Proposal.contributors),
            selectinload(Proposal.submitter).options(*by_name_only()),
            selectinload(Proposal.reviewer).options(*by_name_only()),
        )
        .limit(MOST)
    )


def unrouted(session: Session, person: Person, engine: SearchEngine) -> Sequence[Unrouted]:
    """Return what waits for a studio, oldest first, with the studios that come nearest."""
    statement = _rows(person).where(Proposal.state == ProposalState.SUBMITTED).order_by(Proposal.submitted_at)
    waiting = session.scalars(statement).unique().all()
    if not waiting:
        return ()
    rules, studios, load = facts.rules(session), facts.studios(session), facts.open_load(session)
    units = {unit_id: code for unit_id, code in session.execute(select(Unit.id, Unit.code))}  # noqa: C416 - dict() would lose the types
    names = {studio.code: studio for studio in session.scalars(select(Studio))}
    asked = [precedents.Asked(_facts_of(proposal, units), proposal.id) for proposal in waiting]
    known = precedents.experiences(session, engine, asked)
    found = []
    for proposal, one, experience in zip(waiting, asked, known, strict=True):
        chosen = routing.route(one.facts, rules, studios, load, experience=experience)
        near = [names[one.studio] for one in stand_ins.resolved(chosen, studios, load).ranking[:SUGGESTIONS]]
        found.append(Unrouted(proposal, [{"code": s.code, "name_zh": s.name_zh, "name_en": s.name_en} for s in near]))
    return found


def _facts_of(proposal: Proposal, units: Mapping[int, str]) -> routing.ProposalFacts:
    above = reversed(proposal.unit.ancestor_ids) if proposal.unit else ()
    return routing.ProposalFacts(
        title=proposal.title,
        problem=proposal.problem,
        measure=proposal.measure,
        effect=proposal.effect,
        location=proposal.location,
        units=tuple(units[unit_id] for unit_id in above if unit_id in units),
        kind=proposal.kind.code if proposal.kind else None,
        themes=tuple(theme.code for theme in proposal.themes),
    )


def late(at: datetime) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what is late, in its answer or decision; authors are never late."""
    unanswered = and_(Proposal.answered_at.is_(None), Proposal.answer_due_at < at)
    running = Proposal.state.in_((ProposalState.SUBMITTED, ProposalState.UNDER_REVIEW))
    return and_(running, or_(unanswered, Proposal.decision_due_at < at))


def overdue(session: Session, person: Person, *, at: datetime) -> Sequence[Proposal]:
    """Return what is late, the longest first."""
    due = case((Proposal.answered_at.is_(None), Proposal.answer_due_at), else_=Proposal.decision_due_at)
    statement = _rows(person).where(late(at), Proposal.state == ProposalState.UNDER_REVIEW).order_by(due)
    return session.scalars(statement).unique().all()


def overdue_count(session: Session, person: Person, *, at: datetime) -> int:
    """Return how many are late in all."""
    statement = select(func.count()).select_from(Proposal).where(coordinated_by(person), late(at))
    return session.scalar(statement.where(Proposal.state == ProposalState.UNDER_REVIEW)) or 0


def referrals(session: Session, person: Person) -> Sequence[CongressReferral]:
    """Return what the workers' congress still has to answer, the next session first, with the proposals."""
    named = joinedload(CongressReferral.proposal).options(
        joinedload(Proposal.unit), joinedload(Proposal.submitter).options(*by_name_only())
    )
    statement = (
        select(CongressReferral)
        .join(CongressReferral.proposal)
        .where(CongressReferral.recorded_at.is_(None), coordinated_by(person))
        .options(named, selectinload(CongressReferral.proposal, Proposal.themes))
        .order_by(CongressReferral.meets_on.is_(None), CongressReferral.meets_on, CongressReferral.id)
        .limit(MOST)
    )
    return session.scalars(statement).unique().all()


def undecidable(session: Session, person: Person) -> Sequence[Proposal]:
    """Return what no lead may decide, because he has a conflict or there is none: the coordinator does."""
    leads = (
        select(StudioMembership.person_id)
        .join(Person, Person.id == StudioMembership.person_id)
        .where(
            StudioMembership.studio_id == Proposal.studio_id, StudioMembership.role == StudioRole.LEAD, Person.active
        )
        .correlate(Proposal)
    )
    near = leads.where(too_near(Person.unit_id)).exists()
    wrote = exists().where(Contributor.proposal_id == Proposal.id, Contributor.person_id.in_(leads))
    mine = exists().where(Contributor.proposal_id == Proposal.id, Contributor.person_id == person.id)
    statement = _rows(person).where(
        Proposal.state.in_((ProposalState.UNDER_REVIEW, ProposalState.TRIAL)),
        or_(~leads.exists(), Proposal.submitter_id.in_(leads), wrote, near),
        ~mine,
        ~too_near(person.unit_id),
        or_(Proposal.submitter_id.is_(None), Proposal.submitter_id != person.id),
    )
    return session.scalars(statement.order_by(Proposal.decision_due_at)).unique().all()
