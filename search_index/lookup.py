"""Which documents fulfil one clause of a query, in every way in which it may have been meant.

First as it was typed. Then what means the same: another form of an English word, another spelling of a model number,
a synonym. Only where the reader would find next to nothing: the words of a long term apart from each other, and pinyin;
where he would find nothing at all, what it may have been before it was mistyped. What was typed always comes first.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from search_index import sounds, spelling
from search_index.analysis import bare_code, cut, query_stem
from search_index.index import Index
from search_index.query import Clause, Field, Term
from search_index.ranking import Place
from search_index.synonyms import Synonyms

NEXT_TO_NOTHING = 3
"""Documents; with fewer, less likely meanings are looked at too."""
LONG = 4
"""Characters of a Chinese term that may well be two words."""
MOST_GUESSES = 4
"""Spellings that are named and marked; the likeliest first."""

AS_TYPED, IN_TITLE, AS_WORD, WITH_ITS_SIGNS, MEANT_IN_TITLE = 2.0, 3.0, 1.0, 4.0, 1.0
"""What a place is worth, times the rarity of the clause. Another meaning is worth less than ``AS_TYPED``."""


@dataclass
class Found:
    """The documents of a clause, the places that tell them apart, what to mark, and the correction, if it was one."""

    bits: int = 0
    places: list[Place] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    corrected: dict[str, str] = field(default_factory=dict)


class Lookup:
    """Looks clauses up for one reader; ``readable`` are the documents there are for him."""

    def __init__(self, index: Index, readable: int, synonyms: Synonyms) -> None:
        self._index = index
        self._readable = readable
        self._synonyms = synonyms

    def clause(self, clause: Clause) -> Found:
        """Return what fulfils a clause in any of its ways."""
        found = Found()
        for term in clause.ways:
            self._add(found, term)
        return found

    def phrase(self, phrase: str) -> int:
        """Return what says the same as all words of a query together: MAG 焊."""
        return self._any_of(self._synonyms.of(phrase)) if phrase else 0

    def exactly(self, clause: Clause) -> int:
        """Return what has one of a clause's terms just as it was typed: nobody wants less than he does not want."""
        bits = 0
        for term in clause.ways:
            bits |= self._in_field(term)
        return bits

    def _add(self, found: Found, term: Term) -> None:
        typed = self._in_field(term)
        found.bits |= typed
        found.marked.append(term.text)
        found.places += [
            (typed, AS_TYPED),
            (self._index.in_field(Field.TITLE, term.text), IN_TITLE),
            (self._index.as_words(term.text), AS_WORD),
        ]
        if len(term.typed) > len(term.text):
            found.places.append((self._index.containing(term.typed), WITH_ITS_SIGNS))
        if term.field is Field.TEXT and not term.literal:
            self._add_same_meaning(found, term.text)
            self._add_less_likely(found, term.text)

    def _add_same_meaning(self, found: Found, term: str) -> None:
        stem = query_stem(term)
        if stem:
            found.bits |= self._index.stemmed(stem)
        bare = bare_code(term)
        if bare != term and len(bare) > 1:
            found.bits |= self._index.containing(bare)
        for word in self._synonyms.of(term):
            self._add_other(found, word)

    def _add_other(self, found: Found, word: str) -> None:
        found.bits |= self._index.containing(word)
        found.places.append((self._index.in_field(Field.TITLE, word), MEANT_IN_TITLE))
        found.marked.append(word)

    def _add_less_likely(self, found: Found, term: str) -> None:
        for way in (self._apart, self._by_sound):
            if (found.bits & self._readable).bit_count() < NEXT_TO_NOTHING:
                way(found, term)
        if not found.bits & self._readable:
            self._mistyped(found, term)

    def _apart(self, found: Found, term: str) -> None:
        """Find the words of a long term wherever they stand."""
        words = [word for word in cut(term) if len(word) > 1] if len(term) >= LONG else []
        if len(words) < 2 or not spelling.is_chinese(term):  # noqa: PLR2004 - one word is the term itself
            return
        bits = self._readable
        for word in words:
            bits &= self._index.containing(word) | self._any_of(self._synonyms.of(word))
        found.bits |= bits
        found.marked += words if bits else []

    def _any_of(self, terms: Collection[str]) -> int:
        bits = 0
        for term in terms:
            bits |= self._index.containing(term)
        return bits

    def _by_sound(self, found: Found, term: str) -> None:
        for pairs in sounds.typed_pairs(term):
            found.bits |= self._index.all_of("sound", pairs)

    def _mistyped(self, found: Found, term: str) -> None:
        """Find what the term may have been; the guess in most documents is proposed."""
        guesses = {guess: bits & self._readable for guess, bits in self._guesses(term) if bits & self._readable}
        best = sorted(guesses, key=lambda guess: (-guesses[guess].bit_count(), guess))
        for guess in best:
            found.bits |= guesses[guess]
            found.places.append((guesses[guess] & self._index.in_field(Field.TITLE, guess), MEANT_IN_TITLE))
        found.marked += best[:MOST_GUESSES]
        if best:
            found.corrected[term] = best[0]

    def _guesses(self, term: str) -> Iterator[tuple[str, int]]:
        if spelling.is_chinese(term) and len(term) > 1:
            near = dict(self._of_same_sound(term))
            yield from near.items() if near else self._with_one_unknown(term)
        else:
            for word in spelling.misspelt(term, self._index.latin_words(term)):
                yield word, self._index.containing(word)
        for other in spelling.swapped(term):
            yield other, self._index.containing(other)

    def _of_same_sound(self, term: str) -> Iterator[tuple[str, int]]:
        alike = [term[:at] + other + term[at + 1 :] for at, others in spelling.said_alike(term) for other in others]
        for guess in self._index.possible(alike):
            if bits := self._index.containing(guess) & self._readable:  # what is hidden must not end the guessing
                yield guess, bits

    def _with_one_unknown(self, term: str) -> Iterator[tuple[str, int]]:
        for gap in spelling.gaps(term):
            yield from self._index.filling(gap, self._readable).items()

    def _in_field(self, term: Term) -> int:
        if term.field is Field.TEXT:
            return self._index.containing(term.text)
        return self._index.in_field(term.field, term.text)
