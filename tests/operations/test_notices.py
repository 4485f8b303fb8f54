"""Telling people: everybody in the app, by mail as they chose, never too often, nothing lost and nothing twice."""

import itertools
import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models import (
    Comment,
    CommentVisibility,
    Event,
    NoticeChoice,
    NoticeGroup,
    Notification,
    OutgoingMail,
    Person,
    Proposal,
    Verb,
)
from studio.domain.notices import choice_of
from studio.extensions import db
from studio.mail import notices as telling
from studio.mail import outbox
from studio.mail.messages import Circular
from studio.operations import notices, together
from studio.queries import notices as told
from studio.queries import regards
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import MONDAY_MORNING, on_both_databases
from tests.factories import stories
from tests.factories.mails import words_of
from tests.factories.world import World
from tests.support.statements import listening

pytestmark = on_both_databases
GAP = timedelta(minutes=15)
NEXT_MORNING = datetime(2026, 11, 16, 23, 30, tzinfo=UTC)
"""07:30 in Shanghai on the day after ``MONDAY_MORNING``."""
LATER = MONDAY_MORNING + timedelta(minutes=1)
NUMBERS = itertools.count(1)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, notice_gap_minutes=15)


@pytest.fixture
def proposal(session: Session, world: World) -> Proposal:
    """With the first studio, and nobody has been told anything of it yet."""
    made = stories.filed(session, world)
    forget_all(session)
    return made


def forget_all(session: Session) -> None:
    with writing(session):
        session.execute(delete(Notification))
        session.execute(delete(OutgoingMail))


def name(session: Session, proposal: Proposal, *people: Person, at: datetime) -> str:
    """Let somebody name people, of which they hear at once; return a word by which it is found again."""
    word = f"fact-{next(NUMBERS)}."
    with writing(session):
        said = Comment(
            proposal=proposal,
            author_id=proposal.reviewer_id,
            body=word,
            visibility=CommentVisibility.COMMENT,
            created_at=at,
        )
        session.add(said)
        telling.mentioned(session, proposal, said, [person.id for person in people], at=at)
    return word


def pass_on(session: Session, proposal: Proposal, *, at: datetime) -> str:
    """Tell the authors something that comes with the mail of the day; return a word by which it is found again."""
    word = f"fact-{next(NUMBERS)}."
    with writing(session):
        event = Event(proposal=proposal, verb=Verb.PASS_ON, new_state=proposal.state, at=at, data={"words": word})
        session.add(event)
        telling.passed_on(session, proposal, event, at=at)
    return word


def mails(session: Session, person: Person | None = None) -> list[OutgoingMail]:
    session.rollback()
    whose = [OutgoingMail.person_id == person.id] if person else []
    return list(session.scalars(select(OutgoingMail).where(*whose).order_by(OutgoingMail.id)))


def words_in(mail: OutgoingMail) -> list[str]:
    return re.findall(r"fact-\d+\.", words_of(mail).text)


def all_told(session: Session) -> list[Notification]:
    session.rollback()
    return list(session.scalars(select(Notification).order_by(Notification.id)))


def test_people_without_a_mailbox_find_it_in_the_app(session, world, proposal):
    with writing(session):
        world.worker.email = None
    name(session, proposal, world.worker, at=LATER)
    assert mails(session) == []
    (about,) = told.page(session, world.worker, offset=0, limit=20)
    assert (about.number, about.count, about.unseen) == (proposal.number, 1, 1)
    assert told.unseen_count(session, world.worker) == 1


def test_who_has_left_is_told_nothing(session, world, proposal):
    with writing(session):
        world.worker.active = False
    name(session, proposal, world.worker, at=LATER)
    assert all_told(session) == []


def test_the_first_goes_at_once_and_what_follows_soon_comes_in_one_mail(session, world, settings, proposal):
    first = name(session, proposal, world.worker, at=LATER)
    rest = [name(session, proposal, world.worker, at=LATER + timedelta(minutes=i)) for i in (1, 5, 14)]
    assert [words_in(mail) for mail in mails(session)] == [[first]]
    assert together.send_waiting(session, settings, at=LATER + GAP - timedelta(seconds=1)) == 0
    assert together.send_waiting(session, settings, at=LATER + GAP) == 1
    assert together.send_waiting(session, settings, at=LATER + GAP) == 0
    assert [words_in(mail) for mail in mails(session)] == [[first], rest]
    last = mails(session)[1]
    assert last.subject == f"3 pieces of news: “{proposal.title}”"
    assert last.proposal_id == proposal.id
    assert all(word in words_of(last).html for word in rest)


def test_another_proposal_does_not_wait(session, world, proposal):
    another = stories.filed(session, world, title="另一件")
    forget_all(session)
    name(session, proposal, world.worker, at=LATER)
    name(session, another, world.worker, at=LATER)
    assert len(mails(session)) == 2


