"""Which machine somebody means: codes and names compared as people write them, and found in a line of text.

A text names a machine clearly if it contains its code, or its whole name, and no other machine's. Everything less stays
text: a proposal at the wrong machine misleads whoever scans its label, one at none is still found by searching.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from models.enums import ProposalState

CODE_LIMIT: Final = 40
NAME_LIMIT: Final = 120
"""In characters; what fits a plate and a label."""
SHORTEST_NAME: Final = 4
"""Of a name inside a longer text, in folded characters; “大门” is in too many sentences."""

_DASHES = "-‐‑‒–—―−_"
_GONE = re.compile(rf"[\s{re.escape(_DASHES)}]+")
_ASCII_LETTER, _DIGIT = re.compile("[a-z]"), re.compile("[0-9]")
_NUMERALS = frozenset("0123456789〇零一二三四五六七八九十百")


class Chapter(StrEnum):
    """What a machine remembers, in the order in which people ask."""

    WORKS = "works"
    TRIED = "tried"
    CONSIDERED = "considered"
    REFUSED = "refused"


CHAPTERS: Final[Mapping[ProposalState, Chapter]] = {
    **dict.fromkeys((ProposalState.IMPLEMENTED, ProposalState.VERIFIED), Chapter.WORKS),
    **dict.fromkeys((ProposalState.ACCEPTED, ProposalState.TRIAL, ProposalState.IN_IMPLEMENTATION), Chapter.TRIED),
    **dict.fromkeys(
        (
            ProposalState.SUBMITTED,
            ProposalState.TEAM_CHECK,
            ProposalState.UNDER_REVIEW,
            ProposalState.INFORMATION_REQUESTED,
        ),
        Chapter.CONSIDERED,
    ),
    **dict.fromkeys(
        (ProposalState.DEFERRED, ProposalState.DECLINED, ProposalState.INADMISSIBLE, ProposalState.DUPLICATE),
        Chapter.REFUSED,
    ),
}
"""What was withdrawn is remembered nowhere: its author took it back."""


class Names(NamedTuple):
    """How one machine is called."""

    id: int
    code_key: str
    name_key: str
    name_en_key: str = ""


@dataclass(frozen=True, slots=True)
class _Folded:
    """A folded text that remembers before which of its characters there was a space, or nothing at all."""

    text: str
    breaks: frozenset[int]

    def stands_alone(self, start: int, end: int) -> bool:
        """Tell whether the piece is no part of a longer word or number, and no two numbers taken for one."""
        two_numbers = any(start < at < end and self.text[at - 1 : at + 1].isdecimal() for at in self.breaks)
        return self._parted(start) and self._parted(end) and not two_numbers

    def _parted(self, at: int) -> bool:
        if at in self.breaks or at in {0, len(self.text)}:
            return True
        before, after = self.text[at - 1], self.text[at]
        word = before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
        return not word and not (before in _NUMERALS and after in _NUMERALS)


def key_of(text: str) -> str:
    """Return a code or name as it is compared: without case, width, spaces and hyphens; ``3#`` and ``3号`` are one."""
    return _even(_GONE.sub("", _even(text)))


def leads_back(key: str, above: Mapping[str, str]) -> bool:
    """Tell whether a machine would stand in itself at last; ``above`` says in what each stands, by code keys."""
    passed: set[str] = set()
    at = above.get(key, "")
    while at and at not in passed:
        if at == key:
            return True
        passed.add(at)
        at = above.get(at, "")
    return False


class Directory:
    """The machines of a firm by their names; made once to look through many texts."""

    def __init__(self, machines: Iterable[Names]) -> None:
        self._whole: defaultdict[str, set[int]] = defaultdict(set)
        self._inside: defaultdict[str, set[int]] = defaultdict(set)
        self._codes: set[str] = set()
        for machine in machines:
            names = [name for name in (machine.name_key, machine.name_en_key) if name]
            for key in (machine.code_key, *names, *(machine.code_key + name for name in names)):
                self._whole[key].add(machine.id)
            if _telling(machine.code_key):
                self._codes.add(machine.code_key)
                self._inside[machine.code_key].add(machine.id)
            for name in names:
                if len(name) >= SHORTEST_NAME:
                    self._inside[name].add(machine.id)
        self._lengths: Mapping[str, list[int]] = _lengths(self._inside)

    def named_in(self, text: str) -> int | None:
        """Return the id of the machine that a text names clearly, or None."""
        folded = _folded(text)
        if found := self._whole.get(folded.text):
            return _only(found)
        pieces = list(self._pieces(folded))
        coded = [piece for piece in pieces if folded.text[slice(*piece)] in self._codes]
        named = [self._inside[folded.text[start:end]] for start, end in _longest(coded or pieces)]
        return _only(set().union(*named))

    def _pieces(self, folded: _Folded) -> Iterator[tuple[int, int]]:
        for start, first in enumerate(folded.text):
            for length in self._lengths.get(first, ()):
                end = start + length
                if (
                    end <= len(folded.text)
                    and folded.text[start:end] in self._inside
                    and folded.stands_alone(start, end)
                ):
                    yield start, end


def _even(text: str) -> str:
    """Compose once more after folding: a few small letters fold into a letter and its accent."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded).replace("#", "号")


def _folded(text: str) -> _Folded:
    kept: list[str] = []
    breaks: set[int] = set()
    for character in _even(text):
        if character.isspace():
            breaks.add(len(kept))
        elif not _GONE.match(character):
            kept.append(character)
    return _Folded("".join(kept), frozenset(breaks))


def _telling(code_key: str) -> bool:
    """Tell whether a code cannot be taken for anything else: “3号” is in many a text, “eqr101” is not."""
    return bool(_ASCII_LETTER.search(code_key) and _DIGIT.search(code_key)) and len(code_key) >= SHORTEST_NAME


def _lengths(keys: Iterable[str]) -> Mapping[str, list[int]]:
    """Return how long the keys with each first character are."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for key in keys:
        found[key[0]].add(len(key))
    return {first: sorted(lengths) for first, lengths in found.items()}


def _longest(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Drop what lies inside a longer piece: “2号炉” in “2号炉出料机”."""
    return [
        (start, end)
        for start, end in pieces
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in pieces)
    ]


def _only(ids: set[int]) -> int | None:
    return next(iter(ids)) if len(ids) == 1 else None
