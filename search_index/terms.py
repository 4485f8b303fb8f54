"""What a document is found by, whichever engine keeps it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from search_index.analysis import LONGEST_QUERY, codes, fold, grams, stems, words
from search_index.port import SearchDocument
from search_index.sounds import spoken_pairs

VERSION = 5
"""Raise it when the fields or the analysis change: an index of another version is rebuilt."""

STEM = "~"
"""Goes before a stem, to keep it apart from a word of the same letters."""

TERM_FIELDS = (
    "audience",
    "facet",
    "gram",  # characters and pairs of neighbours of all text
    "title",  # the same of the title alone
    "number",  # of the number alone
    "person",  # of the names
    "place",  # of the place
    "sound",  # title and names in pinyin, by pairs of syllables
    "word",  # stems of all text, and the words of what is compared for likeness: of all text but ``more``
)
"""The kinds of terms; in each of them a term is looked for by itself."""


def terms_of(document: SearchDocument, text: str) -> dict[str, Collection[str]]:
    """Return what a document of the folded ``text`` is found by, one value for each of TERM_FIELDS."""
    compared = text_of(replace(document, more="")) if document.more else text
    return {
        "audience": document.audience,
        "facet": [f"{name}={value}" for name, values in document.facets.items() for value in values],
        "gram": grams(text),
        "title": grams(fold(document.title)),
        "number": grams(document.number),
        "person": grams(fold(document.names)),
        "place": grams(fold(document.place)),
        "sound": spoken_pairs(fold(f"{document.title}\n{document.names}")),
        "word": words(compared) | {STEM + stem for stem in stems(text)},
    }


def latin(words: Iterable[str]) -> Iterator[str]:
    """Yield those words and model numbers that begin with a Latin letter or digit and that a query could mean."""
    return (word for word in words if word[0].isascii() and word[0].isalnum() and len(word) <= LONGEST_QUERY)


def text_of(document: SearchDocument) -> str:
    """Return everything that is found, folded, and behind it the model numbers in their barest spelling."""
    parts = (document.title, document.number, document.body, document.names, document.more)
    text = fold("\n".join(filter(None, parts)))
    return "\n".join((text, *sorted(codes(text))))
