"""Printing the copies of one issue: what several readers read alike is set once.

A copy is made of parts, and a part says nothing but what ``digest.PARTS`` names, to readers of one language. So its
words are set once and kept, and a whole copy for those of a unit to whom it says the same. Only the reader's name and
the address by which he leaves differ in each copy; until it is known who reads it, marks that nobody can have written
stand in their place.
"""

import secrets
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from markupsafe import Markup, escape

from models import Person
from studio.mail import links
from studio.mail.digest import NOTHING, PARTS, Own, PersonalDigest, message, read_alike_in
from studio.mail.edition import Edition
from studio.mail.messages import Message
from studio.mail.rendering import Words, locale_of, render, render_parts
from studio.queries.digest import Named
from studio.settings import Settings
from studio.wording.language import speaking
from studio.wording.names import name_of

MOST_KEPT = 2000
"""Parts kept at a time, some 5 MB: most are for one reader alone, those that many share are set anew soon enough."""
MOST_SHEETS = 500
"""Whole copies kept at a time, some 15 MB."""
Key = tuple[str, str, Hashable]
"""Language, part, and what it says."""


class Piece(NamedTuple):
    """A part as plain text and as HTML."""

    text: str
    html: str


class Sheet(NamedTuple):
    """A copy that is put together and names nobody yet."""

    copy: Message
    subject: str
    text: str
    html: str


@dataclass(slots=True)
class Press:
    """Prints copies of an edition; one press a run."""

    edition: Edition
    settings: Settings
    _kept: dict[Key, Piece] = field(default_factory=dict)
    _sheets: dict[tuple[str, int], Sheet] = field(default_factory=dict)
    """By language and unit, for those who read alike."""
    _name: str = field(default_factory=secrets.token_hex)
    _leaving: str = field(default_factory=secrets.token_hex)
    _cut: str = field(default_factory=lambda: f"<!--{secrets.token_hex()}-->")

    def printed(self, person: Person, own: Own = NOTHING) -> tuple[Message, Words]:
        """Return one person's copy and its words, which are those that ``rendering.render`` makes of it."""
        locale, unit_id = locale_of(person, self.settings), read_alike_in(self.edition, person, own)
        sheet = self._sheets.get((locale, unit_id)) if unit_id is not None else None
        if sheet is None:
            sheet = self._sheet(message(self.edition, person, own), locale)
            if unit_id is not None:
                self._sheets[locale, unit_id] = sheet
        return replace(sheet.copy, person=person), self._addressed(sheet, person, locale)

    def _sheet(self, copy: Message, locale: str) -> Sheet:
        """Put a copy together, with marks where its reader will be named."""
        if len(self._sheets) > MOST_SHEETS:
            self._sheets.clear()
        frame, parts = _keys(locale, copy.facts["digest"])
        self._set(copy, frame, parts)
        subject, head, foot = (self._kept[key] for key in frame)
        pieces = [head, *(self._kept[key] for key in parts), foot]
        text = "\n\n".join(piece.text for piece in pieces if piece.text)
        return Sheet(copy, subject.text, text, "\n".join(piece.html.strip() for piece in pieces if piece.html))

    def _addressed(self, sheet: Sheet, person: Person, locale: str) -> Words:
        """Name the reader, and the address by which he leaves."""
        with speaking(locale):
            name = name_of(person)
        leaving = links.leave_url(self.settings, person.id, sheet.copy.leaving)
        return Words(
            subject=sheet.subject,
            text=sheet.text.replace(self._name, name).replace(self._leaving, leaving) + "\n",
            html=sheet.html.replace(self._name, str(escape(name))).replace(self._leaving, leaving),
        )

    def _set(self, copy: Message, frame: Sequence[Key], parts: Sequence[Key]) -> None:
        """Set what has not been set yet."""
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        stand_in = {"person": Named(0, self._name, self._name), "leave_url": self._leaving}
        blank = replace(copy, facts={**copy.facts, **stand_in, "parts": (), "cut": Markup(self._cut)})  # noqa: S704 - our own
        if any(key not in self._kept for key in frame):
            words = render(blank, self.settings)
            texts, pages = words.text.split(self._cut), words.html.split(self._cut)
            ends = (Piece(text.strip("\n"), page) for text, page in zip(texts, pages, strict=True))
            self._kept.update(zip(frame, (Piece(words.subject, ""), *ends), strict=True))
        missing = [key for key in parts if key not in self._kept]
        if missing:
            told = render_parts(blank, [part for _, part, _ in missing], self.settings)
            pieces = [Piece(words.text.strip("\n"), words.html) for words in told]
            self._kept.update(zip(missing, pieces, strict=True))


def _keys(locale: str, digest: PersonalDigest) -> tuple[list[Key], list[Key]]:
    """Return the keys of subject, head and foot, and those of the parts."""
    frame: list[Key] = [(locale, "subject", digest.headline), (locale, "head", None), (locale, "foot", None)]
    return frame, [(locale, part, says(digest)) for part, says in PARTS.items()]
