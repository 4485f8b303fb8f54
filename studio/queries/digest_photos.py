"""The photos that the monthly digest shows: one before and one after, of what every colleague may read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import not_, select
from sqlalchemy.orm import Session

from models import Attachment, AttachmentRole, Proposal
from studio.queries.blinding import concealing
from studio.queries.visibility import open_to_everybody


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo; its small picture lies in the file store under ``thumbnail``."""

    attachment_id: int
    thumbnail: str
    caption: str
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """The first photo before and the last one after."""

    before: Photo
    after: Photo


def pairs(session: Session, proposal_ids: Iterable[int]) -> Mapping[int, Pair]:
    """Return the photos of these proposals that have some of both; where names are hidden, a photo may betray them."""
    roles = (AttachmentRole.BEFORE, AttachmentRole.AFTER)
    shown = (Attachment.caption, Attachment.width, Attachment.height)
    rows = session.execute(
        select(Attachment.proposal_id, Attachment.role, Attachment.id, Attachment.thumbnail_sha256, *shown)
        .join(Proposal, Proposal.id == Attachment.proposal_id)
        .where(
            Proposal.id.in_(sorted(proposal_ids)),
            open_to_everybody(),
            not_(concealing()),
            Attachment.role.in_(roles),
            Attachment.thumbnail_sha256.is_not(None),
        )
        .order_by(Attachment.id)
    )
    before: dict[int, Photo] = {}
    after: dict[int, Photo] = {}
    for proposal_id, role, attachment_id, thumbnail, caption, width, height in rows:
        photo = Photo(attachment_id, thumbnail or "", caption, width, height)
        if role is AttachmentRole.BEFORE:
            before.setdefault(proposal_id, photo)
        else:
            after[proposal_id] = photo
    return {i: Pair(one, after[i]) for i, one in before.items() if i in after}
