"""`studio outbox …`: what waits to leave, and what could not."""

import os
import random
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from models import MailState, OutgoingMail, Proposal
from studio.app import create_app
from studio.extensions import db
from studio.jobs.bounces import take_in
from studio.jobs.outbox import Courier
from studio.mail import outbox as mails
from studio.mail.bounces import LARGEST
from studio.queries.blinding import concealing
from studio.services import now, services
from studio.transactions import writing


@contextmanager
def _opened() -> Iterator[Session]:
    with create_app().app_context():
        yield db.session


@click.group()
def outbox() -> None:
    """Mails that wait, left, or failed."""


@outbox.command()
def deliver() -> None:
    """Send everything that is due now."""
    with _opened() as session:
        if not services().settings.smtp_url:
            raise click.ClickException("No mail relay is set (STUDIO_SMTP_URL); the mails stay in the outbox.")
        courier = Courier(
            settings=services().settings,
            worker=f"{socket.gethostname()}:{os.getpid()}:outbox",
            clock=services().clock,
            chance=random.Random(),  # noqa: S311 - spreads retries, keeps no secret
        )
        tally = courier.deliver_due(session)
    click.echo(f"{tally.sent} sent, {tally.postponed} postponed, {tally.refused} refused")
    if tally.postponed or tally.refused:
        raise SystemExit(1)


@outbox.command("list")
@click.option("--state", type=click.Choice([state.value for state in MailState]), help="Only mails in this state.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
def list_(state: str | None, limit: int) -> None:
    """Show the newest mails: state, tries, when, to whom, what, and why not."""
    hidden = func.coalesce(concealing(), false())  # beside an address, the title would tell whose it is
    statement = select(OutgoingMail, hidden).outerjoin(Proposal, Proposal.id == OutgoingMail.proposal_id)
    statement = statement.order_by(OutgoingMail.id.desc()).limit(limit)
    if state:
        statement = statement.where(OutgoingMail.state == MailState(state))
    with _opened() as session:
        zone = services().settings.zone
        for mail, nameless in session.execute(statement):
            when = (mail.sent_at or mail.next_attempt_at).astimezone(zone).strftime("%Y-%m-%d %H:%M")
            subject = "(about a proposal whose names are hidden)" if nameless else mail.subject
            line = f"{mail.id}\t{mail.state}\t{mail.attempts}\t{when}\t{mail.address}\t{subject}"
            click.echo(f"{line}\t{mail.last_error}" if mail.last_error else line)


@outbox.command()
def bounce() -> None:
    """Take in a returned mail from standard input, as a mail server's pipe hands it over.

    What is no report, or about no mail of ours, changes nothing and is no error: a mail server would return it.
    """
    raw = sys.stdin.buffer.read(LARGEST + 1)
    with _opened() as session:
        known = take_in(session, raw, at=now())
    click.echo(f"{known} of our mails" if known else "about no mail of ours")


@outbox.command()
def retry() -> None:
    """Queue all failed mails again."""
    with _opened() as session, writing(session):
        click.echo(f"{mails.retry(session, at=now())} queued again")
