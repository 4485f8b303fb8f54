"""Parts of pages that were said before are not said again.

A part is a function of its facts and the language: the same facts make the same HTML, whoever asks. So nothing has to
be thrown away when something changes; changed facts are other facts. What belongs to one visitor only, such as a CSRF
token, must stay outside of such a part.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from threading import Lock

from flask import current_app
from markupsafe import Markup

from studio.wording.language import spoken

MOST_CHARACTERS = 3_000_000
"""What all parts of one process may take together; the one not asked for longest goes first."""


class Shelf:
    """The parts of one app, shared by its threads."""

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self._parts: OrderedDict[Hashable, Markup] = OrderedDict()
        self._room = most
        self._lock = Lock()

    def take(self, facts: Hashable) -> Markup | None:
        """Return the part made of these facts, if it is here."""
        with self._lock:
            part = self._parts.get(facts)
            if part is not None:
                self._parts.move_to_end(facts)
        return part

    def put(self, facts: Hashable, part: Markup) -> None:
        """Keep a part, and let go what no longer fits."""
        with self._lock:
            before = self._parts.pop(facts, "")
            self._parts[facts] = part
            self._room += len(before) - len(part)
            while self._room < 0:
                self._room += len(self._parts.popitem(last=False)[1])


def remembered(template: str, facts: Hashable, context: Callable[[], Mapping[str, object]]) -> Markup:
    """Return ``template`` rendered with what ``context`` returns, and nothing else.

    ``facts`` says everything that the part depends on apart from the language; days and hours too, if it tells them.
    """
    shelf: Shelf = current_app.extensions.setdefault("studio_parts", Shelf())
    key = (template, spoken().locale, facts)
    part = shelf.take(key)
    if part is None:
        part = Markup(current_app.jinja_env.get_template(template).render(context()))  # noqa: S704 - our own template
        shelf.put(key, part)
    return part
