"""Stories as everybody reads them, and as coordinators keep them.

A story is read by all, so nothing stands in it that not everybody may read: what became confidential since, is no
longer in use, or has authors who are not to be named now is left out, whatever was written about it before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from models import Attachment, AttachmentRole, Contributor, Person, Proposal, Story, Studio
from studio.domain.stories import IN_USE
from studio.queries import digest
from studio.queries.blinding import concealing
from studio.queries.digest import Card
from studio.queries.digest_photos import Photo
from studio.queries.naming import Name, named
from studio.queries.visibility import contributed_by, coordinated_by, open_to_everybody, visible_to

PER_PAGE = 12
CANDIDATES = 30


@dataclass(frozen=True, slots=True)
class Told:
    """A story as it is read. Money is in yuan a year: what the author claims, and what finance confirmed."""

    code: str
    headline: str
    words: str
    problem: str
    effect: str
    claimed: Decimal | None
    checked: Decimal | None
    before: Photo | None
    after: Photo | None
    studio: Name | None
    studio_code: str | None
    card: Card


@dataclass(frozen=True, slots=True)
class Kept:
    """A story in the list of a coordinator; ``shown`` says whether everybody reads it now."""

    code: str
    headline: str
    title: str
    number: str
    taken_down: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal that could be told; ``pair`` says that it has photos before and after."""

    number: str
    title: str
    checked: Decimal | None
    pair: bool


def readable() -> ColumnElement[bool]:
    """Return the condition on Story and its Proposal that keeps what everybody may read now."""
    may_name = or_(not_(concealing()), Story.nameless)
    return and_(Story.taken_down_at.is_(None), Proposal.state.in_(sorted(IN_USE)), open_to_everybody(), may_name)


def page_of(session: Session, *, page: int = 1) -> tuple[Sequence[Told], int]:
    """Return one page of the stories and how many there are in all; at most four statements."""
    total = session.scalar(select(func.count(Story.id)).join(Story.proposal).where(readable())) or 0
    return _told(session, _READ.limit(PER_PAGE).offset((page - 1) * PER_PAGE)), total


def of_proposal(session: Session, proposal: Proposal) -> tuple[str, str] | None:
    """Return code and headline of a proposal's story if everybody may read it now."""
    if proposal.state not in IN_USE:
        return None
    statement = select(Story.code, Story.headline).join(Story.proposal)
    row = session.execute(statement.where(Story.proposal_id == proposal.id, readable())).first()
    return (row.code, row.headline) if row else None


def first(session: Session) -> Told | None:
    """Return the story that stands in front, for the first page."""
    return next(iter(_told(session, _READ.limit(1))), None)


def one(session: Session, code: str) -> Told | None:
    """Return the story of this code, if everybody may read it."""
    return next(iter(_told(session, _READ.where(Story.code == code.replace("\0", "")))), None)


def of_studio(session: Session, studio_id: int, *, most: int) -> Sequence[Told]:
    """Return the stories of what a studio looked after, in their order."""
    return _told(session, _READ.where(Proposal.studio_id == studio_id).limit(most))


def kept_by(session: Session, person: Person) -> Sequence[Kept]:
    """Return all stories that a coordinator keeps, in their order, those taken down at the end; one statement."""
    rows = session.execute(
        select(Story.code, Story.headline, Proposal.title, Proposal.number, Story.taken_down_at, readable())
        .join(Story.proposal)
        .where(coordinated_by(person), visible_to(person), not_(contributed_by(person.id)))
        .order_by(Story.taken_down_at.is_not(None), Story.position, Story.id)
    )
    return [
        Kept(code, headline, title, number or "", down is not None, bool(shown))
        for code, headline, title, number, down, shown in rows
    ]


def candidates(session: Session, person: Person) -> Sequence[Candidate]:
    """Return what a coordinator could tell: in use and not told yet, with photos first, then the largest benefit."""
    pair = and_(_has(AttachmentRole.BEFORE), _has(AttachmentRole.AFTER), not_(concealing()))
    rows = session.execute(
        select(Proposal.number, Proposal.title, Proposal.checked_benefit, pair.label("pair"))
        .where(
            Proposal.state.in_(sorted(IN_USE)),
            open_to_everybody(),
            coordinated_by(person),
            not_(contributed_by(person.id)),
            Proposal.submitter_id.is_distinct_from(person.id),
            Proposal.id.not_in(select(Story.proposal_id)),
        )
        .order_by(pair.desc(), func.coalesce(Proposal.checked_benefit, 0).desc(), Proposal.implemented_at.desc())
        .limit(CANDIDATES)
    )
    return [Candidate(number or "", title, checked, bool(has)) for number, title, checked, has in rows]


