"""What somebody asks of his desk, read from the address. Whatever is not understood is left out, never an error."""

from werkzeug.datastructures import MultiDict

from studio.domain.completeness import clean_line
from studio.domain.desk_filter import Asked, Field, Pile

LONGEST_WORDS = 80
LONGEST_VALUE = 20


def asked_for(arguments: MultiDict[str, str]) -> Asked:
    """Read a question from an address."""
    pile = arguments.get("pile", "")
    typed = {name: clean_line(arguments.get(name.value, ""))[:LONGEST_VALUE] for name in Field}
    return Asked(
        pile=Pile(pile) if pile in set(Pile) else Pile.MINE,
        words=clean_line(arguments.get("words", ""))[:LONGEST_WORDS],
        chosen={name: value for name, value in typed.items() if value},
    )
