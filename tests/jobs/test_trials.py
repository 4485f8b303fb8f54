"""When the last day of a trial has come, lead and authors hear of it once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Contributor, OutgoingMail, ProposalState, Verb
from studio.jobs.trials import remind_of_due
from studio.operations import deciding
from studio.operations.deciding import Verdict
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.mails import words_of

pytestmark = on_both_databases
DAYS = 30


@pytest.fixture
def on_trial(session, world):
    shares = [Contributor(person=world.worker, share=60), Contributor(person=world.mate, share=40)]
    ends = (world.at + timedelta(days=DAYS)).date()
    made = stories.filed(session, world, contributors=shares)
    return stories.decided(session, world, made, Verb.START_TRIAL, trial_ends_on=ends)


def remind(session, settings, world, days):
    return remind_of_due(session, settings, at=world.at + timedelta(days=days))


def mails(session):
    return list(session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "trial_over")))


def test_nobody_is_told_before_the_day_and_each_once_on_it(session, world, settings, on_trial):
    assert remind(session, settings, world, DAYS - 1) == 0
    assert remind(session, settings, world, DAYS) == 1
    assert remind(session, settings, world, DAYS + 1) == 0
    assert {mail.address for mail in mails(session)} == {
        person.email for person in (world.lead, world.worker, world.mate)
    }
    texts = {mail.address: words_of(mail).text for mail in mails(session)}
    assert "see how it went and decide" in texts[world.lead.email]
    assert "write under the proposal how it went" in texts[world.mate.email]
    assert on_trial.state is ProposalState.TRIAL


def test_what_was_decided_before_its_last_day_is_left_in_peace(session, world, settings, on_trial):
    with writing(session):
        deciding.decide(
            session, on_trial, Verdict(verb=Verb.ACCEPT), actor=world.lead, at=world.at + timedelta(days=10)
        )
    assert remind(session, settings, world, DAYS + 5) == 0
    assert mails(session) == []


def test_the_day_is_that_of_the_site(session, world, settings, on_trial):
    eve = (world.at + timedelta(days=DAYS)).replace(hour=15, minute=59) - timedelta(days=1)  # 23:59 there
    assert remind_of_due(session, settings, at=eve) == 0
    assert remind_of_due(session, settings, at=eve + timedelta(minutes=1)) == 1
