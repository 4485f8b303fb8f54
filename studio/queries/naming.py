"""Names that come as plain columns."""

from typing import NamedTuple


class Name(NamedTuple):
    """A name in both languages, as ``studio.wording.names`` takes it."""

    name_zh: str
    name_en: str


def named(zh: str | None, en: str | None) -> Name | None:
    """Return the name, or None where a join found nobody."""
    return Name(zh, en or "") if zh else None
