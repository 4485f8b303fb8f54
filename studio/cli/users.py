"""`studio users …`."""

import sys

import click

from studio.cli import site
from studio.domain.api_tokens import MOST_DAYS
from studio.operations import accounts, api_tokens
from studio.queries import staff_numbers
from studio.transactions import writing


@click.group()
def users() -> None:
    """People who may sign in."""


@users.command("create-admin")
@click.option("--employee-no", required=True, metavar="N", help="The staff number, with its leading zeros.")
@click.option("--name", required=True, help="The name as colleagues know it.")
def create_admin(employee_no: str, name: str) -> None:
    """Make somebody administrator; a known staff number gets the role and the new password.

    The password is asked for, or read from standard input when that is no terminal. At least 10 characters.
    """
    password = _password()
    with site.opened() as (session, services), writing(session):
        person = accounts.create_administrator(
            session, employee_no=employee_no, name=name, password=password, at=services.clock()
        )
        click.echo(f"{person.name} ({person.employee_no}) is administrator and can sign in now")


@users.command()
@click.argument("employee_no", metavar="EMPLOYEE_NO")
@click.option("--name", default="studio users token", show_default=True, help="What it is for, as its owner sees it.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, MOST_DAYS), help="How long it holds.")
@click.option("--may-file", is_flag=True, help="Let it file proposals too, not only read.")
def token(employee_no: str, name: str, days: int, *, may_file: bool) -> None:
    """Make a token with which a program asks the API as somebody, and print it.

    Only its digest is kept, so this is the only time that it can be read. Its owner sees it on his account page and
    can revoke it there; signing out on every device, or switching the account off, ends all his tokens.
    """
    number = staff_numbers.as_typed(employee_no)
    with site.opened() as (session, services), writing(session):
        owner = staff_numbers.owners(session, [number]).get(number)
        if owner is None:
            raise click.ClickException(f"nobody has the staff number {number}")
        secret = api_tokens.make(session, owner, name=name, days=days, may_file=may_file, at=services.clock())
    click.echo(secret)


def _password() -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")
