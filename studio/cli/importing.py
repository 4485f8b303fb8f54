"""`studio import units|people|studios|rules|machines|proposals FILE`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from models import SlowWorkKind
from studio.cli import site
from studio.cli.progress import Progress, both
from studio.operations import importing
from studio.operations.importing import ImportRefused, Report, RowProblem
from studio.tables import csv_table, read_rows

MOST_SHOWN = 50
"""A file with the wrong columns has as many bad rows as rows; on a screen nobody reads more than this."""

Target = IO[bytes] | None
"""Where the bad rows are written to, if anywhere."""

SENTENCES = {
    "broken_json": "this line is no JSON",
    "not_an_object": "this line is no JSON object",
    "unstorable_character": "has a character that cannot be stored, such as NUL",
    "too_many_cells": "has more cells than there are headings",
    "missing": "{column} is missing",
    "badge_taken": "{column} {value!r} is somebody else's badge or staff number",
    "key_twice": "{column} {value!r} was in row {first} already",
    "not_text": "{column} must be plain text",
    "not_yes_or_no": "{column} must be yes or no (1/0, 是/否), not {value!r}",
    "not_a_whole_number": "{column} must be a whole number, not {value!r}",
    "out_of_range": "{column} is out of range: {value}",
    "not_an_amount": "{column} must be an amount in yuan, not {value!r}",
    "not_a_day": "{column} must be a day such as 2026-11-22, not {value!r}",
    "in_the_future": "{column} is in the future: {value}",
    "unknown_word": "{column} {value!r} is not known",
    "unknown_unit": "there is no unit {value!r} ({column})",
    "several_units": "{value!r} names several units ({column}); give the plant or the code as well",
    "parent_in_circle": "{column} {value!r} leads back to this unit itself",
    "unknown_person": "nobody has staff number {value!r} ({column})",
    "not_an_address": "{column} is no mail address: {value!r}",
    "too_long": "{column} is too long: {value}",
    "no_problem_or_measure": "neither the problem nor the measure is written",
    "not_a_share": "{column} must name a person and a share from 1 to 99: {value!r}",
    "shares_not_whole": "the shares do not sum to 100, or somebody is named twice: {value}",
    "studio_unknown": "there is no studio {value!r} that takes proposals ({column})",
    "unit_unknown": "there is no unit {value!r} ({column})",
    "kind_unknown": "there is no kind {value!r} ({column})",
    "theme_unknown": "there is no theme {value!r} ({column})",
    "rule_asks_nothing": "names no unit, kind, theme or word, so it would be for everything",
    "word_too_short": "the word {word!r} is a single character, in a rule that names no unit ({column})",
    "word_too_long": "the word {word!r} has more than {most} characters ({column})",
    "words_too_many": "{count} words are too many; {most} may stand in a rule ({column})",
    "units_too_many": "more than {most} units ({column})",
    "rule_twice": "says the same as row {first}, for the same studio",
    "otherwise_differs": "names another stand-in for {value} than row {first} ({column})",
    "stand_in_circle": "the stand-ins would go round in a circle: {value} ({column})",
    "code_says_nothing": "{column} {value!r} has neither a letter nor a number",
    "unknown_machine": "there is no machine {value!r} ({column})",
    "within_circle": "{column} {value!r} leads back to this machine itself",
    "not_your_unit": "{value!r} is not in your part of the firm ({column})",
    "unknown_original": "{column} {value!r} is not known, or was filed later",
}


@click.group("import")
def import_() -> None:
    """Take over what is in spreadsheets and old archives.

    FILE is CSV (UTF-8 or GB18030), XLSX or JSONL, with English or Chinese headings. Bad rows are reported by their
    number, counted as the spreadsheet shows them; then nothing is imported unless --skip-bad is given. Running it
    again changes nothing.
    """


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what all imports share."""
    for option in (
        click.option("--skip-bad", is_flag=True, help="Import the good rows and leave the bad ones out."),
        click.option("--dry-run", is_flag=True, help="Only look: report what would happen and change nothing."),
        click.option("--report", type=click.File("wb", lazy=False), help="Write every bad row into this CSV file."),
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    ):
        command = option(command)
    return command


@import_.command()
@_options
def units(file: Path, *, dry_run: bool, skip_bad: bool, report: Target) -> None:
    """The tree: code, name_zh, level (company, plant, workshop, team), parent_code, headcount."""
    with site.opened() as (session, _), _reported(dry_run=dry_run, into=report) as done, _watched() as progress:
        done(importing.import_units(session, read_rows(file), dry_run=dry_run, skip_bad=skip_bad, progress=progress))


@import_.command()
@_options
def people(file: Path, *, dry_run: bool, skip_bad: bool, report: Target) -> None:
    """The staff list: employee_no (工号), name (姓名), unit_code or 部门/车间/班组, job, skill_level, email."""
    with site.opened() as (session, services), _reported(dry_run=dry_run, into=report) as done, _watched() as progress:
        at = services.clock()
        done(
            importing.import_people(
                session, read_rows(file), at=at, dry_run=dry_run, skip_bad=skip_bad, progress=progress
            )
        )


