"""`studio settings`."""

from dataclasses import fields

import click

from studio.cli import site
from studio.settings import Settings, environment_name


@click.command()
def settings() -> None:
    """Print every setting: the environment variable, its value and what it means. Secrets are not shown."""
    current = site.settings()
    for setting in fields(Settings):
        value = getattr(current, setting.name)
        shown = "(set, not shown)" if setting.metadata["secret"] and value else str(value)
        mark = "" if value == setting.default else "  (changed)"
        click.echo(f"{environment_name(setting.name)}={shown}{mark}\n    {setting.metadata['meaning']}")
