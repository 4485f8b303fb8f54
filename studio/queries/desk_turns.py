"""Whose turn it is in the studios of one judge, as columns and conditions with places for who asks and when."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from models import (
    Contributor,
    Decision,
    Event,
    PanelSeat,
    Person,
    PreparedDecision,
    Proposal,
    ProposalState,
    Review,
    SecondOpinion,
    StudioRole,
    Theme,
    Verb,
    proposal_themes,
)
from models.base import UtcDateTime
from studio.domain import workflow
from studio.domain.turns import TRIAL_NOTICE_DAYS, Turn
from studio.queries.panel import too_near

JUDGES = (StudioRole.LEAD, StudioRole.REVIEWER)
JUDGING_VERBS = (
    *sorted(workflow.FIRST_ANSWERS),
    Verb.VERIFY_IMPLEMENTATION,
    Verb.TRANSFER,
    Verb.GIVE_OPINION,
    Verb.DECLINE_OPINION,
)

# The desk is counted on every page of a reviewer, so its statements are made once, with places for what differs.
ME = bindparam("me", type_=Integer)
MY_UNIT = bindparam("my_unit", type_=Integer)
JUDGED: BindParameter[Any] = bindparam("judged", expanding=True)
MINE: BindParameter[Any] = bindparam("mine", expanding=True)
LED: BindParameter[Any] = bindparam("led", expanding=True)
AT = bindparam("at", type_=UtcDateTime)
TRIAL_UNTIL = bindparam("trial_until", type_=Date)
MONTH_START = bindparam("month_start", type_=UtcDateTime)


def values(person: Person, at: datetime, today: date, month_start: datetime | None = None) -> dict[str, Any]:
    """Return what this person and moment put into the places."""
    return {
        "me": person.id,
        "my_unit": person.unit_id,
        "judged": sorted(person.studio_ids(*JUDGES)),
        "mine": sorted(person.studio_ids()),
        "led": sorted(person.studio_ids(StudioRole.LEAD)),
        "at": at,
        "trial_until": today + timedelta(days=TRIAL_NOTICE_DAYS),
        **({"month_start": month_start} if month_start else {}),
    }


WATCHED = (
    ProposalState.UNDER_REVIEW,
    ProposalState.INFORMATION_REQUESTED,
    ProposalState.TRIAL,
    ProposalState.ACCEPTED,
    ProposalState.IN_IMPLEMENTATION,
    ProposalState.IMPLEMENTED,
)


def review_count() -> ColumnElement[int]:
    """What this studio, or who is asked now, has said; another studio's opinions stay, but its panel is not ours."""
    sits = exists().where(open_seat(), PanelSeat.person_id == Review.reviewer_id).correlate(Proposal, Review)
    ours = or_(Review.studio_id == Proposal.studio_id, sits)
    reviews = select(func.count()).select_from(Review).where(Review.proposal_id == Proposal.id, ours)
    return reviews.correlate(Proposal).scalar_subquery()


def seats() -> ColumnElement[int]:
    """How many are asked to judge it; a panel is whole when as many reviews are in."""
    asked = select(func.count()).select_from(PanelSeat).where(open_seat())
    return asked.correlate(Proposal).scalar_subquery()


def open_seat() -> ColumnElement[bool]:
    """Somebody is asked to judge it."""
    return and_(PanelSeat.proposal_id == Proposal.id, PanelSeat.ended_at.is_(None))


def urgent() -> ColumnElement[bool]:
    """One of its themes has the fast clock."""
    return exists().where(
        proposal_themes.c.proposal_id == Proposal.id, proposal_themes.c.theme_id == Theme.id, Theme.urgent
    )


def due() -> ColumnElement[datetime | None]:
    """The clock that runs: for the first answer until somebody answered, then for the decision."""
    return case((Proposal.answered_at.is_(None), Proposal.answer_due_at), else_=Proposal.decision_due_at)


def own() -> ColumnElement[bool]:
    """This person wrote it or shares in it."""
    wrote = exists().where(Contributor.proposal_id == Proposal.id, Contributor.person_id == ME)
    return or_(func.coalesce(Proposal.submitter_id, 0) == ME, wrote)


