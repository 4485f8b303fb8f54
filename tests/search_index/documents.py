"""Documents for tests, and a search so slow and plain that it must be right."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from search_index.analysis import fold, grams, pairs
from search_index.documents import EVERYBODY
from search_index.port import SearchDocument, SearchEngine, SearchPage, SearchQuery
from search_index.query import Field, Measure, Query, Span, Term, parse
from search_index.terms import text_of

READER = frozenset({EVERYBODY, "person:1"})


def document(
    proposal_id: int,
    title: str = "轧机导卫改进",
    body: str = "导卫轮油气管断油从外面看不出来。",
    *,
    names: str = "叶思琪 000101",
    audience: Collection[str] = (EVERYBODY,),
    revision: int = 1,
    benefit: int = 0,
    **facets: Collection[str],
) -> SearchDocument:
    return SearchDocument(
        proposal_id=proposal_id,
        revision=revision,
        number=f"2026-{proposal_id:05}",
        title=title,
        body=body,
        names=names,
        audience=frozenset(audience),
        facets={name: frozenset(values) for name, values in facets.items()},
        filed_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=proposal_id),
        benefit=benefit,
    )


def put(engine: SearchEngine, *documents: SearchDocument) -> SearchEngine:
    """Build the index anew from the documents."""
    with engine.rebuilding() as fresh:
        fresh.add(documents)
        fresh.finish()
        with engine.writing() as index:
            index.publish(fresh)
    return engine


def change(engine: SearchEngine, *documents: SearchDocument, removed: Iterable[int] = ()) -> None:
    """Commit changes."""
    with engine.writing() as index:
        index.update(documents, removed=removed)


def ids(page: SearchPage) -> list[int]:
    return [hit.proposal_id for hit in page.hits]


def terms_of(asked: str) -> tuple[str, ...]:
    """Return the folded words of a query that asks for plain words."""
    return tuple(term.text for clause in parse(asked).clauses for term in clause.ways)


def find(engine: SearchEngine, text: str, **options: object) -> list[int]:
    """Return the ids of all hits, best first."""
    query = SearchQuery(**{"text": text, "audience": READER, "per_page": 1000, **options})  # type: ignore[arg-type]
    return ids(engine.search(query))


@dataclass(frozen=True)
class Answer:
    found: frozenset[int]
    facets: dict[str, dict[str, int]]


def answer_of(page: SearchPage) -> Answer:
    counts = {name: {count.value: count.count for count in counts} for name, counts in page.facets.items()}
    return Answer(frozenset(ids(page)), {name: values for name, values in counts.items() if values})


def slow_answer(documents: Iterable[SearchDocument], query: SearchQuery) -> Answer:
    """Read every document, one after the other. For queries of which all words are quoted: these mean just that."""
    asked = parse(query.text)
    readable = [each for each in documents if each.audience & query.audience and _fulfils(each, asked)]
    found = [each for each in readable if _passes(each, query)]
    facets: dict[str, dict[str, int]] = {}
    for name in {name for each in readable for name in each.facets}:
        rest = [each for each in readable if _passes(each, query, but=name)]
        counts = Counter(value for each in rest for value in each.facets.get(name, ()))
        if counts:
            facets[name] = dict(counts)
    return Answer(frozenset(each.proposal_id for each in found), facets)


def _fulfils(each: SearchDocument, asked: Query) -> bool:
    says = all(any(_says(each, term) for term in clause.ways) != clause.unwanted for clause in asked.clauses)
    return says and not asked.empty and all(_within(each, span) for span in asked.spans)


def _says(each: SearchDocument, term: Term) -> bool:
    """Tell whether a document has a piece of text, just so; in a field of its own, whether it has its pairs there."""
    own = {Field.TITLE: each.title, Field.NUMBER: each.number, Field.PERSON: each.names, Field.PLACE: each.place}
    there = term.field is Field.TEXT or set(pairs(term.text)) <= grams(fold(own[term.field]))
    return there and term.text in text_of(each)


def _within(each: SearchDocument, span: Span) -> bool:
    value = int(each.filed_at.timestamp()) if span.measure is Measure.FILED else each.benefit
    return (span.low is None or span.low <= value) and (span.high is None or value <= span.high)


def _passes(each: SearchDocument, query: SearchQuery, but: str = "") -> bool:
    wanted = {name: set(values) for name, values in query.filters.items() if values and name != but}
    return all(each.facets.get(name, frozenset()) & values for name, values in wanted.items())
