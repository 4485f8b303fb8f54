"""How fast the archive answers, beside what else could have answered, all in one run.

``python -m tests.benchmarks.bench_search [--count 20000 100000]``. Every engine gets the same documents of 200
characters and the same queries, returns the total and the ids of the first page. Ours also counts six facets, keeps out
what the reader may not see, ranks, and marks the hits; the others do none of that.

* ``whoosh``  Whoosh with its defaults (TEXT field, query parser, BM25F) over the words our segmenter finds
* ``fts5``    SQLite FTS5 over the same characters, pairs and words; several terms are joined by AND
* ``like``    SQLite ``LIKE '%…%'`` over the folded text
"""

import argparse
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import quantiles

from whoosh.fields import ID, NUMERIC, TEXT, Schema
from whoosh.index import create_in
from whoosh.qparser import QueryParser
from whoosh.query import Every, Term

from search_index.analysis import fold, pairs, words
from search_index.documents import EVERYBODY
from search_index.port import SearchDocument, SearchQuery
from search_index.whoosh_engine import WhooshEngine
from tests.benchmarks.corpus import documents
from tests.search_index.documents import terms_of

PAGE = 20
READER = frozenset({EVERYBODY, "person:12", "coordinator:1", *(f"studio:{number}" for number in range(10))})
"""Somebody who may see everything, so that all engines should find the same."""

Asked = tuple[str, str]
"""A text, and the year that hits are filtered by, if any."""

Search = Callable[[Asked], int]
"""Answers a query and returns how many documents it found."""

Maker = Callable[[Sequence[SearchDocument], Path], Search]
"""Puts documents into a place and returns the search over them."""

OTHERS = ("whoosh", "fts5", "like")
HALF = 0.5


def text_of(document: SearchDocument) -> str:
    return fold(f"{document.title}\n{document.number}\n{document.body}\n{document.names}")


def ours(archive: Sequence[SearchDocument], directory: Path) -> Search:
    engine = WhooshEngine(directory)
    with engine.rebuilding() as fresh:
        fresh.add(archive)
        fresh.finish()
        with engine.writing() as index:
            index.publish(fresh)

    def search(asked: Asked) -> int:
        text, year = asked
        filters = {"year": {year}} if year else {}
        return engine.search(SearchQuery(text=text, audience=READER, filters=filters, per_page=PAGE)).total

    return search


def whoosh(archive: Sequence[SearchDocument], directory: Path) -> Search:
    directory.mkdir()
    index = create_in(str(directory), Schema(key=NUMERIC(stored=True), text=TEXT(), year=ID()))
    with index.writer(limitmb=512) as writer:
        for document in archive:
            text = " ".join(sorted(words(text_of(document))))
            writer.add_document(key=document.proposal_id, text=text, year=document.number[:4])
    searcher, parser = index.searcher(), QueryParser("text", index.schema)

    def search(asked: Asked) -> int:
        text, year = asked
        query = parser.parse(" ".join(word for term in terms_of(text) for word in words(term)))
        only = Term("year", year) if year else None
        found = searcher.search(query or Every(), limit=PAGE, filter=only)
        return len([hit["key"] for hit in found]) and len(found)

    return search


def fts5(archive: Sequence[SearchDocument], directory: Path) -> Search:
    database = sqlite3.connect(directory)
    database.execute("CREATE VIRTUAL TABLE proposal USING fts5(terms, content='', tokenize='ascii')")
    with database:
        database.executemany("INSERT INTO proposal(rowid, terms) VALUES (?, ?)", _fts_rows(archive))

    def search(asked: Asked) -> int:
        text, year = asked
        wanted = [pair for term in terms_of(text) for pair in pairs(term)] + ([f"year={year}"] if year else [])
        if not wanted:
            return 0
        query = " AND ".join(f'"{_spelt(term)}"' for term in wanted)
        database.execute("SELECT rowid FROM proposal(?) ORDER BY rank LIMIT ?", (query, PAGE)).fetchall()
        return int(database.execute("SELECT count(*) FROM proposal(?)", (query,)).fetchone()[0])

    return search


def _fts_rows(archive: Sequence[SearchDocument]) -> Iterable[tuple[int, str]]:
    for document in archive:
        text = text_of(document)
        found = (
            {pair for run in text.split() for pair in pairs(run)}
            | set(text)
            | words(text)
            | {f"year={document.number[:4]}"}
        )
        yield document.proposal_id, " ".join(_spelt(term) for term in found if not term.isspace())


def _spelt(term: str) -> str:
    """FTS5 would take a term apart at its punctuation."""
    return term.encode().hex()


def like(archive: Sequence[SearchDocument], directory: Path) -> Search:
    database = sqlite3.connect(directory)
    database.execute("CREATE TABLE proposal (id INTEGER PRIMARY KEY, year TEXT, text TEXT)")
    with database:
        rows = ((each.proposal_id, each.number[:4], text_of(each)) for each in archive)
        database.executemany("INSERT INTO proposal VALUES (?, ?, ?)", rows)

    def search(asked: Asked) -> int:
        text, year = asked
        terms = terms_of(text)
        if not terms and not year:
            return 0
        where = " AND ".join(["text LIKE ? ESCAPE '~'"] * len(terms) + ["year = ?"] * bool(year))
        values = ["%" + re.sub("([~%_])", r"~\1", term) + "%" for term in terms] + [year] * bool(year)
        database.execute(f"SELECT id FROM proposal WHERE {where} ORDER BY id DESC LIMIT {PAGE}", values).fetchall()
        return int(database.execute(f"SELECT count(*) FROM proposal WHERE {where}", values).fetchone()[0])

    return search