def decidable() -> ColumnElement[bool]:
    """This person may decide it now."""
    undecided = Proposal.state.in_((ProposalState.UNDER_REVIEW, ProposalState.TRIAL))
    return and_(undecided, Proposal.studio_id.in_(LED), ~own(), ~too_near(MY_UNIT))


def prepared() -> ColumnElement[bool]:
    """A decision of this studio lies ready to be told, and this person may decide."""
    ours = and_(PreparedDecision.proposal_id == Proposal.id, PreparedDecision.studio_id == Proposal.studio_id)
    return and_(decidable(), exists().where(ours))


def turn() -> ColumnElement[Any]:
    """Return what this person is to do, or NULL when the ball is with somebody else. Nobody judges his own."""
    mine = own()
    reviewing = Proposal.state == ProposalState.UNDER_REVIEW
    led = Proposal.studio_id.in_(LED)
    owes_answer = and_(Proposal.answered_at.is_(None), Proposal.reviewer_id == ME)
    unscored = ~exists().where(Review.proposal_id == Proposal.id, Review.reviewer_id == ME)
    ripe = or_(and_(review_count() > 0, review_count() >= seats()), seats() == 0, Proposal.decision_due_at <= AT)
    asked = exists().where(open_seat(), PanelSeat.person_id == ME)
    trial_over = or_(Decision.trial_ends_on.is_(None), Decision.trial_ends_on <= TRIAL_UNTIL)
    done_by_another = func.coalesce(Proposal.implemented_by_id, 0) != ME
    return case(
        (mine, null()),
        (and_(Proposal.state == ProposalState.IMPLEMENTED, done_by_another), literal(Turn.VERIFY.value)),
        (too_near(MY_UNIT), null()),
        (SecondOpinion.id.is_not(None), literal(Turn.ADVISE.value)),
        (and_(reviewing, unscored, owes_answer), literal(Turn.ANSWER.value)),
        (and_(reviewing, led, ripe), literal(Turn.DECIDE.value)),
        (and_(reviewing, unscored, asked), literal(Turn.SCORE.value)),
        (and_(Proposal.state == ProposalState.TRIAL, led, trial_over), literal(Turn.HEAR_TRIAL.value)),
        else_=null(),
    )


TURN = turn()
DONE_BY_ME = (Event.actor_id == ME, Event.verb.in_(JUDGING_VERBS), Event.at >= MONTH_START)


def _asked_here() -> ColumnElement[bool]:
    """Whether this person's studio owes a second opinion that he may give; see ``relations.advises_on_it``."""
    owed = and_(SecondOpinion.answered_at.is_(None), SecondOpinion.studio_id.in_(JUDGED))
    return and_(owed, func.coalesce(Proposal.studio_id, 0).not_in(MINE), ~own(), ~too_near(MY_UNIT))


def lies_here() -> ColumnElement[bool]:
    """It is on the desk. Two lists of ids, each found by its own index; an OR would read every row."""
    decided_here = select(Proposal.id).where(Proposal.studio_id.in_(JUDGED), Proposal.state.in_(WATCHED))
    asked_here = (
        select(SecondOpinion.proposal_id)
        .join(Proposal, Proposal.id == SecondOpinion.proposal_id)
        .where(_asked_here(), Proposal.state.in_(sorted(workflow.AWAITS_OPINIONS)))
    )
    return Proposal.id.in_(union_all(decided_here, asked_here))


def watched() -> Select[Any]:
    """Everything on the desk of this person, with the decision that holds and the second opinion that is owed."""
    current = and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None))
    return (
        select()
        .select_from(Proposal)
        .outerjoin(Decision, current)
        .outerjoin(SecondOpinion, and_(SecondOpinion.proposal_id == Proposal.id, _asked_here()))
        .where(lies_here())
    )


def next_due() -> ColumnElement[datetime | None]:
    """The clock that runs for this desk: that of the opinion it owes, else the proposal's."""
    return func.coalesce(SecondOpinion.due_at, due())


PRESSING_FIRST = (
    case((or_(Proposal.state == ProposalState.UNDER_REVIEW, SecondOpinion.id.is_not(None)), 0), else_=1),
    next_due().is_(None),
    next_due(),
    Proposal.id,
)
"""The order of the desk: what is under review by its due time, then everything else."""
