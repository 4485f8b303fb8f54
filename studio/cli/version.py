"""`studio version`."""

import platform

import click

from studio import __version__


@click.command()
def version() -> None:
    """Print the version of the program and of Python."""
    click.echo(f"Innovation Studio {__version__}, Python {platform.python_version()}")
