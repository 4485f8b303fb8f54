"""What pages say of the precedents that a proposal was routed by."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Proposal
from studio.transactions import writing
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import main_text
from tests.support.people import sign_in_as


def routed_by(session: Session, world: World, *precedents: Proposal) -> Proposal:
    proposal = stories.filed(session, world)
    with writing(session):
        (assignment,) = proposal.assignments
        numbers = [one.number for one in precedents]
        params = {"studio": "S-ROLL", "precedents": numbers}
        assignment.reason = {**assignment.reason, "code": "precedents", "params": params, "archive_away": True}
    return proposal


def test_precedents_are_links_and_those_nobody_may_know_of_are_not_told(
    session: Session, world: World, client: FlaskClient
) -> None:
    plain, secret = stories.filed(session, world), stories.filed(session, world)
    proposal = routed_by(session, world, plain, secret)
    with writing(session):
        secret.confidential = True
    sign_in_as(client, world.stranger)
    page = client.get(f"/proposals/{proposal.number}").text
    assert f'href="/proposals/{plain.number}">{plain.number}</a>' in page
    assert secret.number is not None
    assert secret.number not in page
    with writing(session):
        plain.confidential = True
    text = main_text(client.get(f"/proposals/{proposal.number}").text)
    assert "Studio S-ROLL has dealt with similar proposals." in text


def test_the_receipt_names_them_too_and_says_that_the_archive_was_away(
    session: Session, world: World, client: FlaskClient
) -> None:
    plain = stories.filed(session, world)
    proposal = routed_by(session, world, plain)
    sign_in_as(client, world.worker)
    page = client.get(f"/proposals/{proposal.number}/receipt").text
    assert f'href="/proposals/{plain.number}">{plain.number}</a>' in page
    assert "The archive could not be asked at that moment." in page
