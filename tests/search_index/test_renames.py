"""What the index has written down of other records is read again when they change."""

import pytest
from sqlalchemy.orm import Session

from models import Attachment, AttachmentRole, Comment, CommentVisibility, FileText, FileTextState, Proposal
from search_index import renames
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import World, draft

pytestmark = on_both_databases


@pytest.fixture(autouse=True)
def watched() -> None:
    renames.watch()


@pytest.fixture
def indexed(session: Session, world: World) -> Proposal:
    proposal = draft(session, world, studio=world.studio)
    with writing(session):
        proposal.indexed_revision = proposal.revision
    return proposal


def change(session: Session, thing: object, **facts: object) -> None:
    with writing(session):
        for name, value in facts.items():
            setattr(thing, name, value)


def stale(session: Session, proposal: Proposal) -> bool:
    session.refresh(proposal)
    return (proposal.indexed_revision or 0) < 0


def test_a_new_name_of_an_author_is_read(session: Session, world: World, indexed: Proposal) -> None:
    change(session, world.worker, name="叶思琪儿")
    assert stale(session, indexed)


def test_a_new_name_of_its_studio_is_read(session: Session, world: World, indexed: Proposal) -> None:
    change(session, world.studio, name_zh="何广茂技能大师工作室")
    assert stale(session, indexed)


def test_a_unit_that_moves_is_read(session: Session, world: World, indexed: Proposal) -> None:
    change(session, world.team, path=f"{world.other_plant.path}{world.team.id}/")
    assert stale(session, indexed)


def test_other_people_and_other_facts_change_nothing(session: Session, world: World, indexed: Proposal) -> None:
    change(session, world.stranger, name="钟守成")
    change(session, world.worker, job_zh="钳工")
    assert not stale(session, indexed)


@pytest.mark.parametrize(("visibility", "read"), [(CommentVisibility.COMMENT, True), (CommentVisibility.NOTE, False)])
def test_what_everybody_may_read_below_it_is_read(
    session: Session, world: World, indexed: Proposal, visibility: CommentVisibility, *, read: bool
) -> None:
    said = Comment(proposal=indexed, author=world.mate, visibility=visibility, body="去年试过", created_at=world.at)
    with writing(session):
        session.add(said)
    assert stale(session, indexed) is read


def test_a_file_that_is_added_is_read_and_so_is_its_text_when_it_comes(
    session: Session, world: World, indexed: Proposal
) -> None:
    other = draft(session, world)
    facts = {"sha256": "a" * 64, "media_type": "application/pdf"}
    said = FileText(**facts)
    for proposal in (indexed, other):
        with writing(session):
            name = {"filename": "图纸.pdf", "size": 1, "role": AttachmentRole.DOCUMENT, "created_at": world.at}
            session.add(Attachment(proposal=proposal, **facts, **name))
        assert stale(session, proposal)
    with writing(session):
        session.add(said)
        for proposal in (indexed, other):
            proposal.indexed_revision = proposal.revision
    change(session, said, claimed_by="a", claimed_until=world.at)
    assert not stale(session, indexed)
    change(
        session, said, state=FileTextState.READ, text="液压站", read_at=world.at, claimed_by=None, claimed_until=None
    )
    assert stale(session, indexed)
    assert stale(session, other)
