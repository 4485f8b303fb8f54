"""Proposals by their number, and the lists people look at."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, select
from sqlalchemy.orm import Session, joinedload, lazyload, load_only, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from models import (
    Assignment,
    Attachment,
    Comment,
    Contributor,
    Decision,
    Event,
    InformationRequest,
    Person,
    Proposal,
    Review,
    ReviewScore,
    Studio,
    Theme,
    proposal_themes,
)

DRAFT_PREFIX = "draft-"
LONGEST_ID = 9
"""More digits than a database id has."""


def reference_of(proposal: Proposal) -> str:
    """Return what addresses a proposal in a URL: its number, or ``draft-ID`` before it has one."""
    return proposal.number or f"{DRAFT_PREFIX}{proposal.id}"


def by_number(session: Session, number: str, *, lock: bool = False) -> Proposal | None:
    """Return the proposal with this number or draft reference, with what permissions look at.

    With ``lock`` the row stays locked until the transaction ends, so nobody else can act on it meanwhile.
    """
    statement = select(Proposal).options(
        selectinload(Proposal.contributors).joinedload(Contributor.person),
        selectinload(Proposal.themes),
        joinedload(Proposal.unit),
        joinedload(Proposal.kind),
        joinedload(Proposal.studio).selectinload(Studio.memberships),
    )
    statement = statement.where(is_called(number))
    if lock:
        statement = statement.with_for_update(of=Proposal)
    return session.scalars(statement).unique().one_or_none()


def is_called(number: str) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps the one of this number, or draft reference."""
    draft_id = number.removeprefix(DRAFT_PREFIX) if number.startswith(DRAFT_PREFIX) else ""
    if draft_id.isdecimal() and draft_id.isascii() and len(draft_id) <= LONGEST_ID:
        return Proposal.id == int(draft_id)
    # PostgreSQL refuses to be asked for a text with a NUL in it; nothing is called so.
    return Proposal.number == number.replace("\0", "")


def by_name_only() -> tuple[Any, ...]:
    """Options for a query of people who are only to be named: no roles, no studios, no preferences."""
    return (
        load_only(Person.name, Person.name_en, Person.unit_id, Person.employee_no),
        lazyload(Person.preferences),
        lazyload(Person.grants),
        lazyload(Person.memberships),
    )


def with_its_story(session: Session, number: str) -> Proposal | None:
    """Return the proposal with all that its page tells; the number of statements is the same for every proposal.

    The statements are made once and their rows put together here: eager loading by options costs twice the time.
    People who appear in the story are loaded once, by name only, and found by their id wherever they are mentioned.
    """
    proposal = session.scalars(_HEAD.where(is_called(number))).unique().one_or_none()
    if proposal is None:
        return None
    facts = {"id": proposal.id}
    for part, statement in _PARTS.items():
        set_committed_value(proposal, part, session.scalars(statement, facts).unique().all())
    # The session remembers people only while somebody holds them.
    session.info["people of the page"] = session.scalars(_PEOPLE, {"ids": sorted(_people_in(proposal))}).unique().all()
    return proposal


_HEAD = select(Proposal).options(
    joinedload(Proposal.unit),
    joinedload(Proposal.kind),
    joinedload(Proposal.studio).joinedload(Studio.memberships),
    joinedload(Proposal.duplicate_of),
)
_ID = bindparam("id", type_=Integer)
_PARTS: Mapping[str, Select[Any]] = {
    "themes": select(Theme)
    .join(proposal_themes, proposal_themes.c.theme_id == Theme.id)
    .where(proposal_themes.c.proposal_id == _ID)
    .order_by(Theme.position),
    "contributors": select(Contributor).where(Contributor.proposal_id == _ID).order_by(Contributor.position),
    "attachments": select(Attachment).where(Attachment.proposal_id == _ID).order_by(Attachment.id),
    "assignments": select(Assignment)
    .where(Assignment.proposal_id == _ID)
    .order_by(Assignment.id)
    .options(joinedload(Assignment.studio)),
    "reviews": select(Review)
    .where(Review.proposal_id == _ID)
    .order_by(Review.id)
    .options(joinedload(Review.scores).joinedload(ReviewScore.criterion)),
    "information_requests": select(InformationRequest)
    .where(InformationRequest.proposal_id == _ID)
    .order_by(InformationRequest.id),
    "decisions": select(Decision).where(Decision.proposal_id == _ID).order_by(Decision.id),
    "comments": select(Comment).where(Comment.proposal_id == _ID).order_by(Comment.id),
    "events": select(Event).where(Event.proposal_id == _ID).order_by(Event.id),
}
_PEOPLE = select(Person).where(Person.id.in_(bindparam("ids", expanding=True))).options(*by_name_only())


def _people_in(proposal: Proposal) -> frozenset[int]:
    """Return the ids of everybody the page may name."""
    facts = (
        *(getattr(proposal, column) for column in PEOPLE_COLUMNS),
        *(share.person_id for share in proposal.contributors),
        *(member.person_id for member in (proposal.studio.memberships if proposal.studio else ())),
        *(made.assigned_by_id for made in proposal.assignments),
        *(review.reviewer_id for review in proposal.reviews),
        *(asked.asked_by_id for asked in proposal.information_requests),
        *(asked.answered_by_id for asked in proposal.information_requests),
        *(decision.decided_by_id for decision in proposal.decisions),
        *(comment.author_id for comment in proposal.comments),
        *(event.actor_id for event in proposal.events),
    )
    return frozenset(person_id for person_id in facts if person_id is not None)


PEOPLE_COLUMNS = ("submitter_id", "filed_by_id", "reviewer_id", "implemented_by_id", "verified_by_id")
