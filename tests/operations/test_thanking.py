"""Saying thank you: by whom, once, told in the app alone, and taken back."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Contributor, Notification, OutgoingMail, Person, Proposal, Thanks
from studio.domain.errors import NotAllowed
from studio.operations import notices, thanking
from studio.queries.regards import regard_of, thanks_for
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World, draft


def thank(session: Session, proposal: Proposal, *people: Person) -> None:
    for person in people:
        with writing(session):
            thanking.thank(session, proposal, actor=person, at=proposal.submitted_at or proposal.created_at)


def take_back(session: Session, proposal: Proposal, person: Person) -> None:
    with writing(session):
        thanking.take_back(session, proposal, actor=person)


def told(session: Session) -> list[int]:
    unseen = select(Notification.person_id).where(Notification.kind == "thanked", Notification.seen_at.is_(None))
    return sorted(session.scalars(unseen))


def thankful(session: Session, proposal: Proposal) -> set[int]:
    return set(session.scalars(select(Thanks.person_id).where(Thanks.proposal_id == proposal.id)))


@on_both_databases
def test_a_colleague_thanks_once_and_takes_it_back(session: Session, world: World):
    shares = [Contributor(person=world.worker, share=60), Contributor(person=world.mate, share=40)]
    proposal = stories.filed(session, world, contributors=shares)
    before = session.scalars(select(OutgoingMail.id)).all()
    events = len(proposal.events)
    thank(session, proposal, world.stranger, world.stranger, world.lead)
    assert thankful(session, proposal) == {world.stranger.id, world.lead.id}
    assert told(session) == sorted([world.worker.id, world.mate.id]), "once, however many thank"
    assert session.scalars(select(OutgoingMail.id)).all() == before, "no mail"
    assert len(proposal.events) == events, "nothing in the timeline"
    seen = thanks_for(session, world.lead, proposal)
    assert (seen.count, seen.own, [one.id for one in seen.people]) == (2, True, [world.lead.id, world.stranger.id])
    assert regard_of(session, world.mate, proposal).unseen > 0
    take_back(session, proposal, world.stranger)
    take_back(session, proposal, world.stranger)
    assert told(session) == sorted([world.worker.id, world.mate.id]), "somebody still thanks"
    take_back(session, proposal, world.lead)
    assert (thankful(session, proposal), told(session)) == (set(), [])
    assert thanks_for(session, world.lead, proposal).count == 0


def test_nobody_thanks_himself_or_for_what_he_may_not_read(session: Session, world: World):
    filed = stories.filed(session, world)
    secret = stories.filed(session, world, confidential=True)
    unfiled = draft(session, world)
    for proposal, person in ((filed, world.worker), (secret, world.stranger), (unfiled, world.worker)):
        with pytest.raises(NotAllowed):
            thank(session, proposal, person)
    thank(session, secret, world.lead)
    assert thankful(session, secret) == {world.lead.id}


def test_who_thanks_again_after_it_was_seen_is_no_news(session: Session, world: World):
    proposal = stories.filed(session, world)
    thank(session, proposal, world.stranger)
    with writing(session):
        notices.see(session, world.worker, proposal, at=world.at)
    take_back(session, proposal, world.stranger)
    thank(session, proposal, world.stranger)
    assert told(session) == []
    thank(session, proposal, world.lead)
    assert told(session) == [world.worker.id]


def test_who_came_to_share_in_it_is_not_named_among_the_thankful(session: Session, world: World):
    proposal = stories.filed(session, world)
    thank(session, proposal, world.stranger, world.mate)
    with writing(session):
        proposal.contributors[0].share = 60
        proposal.contributors.append(Contributor(person=world.mate, share=40))
    seen = thanks_for(session, world.lead, proposal)
    assert (seen.count, [one.id for one in seen.people]) == (1, [world.stranger.id])
