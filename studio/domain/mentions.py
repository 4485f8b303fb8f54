"""Who is named in a text: an at-sign, also a full-width one, and a name or a staff number right after it.

Chinese is written without spaces, so where a name ends is known only by who there is: the longest name, or number,
that the words after the sign begin with is meant.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from models import Person

LONGEST_NAME = 40
MOST_CALLS = 20
"""A text that calls more people than this is meant for a notice board."""

_SIGN = re.compile(r"(?<![0-9A-Za-z._%+-])[@＠](?=\w)")
_FIRST_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Call:
    """One place where somebody is called: where its sign stands, and the words after it up to the next sign."""

    at: int
    words: str

    @property
    def first_word(self) -> str:
        """What the writer meant as far as can be told, when nobody has such a name."""
        found = _FIRST_WORD.match(self.words)
        return found.group()[:12] if found else ""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text: plain words, or what calls a person, with its sign."""

    text: str
    person: Person | None = None


def calls(text: str) -> Sequence[Call]:
    """Return the places of a text where somebody may be called; a mail address calls nobody."""
    signs = [found.start() for found in _SIGN.finditer(text)]
    ends = [*signs[1:], len(text)]
    return [Call(at, _line(text[at + 1 : end])) for at, end in zip(signs, ends, strict=False)]


def keys(found: Collection[Call]) -> frozenset[str]:
    """Return everything that the calls could mean, as ``key_of`` writes it: what to look for among people."""
    return frozenset(key_of(call.words[:length]) for call in found for length in _lengths(call.words))


def key_of(text: str) -> str:
    """Return a name or number as it is compared: no matter how wide, how large, or with how many spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def meant(
    call: Call, people: Collection[Person], *, also: Collection[tuple[str, Person]] = ()
) -> tuple[int, list[Person]]:
    """Return how many characters of the call's words name somebody, and everybody who is called so.

    ``also`` are further spellings of people. Who still works here comes before who does not, and nobody is (0, []).
    """
    known = [*((key, person) for person in people for key in _keys_of(person)), *also]
    for length in _lengths(call.words):
        written = key_of(call.words[:length])
        found = {person.id: person for key, person in known if key == written}
        if found:
            active = [person for person in found.values() if person.active]
            return length, active or list(found.values())
    return 0, []


def parts(text: str, people: Collection[Person], *, also: Collection[tuple[str, Person]] = ()) -> Iterator[Part]:
    """Cut a text where one of these people is called."""
    done = 0
    for call in calls(text):
        length, found = meant(call, people, also=also)
        if len(found) == 1:
            end = call.at + 1 + length
            yield Part(text[done : call.at])
            yield Part(text[call.at : end], found[0])
            done = end
    yield Part(text[done:])


def _line(words: str) -> str:
    return words.splitlines()[0][:LONGEST_NAME]


def _lengths(words: str) -> Iterator[int]:
    """Return where a name may end, the longest first: never inside a Latin word or a number, nor after a space."""
    for length in range(len(words), 0, -1):
        last, following = words[length - 1], words[length : length + 1]
        if not (last.isspace() or (_runs_on(last) and _runs_on(following))):
            yield length


def _runs_on(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _keys_of(person: Person) -> Iterator[str]:
    return (key_of(said) for said in (person.employee_no, person.name, person.name_en) if said)
