"""`studio init`."""

from contextlib import suppress

import click
from sqlalchemy.exc import IntegrityError

from models import SlowWorkKind
from search_index import sync
from search_index.port import IndexBusy
from studio import migrations
from studio.cli import site
from studio.cli.progress import Progress, both
from studio.operations.catalogue import fill_empty_lists
from studio.transactions import writing


@click.command()
def init() -> None:
    """Create or upgrade the database and the search index. Safe to repeat, and for several machines at once."""
    prepare()
    click.echo(f"ready: {site.settings().data.resolve()}", err=True)


def prepare() -> None:
    """Bring tables, default lists and index to what this version needs."""
    settings = site.settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(settings.sqlalchemy_url)
    with site.opened() as (session, services):
        # Whoever comes second at the same moment finds the lists filled, or the index busy being made.
        with suppress(IntegrityError), writing(session):
            fill_empty_lists(session)
        with (
            suppress(IndexBusy),
            Progress("Indexing") as progress,
            site.noted(session, services, SlowWorkKind.INDEX) as notes,
        ):
            while sync.sync(session, services.search, progress=both(progress, notes)):
                pass
