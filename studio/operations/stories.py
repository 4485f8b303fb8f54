"""Telling everybody what was put to use: a coordinator writes a story, changes, orders and takes down stories."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from models import Attachment, AttachmentRole, Notification, Person, Proposal, Story
from studio.domain import permissions, stories
from studio.domain.completeness import clean_line, clean_text
from studio.domain.errors import InvalidInput, NotAllowed, Problem, Stale
from studio.mail import notices
from studio.queries import stories as facts


@dataclass(frozen=True, slots=True)
class Telling:
    """A story as somebody writes it down; what the fields mean is said by ``models.Story``."""

    headline: str
    words: str = ""
    before_id: int | None = None
    after_id: int | None = None


def tell(session: Session, proposal: Proposal, telling: Telling, *, actor: Person, at: datetime) -> Story:
    """Tell a proposal's story to everybody, its authors first; it stands in front of all others.

    A second click makes no second one. The proposal must be locked. Raises NotAllowed as
    ``permissions.tells_story_of`` says, and InvalidInput: ``story_confidential``, ``story_not_in_use``,
    ``story_told_already``, the problems of ``studio.domain.stories``, and ``photo_of_another`` and ``photos_betray``
    at ``before`` and ``after``.
    """
    _require(actor, proposal)
    found = facts.record_of(session, proposal)
    if found is not None:
        if _same(found, telling):
            return found
        raise InvalidInput([Problem("story_told_already")])
    made = Story(code=secrets.token_hex(4), proposal=proposal, told_by_id=actor.id, told_at=at)
    _write(made, telling)
    made.position = facts.first_position(session) - 1
    session.add(made)
    session.flush()
    notices.story_told(session, proposal, made, at=at, actor_id=actor.id)
    return made


def retell(story: Story, telling: Telling, *, actor: Person, seen: int) -> None:
    """Write a story anew; ``seen`` is the revision that the writer had before him.

    Raises as ``tell`` does, and Stale if it was changed since; the same words again change nothing.
    """
    _require(actor, story.proposal)
    if _same(story, telling):
        return
    if seen != story.revision:
        raise Stale
    _write(story, telling)


def take_down(session: Session, story: Story, *, actor: Person, at: datetime) -> None:
    """Let nobody read it any more; authors who have not heard of it need not. A second click changes nothing.

    Raises NotAllowed.
    """
    _require(actor, story.proposal)
    story.taken_down_at = story.taken_down_at or at
    unheard = (Notification.seen_at.is_(None), Notification.mailed_at.is_(None))
    of_it = (Notification.proposal_id == story.proposal_id, Notification.kind == notices.STORY_TOLD)
    session.execute(delete(Notification).where(*of_it, *unheard))


def put_up_again(session: Session, story: Story, *, actor: Person, at: datetime) -> None:
    """Let everybody read it again. Raises NotAllowed, and InvalidInput as ``stories.cannot_be_told`` says."""
    _require(actor, story.proposal)
    if problems := stories.cannot_be_told(story.proposal):
        raise InvalidInput(problems)
    story.taken_down_at = None
    notices.story_told(session, story.proposal, story, at=at, actor_id=actor.id)


def put_before(session: Session, story: Story, other_code: str, *, actor: Person) -> None:
    """Let a story stand right before another one; where it does already, or the other is gone, nothing changes.

    Raises NotAllowed.
    """
    _require(actor, story.proposal)
    order = [one for one in facts.in_order(session) if one.id != story.id]
    place = next((number for number, one in enumerate(order) if one.code == other_code), None)
    if place is None:
        return
    order.insert(place, story)
    for position, one in enumerate(order):
        # Past the record's own counter: whoever is just writing one of them anew has not been overtaken.
        session.execute(update(Story).where(Story.id == one.id).values(position=position))


def _require(actor: Person, proposal: Proposal) -> None:
    if not permissions.tells_story_of(actor, proposal):
        raise NotAllowed


def _same(story: Story, telling: Telling) -> bool:
    said = (clean_line(telling.headline), clean_text(telling.words), telling.before_id, telling.after_id)
    return said == (story.headline, story.words, story.before_id, story.after_id)


def _write(story: Story, telling: Telling) -> None:
    proposal = story.proposal
    headline, words = clean_line(telling.headline), clean_text(telling.words)
    problems = stories.cannot_be_told(proposal)
    problems += stories.flaws(headline, words, _hidden_names(proposal))
    problems += _photo_problems(proposal, telling)
    if problems:
        raise InvalidInput(problems)
    story.headline, story.words, story.nameless = headline, words, proposal.conceals_names
    story.before_id, story.after_id = telling.before_id, telling.after_id


def _hidden_names(proposal: Proposal) -> Sequence[str]:
    """Return what may not be read in the story of a proposal whose authors are not named."""
    if not proposal.conceals_names:
        return ()
    people = [proposal.submitter, proposal.filed_by, *(one.person for one in proposal.contributors)]
    known = [person for person in people if person is not None]
    texts = [proposal.submitter_text, *(one.name_text for one in proposal.contributors)]
    return [*texts, *(name for one in known for name in (one.name, one.name_en, one.employee_no))]


def _photo_problems(proposal: Proposal, telling: Telling) -> list[Problem]:
    chosen = (("before", telling.before_id, AttachmentRole.BEFORE), ("after", telling.after_id, AttachmentRole.AFTER))
    found = []
    for field, photo_id, role in chosen:
        if photo_id is None:
            continue
        if proposal.conceals_names:
            found.append(Problem("photos_betray", field))
        elif not any(_fits(one, photo_id, role) for one in proposal.attachments):
            found.append(Problem("photo_of_another", field))
    return found


def _fits(attachment: Attachment, photo_id: int, role: AttachmentRole) -> bool:
    return attachment.id == photo_id and attachment.role is role and attachment.is_image
