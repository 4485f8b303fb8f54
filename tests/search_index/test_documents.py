"""What is searchable, and that tokens and SQL agree on who may find it."""

import random
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Comment,
    CommentVisibility,
    Contributor,
    Decision,
    Outcome,
    Person,
    Proposal,
    ProposalState,
    Role,
    RoleGrant,
)
from search_index.documents import audience_of, document_of
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
