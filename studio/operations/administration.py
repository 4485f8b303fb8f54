"""What an administrator changes: who is here and where, which mail goes out again."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import MailState, OutgoingMail, Person, Role, Unit
from studio.domain.errors import InvalidInput, NotAllowed, Problem
from studio.mail import addresses, outbox
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


def send_again(session: Session, mail: OutgoingMail, *, actor: Person, at: datetime) -> None:
    """Put a mail back into the queue, whether it could not be delivered or was; one on its way stays as it is.

    Asking for one that is held is asking to try its address again. Raises NotAllowed, and InvalidInput
    (``mail_forgotten``) if nobody knows any more what it said.
    """
    require_administrator(actor)
    if mail.state in {MailState.QUEUED, MailState.SENDING}:
        return
    if mail.words is None:
        raise InvalidInput([Problem("mail_forgotten")])
    if mail.state is MailState.HELD:
        addresses.forgive(session, mail.address, at=at)
    before = outbox.send_again(mail, at=at)
    if before is not None:
        session.add(before)


def send_all_failed_again(session: Session, *, actor: Person, at: datetime) -> int:
    """Put every mail that could not be delivered back into the queue; return how many. Raises NotAllowed."""
    require_administrator(actor)
    return outbox.retry(session, at=at)