def query_sets(archive: Sequence[SearchDocument], each: int) -> dict[str, list[Asked]]:
    """Draw queries from the documents themselves, so that all are found."""
    random_ = random.Random(11)
    bodies = [document.body for document in random_.sample(list(archive), min(len(archive), 4 * each))]
    tokens = sorted({word for body in bodies for word in words(fold(body))})
    latin = [token for token in tokens if token.isascii() and token.isalpha() and len(token) > 1]
    models = [token for token in tokens if token.isascii() and not token.isalpha() and not token.isdigit()]

    def piece(length: int) -> str:
        body = random_.choice(bodies)
        start = random_.randrange(len(body) - length)
        return body[start : start + length]

    def year() -> str:
        return random_.choice(archive).number[:4]

    def two_words() -> str:
        return " ".join(random_.sample(chinese, 2)) if random_.random() < HALF else f"{piece(2)} {piece(2)}"

    chinese = [token for token in tokens if len(token) > 1 and not token.isascii()]
    return {
        "2 characters": [(piece(2), "") for _ in range(each)],
        "3-4 characters": [(piece(random_.choice((3, 4))), "") for _ in range(each)],
        "6 characters": [(piece(6), "") for _ in range(each)],
        "two words": [(two_words(), "") for _ in range(each)],
        "two words, a year": [(two_words(), year()) for _ in range(each)],
        "Latin word": [(word, "") for word in random_.choices(latin, k=each)],
        "model number": [(word, "") for word in random_.choices(models, k=each)],
        "browse one year": [("", year()) for _ in range(each)],
    }


@dataclass(frozen=True)
class Timing:
    """Median and 95th percentile in ms, and how many documents each query found."""

    median: float
    high: float
    found: list[int]


def timed(search: Search, queries: Sequence[Asked]) -> Timing:
    """Ask all queries once."""
    took, found = [], []
    for asked in queries:
        start = time.perf_counter()
        found.append(search(asked))
        took.append((time.perf_counter() - start) * 1000)
    cuts = quantiles(took, n=20)
    return Timing(cuts[9], cuts[18], found)


def main() -> None:
    """Build, ask, print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--count", type=int, nargs="+", default=[20_000, 100_000])
    options.add_argument("--queries", type=int, default=200)
    chosen = options.parse_args()
    for count in chosen.count:
        measure(list(documents(count, length=(200, 200))), chosen.queries)


def measure(archive: Sequence[SearchDocument], each: int) -> None:
    """Print a table for one size of archive."""
    out = sys.stdout.write
    with tempfile.TemporaryDirectory() as directory:
        out(f"\nsearch, {len(archive)} proposals of 200 characters and a title\n\n")
        engines = {make.__name__: built(make, archive, Path(directory)) for make in (ours, whoosh, fts5, like)}
        out("\nms: ours at the median and the 95th percentile, the others at the median, and as times ours;\n")
        out("and of how many queries nothing was missed that a substring search finds\n\n")
        out(f"{'':18}{'ours':>6}{'p95':>7}{'whole':>7}" + "".join(f"{name:>9}{'':15}" for name in OTHERS) + "\n")
        for kind, queries in query_sets(archive, each).items():
            timings = {name: timed(search, queries) for name, search in engines.items()}
            mine, truth = timings["ours"], timings["like"].found
            line = f"{kind:18}{mine.median:6.2f}{mine.high:7.2f}{_whole(mine, truth):7.0%}"
            for name in OTHERS:
                theirs = timings[name]
                line += f"{theirs.median:9.2f}{theirs.median / mine.median:8.1f}x{_whole(theirs, truth):7.0%}"
            out(line + "\n")
        out(f"\n100 changed proposals are found after {change_100(archive, Path(directory)):.2f} s\n")


def change_100(archive: Sequence[SearchDocument], directory: Path) -> float:
    """Return the seconds from handing over the changes to the answer that knows them."""
    engine = WhooshEngine(directory / "ours")
    changed = [
        replace(document, revision=2, title=f"鹦鹉螺{document.title}") for document in archive[:: len(archive) // 100]
    ]
    start = time.perf_counter()
    with engine.writing() as index:
        index.update(changed)
    found = engine.search(SearchQuery(text="鹦鹉螺", audience=READER)).total
    took = time.perf_counter() - start
    if found != len(changed):
        raise RuntimeError(f"{found} of {len(changed)} changes were found")
    return took


def _whole(timing: Timing, truth: list[int]) -> float:
    return sum(map(int.__ge__, timing.found, truth)) / len(truth)


def built(
    make: Callable[[Sequence[SearchDocument], Path], Search], archive: Sequence[SearchDocument], at: Path
) -> Search:
    """Make an engine and print how long it took."""
    place = at / make.__name__
    start = time.perf_counter()
    search = make(archive, place)
    took = time.perf_counter() - start
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / len(archive)
    sys.stdout.write(f"build {make.__name__:8} {len(archive) / took:8.0f} documents/s {size:8.0f} bytes each\n")
    return search


if __name__ == "__main__":
    main()
