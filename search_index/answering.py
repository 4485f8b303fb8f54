"""The port's answers, made of what an engine knows about its documents: the same from every engine."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from math import log

from search_index.analysis import fold, words
from search_index.bitmaps import positions
from search_index.highlight import mark, snippet
from search_index.index import Index
from search_index.lookup import Found, Lookup
from search_index.port import FacetCount, SearchHit, SearchPage, SearchQuery, SimilarHit, Sort
from search_index.query import Query, parse
from search_index.ranking import ranked, top

ANSWERS_KEPT = 200
"""Answers remembered until the next commit, some 20 kB each: the first page of the archive is asked for all day."""

TELLING_WORDS = 40
"""How many of a text's rarest words are compared for likeness."""

PARTICLES = (
    "about above after all always and any are back been but can come down each every for from get got had has have "
    "how into its last less more new not now off one only our out over per put some than that the them then there "
    "they this too two under use was way when where which who will with would you"
)
SAYS_NOTHING = frozenset(PARTICLES.split())
"""English words that are rare only where most people write Chinese."""

COMMON, FEW = 20, 10
"""A word in more than 1/COMMON of all documents says nothing about likeness, unless it is in FEW or fewer."""


def search(index: Index, query: SearchQuery) -> SearchPage:
    """Answer as before if somebody who may read the same has asked the same of this commit."""
    readable = index.live & index.any_of("audience", query.audience)
    filters = tuple((facet, *sorted(values)) for facet, values in sorted(query.filters.items()))
    asked = (readable, query.text, filters, query.sort, query.page, query.per_page, query.zone, query.synonyms)
    known = index.answers.get(asked)
    if known is None:
        known = _answer(index, query, readable)
        if len(index.answers) < ANSWERS_KEPT:
            index.answers[asked] = known
    return known


def _answer(index: Index, query: SearchQuery, readable: int) -> SearchPage:
    asked = parse(query.text, query.zone)
    index.prepare(term.text for clause in asked.clauses for term in clause.ways)
    lookup = Lookup(index, readable, query.synonyms)
    found = [lookup.clause(clause) for clause in asked.wanted]
    matched = _fulfilling(index, asked, readable, found, lookup)
    chosen = {facet: _having(index, facet, values) for facet, values in query.filters.items() if values}
    hits = _all_but(matched, chosen)
    clauses = ((clause.bits & readable, clause.places) for clause in found)
    by_score = query.sort is Sort.RELEVANCE
    groups = ranked(hits, clauses, index.live.bit_count()) if by_score else [(0.0, hits)]
    best = top(index, groups, query.sort, (max(1, query.page) - 1) * query.per_page, query.per_page)
    terms = tuple(dict.fromkeys(word for clause in found for word in clause.marked))
    return SearchPage(
        total=hits.bit_count(),
        hits=tuple(_hits(index, best, terms)),
        facets={name: _counts(values, _all_but(matched, chosen, name)) for name, values in index.facets.items()},
        meant=_meant(query.text, found) if hits else "",
    )


def _fulfilling(index: Index, asked: Query, readable: int, found: Sequence[Found], lookup: Lookup) -> int:
    if asked.empty:  # something was typed, but nothing that a text could contain
        return 0
    matched = readable
    for clause in found:
        matched &= clause.bits
    matched |= lookup.phrase(asked.phrase) & readable
    for unwanted in asked.clauses:
        matched &= ~lookup.exactly(unwanted) if unwanted.unwanted else -1
    for span in asked.spans:
        matched &= index.within(span)
    return matched


def _meant(text: str, found: Iterable[Found]) -> str:
    """Return the query with its mistyped words as they were probably meant; nothing if there were none."""
    corrections = {typed: meant for clause in found for typed, meant in clause.corrected.items()}
    folded = fold(text)
    for typed, meant in corrections.items():
        folded = folded.replace(typed, meant)
    return folded.strip() if corrections else ""


def similar(index: Index, text: str, audience: frozenset[str], limit: int, but: int | None) -> tuple[SimilarHit, ...]:
    """Return the documents that share most of the telling words of ``text``."""
    readable = index.live & index.any_of("audience", audience)
    own = index.locate(but) if but is not None else None
    if own is not None:
        readable &= ~(1 << own)
    asked = (readable, text, limit)
    known = index.likenesses.get(asked)
    if known is None:
        known = _likeness(index, text, readable, limit)
        if len(index.likenesses) < ANSWERS_KEPT:
            index.likenesses[asked] = known
    return known


def _likeness(index: Index, text: str, readable: int, limit: int) -> tuple[SimilarHit, ...]:
    telling = filter(_tells, words(fold(text)))
    having = {word: bits & readable for word, bits in index.each_of("word", telling).items()}
    rarity = _rarest(having, index.live.bit_count())
    scores: defaultdict[int, float] = defaultdict(float)
    for word, worth in rarity.items():
        for number in positions(having[word]):
            scores[number] += worth
    best = _best(index, scores, limit)
    return tuple(
        SimilarHit(
            proposal_id=index.proposal_id(number),
            number=shown.number,
            title=shown.title,
            score=round(scores[number] / sum(rarity.values()), 3),
            shared=tuple(word for word in rarity if having[word] >> number & 1),
        )
        for number, shown in zip(best, index.shown(best), strict=True)
    )


def _rarest(having: Mapping[str, int], size: int) -> dict[str, float]:
    """Return the most telling words and how rare they are among the ``size`` documents, the rarest first."""
    known = {
        word: count for word, bits in having.items() if 0 < (count := bits.bit_count()) <= max(FEW, size // COMMON)
    }
    rarity = {word: log(1 + size / count) for word, count in known.items()}
    return {word: rarity[word] for word in nlargest(TELLING_WORDS, rarity, key=lambda word: (rarity[word], word))}


def _best(index: Index, scores: Mapping[int, float], limit: int) -> list[int]:
    """Return the documents with the highest scores; of equals the youngest proposals."""
    least = nlargest(limit, scores.values())[-1:]
    chosen = [number for number, score in scores.items() if least and score >= least[0]]
    return sorted(chosen, key=lambda number: (scores[number], index.proposal_id(number)), reverse=True)[:limit]


def _tells(word: str) -> bool:
    """Tell whether a word can say what a text is about: no single character, no particle of English."""
    return len(word) > 1 and word not in SAYS_NOTHING and not (len(word) == 2 and word.isascii() and word.isalpha())  # noqa: PLR2004 - of, in, to


def _having(index: Index, facet: str, values: Iterable[str]) -> int:
    found = 0
    for value in values:
        found |= index.facets.get(facet, {}).get(value, 0)
    return found


def _all_but(matched: int, chosen: Mapping[str, int], facet: str | None = None) -> int:
    for name, bits in chosen.items():
        if name != facet:
            matched &= bits
    return matched


def _counts(values: Mapping[str, int], hits: int) -> tuple[FacetCount, ...]:
    counted = ((value, (bits & hits).bit_count()) for value, bits in values.items())
    return tuple(FacetCount(*pair) for pair in sorted(counted, key=lambda pair: (-pair[1], pair[0])) if pair[1])


def _hits(index: Index, best: Sequence[tuple[float, int]], terms: tuple[str, ...]) -> Iterator[SearchHit]:
    for (score, number), shown in zip(best, index.shown([number for _, number in best]), strict=True):
        yield SearchHit(
            proposal_id=index.proposal_id(number),
            number=shown.number,
            score=round(score, 3),
            title=mark(shown.title, terms),
            snippet=snippet(shown.body, terms),
        )
