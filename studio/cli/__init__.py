"""The commands of ``studio``. Each lies in a module of its own, loaded when it is called."""

import sys
from importlib import import_module
from typing import Any

import click

from studio import __version__
from studio.domain.errors import DomainError
from studio.settings import SettingError
from studio.tables import UnreadableTable

COMMANDS = {
    "backup": ("backup:backup", "Put database, uploads and secret key into one file, while running."),
    "digest": ("digest:digest", "Send the monthly digest, or look at it first."),
    "doctor": ("doctor:doctor", "Check database, index, mail relay, worker, disk and clock; say what to do."),
    "export": ("export:export", "Write what the archive finds into a table."),
    "import": ("importing:import_", "Take over units, people, studios, rules or an old archive from a file."),
    "index": ("archive:index", "Rebuild, sync or check the search index."),
    "init": ("init:init", "Create or upgrade the database and the index; safe to repeat."),
    "outbox": ("outbox:outbox", "Deliver, list or retry outgoing mails."),
    "restore": ("backup:restore", "Bring back what `studio backup` kept."),
    "route": ("asking:route", "Say which studios a proposal would go to, and why."),
    "sample": ("sample:sample", "Load the sample factory."),
    "search": ("archive:search", "Show what the archive finds."),
    "serve": ("serve:serve", "Serve the site, and work in the background."),
    "similar": ("asking:similar", "Find the proposals most like a new one."),
    "settings": ("settings:settings", "Print every setting with its value and meaning."),
    "users": ("users:users", "Make an administrator, or a token for a program."),
    "version": ("version:version", "Print the version."),
    "worker": ("worker:worker", "Work in the background only; several may run, on several machines."),
}
"""Name, where the command lies below this package, and its line in the list."""


class Commands(click.Group):
    """Loads a command when it is asked for, and says in one line what went wrong on purpose."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the base class fixes the signature
        """Return the names in the order of the help."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import and return a command; None for a name nobody knows."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(f"studio.cli.{module}"), attribute)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """Write the list without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in sorted(COMMANDS.items())])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - a command may return anything
        """Run the command; what the house refuses becomes one line and exit code 1."""
        try:
            return super().invoke(ctx)
        except (DomainError, SettingError, UnreadableTable) as error:
            raise click.ClickException(str(error)) from error
        except Exception as error:
            if said := _database_trouble(error):
                raise click.ClickException(said) from error
            raise


def _database_trouble(error: Exception) -> str:
    """Return one line about a database that is away or was never initialised; nothing for any other error."""
    if "sqlalchemy.exc" not in sys.modules:
        return ""
    from sqlalchemy.exc import OperationalError, ProgrammingError  # noqa: PLC0415 - only after somebody loaded it

    if not isinstance(error, OperationalError | ProgrammingError):
        return ""
    first_line = str(error.orig).strip().partition("\n")[0]
    return f"the database says: {first_line}; `studio init` makes its tables, `studio doctor` tells more"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="studio")
def main() -> None:
    """Innovation Studio: workers file small inventions, studios review them, everybody finds them again.

    Settings are environment variables; `studio settings` prints them all.
    """