def test_the_mail_of_the_day_tells_everything_by_proposal(session, world, settings, proposal):
    another = stories.filed(session, world, title="另一件")
    forget_all(session)
    words = [
        pass_on(session, one, at=LATER + timedelta(hours=i)) for i, one in enumerate([proposal, another, proposal])
    ]
    assert mails(session) == []
    assert together.send_waiting(session, settings, at=NEXT_MORNING - timedelta(seconds=1)) == 0
    assert together.send_waiting(session, settings, at=NEXT_MORNING) == 1
    (mail,) = mails(session)
    assert (mail.kind, mail.once) == ("daily", f"daily:2026-11-17:{world.worker.id}")
    assert words_in(mail) == [words[0], words[2], words[1]]
    assert mail.subject == "Today: 3 pieces of news"


def test_a_mail_that_goes_at_once_takes_along_what_would_come_later(session, world, settings, proposal):
    waits = pass_on(session, proposal, at=LATER)
    now = name(session, proposal, world.worker, at=LATER + timedelta(hours=1))
    assert [words_in(mail) for mail in mails(session)] == [[waits, now]]
    assert together.send_waiting(session, settings, at=NEXT_MORNING) == 0


def test_what_was_told_just_before_the_mail_of_the_day_is_not_told_again_in_it(session, world, settings, proposal):
    name(session, proposal, world.worker, at=NEXT_MORNING - timedelta(minutes=10))
    waits = pass_on(session, proposal, at=NEXT_MORNING - timedelta(minutes=5))
    assert together.send_waiting(session, settings, at=NEXT_MORNING) == 0
    assert together.send_waiting(session, settings, at=NEXT_MORNING + timedelta(days=1)) == 1
    assert words_in(mails(session)[-1]) == [waits]


def test_whoever_chose_the_app_gets_no_mail_and_whoever_chose_daily_waits(session, world, settings, proposal):
    with writing(session):
        notices.choose(session, world.worker, {NoticeGroup.MENTION: NoticeChoice.APP})
        notices.choose(session, world.mate, {NoticeGroup.MENTION: NoticeChoice.DAILY})
    name(session, proposal, world.worker, world.mate, world.stranger, at=LATER)
    assert [mail.person_id for mail in mails(session)] == [world.stranger.id]
    assert {notice.person_id for notice in all_told(session)} == {world.worker.id, world.mate.id, world.stranger.id}
    together.send_waiting(session, settings, at=NEXT_MORNING)
    assert [mail.person_id for mail in mails(session)] == [world.stranger.id, world.mate.id]


@pytest.mark.parametrize("why", ["left", "chose", "may not read"])
def test_what_waits_is_not_sent_to_who_no_longer_gets_it(session, world, settings, proposal, why):
    name(session, proposal, world.stranger, at=LATER)
    name(session, proposal, world.stranger, at=LATER)
    with writing(session):
        if why == "left":
            world.stranger.active = False
        elif why == "chose":
            notices.leave(session, world.stranger.id, NoticeGroup.MENTION)
        else:
            session.execute(update(Proposal).values(confidential=True))
    assert together.send_waiting(session, settings, at=LATER + GAP) == 0
    assert len(mails(session)) == 1
    assert [notice.words for notice in all_told(session)] == [None, None]


def test_who_may_no_longer_read_it_sees_and_counts_nothing(session, world, proposal):
    name(session, proposal, world.stranger, at=LATER)
    with writing(session):
        proposal.confidential = True
    assert told.page(session, world.stranger, offset=0, limit=20) == []
    assert (told.count(session, world.stranger), told.unseen_count(session, world.stranger)) == (0, 0)


def test_seen_is_what_was_shown_and_no_more(session, world, proposal):
    name(session, proposal, world.worker, at=LATER)
    shown = regards.regard_of(session, world.worker, proposal)
    name(session, proposal, world.worker, at=LATER)
    with writing(session):
        notices.see(session, world.worker, proposal, at=LATER, until=shown.newest)
    assert [notice.seen_at is not None for notice in all_told(session)] == [True, False]
    with writing(session):
        notices.see_all(session, world.worker, at=LATER, until=told.newest(session, world.worker))
    assert told.unseen_count(session, world.worker) == 0


def test_read_and_old_is_forgotten_unread_or_young_is_kept(session, world, proposal):
    name(session, proposal, world.worker, world.mate, at=LATER)
    with writing(session):
        notices.see(session, world.worker, proposal, at=LATER)
        notices.forget(session, older_than=LATER)
    assert len(all_told(session)) == 2
    with writing(session):
        notices.forget(session, older_than=LATER + timedelta(days=365))
    assert [notice.person_id for notice in all_told(session)] == [world.mate.id]


