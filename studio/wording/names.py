"""Names in the reader's language."""

from collections.abc import Mapping
from typing import Any

from studio.wording.language import spoken


def name_of(thing: object) -> str:
    """Return the name of a person, unit, studio, kind, theme or criterion; the other language's if one is missing.

    ``thing`` has ``name_zh`` or ``name``, and ``name_en``, as attributes or as a mapping; nothing has no name.
    """
    if thing is None:
        return ""
    chinese = _of(thing, "name_zh") or _of(thing, "name")
    english = _of(thing, "name_en")
    return (chinese or english) if _reads_chinese() else (english or chinese)


def joined(names: list[str]) -> str:
    """Return names as a list in a sentence; only its commas differ between the languages."""
    return ("、" if _reads_chinese() else ", ").join(names)


def _of(thing: object, field: str) -> str:
    value: Any = thing.get(field) if isinstance(thing, Mapping) else getattr(thing, field, "")
    return str(value or "")


def _reads_chinese() -> bool:
    return spoken().chinese
