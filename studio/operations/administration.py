"""What an administrator changes: who is here and where, which mail goes out again."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import MailState, OutgoingMail, Person, Role, Unit
from studio.domain.errors import InvalidInput, NotAllowed, Problem
from studio.operations import accounts


def require_administrator(actor: Person, unit: Unit | None = None) -> None:
    """Raise NotAllowed unless the actor administers the unit; without a unit, anything at all."""
    if not (actor.active and actor.has_role(Role.ADMINISTRATOR, unit)):
        raise NotAllowed


def set_active(session: Session, person: Person, *, active: bool, actor: Person, at: datetime) -> None:
    """Let a person in again, or switch the account off and end its sessions and tokens; what he wrote stays.

    Nobody switches himself off. Raises NotAllowed and InvalidInput (``last_administrator``).
    """
    require_administrator(actor, person.unit)
    if person.id == actor.id and not active:
        raise InvalidInput([Problem("last_administrator")])
    person.active = active
    if not active:
        accounts.sign_out_everywhere(session, person, actor=actor, at=at)


def move_to_unit(person: Person, unit: Unit, *, actor: Person) -> None:
    """Put a person into another unit. Raises NotAllowed unless the actor administers both."""
    require_administrator(actor, person.unit)
    require_administrator(actor, unit)
    person.unit = unit


def send_again(mail: OutgoingMail, *, actor: Person, at: datetime) -> None:
    """Put a mail that could not be delivered back into the queue. Raises NotAllowed; a mail on its way stays."""
    require_administrator(actor)
    if mail.state is MailState.FAILED:
        mail.state = MailState.QUEUED
        mail.attempts = 0
        mail.created_at = at  # the relay gets as long again as for a new mail
        mail.next_attempt_at = at
