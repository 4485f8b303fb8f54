"""The single door through which a proposal's state changes, and what the door leaves behind."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Person, PreparedDecision, Proposal, Verb
from models.enums import ProposalState
from studio.domain import blinding, permissions, workflow
from studio.domain.errors import Stale

REMARKS = frozenset(
    {Verb.COMMENT, Verb.NOTE, Verb.REVIEW, Verb.ATTACH, Verb.NOTE_REPEAT, Verb.DROP_REPEAT, Verb.ESCALATE}
)
"""They stand beside the proposal: a colleague's form stays good. ``search_index`` notices comments by itself."""


def check_revision(proposal: Proposal, expected: int | None) -> None:
    """Raise Stale if the page was made from another revision than the record has now; None checks nothing."""
    if expected is not None and expected != proposal.revision:
        raise Stale


@contextmanager
def keeping_prepared(session: Session, proposals: Sequence[Proposal]) -> Iterator[None]:
    """Let what is prepared on these stay as good as it was, whatever is done inside.

    For what changes a record but nothing that a decision looks at: other chairs, other dates. It flushes.
    """
    session.flush()
    revisions = {proposal.id: proposal for proposal in proposals}
    statement = select(PreparedDecision).where(PreparedDecision.proposal_id.in_(revisions))
    held = [one for one in session.scalars(statement) if one.revision == revisions[one.proposal_id].revision]
    yield
    session.flush()
    for one in held:
        one.revision = revisions[one.proposal_id].revision
    session.flush()


def require(proposal: Proposal, verb: Verb, *, actor: Person | None) -> ProposalState:
    """Return the state that the verb would lead to. Raises NotAllowed or WrongState; changes nothing.

    Without an actor it is a rule or the clock, which nobody has to permit.
    """
    if actor is not None:
        permissions.require(actor, verb, proposal)
    return workflow.target(verb, proposal.state, has_studio=proposal.studio is not None)


def move(
    session: Session,
    proposal: Proposal,
    verb: Verb,
    *,
    actor: Person | None,
    at: datetime,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Let ``actor`` do ``verb``: permission, table, state, first answer, event. Returns the event.

    The facts that the new state needs must be set already, because the database checks both together. Raises
    NotAllowed, then WrongState; in both cases nothing has changed.
    """
    with session.no_autoflush:
        old_state, new_state = proposal.state, require(proposal, verb, actor=actor)
        known = dict(data or {})
        if actor is not None and blinding.acts_by_office(actor, proposal):
            known["by_office"] = True
        proposal.state = new_state
        if verb not in REMARKS:
            proposal.updated_at = at
        if verb in workflow.FIRST_ANSWERS and proposal.answered_at is None:
            proposal.answered_at = at
        event = Event(
            proposal=proposal,
            verb=verb,
            actor=actor,
            at=at,
            old_state=old_state,
            new_state=new_state,
            data=known,
        )
        session.add(event)
    return event
