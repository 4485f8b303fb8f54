"""Naming people in a comment or a note, so that they are told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Comment, CommentVisibility, Mention, Person, Proposal
from studio.domain import mentions, relations
from studio.domain.errors import InvalidInput, Problem
from studio.domain.mentions import Call
from studio.mail import notices
from studio.queries import people

Named = Sequence[tuple[Person, str]]
"""Whom a text names, each with what he was called there."""


def named_in(session: Session, proposal: Proposal, body: str, visibility: CommentVisibility, *, actor: Person) -> Named:
    """Return whom a text calls, each once and never the actor; changes nothing.

    Raises InvalidInput with all that is wrong, at ``body``: ``too_many_mentions``, ``mention_unknown``,
    ``mention_ambiguous``, ``mention_gone`` for somebody who no longer works here, and for somebody who cannot read
    the text ``mention_no_reader`` or, in a note, ``mention_no_judge``.
    """
    calls = mentions.calls(body)
    if len(calls) > mentions.MOST_CALLS:
        raise InvalidInput([Problem("too_many_mentions", "body", {"limit": mentions.MOST_CALLS})])
    known = people.who_may_be_called(session, mentions.keys(calls))
    found: dict[int, tuple[Person, str]] = {}
    problems: list[Problem] = []
    for call in calls:
        length, persons = mentions.meant(call, known)
        if wrong := _wrong(call, call.words[:length], persons):
            problems.append(wrong)
        elif persons[0].id != actor.id:
            found.setdefault(persons[0].id, (persons[0], call.words[:length]))
    problems += _unreachable(proposal, visibility, [person for person, _ in found.values()])
    if problems:
        raise InvalidInput(problems)
    return list(found.values())


def keep(session: Session, said: Comment, named: Named, *, at: datetime) -> None:
    """Write down whom a new text names and tell them."""
    said.mentions = [Mention(person=person, said=words) for person, words in named]
    session.flush()
    notices.mentioned(session, said.proposal, said, [person.id for person, _ in named], at=at)


def see(session: Session, proposal: Proposal, *, actor: Person, at: datetime) -> Sequence[int]:
    """Note that the actor has read where he was named; return the comments that were news to him, oldest first.

    It says something of the person, not of the proposal, so it leaves no event.
    """
    of_it = select(Comment.id).where(Comment.proposal_id == proposal.id)
    mine = (Mention.person_id == actor.id, Mention.seen_at.is_(None), Mention.comment_id.in_(of_it))
    unseen = session.scalars(select(Mention).where(*mine).order_by(Mention.comment_id)).all()
    for mention in unseen:
        mention.seen_at = at
    return [mention.comment_id for mention in unseen]


def _wrong(call: Call, name: str, persons: Sequence[Person]) -> Problem | None:
    if not persons:
        return Problem("mention_unknown", "body", {"word": call.first_word})
    if len(persons) > 1:
        return Problem("mention_ambiguous", "body", {"name": name, "people": _facts(persons)})
    if not persons[0].active:
        return Problem("mention_gone", "body", {"people": _facts(persons)})
    return None


def _unreachable(proposal: Proposal, visibility: CommentVisibility, persons: Sequence[Person]) -> list[Problem]:
    """Return the one problem that names everybody who cannot read the text, if there is anybody."""
    note = visibility is CommentVisibility.NOTE
    reads = relations.reads_notes if note else relations.reads_it
    shut_out = [person for person in persons if not (relations.reads_it(person, proposal) and reads(person, proposal))]
    code = "mention_no_judge" if note else "mention_no_reader"
    return [Problem(code, "body", {"people": _facts(shut_out)})] if shut_out else []


def _facts(persons: Iterable[Person]) -> list[dict[str, Any]]:
    return [
        {
            "name": person.name,
            "name_en": person.name_en,
            "number": person.employee_no,
            "unit": {"name_zh": person.unit.name_zh, "name_en": person.unit.name_en},
        }
        for person in persons
    ]