@import_.command()
@_options
def studios(file: Path, *, dry_run: bool, skip_bad: bool, report: Target) -> None:
    """Studios: code, name_zh, kind, level, unit_code, leader_employee_no, reviewers, members."""
    with site.opened() as (session, _), _reported(dry_run=dry_run, into=report) as done, _watched() as progress:
        done(importing.import_studios(session, read_rows(file), dry_run=dry_run, skip_bad=skip_bad, progress=progress))


@import_.command()
@_options
def rules(file: Path, *, dry_run: bool, skip_bad: bool, report: Target) -> None:
    """Routing rules: priority, studio_code, unit_codes, kinds, themes, words_zh; also active, otherwise_studio.

    Lists are parted by semicolons. A rule is known by its studio and by what it asks for; what the file says holds at
    once. otherwise_studio stands in for studio_code while that takes no proposals. The app exports such a file.
    """
    with site.opened() as (session, services), _reported(dry_run=dry_run, into=report) as done, _watched() as progress:
        at = services.clock()
        done(
            importing.import_rules(
                session, read_rows(file), at=at, dry_run=dry_run, skip_bad=skip_bad, progress=progress
            )
        )


@import_.command()
@_options
def machines(file: Path, *, dry_run: bool, skip_bad: bool, report: Target) -> None:
    """Machines and places: code, name_zh, unit_code; also name_en, kind (machine, place), within_code, in_use_until.

    A machine is known by its code, whatever its capitals, spaces and hyphens. Filed proposals whose place names one of
    them clearly, by its code or its whole name, are connected to it.
    """
    with site.opened() as (session, _), _reported(dry_run=dry_run, into=report) as done, _watched() as progress:
        done(importing.import_machines(session, read_rows(file), dry_run=dry_run, skip_bad=skip_bad, progress=progress))


@import_.command()
@_options
def proposals(file: Path, *, dry_run: bool, skip_bad: bool, report: Target) -> None:
    """An old archive: title, problem or measure; also key, kind, submitter, studio, filed_on, outcome, and more.

    A hundred thousand rows take about a minute, while everybody goes on working. First all rows are checked, then they
    are written in the order of filing; if that is interrupted, running it again goes on where it stopped. The search
    index follows by itself while a worker runs; without one, `studio index rebuild` makes it at once.
    """
    with (
        site.opened() as (session, services),
        _reported(dry_run=dry_run, into=report) as done,
        Progress("Importing") as progress,
        site.noted(session, services, SlowWorkKind.IMPORT) as notes,
    ):
        done(
            importing.import_proposals(
                session,
                read_rows(file),
                at=services.clock(),
                zone=services.settings.zone,
                dry_run=dry_run,
                skip_bad=skip_bad,
                progress=Counting(both(progress, notes)),
            )
        )


class Counting(importing.Progress):
    """Tells how far an import is."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._tell = tell

    def checked(self, rows: int) -> None:
        """So many rows are checked; nobody knows yet how many there are."""
        self._tell(rows, 0)

    def written(self, rows: int, of: int) -> None:
        """So many of so many rows are written."""
        self._tell(rows, of)


@contextmanager
def _watched() -> Iterator[Counting]:
    """Show on the command line how far an import is. It is one transaction, so nobody else could be told meanwhile."""
    with Progress("Importing") as progress:
        yield Counting(progress)


@contextmanager
def _reported(*, dry_run: bool, into: Target) -> Iterator[Callable[[Report], None]]:
    """Tell what an import found; bad rows that stopped it end the command with exit code 1."""
    reports: list[Report] = []
    try:
        yield reports.append
    except ImportRefused as refused:
        _tell_problems(refused.report, into)
        raise click.ClickException(
            f"{len(refused.report.bad_rows)} bad rows; nothing was imported (--skip-bad leaves them out)"
        ) from refused
    for report in reports:
        _tell_problems(report, into)
        left_out = f", {len(report.bad_rows)} bad rows left out" if report.problems else ""
        would = "would be " if dry_run else ""
        click.echo(
            f"{report.made} rows {would}new, {report.changed} {would}changed, {report.unchanged} unchanged{left_out}"
        )
        if report.connected:
            click.echo(f"{report.connected} proposals are about them")


def _tell_problems(report: Report, into: Target) -> None:
    """Print the first bad rows, and write all of them into the file that was asked for."""
    if report.ignored_headings:
        click.echo(f"ignored columns: {', '.join(report.ignored_headings)}", err=True)
    ordered = sorted(report.problems, key=lambda found: found.row)
    for found in ordered[:MOST_SHOWN]:
        click.echo(f"row {found.row}: {_sentence(found)}", err=True)
    if len(ordered) > MOST_SHOWN:
        click.echo(
            f"… and {len(ordered) - MOST_SHOWN} more{'' if into else '; --report FILE writes them all'}", err=True
        )
    if into:
        lines = ((found.row, found.problem.field, _sentence(found)) for found in ordered)
        into.write(csv_table(("row", "column", "problem"), lines))


def _sentence(found: RowProblem) -> str:
    problem = found.problem
    facts: dict[str, Any] = {"value": "", "first": "", **problem.params}
    return SENTENCES[problem.code].format(column=problem.field, **facts)