def record(session: Session, code: str, *, lock: bool = False) -> Story | None:
    """Return the story of this code for changing, with all that permissions and its rules look at."""
    proposal = joinedload(Story.proposal)
    statement = (
        select(Story)
        .where(Story.code == code.replace("\0", ""))
        .options(
            proposal.joinedload(Proposal.unit),
            proposal.joinedload(Proposal.studio),
            proposal.selectinload(Proposal.attachments),
            proposal.selectinload(Proposal.contributors).joinedload(Contributor.person),
        )
    )
    statement = statement.with_for_update(of=Story) if lock else statement
    return session.scalars(statement).unique().one_or_none()


def record_of(session: Session, proposal: Proposal) -> Story | None:
    """Return the story of a proposal, also one that was taken down."""
    return session.scalars(select(Story).where(Story.proposal_id == proposal.id)).one_or_none()


def first_position(session: Session) -> int:
    """Return the position of the story in front."""
    return session.scalar(select(func.min(Story.position))) or 0


def in_order(session: Session) -> Sequence[Story]:
    """Return all stories that are up in their order, each row locked until the transaction ends."""
    up = select(Story).where(Story.taken_down_at.is_(None)).order_by(Story.position, Story.id)
    return session.scalars(up.with_for_update()).all()


def photos_of(proposal: Proposal, role: AttachmentRole) -> Sequence[Attachment]:
    """Return the photos of a proposal that a story may show; none while they could tell who its authors are."""
    if proposal.conceals_names:
        return ()
    return [one for one in proposal.attachments if one.role is role and one.is_image]


def _has(role: AttachmentRole) -> ColumnElement[bool]:
    pictured = (Attachment.role == role, Attachment.thumbnail_sha256.is_not(None))
    return select(Attachment.id).where(Attachment.proposal_id == Proposal.id, *pictured).correlate(Proposal).exists()


_before, _after = aliased(Attachment), aliased(Attachment)


def _photo_columns(photo: type[Attachment], label: str) -> list[Any]:
    shown = ("id", "thumbnail_sha256", "caption", "width", "height")
    return [getattr(photo, name).label(f"{label}_{name}") for name in shown]


_READ = (
    select(
        Story.code,
        Story.headline,
        Story.words,
        Proposal.id,
        Proposal.problem,
        Proposal.effect,
        Proposal.claimed_benefit,
        Proposal.checked_benefit,
        Studio.code.label("studio_code"),
        Studio.name_zh.label("studio_zh"),
        Studio.name_en.label("studio_en"),
        *_photo_columns(_before, "before"),
        *_photo_columns(_after, "after"),
    )
    .join(Story.proposal)
    .outerjoin(Studio, Studio.id == Proposal.studio_id)
    .outerjoin(_before, and_(_before.id == Story.before_id, not_(concealing())))
    .outerjoin(_after, and_(_after.id == Story.after_id, not_(concealing())))
    .where(readable())
    .order_by(Story.position, Story.id)
)


def _told(session: Session, statement: Select[*tuple[Any, ...]]) -> Sequence[Told]:
    rows = session.execute(statement).all()
    ids = [row.id for row in rows]
    cards = digest.cards(session, and_(Proposal.id.in_(ids), open_to_everybody())) if ids else {}
    return [_story(row, cards) for row in rows if row.id in cards]


def _story(row: Any, cards: Mapping[int, Card]) -> Told:  # noqa: ANN401 - a row of the statement above
    return Told(
        code=row.code,
        headline=row.headline,
        words=row.words,
        problem=row.problem,
        effect=row.effect,
        claimed=row.claimed_benefit,
        checked=row.checked_benefit,
        before=_photo(row, "before"),
        after=_photo(row, "after"),
        studio=named(row.studio_zh, row.studio_en),
        studio_code=row.studio_code,
        card=cards[row.id],
    )


def _photo(row: Any, label: str) -> Photo | None:  # noqa: ANN401 - a row of the statement above
    facts = [getattr(row, f"{label}_{name}") for name in ("id", "thumbnail_sha256", "caption", "width", "height")]
    return Photo(*facts) if facts[0] is not None else None
