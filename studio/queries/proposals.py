"""Proposals by their number, and the lists people look at."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, Select, Text, bindparam, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Assignment,
    Attachment,
    Base,
    Call,
    Comment,
    CongressReferral,
    Contributor,
    Criterion,
    Decision,
    DecisionReason,
    Event,
    InformationRequest,
    Kind,
    Machine,
    Mention,
    Occasion,
    PanelSeat,
    Proposal,
    Review,
    ReviewScore,
    RoleGrant,
    SecondOpinion,
    Studio,
    StudioMembership,
    Theme,
    Unit,
    proposal_themes,
)
from studio.queries import records

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
        joinedload(Proposal.studio).selectinload(Studio.memberships).joinedload(StudioMembership.person),
        selectinload(Proposal.seats),
        joinedload(Proposal.opinion),
    )
    statement = statement.where(is_called(number))
    if lock:
        statement = statement.with_for_update(of=Proposal)
    return session.scalars(statement).unique().one_or_none()


def is_called(number: str) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps the one of this number, or draft reference."""
    draft_id = _draft_id(number)
    return Proposal.id == draft_id if draft_id is not None else Proposal.number == _clean(number)


def _draft_id(number: str) -> int | None:
    digits = number.removeprefix(DRAFT_PREFIX) if number.startswith(DRAFT_PREFIX) else ""
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) <= LONGEST_ID else None


def _clean(number: str) -> str:
    """PostgreSQL refuses to be asked for a text with a NUL in it; nothing is called so."""
    return number.replace("\0", "")


def with_its_story(session: Session, number: str) -> Proposal | None:
    """Return the proposal with all that its page tells, for showing only; see ``studio.queries.records``.

    The number of statements depends on which parts the story has, not on how much there is of any of them.
    """
    ask = session.connection().execute
    draft_id = _draft_id(number)
    head = ask(_BY_NUMBER, {"number": _clean(number)}) if draft_id is None else ask(_BY_ID, {"id": draft_id})
    found = head.all()
    if not found:
        return None
    heads = [records.parted(row, *_HEAD_KINDS) for row in found]
    proposal, unit, kind, machine, call, studio, opinion, asked_studio, _referral = heads[0]
    referrals = [row[-1] for row in heads if row[-1] is not None]
    present = dict(zip(_MAYBE, found[0][-len(_MAYBE) :], strict=True))
    if opinion is not None:
        records.tie(opinion, studio=asked_studio)
    parts = {
        name: [records.parted(row, *kinds) for row in ask(statement, {"id": proposal.id})]
        if present.get(name, True)
        else []
        for name, (kinds, statement) in _PARTS.items()
    }
    for assignment, assigned_to in parts["assignments"]:
        records.tie(assignment, studio=assigned_to)
    for decision, because, occasion in parts["decisions"]:
        records.tie(decision, because=because, occasion=occasion)
    for score, criterion in parts["scores"]:
        records.tie(score, criterion=criterion)
    parts["comments"] = _with_mentions(parts["comments"])
    lists = {name: [row[0] for row in rows] for name, rows in parts.items()}
    members, scores = lists.pop("members"), lists.pop("scores")
    mentions = chain.from_iterable(said.mentions for said in lists["comments"])
    told = [*members, *mentions, *referrals, *([opinion] if opinion else [])]
    records.tie_people(session, [proposal, *told, *chain.from_iterable(lists.values())])
    if proposal.team_leader is not None:
        records.tie(proposal.team_leader, grants=_roles_of(session, proposal.team_leader.id))
    for review in lists["reviews"]:
        records.tie(review, scores=[score for score in scores if score.review_id == review.id])
    if studio is not None:
        records.tie(studio, memberships=members)
    records.tie(proposal, opinion=opinion, referrals=referrals, duplicate_of=_original(session, proposal))
    records.tie(proposal, unit=unit, kind=kind, machine=machine, call=call, studio=studio, **lists)
    return cast("Proposal", proposal)


def _with_mentions(rows: Iterable[list[Any]]) -> list[list[Any]]:
    """Return each comment once, in a row of its own, with the mentions that were found beside it."""
    said: dict[int, Comment] = {}
    for comment, mention in rows:
        first = said.setdefault(comment.id, comment)
        records.tie(first, mentions=[*first.__dict__.get("mentions", ()), *([mention] if mention else ())])
    return [[comment] for comment in said.values()]


def _original(session: Session, proposal: Proposal) -> Proposal | None:
    """Return what a duplicate repeats, with what permissions look at; asked of duplicates only."""
    return session.get(Proposal, proposal.duplicate_of_id) if proposal.duplicate_of_id is not None else None


def _roles_of(session: Session, person_id: int) -> list[RoleGrant]:
    """Return what a team leader leads; asked only of what a team has or settled, for he may have left."""
    table = RoleGrant.__table__
    rows = session.connection().execute(select(*records.columns(RoleGrant)).where(table.c.person_id == person_id))
    return [records.parted(row, RoleGrant)[0] for row in rows]


def _joined(*kinds: type[Base]) -> Select[Any]:
    return select(*chain.from_iterable(map(records.columns, kinds)))


