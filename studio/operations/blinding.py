"""Hiding names, and no longer: which kinds are judged blind, and an author who lets his name be shown after all."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Kind, Person, Proposal, Verb
from studio.domain import permissions, relations
from studio.domain.errors import InvalidInput, NotAllowed, Problem
from studio.domain.permissions import Duty
from studio.operations import transition


def choose_blind_kinds(session: Session, codes: Collection[str], *, actor: Person) -> None:
    """Let what is filed from now on in these kinds be judged without names, and in no others.

    What is filed already stays as it was: its authors have been promised, or its judges have read the names. Raises
    NotAllowed for anybody but an administrator, and InvalidInput (``kind_unknown`` at ``kind_codes``).
    """
    if not permissions.has_duty(actor, Duty.ADMINISTER):
        raise NotAllowed
    kinds = session.scalars(select(Kind)).all()
    if set(codes) - {kind.code for kind in kinds}:
        raise InvalidInput([Problem("kind_unknown", "kind_codes")])
    for kind in kinds:
        kind.blind = kind.code in codes


def settle(proposal: Proposal) -> None:
    """Decide on filing whether it is judged without names: as its kind says today, whatever it says later."""
    proposal.blind = proposal.kind is not None and proposal.kind.blind


def reveal(session: Session, proposal: Proposal, *, actor: Person, at: datetime) -> Event | None:
    """Show the names of what was filed without; there is no way back. A second click changes nothing.

    While it is judged blind they stay hidden until the decision all the same. Raises NotAllowed for anybody but the
    submitter, and WrongState for a draft, which only has to be saved without the tick.
    """
    if not proposal.anonymous and relations.is_submitter(actor, proposal):
        return None
    transition.require(proposal, Verb.REVEAL, actor=actor)
    with session.no_autoflush:
        event = transition.move(session, proposal, Verb.REVEAL, actor=actor, at=at)
        proposal.anonymous = False
    return event
