"""Words that mean the same on the shop floor: 行车, 天车 and 桥式起重机."""

from collections.abc import Iterable, Sequence

from search_index.analysis import fold

MOST = 12
"""Other wordings of a term that are looked for."""


class Synonyms:
    """Rows of words of equal meaning. A word in two rows means all that both say. Equal only to itself."""

    def __init__(self, rows: Iterable[Iterable[str]] = ()) -> None:
        self._others: dict[str, dict[str, None]] = {}
        for row in rows:
            words = [folded for word in row if (folded := " ".join(fold(word).split()))]
            for word in words:
                self._others.setdefault(word, {}).update(dict.fromkeys(other for other in words if other != word))
        self._longest = max(map(len, self._others), default=0)

    def of(self, term: str) -> Sequence[str]:
        """Return other wordings of a folded term: its synonyms, and it with the synonyms of words inside of it."""
        found = dict.fromkeys(self._others.get(term, ()))
        for word in self._inside(term):
            found |= dict.fromkeys(term.replace(word, other) for other in self._others[word])
        found.pop(term, None)
        return list(found)[:MOST]

    def _inside(self, term: str) -> Sequence[str]:
        """Return the known words in a longer term, the longest first: they leave the least to chance."""
        pieces = {
            term[start:end]
            for start in range(len(term))
            for end in range(start + 2, min(len(term), start + self._longest) + 1)
        }
        return sorted((pieces & self._others.keys()) - {term}, key=lambda word: (-len(word), word))


NONE = Synonyms()
