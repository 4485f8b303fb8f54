"""What is searchable, and that tokens and SQL agree on who may find it."""

import hashlib
import random
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models import (
    Attachment,
    AttachmentRole,
    Comment,
    CommentVisibility,
    Contributor,
    Decision,
    FileText,
    FileTextState,
    Outcome,
    Person,
    Proposal,
    ProposalState,
    Role,
    RoleGrant,
)
from search_index.documents import audience_of, document_of, shares_of
from studio.queries.visibility import visible_to
from studio.transactions import writing
from tests.factories.machines import SHEAR, machine
from tests.factories.world import World, draft

numbers = count(1)


def filed(session: Session, world: World, **facts: Any) -> Proposal:
    number = f"2026-{next(numbers):05}"
    return draft(session, world, state=ProposalState.SUBMITTED, number=number, submitted_at=world.at, **facts)


def test_a_draft_is_nobodys_to_find(session: Session, world: World) -> None:
    assert document_of(draft(session, world)) is None
    assert document_of(draft(session, world, state=ProposalState.WITHDRAWN)) is None


def test_names_and_numbers_of_all_who_share_in_it_are_searchable(session: Session, world: World) -> None:
    both = [Contributor(person=world.worker, share=60), Contributor(person=world.mate, share=40)]
    document = document_of(filed(session, world, contributors=both, studio=world.studio, legacy_key="P-77"))
    assert document is not None
    for word in ("叶思琪", "000101", "于子豪", "000102", "何广茂创新工作室", "P-77"):
        assert word in document.names
    assert "3号地坑" in document.body


def test_a_machine_is_said_only_as_far_as_the_author_left_it_out(session: Session, world: World) -> None:
    shear = machine(session, world, name_en="")
    for location, place in (
        ("eq-r108 出口", "eq-r108 出口\n3 号倍尺飞剪"),
        (f"{SHEAR} 3 号倍尺飞剪", f"{SHEAR} 3 号倍尺飞剪"),
        ("", f"{SHEAR}\n3 号倍尺飞剪"),
    ):
        document = document_of(filed(session, world, location=location, machine=shear))
        assert document is not None
        assert document.place == place
        assert document.body.endswith(place)


def test_comments_and_the_reasons_that_hold_are_found_and_notes_are_not(session: Session, world: World) -> None:
    proposal = filed(session, world, studio=world.studio)
    at = world.at
    with writing(session):
        for visibility, body in ((CommentVisibility.COMMENT, "去年试过"), (CommentVisibility.NOTE, "别批")):
            proposal.comments.append(Comment(author=world.mate, visibility=visibility, body=body, created_at=at))
        for reason, ended in (("备件没货", at), ("大修再看", None)):
            facts = {"outcome": Outcome.DECLINED, "reason": reason, "decided_at": at, "superseded_at": ended}
            proposal.decisions.append(Decision(decided_by=world.lead, **facts))
    document = document_of(proposal)
    assert document is not None
    assert document.more == "大修再看\n去年试过"


def with_file(proposal: Proposal, name: str, text: str, role: AttachmentRole = AttachmentRole.DOCUMENT) -> None:
    """Attach something of which the text is known; the bytes do not matter here."""
    sha256 = hashlib.sha256(f"{name}{text}".encode()).hexdigest()
    facts = {"filename": name, "media_type": "application/pdf", "size": 1, "created_at": proposal.created_at}
    attachment = Attachment(role=role, sha256=sha256, **facts)
    if text:
        read_at = proposal.created_at
        said = FileText(sha256=sha256, media_type="", state=FileTextState.READ, text=text, read_at=read_at)
        set_committed_value(attachment, "file_text", said)
    else:
        set_committed_value(attachment, "file_text", None)
    proposal.attachments.append(attachment)


def test_files_are_found_by_what_they_say_and_by_the_names_that_pages_show(session: Session, world: World) -> None:
    proposal = filed(session, world)
    with session.no_autoflush:
        with_file(proposal, "图纸.pdf", "液压站管路")
        with_file(proposal, "录音.m4a", "", AttachmentRole.RECORDING)
        with_file(proposal, "IMG_2031.jpg", "", AttachmentRole.AFTER)
        document = document_of(proposal)
    assert document is not None
    assert document.more == "图纸.pdf\n录音.m4a\n液压站管路"


@pytest.mark.parametrize("facts", [{"anonymous": True}, {"blind": True}])
def test_files_of_what_hides_its_names_are_not_found(session: Session, world: World, facts: dict[str, bool]) -> None:
    proposal = filed(session, world, **facts)
    with session.no_autoflush:
        with_file(proposal, "叶思琪的图纸.pdf", "提案人：叶思琪")
        document = document_of(proposal)
    assert document is not None
    assert document.more == ""


@given(st.lists(st.text(max_size=30), max_size=12), st.integers(0, 200))
def test_files_share_the_room_of_a_proposal(texts: list[str], room: int) -> None:
    shares = shares_of(texts, room)
    assert sum(map(len, shares)) <= room
    assert all(text.startswith(share) for text, share in zip(texts, shares, strict=True))
    cut = [len(share) for share, text in zip(shares, texts, strict=True) if share != text]
    assert len(set(cut)) <= 1, "what does not fit is cut to one length"
    assert all(len(share) <= cut[0] for share in shares if cut), "and what is whole is no longer than that"
    assert not cut or sum(map(len, shares)) > room - len(texts), "and no room is wasted"


def test_the_units_above_are_filters_too(session: Session, world: World) -> None:
    document = document_of(filed(session, world, studio=world.studio))
    assert document is not None
    assert document.facets["unit"] == {str(unit.id) for unit in (world.company, world.plant, world.team)}
    assert document.facets["year"] == {"2026"}
    assert document.facets["studio"] == {str(world.studio.id)}


def test_tokens_and_sql_agree_on_every_reader_and_proposal(session: Session, world: World) -> None:
    random_ = random.Random(4)
    people = list(session.scalars(select(Person)))
    for _ in range(60):
        author = random_.choice(people)
        filed(
            session,
            world,
            author=author,
            filed_by=random_.choice([None, world.leader]),
            unit=random_.choice([None, world.team, world.other_team]),
            studio=random_.choice([None, world.studio, world.other_studio]),
            confidential=random_.random() < 0.7,
            contributors=[Contributor(person=person, share=50) for person in {author, random_.choice(people)}],
        )
    draft(session, world)
    with writing(session):
        session.add(RoleGrant(person=world.mate, role=Role.COORDINATOR, unit=world.other_plant))
    session.expire_all()
    proposals = list(session.scalars(select(Proposal)))
    for person in session.scalars(select(Person)):
        tokens = audience_of(person)
        found = {p.id for p in proposals if (document := document_of(p)) and document.audience & tokens}
        readable = select(Proposal.id).where(visible_to(person), Proposal.number.is_not(None))
        assert found == set(session.scalars(readable)), person.name
