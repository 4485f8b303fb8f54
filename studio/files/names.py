"""File names as people see them. A name never decides anything; it only stands on the page."""

import re
import unicodedata

from studio.files.kinds import FileKind

LONGEST = 120
EXTENSION = re.compile(r"\.(?:[A-Za-z][A-Za-z0-9]{0,4}|3gpp?|7z)$", re.ASCII)
NOT_IN_WINDOWS_NAMES = re.compile(r'[<>:"|?*]')


def extension_of(filename: str) -> str:
    """Return the claimed extension in lower case with its dot, or an empty string."""
    found = EXTENSION.search(cleaned(filename))
    return found.group().lower() if found else ""


def display_name(filename: str, kind: FileKind) -> str:
    """Return a name to show and to save under: no path, no invisible characters, the extension that is true.

    At most 120 characters long; when nothing of the name is left it is called after its family.
    """
    name = cleaned(filename)
    claimed = extension_of(filename)
    stem = name.removesuffix(name[-len(claimed) :]) if claimed else name
    extension = claimed if claimed in kind.extensions else kind.extensions[0]
    stem = stem.removesuffix(extension).strip(". ")[: LONGEST - len(extension)].rstrip(". ")
    return (stem or kind.family.value) + extension


def cleaned(filename: str) -> str:
    """Drop folders and everything invisible: control characters, direction marks, line separators."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    visible = "".join(sign for sign in last if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    return " ".join(NOT_IN_WINDOWS_NAMES.sub("_", visible).split()).strip(". ")
