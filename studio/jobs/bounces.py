"""Reading the mailbox where returned mails arrive, and telling coordinators whom no mail reaches."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from studio.mail import mailbox
from studio.mail.bounces import reports_in
from studio.operations import mail_addresses
from studio.settings import Settings
from studio.transactions import writing

log = logging.getLogger(__name__)


def read_mailbox(session: Session, settings: Settings, *, at: datetime) -> int:
    """Take in the reports that wait in the mailbox; return how many were about mails of ours.

    Raises MailboxTrouble, which the worker logs before it tries again.
    """
    if not settings.bounces_url:
        return 0
    return sum(take_in(session, raw, at=at) for raw in mailbox.unread_reports(settings))


def take_in(session: Session, raw: bytes, *, at: datetime) -> int:
    """Take in one message in a transaction of its own; return how many reports about mails of ours it holds."""
    reports = reports_in(raw)
    if not reports:
        return 0
    with writing(session):
        mails = [mail for report in reports if (mail := mail_addresses.take_report(session, report, at=at))]
        for mail in mails:
            log.info("mail %d to %s: %s", mail.id, mail.address, mail.last_error or "delayed on its way")
        return len(mails)


def tell_of_refused(session: Session, settings: Settings, *, at: datetime) -> int:
    """Tell coordinators, once a day at most, whom no mail reaches; return how many were told."""
    with writing(session):
        return mail_addresses.tell_of_refused(session, at=at, settings=settings)
