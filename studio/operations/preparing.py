"""Deciding now and telling later: what is prepared binds nobody, and nobody but the studio knows of it.

No event, no mail and no state says that something is prepared; all of that happens when it is published.
"""

import secrets
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import Decision, Person, PreparedDecision, Proposal, Verb
from studio.domain import permissions, workflow
from studio.domain.errors import InvalidInput, NotAllowed, Problem, Stale
from studio.operations import deciding
from studio.operations.deciding import Verdict
from studio.queries import prepared

VERBS = {outcome: verb for verb, outcome in workflow.DECISIONS.items()}
SEAL_BYTES = 8


def check_seal(session: Session, proposal: Proposal, seal: str) -> None:
    """Raise Stale if the page was made before somebody prepared, changed or dropped a decision on this proposal."""
    held = prepared.of(session, proposal)
    if (held.seal if held else "") != seal:
        raise Stale


def require_none(session: Session, proposal: Proposal, *, actor: Person) -> None:
    """Raise InvalidInput (``prepared_exists``) if a decision is prepared: whoever decides several has not read it.

    Only who may decide it learns so; anybody else gets NotAllowed.
    """
    permissions.require(actor, Verb.DECLINE, proposal)
    if prepared.of(session, proposal) is not None:
        raise InvalidInput([Problem("prepared_exists")])


def prepare(
    session: Session, proposal: Proposal, verdict: Verdict, *, actor: Person, at: datetime, today: date, seal: str = ""
) -> PreparedDecision:
    """Keep a verdict for publishing later; it takes the place of the one whose ``seal`` the page showed.

    Raises what ``deciding.decide`` does, and Stale if somebody else has prepared one meanwhile.
    """
    ruling = deciding.rule_on(session, proposal, verdict, actor=actor, today=today)
    if proposal.studio_id is None:
        raise NotAllowed  # a team leader answers on the spot
    check_seal(session, proposal, seal)
    held = prepared.on(session, proposal)
    with session.no_autoflush:
        held = held or PreparedDecision(proposal=proposal)
        facts = {**ruling.facts(), "prepared_by": actor, "prepared_at": at, "studio_id": proposal.studio_id}
        for name, value in {**facts, "revision": proposal.revision, "seal": secrets.token_hex(SEAL_BYTES)}.items():
            setattr(held, name, value)
        session.add(held)
    session.flush()
    return held


def publish(session: Session, proposal: Proposal, *, actor: Person, at: datetime, today: date, seal: str) -> Decision:
    """Let a prepared decision hold and tell it, as ``deciding.decide`` does; whoever publishes it decides.

    Raises what ``decide`` does, and InvalidInput: ``prepared_gone`` after a second click or a colleague's,
    ``prepared_changed`` if it says something else now, ``proposal_changed`` if it was made for another state of things.
    """
    permissions.require(actor, Verb.DECLINE, proposal)
    held = prepared.of(session, proposal)
    if held is None:
        raise InvalidInput([Problem("prepared_gone")])
    if held.seal != seal:
        raise InvalidInput([Problem("prepared_changed")])
    if held.revision != proposal.revision:
        raise InvalidInput([Problem("proposal_changed")])
    return deciding.decide(session, proposal, verdict_of(held), actor=actor, at=at, today=today)


def drop(session: Session, proposal: Proposal, *, actor: Person, seal: str) -> bool:
    """Throw a prepared decision away; False if there is none any more. Raises NotAllowed, and Stale if it changed."""
    permissions.require(actor, Verb.DECLINE, proposal)
    held = prepared.of(session, proposal)
    if held is None:
        return False
    if held.seal != seal:
        raise Stale
    session.delete(held)
    return True


def verdict_of(held: PreparedDecision) -> Verdict:
    """Return what was prepared as it was given."""
    return Verdict(
        verb=VERBS[held.outcome],
        reason_code=held.because.code if held.because else "",
        reason=held.reason,
        remedy=held.remedy,
        wake_up_on=held.wake_up_on,
        wake_up_when=held.wake_up_when,
        occasion_code=held.occasion.code if held.occasion else "",
        trial_ends_on=held.trial_ends_on,
        duplicate_of=held.duplicate_of.number if held.duplicate_of else None,
    )
