"""How the code of a machine stands in an address."""

import re
from urllib.parse import quote

from werkzeug.routing import BaseConverter

_AWKWARD = re.compile(r"^\.|[^\w.-]", re.ASCII)
_ESCAPED = re.compile("~([0-9A-Fa-f]{2})")


class MachineCode(BaseConverter):
    """A code of any characters: ``1#/2号炉`` stands in an address as ``1~23~2F2号炉``.

    Per cent signs would not do: servers turn ``%2F`` into a slash before anybody can tell it from one, and browsers
    take ``..`` for the way up.
    """

    def to_url(self, value: str) -> str:
        """Return the code as a part of an address."""
        return quote(_AWKWARD.sub(lambda found: _escaped(found[0]), value))

    def to_python(self, value: str) -> str:
        """Return the code that an address means; one typed by hand may have its signs as they are."""
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)


def _escaped(character: str) -> str:
    return f"~{ord(character):02X}" if character.isascii() else character
