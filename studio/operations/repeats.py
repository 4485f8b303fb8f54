"""What goes with the finding that one proposal repeats another: pointers, shares, followers, and the way back.

``studio.operations.deciding`` calls these from inside its verbs. A repeat always points at a final original; the
decision in force keeps what was said at the time, so that everything finds its way back when something between the
two is taken up again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from models import Base, Contributor, Decision, Event, Outcome, Person, Proposal, ProposalState, Verb
from studio.domain import blinding, relations, repeats
from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, Problem
from studio.domain.shares import Share
from studio.mail import notices
from studio.operations import transition
from studio.operations.following import follow_again, follow_instead

_proposals = Base.metadata.tables["proposals"]


def original_of(
    session: Session, repeat: Proposal, number: str, *, actor: Person, problems: list[Problem]
) -> Proposal | None:
    """Return the final original of the proposal with this number, or None and say why not in ``problems``."""
    number = clean_line(number)
    named = session.scalars(select(Proposal).where(Proposal.number == number)).unique().one_or_none()
    if not number:
        code = "original_missing"
    elif named is None or not relations.reads_it(actor, named):
        code = "original_unknown"
    elif code := repeats.original_problem(repeat, named):
        pass
    elif relations.reads_it(actor, repeats.resolved(named)):
        return repeats.resolved(named)
    else:
        code = "original_unknown"
    problems.append(Problem(code, "duplicate_of", {"number": number}))
    return None


def merge_problems(repeat: Proposal, original: Proposal, given: Sequence[Share], *, actor: Person) -> list[Problem]:
    """Return why the two cannot become one with these shares; without shares there is nothing to say."""
    if not given:
        return []
    if hindrance := merge_hindrance(repeat, original, actor=actor):
        return [Problem(hindrance, "shares", {"number": original.number})]
    return repeats.share_problems(repeat, original, given)


def merge_hindrance(repeat: Proposal, original: Proposal, *, actor: Person) -> str:
    """Return why this person cannot make one of the two, as a code; empty if it can be done."""
    if not relations.shares_it_out(actor, original):
        return "original_elsewhere"
    return repeats.merge_hindrance(repeat, original, _judges(original))


def _judges(proposal: Proposal) -> set[int | None]:
    checked = {event.actor_id for event in proposal.events if event.verb is Verb.CHECK_BENEFIT}
    reviewed = {review.reviewer_id for review in proposal.reviews}
    decided = {decision.decided_by_id for decision in proposal.decisions}
    asked = {proposal.reviewer_id, proposal.team_leader_id, *proposal.panel_ids}
    return asked | {proposal.verified_by_id} | checked | reviewed | decided


def join(
    session: Session, repeat: Proposal, original: Proposal, given: Sequence[Share], *, actor: Person, at: datetime
) -> dict[str, Any]:
    """Let the original know that ``repeat`` is about to point at it; with shares, the two become one.

    What pointed at the repeat moves along. Returns what the repeat's own event must keep for the way back.
    """
    facts = {"merged": _merge(session, repeat, original, given, at=at)} if given else {}
    _note(session, original, Verb.NOTE_REPEAT, repeat, merged=bool(given), actor=actor, at=at)
    session.flush()
    _point(session, _proposals.c.id == original.id, original_id=original.id)
    _point(session, _proposals.c.duplicate_of_id == repeat.id, duplicate_of_id=original.id)
    _point(session, _proposals.c.id == repeat.id, original_id=None)
    return facts


def leave(session: Session, repeat: Proposal, *, actor: Person | None, at: datetime) -> None:
    """Undo what ``join`` did, while ``repeat`` still points at its original.

    Raises InvalidInput with ``merged_on`` or ``shares_changed_since`` where a merge cannot be undone any more.
    """
    original, merged = repeat.duplicate_of, merge_of(repeat)
    if original is None:
        return
    if merged:
        _part(session, repeat, original, merged, at=at)
        _touch(original, at)
    event = _note(session, original, Verb.DROP_REPEAT, repeat, merged=bool(merged), actor=actor, at=at)
    session.flush()
    notices.repeat_undone(session, repeat, original, event, at=at, merged=bool(merged))


def bring_home(session: Session, proposal: Proposal) -> None:
    """Let everything that was found to repeat ``proposal`` point at it again, once it repeats nothing itself."""
    session.flush()
    ids = _found_to_repeat(session, proposal.id)
    if ids:
        _point(session, _proposals.c.id == proposal.id, original_id=proposal.id)
        _point(session, _proposals.c.id.in_(ids), duplicate_of_id=proposal.id)


def merge_of(repeat: Proposal) -> dict[str, Any]:
    """Return what the merge in force kept for its way back; empty if the repeat was only marked."""
    marked = next((event for event in reversed(repeat.events) if event.verb is Verb.MARK_DUPLICATE), None)
    return dict(marked.data.get("merged") or {}) if marked else {}


def _merge(
    session: Session, repeat: Proposal, original: Proposal, given: Sequence[Share], *, at: datetime
) -> dict[str, Any]:
    before = [[repeats.key_of(one), one.share] for one in original.contributors]
    _share_out(original, given)
    _touch(original, at)
    return {
        "original": original.id,
        "before": before,
        "after": [[share.person, share.percent] for share in given],
        "followers": follow_instead(session, repeat, original, at=at),
    }


def _part(session: Session, repeat: Proposal, original: Proposal, merged: dict[str, Any], *, at: datetime) -> None:
    if original.id != merged["original"]:
        former = session.get_one(Proposal, merged["original"])
        raise InvalidInput([Problem("merged_on", "words", {"number": former.number})])
    now = sorted([str(repeats.key_of(one)), one.share] for one in original.contributors)
    if now != sorted([str(key), percent] for key, percent in merged["after"]):
        raise InvalidInput([Problem("shares_changed_since", "words", {"number": original.number})])
    _share_out(original, [Share(key, percent) for key, percent in merged["before"]])
    follow_again(session, repeat, original, merged["followers"], at=at)


def _share_out(proposal: Proposal, shares: Sequence[Share]) -> None:
    """Give everybody the share; who is not among them has none any more."""
    present = {repeats.key_of(one): one for one in proposal.contributors}
    for position, share in enumerate(shares):
        row = present.pop(share.person, None)  # type: ignore[call-overload] # keys are ids and names
        if row is None:
            named = {"person_id": share.person} if isinstance(share.person, int) else {"name_text": share.person}
            row = Contributor(**named)
            proposal.contributors.append(row)
        row.share, row.position = share.percent, position
    for gone in present.values():
        proposal.contributors.remove(gone)


def _touch(original: Proposal, at: datetime) -> None:
    """Raise the revision: names are searched for, and a page with the old shares must not pass as fresh."""
    original.updated_at = at
    flag_modified(original, "updated_at")


def _note(
    session: Session,
    original: Proposal,
    verb: Verb,
    repeat: Proposal,
    *,
    merged: bool,
    actor: Person | None,
    at: datetime,
) -> Event:
    """Write the original's line of the timeline. What is confidential is not named on another's page."""
    by_office = actor is not None and blinding.acts_by_office(actor, original)
    number = None if repeat.confidential else repeat.number
    data = {"repeat": number, "merged": merged or None, "by_office": by_office or None}
    kept = {name: value for name, value in data.items() if value}
    event = transition.move(session, original, verb, actor=None, at=at, data=kept)
    event.actor = actor
    return event


def _point(session: Session, which: ColumnElement[bool], **columns: int | None) -> None:
    """Set pointers without raising revisions: nothing that a page or the index shows has changed with them."""
    ids = session.scalars(select(_proposals.c.id).where(which)).all()
    session.execute(update(_proposals).where(_proposals.c.id.in_(ids)).values(**columns))
    for known in session.identity_map.values():
        if isinstance(known, Proposal) and known.id in ids:
            session.expire(known, ["duplicate_of_id", "duplicate_of", "original_id"])


def _found_to_repeat(session: Session, proposal_id: int) -> set[int]:
    """Return what repeats it by the decisions in force, and what repeats those."""
    found: set[int] = set()
    asked = {proposal_id}
    while asked:
        statement = (
            select(Decision.proposal_id)
            .join(Proposal, Proposal.id == Decision.proposal_id)
            .where(
                Decision.duplicate_of_id.in_(asked),
                Decision.outcome == Outcome.DUPLICATE,
                Decision.superseded_at.is_(None),
                Proposal.state == ProposalState.DUPLICATE,
            )
        )
        asked = set(session.scalars(statement)) - found - {proposal_id}
        found |= asked
    return found
