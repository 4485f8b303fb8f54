"""The monthly digest: one issue a month, one copy a person, nothing that its reader may not see."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Delivery, DigestIssue, MailWords, OutgoingMail, Person, Preferences, Proposal
from studio.domain.errors import InvalidInput
from studio.domain.periods import Month
from studio.extensions import db
from studio.mail import digest as mail
from studio.mail.digest import PersonalDigest
from studio.mail.messages import Circular
from studio.operations import digest, notices
from studio.queries.visibility import visible_to
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import FIRST_OF_NOVEMBER, IN_OCTOBER, OCTOBER, filed, october

pytestmark = on_both_databases


def count(session: Session, thing: type[DigestIssue] | type[Delivery] | type[OutgoingMail]) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(thing)) or 0


def everybody(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).order_by(Person.id)).unique())


def copy_of(session: Session, settings: Settings, person: Person) -> PersonalDigest:
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    return mail.compose_for(edition, person)


def test_sent_twice_it_arrives_once(session, world, settings):
    october(session, world)
    people = len(everybody(session))
    said = list[tuple[int, int]]()
    sent = digest.send(
        session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings, batch=3, told=lambda *how_far: said.append(how_far)
    )
    assert (sent.mailed, said[0], said[-1]) == (people, (3, people), (people, people))
    assert digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings, batch=3).mailed == 0
    assert (count(session, DigestIssue), count(session, Delivery), count(session, OutgoingMail)) == (1, people, people)


def test_two_senders_at_once_give_everybody_one_copy(app, session, world, settings):
    october(session, world)
    people = len(everybody(session))
    session.close()
    mailed = []

    def work() -> None:
        with app.app_context():
            sent = digest.send(db.session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings, batch=2)
            mailed.append(sent.mailed)

    senders = [threading.Thread(target=work) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sum(mailed) == people
    assert (count(session, DigestIssue), count(session, Delivery), count(session, OutgoingMail)) == (1, people, people)


def test_killed_between_two_batches_it_goes_on_where_it_stopped(session, world, settings, monkeypatch):
    october(session, world)
    people = len(everybody(session))
    batches = iter(range(2))
    store = digest._store

    def dying(*args, **kwargs):
        next(batches)
        store(*args, **kwargs)

    monkeypatch.setattr(digest, "_store", dying)
    with pytest.raises(StopIteration):
        digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings, batch=4)
    monkeypatch.undo()
    assert count(session, Delivery) == 8
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings, batch=4)
    assert (count(session, Delivery), count(session, OutgoingMail)) == (people, people)


def test_people_without_mailbox_or_without_the_wish_read_it_in_the_app(session, world, settings):
    october(session, world)
    with writing(session):
        world.worker.email = None
        world.mate.preferences = Preferences(digest_by_mail=False)
        world.stranger.active = False
    sent = digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    assert sent.in_app == 2
    without_mail = select(Delivery.person_id).where(Delivery.mail_id.is_(None)).order_by(Delivery.person_id)
    assert list(session.scalars(without_mail)) == [world.worker.id, world.mate.id]


def test_a_running_month_has_no_issue_yet(session, world, settings):
    with pytest.raises(InvalidInput) as refusal:
        digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER - timedelta(hours=9), settings=settings)
    assert refusal.value.problems[0].code == "month_not_over"


def test_its_numbers_stay_as_they_were_at_its_close(session, world, settings):
    month = october(session, world)
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    with writing(session):
        month["waiting"].submitted_at = IN_OCTOBER - timedelta(days=40)
    assert copy_of(session, settings, world.worker).numbers["filed"] == 7


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC), Month(2026, 9)),
        (datetime(2026, 9, 30, 16, 0, tzinfo=UTC), Month(2026, 10)),
        (datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC), Month(2026, 10)),
        (datetime(2026, 10, 31, 16, 0, tzinfo=UTC), Month(2026, 11)),
    ],
)
def test_a_month_ends_at_midnight_on_the_site_s_wall_clock(session, world, settings, moment, month):
    filed(session, world, "盖板", submitted_at=moment)
    later = month.span(settings.zone)[1]
    for candidate, expected in ((month, 1), (month.previous, 0), (month.following, 0)):
        facts = digest.edition_of(session, candidate, at=later, settings=settings).facts
        assert facts["numbers"]["filed"] == expected


def test_nobody_reads_of_what_he_may_not_see(session, world, settings):
    month = october(session, world)
    for person in everybody(session):
        copy = copy_of(session, settings, person)
        visible = set(session.scalars(select(Proposal.id).where(visible_to(person))))
        assert copy.speaks_of <= visible
        assert (month["secret"].id in copy.speaks_of) == (person.id == world.stranger.id)


def test_what_became_confidential_after_the_close_is_left_out(session, world, settings):
    month = october(session, world)
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    with writing(session):
        month["story"].confidential = True
    headline = copy_of(session, settings, world.worker).headline
    assert headline is not None
    assert headline.card.id == month["used"].id


def test_the_headline_is_a_colleague_s_own_sentence(session, world, settings):
    october(session, world)
    headline = copy_of(session, settings, world.worker).headline
    assert headline is not None
    assert headline.sentence == "一个人就能装，老王说他可以歇会儿了。"
    assert headline.said_by is not None
    assert headline.said_by.id == world.mate.id


def test_each_part_speaks_of_its_own_and_no_proposal_comes_twice(session, world, settings):
    month = october(session, world)
    copy = copy_of(session, settings, world.worker)
    assert [(fate.card.id, fate.what) for fate in copy.mine.fates] == [
        (month["used"].id, "implemented"),
        (month["waiting"].id, "under_review"),
    ]
    assert [card.id for card in copy.questions] == [month["asked"].id]
    assert [fate.card.id for fate in copy.in_unit.fates] == [month["accepted"].id]
    assert copy.refused is not None
    assert copy.refused.reason == "锁具去年刚换，明年大修再议。"
    assert copy.clock.fastest is not None
    parts = [*copy.mine.fates, *copy.in_unit.fates, *copy.elsewhere.fates]
    shown = [part.card.id for part in parts] + [card.id for card in copy.questions] + [copy.refused.card.id]
    assert len(shown) == len(set(shown))


def test_a_lead_sees_what_waits_and_a_worker_does_not(session, world, settings):
    month = october(session, world)
    lead = copy_of(session, settings, world.lead).waiting
    assert lead is not None
    assert (lead.count, lead.late, [card.id for card in lead.first]) == (4, 1, [month["waiting"].id])
    judge = copy_of(session, settings, world.second_reviewer).waiting
    assert judge is not None
    assert (judge.count, judge.first) == (3, ())  # three are said to be done; the news tell of them
    assert copy_of(session, settings, world.worker).waiting is None
    assert copy_of(session, settings, world.leader).reads_aloud_in == world.leader.unit.code


def test_an_empty_month_has_no_empty_parts(session, world, settings):
    copy = copy_of(session, settings, world.worker)
    assert copy.speaks_of == frozenset()
    assert (copy.headline, copy.refused, copy.waiting, copy.copies) == (None, None, None, None)
    assert not copy.clock
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    text = session.scalars(select(MailWords.text).limit(1)).one()
    assert "Near you".upper() not in text


def test_a_batch_costs_the_same_statements_however_many_people_it_has(session, world, settings):
    october(session, world)
    with writing(session):
        session.add_all(
            [
                Person(
                    employee_no=f"9{i:05}",
                    name=f"工友{i}",
                    unit=world.team,
                    created_at=world.at,
                    email=f"w{i}@example.com",
                )
                for i in range(40)
            ]
        )
    issue = digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings, batch=1000)
    assert issue.mailed > 40
    statements: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    costs = []
    for batch in (5, 25):
        with writing(session):
            session.execute(sa.delete(Delivery))
            session.execute(sa.delete(OutgoingMail))
        statements.clear()
        people = session.scalars(select(Person.id).order_by(Person.id).offset(batch)).all()
        with writing(session):
            session.execute(sa.update(Person).where(Person.id.in_(people)).values(active=False))
        statements.clear()
        digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings, batch=100)
        costs.append(len(statements))
        with writing(session):
            session.execute(sa.update(Person).values(active=True))
    assert costs[0] == costs[1]


def test_leaving_stops_the_mail_and_nothing_else(session, world, settings):
    with writing(session):
        notices.leave(session, world.worker.id, Circular.DIGEST)
        notices.leave(session, world.worker.id, Circular.DIGEST)
    assert world.worker.preferences is not None
    assert not world.worker.preferences.digest_by_mail
    assert world.worker.preferences.notices == {}
