"""`studio digest …`: send a month's digest, or look at it first."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person
from studio.app import create_app
from studio.cli.priority import give_way
from studio.cli.progress import Progress
from studio.domain.errors import InvalidInput
from studio.domain.periods import Month
from studio.extensions import db
from studio.mail import digest as mail
from studio.mail import pictures
from studio.mail.rendering import render
from studio.operations import digest as operation
from studio.services import now, services

REASONS = {
    "month_not_over": "is not over yet",
    "issue_held": "is held back; let it go first, in the app under Coordination, Monthly digest",
}
"""Why an issue is not sent."""


class MonthType(click.ParamType[Month]):
    """A month written 2026-10."""

    name = "YYYY-MM"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        """Read it, or say how it is written."""
        try:
            return value if isinstance(value, Month) else Month.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@contextmanager
def _opened() -> Iterator[Session]:
    with create_app().app_context():
        yield db.session


@click.group()
def digest() -> None:
    """The monthly digest."""


@digest.command()
@click.option("--month", type=MonthType(), required=True)
@click.option("--dry-run", is_flag=True, help="Only count who would get a copy.")
@click.option("--patiently", is_flag=True, help="Work only while nothing else on this machine wants to.")
def send(month: Month, *, dry_run: bool, patiently: bool) -> None:
    """Give everybody a copy of the month's issue, once; repeating it changes nothing.

    Mails go into the outbox; the worker delivers them, or `studio outbox deliver`.
    """
    if patiently:
        give_way(patiently=True)
    with _opened() as session:
        # What is loaded by now stays: having the collector look at it again and again was a seventh of the work.
        gc.freeze()
        if dry_run:
            _check_over(month, now())
            sent = operation.waiting_for_copy(session, month)
        else:
            try:
                with Progress("Copies") as progress:
                    sent = operation.send(session, month, at=now(), settings=services().settings, told=progress)
            except InvalidInput as error:
                raise click.ClickException(f"{month} {REASONS[error.problems[0].code]}.") from error
    click.echo(f"{month}: {sent.mailed} by mail, {sent.in_app} in the app only{' (dry run)' if dry_run else ''}")


def _check_over(month: Month, at: datetime) -> None:
    if at < month.span(services().settings.zone)[1]:
        raise click.ClickException(f"{month} {REASONS['month_not_over']}.")


@digest.command()
@click.option("--month", type=MonthType(), required=True)
@click.option("--as", "employee_no", required=True, metavar="EMPLOYEE_NO", help="Whose copy.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the HTML version to this file.")
def preview(month: Month, employee_no: str, html: Path | None) -> None:
    """Show one person's copy without storing or sending anything."""
    with _opened() as session:
        person = session.scalars(select(Person).where(Person.employee_no == employee_no)).unique().one_or_none()
        if person is None:
            raise click.ClickException(f"Nobody has the staff number {employee_no}.")
        settings = services().settings
        edition = operation.edition_of(session, month, at=now(), settings=settings)
        own = mail.load_own(session, [person], month, settings.zone).get(person.id, mail.NOTHING)
        words = render(mail.message(edition, person, own), settings)
    click.echo(f"{words.subject}\n\n{words.text}")
    if html:
        html.write_text(pictures.standing_alone(words.html, settings), encoding="utf-8")


if __name__ == "__main__":
    digest()
