"""The sample factory: believable, lawful, and the same every time."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import (
    Assignment,
    Attachment,
    Base,
    CallKind,
    Comment,
    Decision,
    Event,
    InformationRequest,
    MailState,
    OutgoingMail,
    Person,
    Proposal,
    ProposalState,
    Review,
    Studio,
    Thanks,
)
from studio.domain.clock import chinese_calendar
from studio.operations.accounts import HASHER
from studio.queries import calls, stories
from studio.sample import loader
from studio.sample.calls import ANSWERED
from studio.services import services

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
"""A Tuesday afternoon in Shanghai."""
ZONE = ZoneInfo("Asia/Shanghai")
State = ProposalState


@pytest.fixture
def factory(app: Flask, session: Session) -> Session:
    """The sample, loaded."""
    loader.load(
        session,
        services().files,
        password_hash=HASHER.hash("x"),
        at=NOW,
        calendar=chinese_calendar(ZONE),
        settings=services().settings,
    )
    return session


def count(session: Session, record: type[Base]) -> int:
    return session.scalars(select(func.count()).select_from(record)).one()


def test_the_sample_is_whole_and_lawful(factory: Session) -> None:
    """One test for many rules, because loading takes its time."""
    proposals = factory.scalars(select(Proposal)).unique().all()
    states = Counter(proposal.state for proposal in proposals)
    assert set(states) == set(State)
    assert len(proposals) == 173

    # The newest filing is today, nothing is in the future, and numbers rise with time.
    filed = sorted((p.submitted_at, p.number) for p in proposals if p.submitted_at is not None)
    assert filed[-1][0].astimezone(ZONE).date() == NOW.astimezone(ZONE).date()
    assert max(factory.scalars(select(Event.at))) <= NOW
    for year in ("2024", "2025", "2026"):
        numbers = [number for _, number in filed if number and number.startswith(year)]
        assert numbers == [f"{year}-{count:05d}" for count in range(1, len(numbers) + 1)]

    # Nobody judged his own, and each event starts where the one before ended.
    for review in factory.scalars(select(Review)).unique():
        assert review.reviewer_id not in review.proposal.author_ids
    for decision in factory.scalars(select(Decision)).unique():
        assert decision.decided_by_id not in decision.proposal.author_ids
    for proposal in proposals:
        events = proposal.events
        assert [event.at for event in events] == sorted(event.at for event in events)
        for before, after in pairwise(events):
            assert after.old_state is before.new_state

    # There is something to see everywhere: questions, words, pictures, duplicates, late answers, every desk.
    open_questions = (
        select(func.count()).select_from(InformationRequest).where(InformationRequest.answered_at.is_(None))
    )
    assert factory.scalar(open_questions) == states[State.INFORMATION_REQUESTED] > 3
    assert count(factory, Comment) > 200
    assert count(factory, Attachment) >= 6
    assert all(p.duplicate_of for p in proposals if p.state is State.DUPLICATE)
    waiting = [p for p in proposals if p.state in {State.UNDER_REVIEW, State.INFORMATION_REQUESTED}]
    assert {p.studio_id for p in waiting} == set(factory.scalars(select(Studio.id)))
    assert any(p.answered_at is None and p.answer_due_at and p.answer_due_at < NOW for p in waiting)
    assert any(p.decision_due_at and p.decision_due_at < NOW for p in waiting)
    routed = factory.scalars(select(Assignment).where(Assignment.assigned_by_id.is_(None))).all()
    assert len(routed) > 100
    assert all(assignment.reason["code"] for assignment in routed)

    # Teams settle small things: some wait, some are accepted, one is declined, and a leader has several.
    by_team = [d for d in factory.scalars(select(Decision)).unique() if d.by_team]
    assert {d.outcome.value for d in by_team} == {"accepted", "declined"}
    assert [p.team_leader_id for p in proposals].count(
        next(p.team_leader_id for p in proposals if p.state is State.TEAM_CHECK)
    ) > 1

    # Mails of the past have left: a real relay is not flooded.
    assert set(factory.scalars(select(OutgoingMail.state).distinct())) == {MailState.SENT}

    # Four stories are told; the one in front has its photos.
    told, total = stories.page_of(factory)
    assert (total, told[0].card.number) == (4, "2025-00001")
    assert [one.before is not None and one.after is not None for one in told] == [True, True, True, False]

    # Colleagues say thank you for what is in use, more of them where its story is told.
    thanks = factory.scalars(select(Thanks)).all()
    by_id = {proposal.id: proposal for proposal in proposals}
    assert all(one.person_id not in by_id[one.proposal_id].author_ids and one.at <= NOW for one in thanks)
    assert {by_id[one.proposal_id].state for one in thanks} == {State.IMPLEMENTED, State.VERIFIED}
    assert len(thanks) > 50
    assert Counter(by_id[one.proposal_id].number for one in thanks)["2025-00001"] > 2

    # Everybody can sign in at once.
    assert not factory.scalars(select(Person).where(Person.must_change_password)).all()
    with pytest.raises(loader.NotEmpty):
        loader.load(
            factory,
            services().files,
            password_hash="",
            at=NOW + timedelta(1),
            calendar=chinese_calendar(ZONE),
            settings=services().settings,
        )


def test_its_calls_are_answered(factory: Session) -> None:
    answered = {p.legacy_key: p.call.code for p in factory.scalars(select(Proposal)).unique() if p.call}
    assert answered == ANSWERED


def test_its_calls_are_open_as_the_files_say(factory: Session) -> None:
    shown = calls.open_on(factory, NOW.astimezone(ZONE).date())
    assert Counter(one.kind for one in shown) == {CallKind.CHALLENGE: 5, CallKind.CAMPAIGN: 2}
    energy = next(one for one in shown if "降本增效" in one.title)
    assert energy.prize == 5000
    assert not energy.units
    assert energy.prizes.startswith("金点子奖 5 名，每名 5,000 元；")