def test_leaving_one_kind_or_all_and_coming_back(session, world):
    with writing(session):
        notices.leave(session, world.worker.id, NoticeGroup.DECISION)
    assert choice_of(world.worker, NoticeGroup.DECISION) is NoticeChoice.APP
    assert choice_of(world.worker, NoticeGroup.MENTION) is NoticeChoice.AT_ONCE
    with writing(session):
        notices.leave(session, world.worker.id, Circular.NOTICES)
    assert {choice_of(world.worker, group) for group in NoticeGroup} == {NoticeChoice.APP}
    with writing(session):
        notices.come_back(session, world.worker.id, Circular.NOTICES)
    assert world.worker.preferences is not None
    assert world.worker.preferences.notices == {}


def test_telling_many_costs_as_many_statements_as_telling_one(session, world, proposal):
    said = {}
    everybody = [world.worker, world.mate, world.stranger, world.leader, world.finance]
    for people in (everybody[:1], everybody):
        ids = [person.id for person in people]
        forget_all(session)
        name(session, proposal, *people, at=LATER)
        with writing(session), listening() as statements:
            comment = session.scalars(select(Comment).order_by(Comment.id.desc()).limit(1)).one()
            moved_on = say_more(session, proposal, comment)
            telling.mentioned(session, proposal, moved_on, ids, at=LATER + timedelta(minutes=1))
        said[len(ids)] = statements.count
    assert said[1] == said[5]


def say_more(session: Session, proposal: Proposal, comment: Comment) -> Comment:
    """Say something else as the same person."""
    facts = {"author_id": comment.author_id, "visibility": comment.visibility, "created_at": LATER}
    session.add(said := Comment(proposal=proposal, body="而且还会卷边", **facts))
    return said


def test_a_worker_that_dies_before_its_commit_leaves_everything_to_the_next(
    session, world, settings, proposal, monkeypatch
):
    words = [name(session, proposal, world.worker, at=LATER) for _ in range(2)]
    put = outbox.put

    def dies(*arguments: object, **more: object) -> None:
        put(*arguments, **more)  # type: ignore[arg-type] # passed on as they came
        session.flush()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "put", dies)
        with pytest.raises(KeyboardInterrupt):
            together.send_waiting(session, settings, at=LATER + GAP)
    assert together.send_waiting(session, settings, at=LATER + GAP) == 1
    assert [words_in(mail) for mail in mails(session)] == [[words[0]], [words[1]]]


def test_two_workers_share_the_work_and_send_nothing_twice(app: Flask, session, world, settings, proposal):
    people = [world.worker, world.mate, world.stranger, world.leader, world.finance, world.safety, world.coordinator]
    for _ in range(3):
        name(session, proposal, *people, at=LATER)
    session.rollback()
    start, sent = threading.Barrier(3), []

    def work() -> None:
        with app.app_context():
            start.wait()
            sent.append(together.send_waiting(db.session, settings, at=LATER + GAP))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == len(people)
    assert [len(mails(session, person)) for person in people] == [2] * len(people)
    assert all(notice.mailed_at for notice in all_told(session))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["name", "pass_on", "worker"]),
        st.integers(0, 1),
        st.sampled_from([0, 1, 7, 14, 15, 16, 60, 600, 1430, 3000]),
    ),
    min_size=1,
    max_size=12,
)


@given(steps=STEPS)
@how(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_when_nothing_is_lost_nothing_told_twice_and_nobody_troubled_too_often(
    session, world, settings, two_proposals, steps
):
    forget_all(session)
    at, expected = MONDAY_MORNING, set()
    for what, which, minutes in steps:
        at += timedelta(minutes=minutes)
        proposal = two_proposals[which]
        if what == "name":
            expected.add((proposal.id, name(session, proposal, world.worker, at=at)))
        elif what == "pass_on":
            expected.add((proposal.id, pass_on(session, proposal, at=at)))
        else:
            together.send_waiting(session, settings, at=at)
    for _ in range(4):
        at += timedelta(days=1)
        together.send_waiting(session, settings, at=at)
    proposal_of = {word: proposal_id for proposal_id, word in expected}
    found = mails(session, world.worker)
    assert sorted(word for mail in found for word in words_in(mail)) == sorted(proposal_of)
    for proposal in two_proposals:
        times = [m.created_at for m in found if any(proposal_of[word] == proposal.id for word in words_in(m))]
        assert all(later - earlier >= GAP for earlier, later in itertools.pairwise(times))
    assert len({mail.message_id for mail in found}) == len(found)
    days = [mail.created_at.astimezone(settings.zone).date() for mail in found if mail.kind == "daily"]
    assert len(set(days)) == len(days)


@pytest.fixture
def two_proposals(session: Session, world: World) -> list[Proposal]:
    return [stories.filed(session, world), stories.filed(session, world, title="另一件")]


def test_the_mail_of_the_day_leaves_when_the_site_says_so(session, world, proposal, settings):
    early = replace(settings, notice_daily_at="06:00")
    assert early.daily_notice_time == time(6)
    pass_on(session, proposal, at=LATER)
    assert all_told(session)[0].mail_at == NEXT_MORNING
