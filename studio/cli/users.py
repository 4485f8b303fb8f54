"""`studio users …`."""

import sys

import click

from studio.cli import site
from studio.operations import accounts
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


def _password() -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")
