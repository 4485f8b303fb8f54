"""`studio sample load`."""

import click

from search_index import sync
from studio.cli import site
from studio.cli.progress import Progress
from studio.domain.clock import chinese_calendar
from studio.operations.accounts import HASHER
from studio.queries.people import demo_accounts
from studio.sample import loader
from studio.settings import DEMO_PASSWORD, DEMO_PIN


@click.group()
def sample() -> None:
    """A made-up factory to look around in: 江州重工集团."""


@sample.command()
@click.option("--password", default=DEMO_PASSWORD, show_default=True, help="The password everybody of the sample gets.")
def load(password: str) -> None:
    """Load the sample factory into an empty database; takes some ten seconds. The newest filing is today."""
    with site.opened() as (session, services):
        calendar = chinese_calendar(services.settings.zone)
        with Progress("Loading") as progress:
            loaded = loader.load(
                session,
                services.files,
                password_hash=HASHER.hash(password),
                at=services.clock(),
                calendar=calendar,
                settings=services.settings,
                progress=progress,
            )
        while sync.sync(session, services.search):
            pass
        click.echo(
            f"loaded {loaded.units} units, {loaded.people} people, {loaded.studios} studios "
            f"and {loaded.proposals} proposals\n"
        )
        accounts = demo_accounts(session)
        people = [account.person for account in accounts]
        loader.choose_pins(session, people, password=password, at=services.clock())
        click.echo(f"Who can sign in, all with the password {password}, at a shared terminal with the PIN {DEMO_PIN}:")
        for account in accounts:
            part = account.part.replace("_", " ")
            click.echo(f"  {account.person.employee_no}  {part:<15} {account.person.name}, {account.person.job_zh}")
