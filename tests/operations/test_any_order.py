"""Whatever anybody tries, in whatever order: a rule answers, and the records stay whole."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import CongressAnswer, Contributor, Decision, Person, Proposal, ProposalState, Recommendation, Verb
from studio.domain import permissions, relations, workflow
from studio.domain.errors import DomainError
from studio.operations import (
    congress,
    deciding,
    filing,
    implementation,
    opinions,
    panel,
    reviewing,
    routing,
    team,
    transition,
)
from studio.operations.congress import Resolution
from studio.operations.deciding import Verdict
from studio.queries.proposals import by_number, reference_of
from studio.transactions import writing
from tests.conftest import MONDAY_MORNING
from tests.factories.world import World, draft
from tests.operations.conftest import CALENDAR

ORIGINAL = "2026-00001"
JUDGING = {
    Verb.REVIEW,
    Verb.VERIFY_IMPLEMENTATION,
    Verb.CHECK_BENEFIT,
    Verb.GIVE_OPINION,
    Verb.REFER_TO_CONGRESS,
    Verb.RECORD_CONGRESS_ANSWER,
    *workflow.DECISIONS,
}
Act = Callable[[Session, Proposal, Person, datetime], object]


def _decide(verb: Verb) -> Act:
    def act(session: Session, proposal: Proposal, actor: Person, at: datetime) -> object:
        verdict = Verdict(
            verb=verb,
            reason="说得清的理由",
            remedy="补上做法",
            wake_up_on=date(2030, 1, 1),
            trial_ends_on=date(2030, 1, 1),
            duplicate_of=ORIGINAL,
        )
        return deciding.decide(session, proposal, verdict, actor=actor, at=at)

    return act


ACTS: Mapping[Verb, Act] = {
    Verb.SUBMIT: lambda s, p, a, t: filing.submit(s, p, actor=a, at=t, calendar=CALENDAR),
    Verb.WITHDRAW: lambda s, p, a, t: filing.withdraw(s, p, actor=a, at=t),
    Verb.ROUTE: lambda s, p, a, t: routing.assign(s, p, "S-CAST", actor=a, at=t, words="", calendar=CALENDAR),
    Verb.TRANSFER: lambda s, p, a, t: routing.transfer(s, p, "S-CAST", actor=a, at=t, words="懂行", calendar=CALENDAR),
    Verb.REVIEW: lambda s, p, a, t: reviewing.review(
        s,
        p,
        actor=a,
        at=t,
        scores={"innovation": 80, "quality": 70, "effect": 90, "contribution": 60},
        recommendation=Recommendation.ACCEPT,
        comment="",
    ),
    Verb.REQUEST_INFORMATION: lambda s, p, a, t: reviewing.request_information(s, p, actor=a, at=t, question="哪台？"),
    Verb.ANSWER_INFORMATION_REQUEST: lambda s, p, a, t: reviewing.answer_information_request(
        s, p, actor=a, at=t, answer="五号", calendar=CALENDAR
    ),
    **{verb: _decide(verb) for verb in workflow.DECISIONS},
    Verb.START_IMPLEMENTATION: lambda s, p, a, t: implementation.start_implementation(s, p, actor=a, at=t),
    Verb.REPORT_IMPLEMENTATION: lambda s, p, a, t: implementation.report_implementation(s, p, actor=a, at=t),
    Verb.VERIFY_IMPLEMENTATION: lambda s, p, a, t: implementation.verify_implementation(s, p, actor=a, at=t),
    Verb.CHECK_BENEFIT: lambda s, p, a, t: implementation.check_benefit(s, p, actor=a, at=t, yuan=Decimal(100)),
    Verb.REOPEN: lambda s, p, a, t: deciding.reopen(s, p, actor=a, at=t, calendar=CALENDAR),
    Verb.APPEAL: lambda s, p, a, t: deciding.appeal(s, p, actor=a, at=t, words="再看看", calendar=CALENDAR),
    Verb.WAKE_UP: lambda s, p, a, t: deciding.wake_up(s, p, actor=a, at=t, calendar=CALENDAR),
    Verb.UNDO_DUPLICATE: lambda s, p, a, t: deciding.undo_duplicate(s, p, actor=a, at=t, calendar=CALENDAR),
    Verb.STEP_ASIDE: lambda s, p, a, t: panel.step_aside(s, p, actor=a, at=t, today=t.date(), words="熟人"),
    Verb.PASS_ON: lambda s, p, a, t: team.pass_on(s, p, actor=a, at=t, calendar=CALENDAR),
    Verb.COMMENT: lambda s, p, a, t: reviewing.comment(s, p, actor=a, at=t, body="好"),
    Verb.NOTE: lambda s, p, a, t: reviewing.note(s, p, actor=a, at=t, body="记一下"),
    Verb.REQUEST_OPINION: lambda s, p, a, t: opinions.request_opinion(
        s, p, actor=a, at=t, question="怎么看？", studio_code="S-CAST", calendar=CALENDAR
    ),
    Verb.GIVE_OPINION: lambda s, p, a, t: opinions.give_opinion(
        s, p, actor=a, at=t, recommendation=Recommendation.ACCEPT, words="能做"
    ),
    Verb.DECLINE_OPINION: lambda s, p, a, t: opinions.decline_opinion(s, p, actor=a, at=t, words="不懂"),
    Verb.REFER_TO_CONGRESS: lambda s, p, a, t: congress.refer_to_congress(s, p, actor=a, at=t, question="改不改？"),
    Verb.RECORD_CONGRESS_ANSWER: lambda s, p, a, t: congress.record_congress_answer(
        s, p, Resolution(answer=CongressAnswer.ADOPTED, dealt_with_on=t.date()), actor=a, at=t
    ),
}
PEOPLE = ["worker", "mate", "lead", "reviewer", "other_lead", "other_reviewer", "coordinator", "finance", "stranger"]

steps = st.lists(
    st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(PEOPLE), st.integers(-1, 40)), min_size=5, max_size=30
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    author=st.sampled_from(["worker", "lead", "reviewer", "finance", "coordinator"]), tries=steps, guided=st.booleans()
)
def test_no_order_of_acts_breaks_the_records(session, world, filed_original, author, tries, guided):
    proposal = _shared_draft(session, world, getattr(world, author))
    at = MONDAY_MORNING
    for verb, name, days in tries:
        at += timedelta(days=days)
        session.refresh(proposal)
        actor = getattr(world, name)
        if guided:  # a blind walk seldom gets far: take what this person may do now, if there is anything
            open_to = sorted(permissions.allowed_verbs(actor, proposal) & ACTS.keys())
            verb = open_to[days % len(open_to)] if open_to else verb  # noqa: PLW2901 - the choice is the point
        _try(session, reference_of(proposal), verb, actor, at)
        _check_whole(session, proposal)


def _shared_draft(session: Session, world: World, author: Person) -> Proposal:
    shares = [Contributor(person=author, share=70), Contributor(person=world.other_reviewer, share=30)]
    return draft(session, world, author=author, contributors=shares)


def _try(session: Session, number: str, verb: Verb, actor: Person, at: datetime) -> None:
    try:
        with writing(session):
            proposal = by_number(session, number, lock=True)
            assert proposal is not None
            before = len(proposal.events)
            own = relations.is_author(actor, proposal)
            ACTS[verb](session, proposal, actor, at)
            assert not (own and verb in JUDGING), "nobody judges his own"
            assert len(proposal.events) >= before
    except DomainError:
        pass


Fact = Callable[[Proposal], object]
FILED: Mapping[str, Fact] = {"number": lambda p: p.number, "time of filing": lambda p: p.submitted_at}
ANSWERED: Mapping[str, Fact] = {**FILED, "decision": lambda p: p.decided_at and _holds(p)}
DONE: Mapping[str, Fact] = {**ANSWERED, "who did it": lambda p: p.implemented_by_id, "when": lambda p: p.implemented_at}
WITH_SOMEBODY: Mapping[str, Fact] = {**FILED, "a studio or team": lambda p: p.studio_id or p.team_leader_id}
FACTS: Mapping[ProposalState, Mapping[str, Fact]] = {
    ProposalState.DRAFT: {"no number": lambda p: p.number is None},
    ProposalState.SUBMITTED: {**FILED, "nobody has it": lambda p: not (p.studio_id or p.team_leader_id)},
    ProposalState.TEAM_CHECK: {**WITH_SOMEBODY, "a leader": lambda p: p.team_leader_id},
    ProposalState.UNDER_REVIEW: {**WITH_SOMEBODY, "a date": lambda p: p.decision_due_at},
    ProposalState.INFORMATION_REQUESTED: {**WITH_SOMEBODY, "a question": lambda p: p.information_requests},
    ProposalState.ACCEPTED: ANSWERED,
    ProposalState.TRIAL: {**ANSWERED, "an end": lambda p: _holds(p).trial_ends_on},
    ProposalState.DEFERRED: {**ANSWERED, "a day": lambda p: p.wake_up_on},
    ProposalState.DECLINED: {**ANSWERED, "a reason": lambda p: _holds(p).reason},
    ProposalState.INADMISSIBLE: {**ANSWERED, "a way out": lambda p: _holds(p).remedy},
    ProposalState.DUPLICATE: {**ANSWERED, "an original": lambda p: p.duplicate_of_id},
    ProposalState.WITHDRAWN: {"no decision": lambda p: p.decided_at is None},
    ProposalState.IN_IMPLEMENTATION: {**ANSWERED, "who does it": lambda p: p.implemented_by_id},
    ProposalState.IMPLEMENTED: DONE,
    ProposalState.VERIFIED: {
        **DONE,
        "who saw it": lambda p: p.verified_by_id and p.verified_by_id not in {*p.author_ids, p.implemented_by_id},
        "when it was seen": lambda p: p.verified_at,
    },
}
"""What a proposal must have in each state, however it came there."""


def _holds(proposal: Proposal) -> Decision:
    return next(decision for decision in proposal.decisions if decision.superseded_at is None)


def _check_whole(session: Session, proposal: Proposal) -> None:
    session.expire_all()
    assert sum(part.share for part in proposal.contributors) == 100
    if proposal.events:
        assert proposal.events[-1].new_state is proposal.state
    in_force = [decision for decision in proposal.decisions if decision.superseded_at is None]
    assert len(in_force) == (1 if proposal.decided_at else 0)
    if proposal.state in {ProposalState.UNDER_REVIEW, ProposalState.INFORMATION_REQUESTED}:
        assert proposal.studio_id == next(a.studio_id for a in proposal.assignments if a.ended_at is None)
        assert proposal.reviewer_id not in proposal.author_ids
    assert not (missing := [name for name, there in FACTS[proposal.state].items() if not there(proposal)]), missing
    open_questions = [asked for asked in proposal.information_requests if asked.answered_at is None]
    assert len(open_questions) == (1 if proposal.state is ProposalState.INFORMATION_REQUESTED else 0)
    assert not any(decision.decided_by_id in proposal.author_ids for decision in proposal.decisions)
    assert not any(review.reviewer_id in proposal.author_ids for review in proposal.reviews)
    opinion = proposal.opinion
    if opinion is not None:
        assert opinion.answered_by_id is None or opinion.answered_by_id not in proposal.author_ids
        assert not (opinion.open and opinion.studio_id == proposal.studio_id), "who advises does not decide"
    assert sum(referral.open for referral in proposal.referrals) <= 1
    transition.check_revision(proposal, proposal.revision)
    assert session.scalar(select(Proposal.id).where(Proposal.id == proposal.id)) == proposal.id