def _part(kind: type[Base]) -> tuple[tuple[type[Base], ...], Select[Any]]:
    """Return the statement for one list of the story, in the order in which things happened."""
    table = kind.metadata.tables[kind.__tablename__]
    return (kind,), _joined(kind).where(table.c.proposal_id == _ID).order_by(table.c.id)


def _part_exists(kind: type[Base]) -> ColumnElement[bool]:
    """Return whether the proposal, or for memberships its studio, has any of these."""
    table = kind.metadata.tables[kind.__tablename__]
    if kind is StudioMembership:
        return select(table.c.id).where(table.c.studio_id == Proposal.studio_id).exists()
    return select(table.c.id).where(table.c.proposal_id == Proposal.id).exists()


_ID = bindparam("id", type_=Integer)
_HEAD_KINDS: tuple[type[Base], ...] = (
    Proposal,
    Unit,
    Kind,
    Machine,
    Call,
    Studio,
    SecondOpinion,
    Studio,
    CongressReferral,
)
_MAYBE: Mapping[str, type[Base]] = {
    "members": StudioMembership,
    "scores": Review,
    "attachments": Attachment,
    "seats": PanelSeat,
    "reviews": Review,
    "information_requests": InformationRequest,
    "decisions": Decision,
    "comments": Comment,
}
"""Parts that many stories lack. Whether there is any costs next to nothing beside the head; a statement costs more."""
_asked = Studio.metadata.tables[Studio.__tablename__].alias()
_HEAD = (
    _joined(Proposal, Unit, Kind, Machine, Call, Studio, SecondOpinion)
    .add_columns(*_asked.columns, *records.columns(CongressReferral))
    .select_from(Proposal)
    .outerjoin(Unit, Unit.id == Proposal.unit_id)
    .outerjoin(Kind, Kind.id == Proposal.kind_id)
    .outerjoin(Machine, Machine.id == Proposal.machine_id)
    .outerjoin(Call, Call.id == Proposal.call_id)
    .outerjoin(Studio, Studio.id == Proposal.studio_id)
    .outerjoin(SecondOpinion, SecondOpinion.proposal_id == Proposal.id)
    .outerjoin(_asked, _asked.c.id == SecondOpinion.studio_id)
    .outerjoin(CongressReferral, CongressReferral.proposal_id == Proposal.id)
    .add_columns(*(_part_exists(kind).label(f"has_{name}") for name, kind in _MAYBE.items()))
    .order_by(CongressReferral.id)
)
"""One row, or one for each referral to the workers' congress: there is seldom one, hardly ever a second."""
_BY_ID = _HEAD.where(Proposal.id == _ID)
_BY_NUMBER = _HEAD.where(Proposal.number == bindparam("number", type_=Text))

_ITS_STUDIO = select(Proposal.studio_id).where(Proposal.id == _ID).scalar_subquery()
_PARTS: Mapping[str, tuple[tuple[type[Base], ...], Select[Any]]] = {
    "members": (
        (StudioMembership,),
        _joined(StudioMembership).where(StudioMembership.studio_id == _ITS_STUDIO).order_by(StudioMembership.id),
    ),
    "themes": (
        (Theme,),
        _joined(Theme)
        .join(proposal_themes, proposal_themes.c.theme_id == Theme.id)
        .where(proposal_themes.c.proposal_id == _ID)
        .order_by(Theme.position),
    ),
    "contributors": (
        (Contributor,),
        _joined(Contributor).where(Contributor.proposal_id == _ID).order_by(Contributor.position),
    ),
    "assignments": (
        (Assignment, Studio),
        _joined(Assignment, Studio)
        .select_from(Assignment)
        .join(Studio, Studio.id == Assignment.studio_id)
        .where(Assignment.proposal_id == _ID)
        .order_by(Assignment.id),
    ),
    "scores": (
        (ReviewScore, Criterion),
        _joined(ReviewScore, Criterion)
        .select_from(ReviewScore)
        .join(Criterion, Criterion.id == ReviewScore.criterion_id)
        .join(Review, Review.id == ReviewScore.review_id)
        .where(Review.proposal_id == _ID)
        .order_by(ReviewScore.review_id, ReviewScore.criterion_id),
    ),
    "attachments": _part(Attachment),
    "seats": _part(PanelSeat),
    "reviews": _part(Review),
    "information_requests": _part(InformationRequest),
    "decisions": (
        (Decision, DecisionReason, Occasion),
        _joined(Decision, DecisionReason, Occasion)
        .select_from(Decision)
        .outerjoin(DecisionReason, DecisionReason.id == Decision.because_id)
        .outerjoin(Occasion, Occasion.id == Decision.occasion_id)
        .where(Decision.proposal_id == _ID)
        .order_by(Decision.id),
    ),
    "comments": (
        (Comment, Mention),
        _joined(Comment, Mention)
        .select_from(Comment)
        .outerjoin(Mention, Mention.comment_id == Comment.id)
        .where(Comment.proposal_id == _ID)
        .order_by(Comment.id, Mention.person_id),
    ),
    "events": _part(Event),
}
