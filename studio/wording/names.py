"""Names in the reader's language."""

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from markupsafe import Markup

from studio.domain.blinding import Unnamed
from studio.wording.language import gettext, lazy_gettext, spoken

UNNAMED = {Unnamed.AUTHOR: lazy_gettext("The author"), Unnamed.COORDINATOR: lazy_gettext("The coordinator")}


def name_of(thing: object) -> str:
    """Return the name of a person, unit, studio, kind, theme or criterion; the other language's if one is missing.

    ``thing`` has ``name_zh`` or ``name``, and ``name_en``, as attributes or as a mapping; nothing has no name, and who
    must stay unknown is called by what he is.
    """
    if thing is None:
        return ""
    if isinstance(thing, Unnamed):
        return str(UNNAMED[thing])
    return either(_of(thing, "name_zh") or _of(thing, "name"), _of(thing, "name_en"))


def either(chinese: str, english: str) -> str:
    """Return which of two texts the reader understands; the other one if it is missing."""
    return (chinese or english) if _reads_chinese() else (english or chinese)


def joined(names: list[str]) -> str:
    """Return names as a list in a sentence; only its commas differ between the languages."""
    return ("、" if _reads_chinese() else ", ").join(names)


def one_behind_the_other(sentences: Iterable[object]) -> str:
    """Return whole sentences as one text; Chinese has no spaces between them. Where one is markup, all become it."""
    said = [sentence if isinstance(sentence, Markup) else str(sentence) for sentence in sentences if sentence]
    space = "" if _reads_chinese() else " "
    return (Markup(space) if any(isinstance(one, Markup) for one in said) else space).join(said)  # noqa: S704 - a space


def called_and_numbered(person: object, employee_no: str = "") -> str:
    """Return name and staff number, as forms show a colleague and ``studio.queries.colleagues`` finds him again."""
    return f"{name_of(person)} {employee_no or _of(person, 'employee_no')}"


def neutral_file_name(number: int, filename: str) -> str:
    """Return what the n-th file of a proposal is called for whoever may not know whose it is."""
    return str(gettext("Attachment %(number)s%(suffix)s", number=number, suffix=PurePath(filename).suffix.lower()))


def _of(thing: object, field: str) -> str:
    value: Any = thing.get(field) if isinstance(thing, Mapping) else getattr(thing, field, "")
    return str(value or "")


def _reads_chinese() -> bool:
    return spoken().chinese
