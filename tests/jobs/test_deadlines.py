"""Reminders and escalations: each step once, the highest only, in the words of whoever reads them."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import (
    CalendarException,
    Contributor,
    Deadline,
    DeadlineNotice,
    DeadlineStep,
    Event,
    OutgoingMail,
    Proposal,
    Recommendation,
    RoutingRule,
    Theme,
    Verb,
)
from studio.extensions import db
from studio.jobs import deadlines
from studio.operations import deciding, opinions, reviewing, routing
from studio.services import Services
from studio.settings import Settings
from studio.transactions import writing
from studio.wording.events import event_sentence
from studio.wording.language import speaking
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.mails import words_of
from tests.factories.stories import CALENDAR, asked, decided, filed, reviewed
from tests.factories.world import World
from tests.operations.test_concurrency import at_once

pytestmark = on_both_databases

REMINDER, REVIEWER, LEAD, COORDINATOR = DeadlineStep


def steps(session: Session) -> list[tuple[Deadline, DeadlineStep]]:
    session.rollback()
    columns = (DeadlineNotice.deadline, DeadlineNotice.step)
    rows = session.execute(select(*columns).order_by(DeadlineNotice.id))
    return [(deadline, step) for deadline, step in rows]


def told(session: Session) -> list[tuple[str, str]]:
    """Return kind and address of the mails about deadlines, in order."""
    kinds = ("due_soon", "overdue")
    mails = session.scalars(select(OutgoingMail).where(OutgoingMail.kind.in_(kinds)).order_by(OutgoingMail.id))
    return [(mail.kind, mail.address) for mail in mails]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in Shanghai."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def test_each_step_is_told_once_from_the_reviewer_up_to_the_coordinator(
    session: Session, world: World, settings: Settings
):
    proposal = filed(session, world)  # Monday 16th, 09:00: due on Thursday 19th, 09:00
    reviewer = proposal.reviewer
    assert reviewer is not None
    way = [(at(17, 16), 0), (at(18, 15), 1), (at(19, 9), 1), (at(24, 9), 1), (at(27, 9), 1), (at(30, 9), 0)]
    for moment, taken in way:
        assert deadlines.watch(session, settings, at=moment) == taken
        assert deadlines.watch(session, settings, at=moment) == 0
    assert steps(session) == [(Deadline.ANSWER, step) for step in (REMINDER, REVIEWER, LEAD, COORDINATOR)]
    assert told(session) == [
        ("due_soon", reviewer.email),
        ("overdue", reviewer.email),
        ("overdue", world.lead.email),
        ("overdue", world.coordinator.email),
    ]


def test_a_worker_that_slept_takes_the_highest_step_only(session: Session, world: World, settings: Settings):
    filed(session, world)
    assert deadlines.watch(session, settings, at=at(30, 9)) == 1
    assert steps(session) == [(Deadline.ANSWER, COORDINATOR)]
    assert told(session) == [("overdue", world.coordinator.email)]


def test_escalations_are_on_the_timeline_and_change_nothing_else(
    app: Flask, session: Session, world: World, settings: Settings
):
    proposal = filed(session, world)
    before = proposal.revision
    deadlines.watch(session, settings, at=at(18, 15))
    deadlines.watch(session, settings, at=at(24, 9))
    session.expire_all()
    lines = [event for event in proposal.events if event.verb is Verb.ESCALATE]
    assert [(line.actor_id, line.data["step"]) for line in lines] == [(None, "lead")]
    assert proposal.revision == before
    with app.test_request_context(), speaking("en"):
        assert event_sentence(lines[0]) == "The answer is late; Person 000201 was asked to see to it."


def test_safety_goes_up_three_times_as_fast(session: Session, world: World, settings: Settings):
    safety = session.scalars(select(Theme).where(Theme.code == "safety")).one()
    filed(session, world, themes=[safety])  # due on Tuesday, 09:00
    for moment in (at(16, 16), at(17, 9), at(18, 9), at(19, 9)):
        assert deadlines.watch(session, settings, at=moment) == 1
    assert [step for _, step in steps(session)] == [REMINDER, REVIEWER, LEAD, COORDINATOR]


def test_nobody_is_recalled_while_the_ball_is_with_the_author(session: Session, world: World, settings: Settings):
    proposal = asked(session, world, filed(session, world))
    assert deadlines.watch(session, settings, at=at(30, 9)) == 0
    with writing(session):
        reviewing.answer_information_request(
            session, proposal, actor=world.worker, at=at(30, 9), answer="三毫米。", calendar=CALENDAR
        )
    assert deadlines.watch(session, settings, at=at(30, 9)) == 0


def test_a_decision_is_the_leads(session: Session, world: World, settings: Settings):
    proposal = reviewed(session, world, filed(session, world), world.reviewer)  # decision due on Monday 30th, 17:00
    assert deadlines.watch(session, settings, at=at(27, 16)) == 0
    for moment in (at(30, 9), at(30, 17), at(30, 17) + timedelta(days=3)):
        assert deadlines.watch(session, settings, at=moment) == 1
    assert steps(session) == [(Deadline.DECISION, step) for step in (REMINDER, LEAD, COORDINATOR)]
    assert [address for _, address in told(session)] == [
        world.lead.email,
        world.lead.email,
        world.coordinator.email,
    ]
    decided(session, world, proposal)
    assert deadlines.watch(session, settings, at=at(30, 17) + timedelta(days=30)) == 0


def test_what_no_studio_has_is_the_coordinators(session: Session, world: World, settings: Settings):
    with writing(session):
        for rule in session.scalars(select(RoutingRule)):
            rule.active = False
    filed(session, world, author=world.safety, title="食堂排队", problem="排队太久。", location="食堂")
    assert deadlines.watch(session, settings, at=at(18, 15)) == 1
    assert deadlines.watch(session, settings, at=at(19, 9)) == 1
    assert steps(session) == [(Deadline.ANSWER, REMINDER), (Deadline.ANSWER, COORDINATOR)]
    assert {address for _, address in told(session)} == {world.coordinator.email}


def test_a_place_that_nobody_holds_falls_to_those_above(session: Session, world: World, settings: Settings):
    proposal = filed(session, world)
    with writing(session):
        assert proposal.reviewer is not None
        proposal.reviewer.active = False
        world.lead.active = False
    deadlines.watch(session, settings, at=at(19, 9))
    assert told(session) == [("overdue", world.coordinator.email)]


def test_an_author_is_never_asked_to_judge_his_own(session: Session, world: World, settings: Settings):
    parts = [Contributor(person=world.worker, share=50), Contributor(person=world.lead, share=50)]
    filed(session, world, contributors=parts)
    deadlines.watch(session, settings, at=at(24, 9))
    assert told(session) == [("overdue", world.coordinator.email)]


def test_a_new_studio_and_a_second_opinion_begin_anew(session: Session, world: World, settings: Settings):
    proposal = filed(session, world)
    deadlines.watch(session, settings, at=at(30, 9))
    with writing(session):
        routing.transfer(
            session, proposal, "S-CAST", actor=world.lead, at=at(30, 9), words="这是浇注的事。", calendar=CALENDAR
        )
    later = at(30, 9) + timedelta(days=3)
    assert deadlines.watch(session, settings, at=later) == 1
    assert [step for _, step in steps(session)] == [COORDINATOR, REVIEWER]
    decided_late = stories.filed(session, world)
    decided(session, world, decided_late, verb=Verb.DECLINE)
    with writing(session):
        deciding.reopen(session, decided_late, actor=world.lead, at=later, calendar=CALENDAR, words="再看看")
    assert decided_late.decision_due_at is not None
    assert deadlines.watch(session, settings, at=decided_late.decision_due_at) == 2


def test_a_make_up_day_brings_the_reminder_forward(session: Session, world: World, settings: Settings):
    filed(session, world, at=at(20, 9))  # a Friday; without the make-up day due on Wednesday
    with writing(session):
        session.add(CalendarException(unit=world.company, day=at(21, 9).date(), works=True))
    assert deadlines.watch(session, settings, at=at(25, 9)) == 1
    assert steps(session) == [(Deadline.ANSWER, REVIEWER)]


@pytest.mark.parametrize("times", [2, 4])
def test_workers_at_once_tell_it_once(
    app: Flask, session: Session, world: World, settings: Settings, services: Services, times: int
):
    for number in range(3):
        filed(session, world, title=f"第{number}件盖板")
    session.close()
    start = threading.Barrier(times)
    taken: list[int] = []

    def work() -> None:
        with app.app_context():
            start.wait()
            taken.append(deadlines.watch(db.session, settings, at=at(24, 9)))

    workers = [threading.Thread(target=work) for _ in range(times)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(taken) == 3
    assert len(steps(session)) == 3
    assert told(session) == [("overdue", world.lead.email)] * 3


def test_a_worker_killed_before_the_commit_leaves_nothing_and_the_next_one_tells_it(
    session: Session, world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    filed(session, world)
    with monkeypatch.context() as killed:
        killed.setattr(session, "commit", _die)
        with pytest.raises(KeyboardInterrupt):
            deadlines.watch(session, settings, at=at(24, 9))
    assert steps(session) == []
    assert told(session) == []
    assert session.scalars(select(Event).where(Event.verb == Verb.ESCALATE)).all() == []
    assert deadlines.watch(session, settings, at=at(24, 9)) == 1
    assert len(told(session)) == 1


def _die() -> None:
    raise KeyboardInterrupt


def test_the_database_itself_refuses_a_second_notice(session: Session, world: World):
    proposal = filed(session, world)

    def notice() -> DeadlineNotice:
        return DeadlineNotice(
            proposal_id=proposal.id, round=1, deadline=Deadline.ANSWER, step=LEAD, due_at=world.at, at=world.at
        )

    with writing(session):
        session.add(notice())
    with pytest.raises(IntegrityError), writing(session):
        session.add(notice())


def test_every_mail_speaks_the_readers_language(session: Session, world: World, settings: Settings):
    proposal: Proposal = filed(session, world)
    for moment in (at(18, 15), at(19, 9), at(24, 9)):
        deadlines.watch(session, settings, at=moment)
    mails = session.scalars(select(OutgoingMail).where(OutgoingMail.kind.in_(("due_soon", "overdue")))).all()
    assert len({mail.subject for mail in mails}) == 2
    for mail in mails:
        assert proposal.title in mail.subject
        assert "19 Nov, 09:00" in words_of(mail).text
        assert "19 Nov, 09:00" in words_of(mail).html
        assert f"/proposals/{proposal.number}" in words_of(mail).text


class TestTheSecondOpinion:
    """Asked of the second studio on Monday 16th, 09:00: due on Thursday 19th, 09:00, as a first answer is."""

    @pytest.fixture
    def proposal(self, session: Session, world: World) -> Proposal:
        return asked_for(session, world, decided(session, world, filed(session, world), Verb.DECLINE))

    def test_is_recalled_where_it_was_asked_then_by_its_lead_then_by_the_coordinator(
        self, session: Session, world: World, settings: Settings, proposal: Proposal
    ):
        way = [(at(17, 16), 0), (at(18, 15), 1), (at(19, 9), 1), (at(24, 9), 1), (at(27, 9), 1), (at(30, 9), 0)]
        for moment, taken in way:
            assert deadlines.watch(session, settings, at=moment) == taken
            assert deadlines.watch(session, settings, at=moment) == 0
        assert steps(session) == [(Deadline.OPINION, step) for step in (REMINDER, REVIEWER, LEAD, COORDINATOR)]
        there = [world.other_lead.email, world.other_reviewer.email]
        assert told(session) == [
            *(("due_soon", address) for address in there),
            *(("overdue", address) for address in there),
            ("overdue", world.other_lead.email),
            ("overdue", world.coordinator.email),
        ]

    def test_is_late_on_the_timeline_and_moves_nothing(
        self, app: Flask, session: Session, settings: Settings, proposal: Proposal
    ):
        before = (proposal.state, proposal.revision, proposal.decided_at, proposal.updated_at)
        deadlines.watch(session, settings, at=at(24, 9))
        session.expire_all()
        assert (proposal.state, proposal.revision, proposal.decided_at, proposal.updated_at) == before
        with app.test_request_context(), speaking("en"):
            assert event_sentence(proposal.events[-1]).startswith("The second opinion is late; Person 000204 was")

    @pytest.mark.parametrize("answer", [opinions.give_opinion, opinions.decline_opinion])
    def test_is_recalled_no_more_once_it_has_come(
        self, session: Session, world: World, settings: Settings, proposal: Proposal, answer: Callable[..., object]
    ):
        facts = {"recommendation": Recommendation.ACCEPT} if answer is opinions.give_opinion else {}
        with writing(session):
            answer(session, proposal, actor=world.other_lead, at=at(18, 9), words="能做。", **facts)
        assert deadlines.watch(session, settings, at=at(30, 9)) == 0

    def test_is_recalled_no_more_once_it_is_of_no_use(
        self, session: Session, world: World, settings: Settings, proposal: Proposal
    ):
        with writing(session):
            deciding.reopen(session, proposal, actor=world.lead, at=at(17, 9), calendar=CALENDAR)
        decided(session, world, proposal, Verb.ACCEPT)
        assert deadlines.watch(session, settings, at=at(30, 9)) == 0

    def test_another_studio_that_is_asked_instead_is_recalled_anew(
        self, session: Session, world: World, settings: Settings, proposal: Proposal
    ):
        assert deadlines.watch(session, settings, at=at(30, 9)) == 1
        with writing(session):
            opinions.decline_opinion(session, proposal, actor=world.other_lead, at=at(30, 9), words="不懂。")
        third = stories.another_studio(session, world, world.safety)
        asked_for(session, world, proposal, studio_code=third.code, moment=at(30, 10))
        assert deadlines.watch(session, settings, at=at(30, 10) + timedelta(days=30)) == 1
        assert steps(session) == [(Deadline.OPINION, COORDINATOR)] * 2

    def test_is_the_coordinators_where_nobody_there_is_free_any_more(
        self, session: Session, world: World, settings: Settings, proposal: Proposal
    ):
        with writing(session):
            world.other_lead.active = world.other_reviewer.active = False
        deadlines.watch(session, settings, at=at(18, 15))
        assert told(session) == [("due_soon", world.coordinator.email)]

    def test_workers_at_once_tell_it_once(self, app: Flask, session: Session, settings: Settings, proposal: Proposal):
        session.close()
        taken = at_once(app, lambda own, _: deadlines.watch(own, settings, at=at(24, 9)))
        assert sum(taken) == 1
        assert len(steps(session)) == 1

    def test_words_fit_whoever_reads_them(self, session: Session, world: World, settings: Settings, proposal: Proposal):
        for moment in (at(18, 15), at(24, 9), at(27, 9)):
            deadlines.watch(session, settings, at=moment)
        kinds = ("due_soon", "overdue")
        found = session.scalars(select(OutgoingMail).where(OutgoingMail.kind.in_(kinds)))
        mails: dict[str | None, OutgoingMail] = {mail.address: mail for mail in found}
        asked = "Studio S-CAST was asked for a second opinion by 19 Nov, 09:00"
        assert asked in words_of(mails[world.other_lead.email]).text
        assert "Please ask there." in words_of(mails[world.coordinator.email]).text
        assert "hopes to hear what Studio S-CAST thinks" in words_of(mails[world.other_reviewer.email]).html


def asked_for(
    session: Session, world: World, proposal: Proposal, *, studio_code: str = "S-CAST", moment: datetime | None = None
) -> Proposal:
    """Let the author ask another studio what it thinks."""
    with writing(session):
        opinions.request_opinion(
            session,
            proposal,
            actor=world.worker,
            at=moment or world.at,
            question="真的做不了吗？",
            calendar=CALENDAR,
            studio_code=studio_code,
        )
    return proposal
