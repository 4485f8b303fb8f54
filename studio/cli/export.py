"""`studio export`: what the archive finds, as a table in a file."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

import click
from sqlalchemy import select

from models import Person
from studio.cli.progress import Progress
from studio.cli.site import opened
from studio.mail.rendering import locale_of
from studio.queries import archive_export, glossary
from studio.queries.asked import Asked, kept
from studio.queries.finding import Finder
from studio.wording import archive_table
from studio.wording.language import speaking

ENDINGS = (".xlsx", ".csv", ".json")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("search", default="")
@click.option("--as", "employee_no", metavar="EMPLOYEE_NO", required=True, help="Whose eyes to look with.")
def export(file: Path, search: str, employee_no: str) -> None:
    """Write all that the archive finds into FILE, which ends in .xlsx, .csv or .json.

    SEARCH are words as in the search box, or what an address of the archive says behind its question mark, such as
    'q=crane&state=accepted'; without it everything is taken.
    """
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        raise click.BadParameter(f"{file.name} must end in .xlsx, .csv or .json", param_hint="FILE")
    unfinished = file.with_name(f"{file.name}.part")
    with opened() as (session, site):
        reader = session.scalar(select(Person).where(Person.employee_no == employee_no))
        if reader is None:
            raise click.BadParameter(f"nobody has staff number {employee_no}", param_hint="--as")
        finder = Finder(session, site.search, glossary.synonyms(session), site.settings.zone, reader)
        ids = finder.all_ids(_asked(search))
        batches = archive_export.batches(session, reader, ids)
        with (
            speaking(locale_of(reader, site.settings)),
            unfinished.open("wb") as target,
            Progress("Exporting") as progress,
        ):
            counted = _counted(batches, progress, len(ids))
            for piece in archive_table.pieces(ending[1:], counted, site.settings.zone):
                target.write(piece)
    unfinished.replace(file)
    click.echo(f"{len(ids)} proposals are in {file}.")


def _asked(search: str) -> Asked:
    return kept(search) if "=" in search else kept(urlencode({"q": search}))


def _counted(
    batches: Iterator[Sequence[archive_export.ExportRow]], tell: Callable[[int, int], None], total: int
) -> Iterator[Sequence[archive_export.ExportRow]]:
    done = 0
    for batch in batches:
        yield batch
        done += len(batch)
        tell(done, total)
