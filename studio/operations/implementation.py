"""From the word to the deed: who does it, when it was done, who looked, and what it really brings."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from models import Person, Proposal, Verb
from studio.domain.completeness import clean_text, too_long
from studio.domain.errors import InvalidInput, Problem
from studio.mail import notices
from studio.operations import transition
from studio.operations.filing_facts import MONEY_LIMIT
from studio.queries import staff_numbers


def start_implementation(
    session: Session, proposal: Proposal, *, actor: Person, at: datetime, owner_no: str = ""
) -> Proposal:
    """Put the work into somebody's hands: the person with ``owner_no``, or the actor.

    Raises NotAllowed, WrongState, and InvalidInput (``person_unknown`` and ``person_inactive`` at ``owner_no``).
    """
    transition.require(proposal, Verb.START_IMPLEMENTATION, actor=actor)
    owner = _owner(session, owner_no, actor)
    data = {"owner": {"name": owner.name, "name_en": owner.name_en}}
    event = transition.move(session, proposal, Verb.START_IMPLEMENTATION, actor=actor, at=at, data=data)
    proposal.implemented_by = owner
    notices.implementation_started(session, proposal, event, at=at)
    return proposal


def report_implementation(
    session: Session, proposal: Proposal, *, actor: Person, at: datetime, words: str = ""
) -> Proposal:
    """Say that it is done. Raises NotAllowed, WrongState, and InvalidInput (``too_long`` at ``words``)."""
    transition.require(proposal, Verb.REPORT_IMPLEMENTATION, actor=actor)
    data = _words(words)
    with session.no_autoflush:
        proposal.implemented_at = at
        proposal.implemented_by = proposal.implemented_by or actor
        event = transition.move(session, proposal, Verb.REPORT_IMPLEMENTATION, actor=actor, at=at, data=data)
    notices.implementation_reported(session, proposal, event, at=at)
    return proposal


def record_done(session: Session, proposal: Proposal, *, actor: Person, at: datetime, owner: Person | None) -> Proposal:
    """Write down that what has just been accepted was done before, by ``owner``.

    Who hears of the decision needs no two mails more; only who is to look at it is asked. Raises NotAllowed and
    WrongState.
    """
    doer = owner or actor
    data = {"owner": {"name": doer.name, "name_en": doer.name_en}}
    transition.move(session, proposal, Verb.START_IMPLEMENTATION, actor=actor, at=at, data=data)
    with session.no_autoflush:
        proposal.implemented_at, proposal.implemented_by = at, doer
        event = transition.move(session, proposal, Verb.REPORT_IMPLEMENTATION, actor=actor, at=at)
    notices.implementation_reported(session, proposal, event, at=at, told_already=True)
    return proposal


def verify_implementation(
    session: Session, proposal: Proposal, *, actor: Person, at: datetime, words: str = ""
) -> Proposal:
    """Confirm on site that it is done; never by an author or by whoever did it.

    Raises NotAllowed, WrongState, and InvalidInput (``too_long`` at ``words``).
    """
    transition.require(proposal, Verb.VERIFY_IMPLEMENTATION, actor=actor)
    data = _words(words)
    with session.no_autoflush:
        event = transition.move(session, proposal, Verb.VERIFY_IMPLEMENTATION, actor=actor, at=at, data=data)
        proposal.verified_at, proposal.verified_by = at, actor
    notices.implementation_verified(session, proposal, event, at=at)
    return proposal


def check_benefit(session: Session, proposal: Proposal, *, actor: Person, at: datetime, yuan: Decimal) -> Proposal:
    """Confirm the first year's net benefit, in yuan, 0 or more; a later check replaces it.

    Raises NotAllowed, WrongState, and InvalidInput (``benefit_not_a_number``, ``money_too_large`` at ``yuan``).
    """
    transition.require(proposal, Verb.CHECK_BENEFIT, actor=actor)
    if not yuan.is_finite() or yuan < 0:
        raise InvalidInput([Problem("benefit_not_a_number", "yuan")])
    if yuan >= MONEY_LIMIT:
        raise InvalidInput([Problem("money_too_large", "yuan")])
    proposal.checked_benefit = yuan.quantize(Decimal("0.01"))
    data = {"yuan": str(proposal.checked_benefit)}
    event = transition.move(session, proposal, Verb.CHECK_BENEFIT, actor=actor, at=at, data=data)
    notices.benefit_checked(session, proposal, event, at=at)
    return proposal


def _owner(session: Session, owner_no: str, actor: Person) -> Person:
    number = staff_numbers.as_typed(owner_no)
    if not number:
        return actor
    owner = staff_numbers.owners(session, [number]).get(number)
    if owner is None:
        raise InvalidInput([Problem("person_unknown", "owner_no", {"number": number})])
    if not owner.active:
        raise InvalidInput([Problem("person_inactive", "owner_no", {"number": number, "name": owner.name})])
    return owner


def _words(text: str) -> dict[str, str]:
    words = clean_text(text)
    if problems := too_long(words, "words"):
        raise InvalidInput(problems)
    return {"words": words} if words else {}
