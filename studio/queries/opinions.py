"""Second opinions: which studios can be asked for one, which fits best, and who there may give it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Deadline,
    DeadlineStep,
    Person,
    Proposal,
    SecondOpinion,
    Studio,
    StudioMembership,
    Verb,
)
from studio.domain import deadlines as domain
from studio.domain import relations, routing, workflow
from studio.domain.clock import WorkCalendar
from studio.domain.deadlines import Rule
from studio.queries import deadlines, studios, working_time
from studio.queries import routing as facts
from studio.queries.panel import JUDGES
from studio.queries.working_time import WorkingTimes

ROUNDS_BEGIN = frozenset({Verb.REQUEST_OPINION})
"""Each time it is put to a studio, that studio is reminded anew."""


def newest(session: Session, proposal: Proposal) -> SecondOpinion | None:
    """Return the opinion as it is now, also where the proposal's row had to be waited for."""
    statement = select(SecondOpinion).where(SecondOpinion.proposal_id == proposal.id)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def owed(proposal: Proposal) -> SecondOpinion | None:
    """Return the opinion that another studio still owes, while it is of use."""
    opinion = proposal.opinion
    useful = opinion is not None and opinion.open and proposal.state in workflow.AWAITS_OPINIONS
    return opinion if useful else None


def step_due(proposal: Proposal, times: WorkingTimes, rules: Sequence[Rule], *, at: datetime) -> DeadlineStep | None:
    """Return the highest step that is due at ``at`` about the opinion that is owed, in its studio's working time."""
    opinion = owed(proposal)
    if opinion is None:
        return None
    unit = opinion.studio.unit
    limits = working_time.limits_of(proposal, rules, unit)
    return domain.step_due(times.calendar_of(unit), Deadline.OPINION, opinion.due_at, limits, at)


def numbers_with_a_step_due(session: Session, *, at: datetime, public: WorkCalendar) -> Sequence[str]:
    """Return the numbers of proposals about whose second opinion somebody has to be told now, the longest due first.

    Six statements, whatever there is; it reads only.
    """
    waiting = (
        select(Proposal.id)
        .join(SecondOpinion)
        .where(
            SecondOpinion.answered_at.is_(None),
            SecondOpinion.due_at <= at + deadlines.HORIZON,
            Proposal.state.in_(sorted(workflow.AWAITS_OPINIONS)),
        )
    )
    times, rules = working_time.working_times(session, public), working_time.limits(session)
    rounds = deadlines.rounds(session, ROUNDS_BEGIN, waiting)
    taken = deadlines.steps_taken(session, waiting)
    found = []
    for proposal in session.scalars(_with_opinion().where(Proposal.id.in_(waiting))).unique():
        step = step_due(proposal, times, rules, at=at)
        if step and domain.is_news(step, taken[proposal.id, rounds.get(proposal.id, 0), Deadline.OPINION]):
            found.append(str(proposal.number))
    return found


def _with_opinion() -> Select[Proposal]:
    asked = joinedload(Proposal.opinion).joinedload(SecondOpinion.studio).joinedload(Studio.unit)
    related = (selectinload(Proposal.themes), joinedload(Proposal.kind), asked)
    return select(Proposal).join(SecondOpinion).options(*related).order_by(SecondOpinion.due_at, Proposal.id)


def declined_by(proposal: Proposal) -> frozenset[str]:
    """Return the codes of studios that have said that they give no opinion."""
    declined = (event for event in proposal.events if event.verb is Verb.DECLINE_OPINION)
    return frozenset(event.data.get("studio", {}).get("code", "") for event in declined)


def askable(session: Session, proposal: Proposal) -> Sequence[Studio]:
    """Return the studios that can be asked: neither the deciding one nor one that declined, and somebody is free."""
    advisers, declined = advisers_by_studio(session, proposal), declined_by(proposal)
    return [
        studio
        for studio in studios.receiving(session)
        if studio.id in advisers and studio.id != proposal.studio_id and studio.code not in declined
    ]


def advisers_by_studio(session: Session, proposal: Proposal) -> Mapping[int, Sequence[int]]:
    """Return who may give an opinion in each studio: its judges who did not write it and do not decide it.

    Studios where nobody is free are left out. The same rule as ``relations.advises_on_it``.
    """
    deciding = {member.person_id for member in proposal.studio.memberships} if proposal.studio else set()
    statement = (
        select(StudioMembership.studio_id, Person.id, Person.unit_id)
        .join(Person, Person.id == StudioMembership.person_id)
        .where(StudioMembership.role.in_(JUDGES), Person.active)
        .order_by(StudioMembership.id)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for studio_id, person_id, unit_id in session.execute(statement):
        barred = person_id in deciding or person_id in proposal.author_ids or relations.too_near(unit_id, proposal)
        if not barred:
            found[studio_id].append(person_id)
    return found


def best_fit(session: Session, proposal: Proposal, among: Collection[Studio]) -> str:
    """Return the code of the studio that knows most about it, by the rules that route proposals; empty if none fits."""
    codes = {studio.code for studio in among}
    candidates = [studio for studio in facts.studios(session) if studio.code in codes]
    found = routing.route(facts.facts_of(session, proposal), facts.rules(session), candidates, facts.open_load(session))
    return found.best.studio if found.best else ""
