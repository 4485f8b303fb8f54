"""Compile the translations while the project is being installed or packed.

The catalogues are kept as text only; a build hook makes the binary ones, so a
checkout, an editable install and a wheel all carry the same fresh files.
"""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(root: Path) -> None:
    """Write a ``.mo`` beside every ``.po`` file below ``root``."""
    for po in sorted(root.glob("*/LC_MESSAGES/*.po")):
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parents[1].name)
        with po.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)


class CompileTranslations(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling calls this before it collects files."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the interface fixes the names
        """Compile before the files are listed, for wheels and editable installs alike."""
        compile_catalogues(Path(self.root) / "studio" / "translations")
