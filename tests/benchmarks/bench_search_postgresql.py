"""How fast the archive answers when its index lies in PostgreSQL, beside LIKE over the same texts, in one run.

``python -m tests.benchmarks.bench_search_postgresql [--count 20000] [--queries 100]``. A throw-away server with its
default settings. Each query is asked once; none is remembered. Ours counts six facets, keeps out what the reader may
not see, ranks and marks; LIKE finds the total and the newest twenty, in whatever order of reading is quickest for it.
"""

import argparse
import re
import sys
import time
from collections.abc import Sequence

import psycopg
from psycopg.sql import SQL, Identifier

from search_index.port import SearchDocument, SearchEngine, SearchQuery
from search_index.postgresql_engine import PostgresqlEngine
from search_index.postgresql_engine.rows import lexeme
from tests.benchmarks.bench_search import PAGE, READER, Asked, Search, Timing, query_sets, timed
from tests.benchmarks.corpus import documents
from tests.search_index.documents import put, terms_of
from tests.support.postgresql import Cluster, binaries


def ours(engine: SearchEngine) -> Search:
    """Return a search that answers the whole page."""

    def search(asked: Asked) -> int:
        text, year = asked
        filters = {"year": {year}} if year else {}
        return engine.search(SearchQuery(text=text, audience=READER, filters=filters, per_page=PAGE)).total

    return search


def like(connection: psycopg.Connection) -> Search:
    """Return a search by LIKE over the same tables."""
    (schema,) = connection.execute("SELECT schema FROM studio_search.current").fetchone() or ("",)
    tables = SQL("FROM {0}.texts JOIN {0}.documents USING (id) WHERE ").format(Identifier(schema))

    def search(asked: Asked) -> int:
        text, year = asked
        terms = ["%" + re.sub(r"([\\%_])", r"\\\1", term) + "%" for term in terms_of(text)]
        wanted = [lexeme("facet", f"year={year}")] if year else []
        where = tables + SQL(" AND ").join(
            [SQL("text LIKE %s")] * len(terms) + [SQL("%s = ANY (facets)")] * len(wanted)
        )
        first = SQL("SELECT id ") + where + SQL(" ORDER BY filed DESC, id DESC LIMIT %s")
        connection.execute(first, [*terms, *wanted, PAGE]).fetchall()
        (total,) = connection.execute(SQL("SELECT count(*) ") + where, [*terms, *wanted]).fetchone() or (0,)
        return int(total)

    return search


def compared(engine: SearchEngine, address: str, archive: Sequence[SearchDocument], each: int) -> None:
    """Ask both and print a line for each kind of query; LIKE is asked a tenth of them."""
    sys.stdout.write(f"{'ms':22}{'first':>8}{'median':>8}{'p95':>8}{'LIKE':>9}{'times':>8}{'hits':>9}\n")
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        for kind, queries in query_sets(archive, each).items():
            start = time.perf_counter()
            ours(engine)(queries[0])
            first = (time.perf_counter() - start) * 1000
            mine = timed(ours(engine), queries[1:])
            theirs = timed(like(connection), queries[1 : 2 + len(queries) // 10])
            sys.stdout.write(_line(kind, first, mine, theirs))
            sys.stdout.flush()


def _line(kind: str, first: float, mine: Timing, theirs: Timing) -> str:
    found = sorted(mine.found)[len(mine.found) // 2]
    times = theirs.median / mine.median
    return f"{kind:22}{first:8.1f}{mine.median:8.2f}{mine.high:8.2f}{theirs.median:9.1f}{times:7.1f}x{found:9}\n"


def main() -> None:
    """Build, ask, print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--count", type=int, default=20_000)
    options.add_argument("--queries", type=int, default=100)
    chosen = options.parse_args()
    bin_dir = binaries()
    if bin_dir is None:
        sys.exit("there is no PostgreSQL server on this machine")
    cluster = Cluster(bin_dir)
    try:
        address = cluster.create("bench")
        archive = list(documents(chosen.count, length=(200, 200)))
        engine = PostgresqlEngine(address)
        start = time.perf_counter()
        put(engine, *archive)
        took = time.perf_counter() - start
        size = engine.status().size_in_bytes / len(archive)
        sys.stdout.write(f"{len(archive) / took:.0f} documents/s, {size:.0f} bytes each\n\n")
        compared(engine, address, archive, chosen.queries)
        engine.close()
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
