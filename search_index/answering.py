"""The port's answers, made of what an engine knows about its documents: the same from every engine."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from search_index.analysis import fold
from search_index.highlight import mark, snippet
from search_index.index import Index
from search_index.lookup import Found, Lookup
from search_index.port import FacetCount, SearchHit, SearchPage, SearchQuery, Sort
from search_index.query import Query, parse
from search_index.ranking import ranked, top

ANSWERS_KEPT = 200
"""Answers remembered until the next commit, some 20 kB each: the first page of the archive is asked for all day."""


def search(index: Index, query: SearchQuery) -> SearchPage:
    """Answer as before if somebody who may read the same has asked the same of this commit."""
    readable = _readable(index, query)
    filters = tuple((facet, *sorted(values)) for facet, values in sorted(query.filters.items()))
    asked = (readable, query.text, filters, query.sort, query.page, query.per_page, query.zone, query.synonyms)
    known = index.answers.get(asked)
    if known is None:
        known = _answer(index, query, readable)
        if len(index.answers) < ANSWERS_KEPT:
            index.answers[asked] = known
    return known


def all_hits(index: Index, query: SearchQuery) -> list[int]:
    """Return the proposals of all hits in their order, whatever the page."""
    matches = _matches(index, query, _readable(index, query))
    ranking = top(index, matches.groups, query.sort, 0, matches.hits.bit_count())
    return [index.proposal_id(number) for _, number in ranking]


def _readable(index: Index, query: SearchQuery) -> int:
    return index.live & index.any_of("audience", query.audience)


class _Matches(NamedTuple):
    """What fulfils a query: by each clause, by all, the filters' own sets, what these leave, and that in groups."""

    found: Sequence[Found]
    matched: int
    chosen: Mapping[str, int]
    hits: int
    groups: Sequence[tuple[float, int]]


def _matches(index: Index, query: SearchQuery, readable: int) -> _Matches:
    asked = parse(query.text, query.zone)
    index.prepare(term.text for clause in asked.clauses for term in clause.ways)
    lookup = Lookup(index, readable, query.synonyms)
    found = [lookup.clause(clause) for clause in asked.wanted]
    matched = _fulfilling(index, asked, readable, found, lookup)
    chosen = {facet: _having(index, facet, values) for facet, values in query.filters.items() if values}
    hits = _all_but(matched, chosen)
    clauses = ((clause.bits & readable, clause.places) for clause in found)
    by_match = query.sort is Sort.RELEVANCE
    groups = ranked(hits, clauses, index.live.bit_count()) if by_match else [(0.0, hits)]
    return _Matches(found, matched, chosen, hits, groups)


def _answer(index: Index, query: SearchQuery, readable: int) -> SearchPage:
    found, matched, chosen, hits, groups = _matches(index, query, readable)
    best = top(index, groups, query.sort, (max(1, query.page) - 1) * query.per_page, query.per_page)
    terms = tuple(dict.fromkeys(word for clause in found for word in clause.marked))
    return SearchPage(
        total=hits.bit_count(),
        hits=tuple(_hits(index, best, terms)),
        facets={name: _counts(values, _all_but(matched, chosen, name)) for name, values in index.facets.items()},
        meant=_meant(query.text, found) if hits else "",
        terms=terms,
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
