"""How fast the archive names what is like a proposal, beside a floor, in one run.

``python -m tests.benchmarks.bench_similar [--count 20000] [--index DIRECTORY]``. Asked is with a title, as while
somebody types, and with a whole proposal. The floor is what one would write first: SQLite counts by ``LIKE '%…%'``
which of the words of the title each title has. It neither looks at the texts, nor weighs words, nor keeps out what may
not be seen.
"""

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

from search_index.analysis import fold, words
from search_index.documents import EVERYBODY
from search_index.port import SearchDocument
from search_index.whoosh_engine import WhooshEngine
from tests.benchmarks.corpus import documents

READER = frozenset({EVERYBODY, "person:12", "studio:3"})
ASKED, SHOWN = 200, 12
OTHER_SEED = 99
"""The proposals that are asked with are none of the archive."""

Find = Callable[[str], Sequence[object]]


def built(directory: Path, count: int) -> WhooshEngine:
    """Return an engine with ``count`` documents; what the directory holds is used again."""
    engine = WhooshEngine(directory)
    if engine.status().documents != count:
        with engine.rebuilding() as fresh:
            fresh.add(documents(count))
            fresh.finish()
            with engine.writing() as index:
                index.publish(fresh)
    return engine


def floor(count: int) -> Find:
    """Return the floor, over the same titles."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE proposals (id INTEGER PRIMARY KEY, title TEXT)")
    titles = ((document.proposal_id, fold(document.title)) for document in documents(count))
    connection.executemany("INSERT INTO proposals VALUES (?, ?)", titles)

    def find(title: str) -> Sequence[object]:
        asked = [f"%{word}%" for word in words(fold(title)) if len(word) > 1]
        matches = " + ".join(["(title LIKE ?)"] * len(asked)) or "0"
        statement = f"SELECT id, title, {matches} AS score FROM proposals WHERE score > 1 ORDER BY score DESC LIMIT ?"
        return connection.execute(statement, (*asked, SHOWN)).fetchall()

    return find


def milliseconds(find: Find, texts: Sequence[str]) -> tuple[float, float]:
    """Return median and 95th percentile; the first time each text is asked."""
    took = []
    for text in texts:
        start = time.perf_counter()
        find(text)
        took.append((time.perf_counter() - start) * 1000)
    return median(took), quantiles(took, n=20)[-1]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--index", type=Path, help="where an index is, or is to be kept")
    arguments = parser.parse_args()
    new: list[SearchDocument] = list(islice(documents(ASKED, OTHER_SEED), ASKED))
    titles = [document.title for document in new]
    whole = [f"{document.title}\n{document.body}" for document in new]
    with tempfile.TemporaryDirectory(prefix="studio-similar-") as place:
        engine = built(arguments.index or Path(place) / "index", arguments.count)
        rows = {
            "floor: LIKE, titles": (floor(arguments.count), titles),
            "similar, a title": (lambda text: engine.similar(text, READER, SHOWN), titles),
            "similar, a proposal": (lambda text: engine.similar(text, READER, SHOWN), whole),
        }
        sys.stdout.write(f"{arguments.count} documents; milliseconds\n")
        sys.stdout.write(f"{'':22}{'median':>9}{'p95':>9}\n")
        for name, (find, texts) in rows.items():
            middle, slow = milliseconds(find, texts)
            sys.stdout.write(f"{name:22}{middle:>9.1f}{slow:>9.1f}\n")


if __name__ == "__main__":
    main()
