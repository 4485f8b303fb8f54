"""Addresses that take no mail: what reports do to them, who may have them tried again, who is told."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import AttemptOutcome, MailAttempt, MailState, OutgoingMail, Person, RefusedAddress, Role
from studio.domain import permissions
from studio.domain.errors import NotAllowed
from studio.domain.mail_status import blames_address
from studio.mail import addresses, outbox
from studio.mail.bounces import Report
from studio.mail.messages import Message
from studio.queries import mail_addresses as queries
from studio.settings import Settings

TOLD_FROM = time(8)
"""Coordinators are told in the morning, in the site's time zone, of what the day and night before brought."""


def take_report(session: Session, report: Report, *, at: datetime) -> OutgoingMail | None:
    """Believe a report that names a mail we sent and the address we sent it to; return that mail.

    Reports come from outside and can be forged, so anything else changes nothing, and neither does a second one.
    """
    mail = session.scalars(
        select(OutgoingMail)
        .where(OutgoingMail.message_id == report.message_id, OutgoingMail.state == MailState.SENT)
        .with_for_update()
    ).one_or_none()
    if mail is None or mail.address.casefold() not in report.addresses:
        return None
    outcome = AttemptOutcome.RETURNED if report.permanent else AttemptOutcome.DELAYED
    session.add(MailAttempt(mail_id=mail.id, at=at, outcome=outcome, words=report.words))
    if not report.permanent:
        addresses.delay(session, mail.address, report.words, at=at)
        return mail
    mail.state, mail.sent_at, mail.last_error = MailState.FAILED, None, report.words
    if blames_address(report.words):
        addresses.refuse(session, mail.address, report.words, at=at)
    return mail


def try_again(session: Session, person: Person, *, actor: Person, at: datetime) -> int:
    """Write to a person's address again and queue what was held of late; return how many mails that are.

    Raises NotAllowed unless it is his own, or the actor looks after his part of the firm.
    """
    if not (actor.active and (actor.id == person.id or permissions.looks_after(actor, person))):
        raise NotAllowed
    return addresses.forgive(session, person.email, at=at) if person.email else 0


def tell_of_refused(session: Session, *, at: datetime, settings: Settings) -> int:
    """Tell coordinators which addresses have stopped taking mail, in one mail a day at most; return how many are told.

    Whoever has no coordinator is the administrators' matter. Part of the running transaction.
    """
    local = at.astimezone(settings.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    told_last = session.scalar(select(func.max(RefusedAddress.told_at)))
    if local.time() < TOLD_FROM or (told_last is not None and told_last >= midnight):
        return 0
    news = queries.untold(session)
    if not news:
        return 0
    mails = outbox.put(session, _messages(session, news, about=f"{local:%Y-%m-%d}"), at=at, settings=settings)
    told = [one.refused.address for one in news]
    session.execute(update(RefusedAddress).where(RefusedAddress.address.in_(told)).values(told_at=at))
    return len(mails)


def _messages(session: Session, news: Sequence[queries.Unreached], *, about: str) -> list[Message]:
    concerned: dict[Person, list[queries.Unreached]] = {}
    keepers = queries.keepers(session)
    for one in news:
        for keeper in _keepers_of(one.person, keepers):
            concerned.setdefault(keeper, []).append(one)
    return [
        Message(kind="addresses_refused", about=about, person=keeper, facts={"unreached": theirs})
        for keeper, theirs in concerned.items()
    ]


def _keepers_of(person: Person, keepers: Sequence[Person]) -> list[Person]:
    """Return who coordinates his part of the firm; where nobody else does, who administers it."""
    others = [keeper for keeper in keepers if keeper.id != person.id and permissions.looks_after(keeper, person)]
    return [keeper for keeper in others if keeper.has_role(Role.COORDINATOR, person.unit)] or others
