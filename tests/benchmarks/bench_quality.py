"""How much of what it should find the archive finds: the sample as an archive, with its glossary.

``python -m tests.benchmarks.bench_quality``. Beside it, as the floor, a plain substring search over the same text.
"""

import csv
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from search_index.analysis import fold
from search_index.documents import EVERYBODY
from search_index.port import SearchDocument, SearchQuery
from search_index.synonyms import Synonyms
from search_index.whoosh_engine import WhooshEngine
from tests.benchmarks.corpus import SAMPLE, sample_rows
from tests.benchmarks.query_sets import MAKERS, Archive, drawn, recall
from tests.search_index.documents import terms_of

ASKED = 300
READER = frozenset({EVERYBODY})


def sample_documents() -> list[SearchDocument]:
    """Return the sample's proposals as the index would have them."""
    people = {row["employee_no"]: row for row in _table("people.csv")}
    studios = {row["code"]: row for row in _table("studios.csv")}
    return [_document(number, row, people, studios) for number, row in enumerate(sample_rows(), start=1)]


def _document(number: int, row: dict, people: dict, studios: dict) -> SearchDocument:  # type: ignore[type-arg]
    authors = [people[row["submitter"]], *(people[one["employee_no"]] for one in row["coauthors"])]
    names = [text for person in authors for text in (person["name"], person["name_en"], person["employee_no"]) if text]
    return SearchDocument(
        proposal_id=number,
        revision=1,
        number=f"2026-{number:05}",
        title=row["title"],
        body="\n".join(row[part] for part in ("problem", "measure", "effect", "location") if row[part]),
        names="\n".join([*names, studios[row["expected_studio"]]["name_zh"], row["key"]]),
        audience=READER,
        facets={},
        filed_at=datetime.fromisoformat(row["filed_on"]).replace(tzinfo=UTC),
        benefit=0,
    )


def sample_glossary() -> list[list[str]]:
    """Return rows of words that mean the same."""
    return [[row["term"], *row["synonyms"].split(";")] for row in _table("glossary.csv")]


def _table(name: str) -> list[dict[str, str]]:
    with (SAMPLE.parent / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def engine_of(documents: Sequence[SearchDocument], directory: Path) -> WhooshEngine:
    """Return an engine that has the documents."""
    engine = WhooshEngine(directory)
    with engine.rebuilding() as fresh:
        fresh.add(documents)
        fresh.finish()
        with engine.writing() as index:
            index.publish(fresh)
    return engine


def main() -> None:
    """Ask, count, print."""
    out = sys.stdout.write
    documents, glossary = sample_documents(), sample_glossary()
    archive = Archive(documents, glossary)
    synonyms = Synonyms(glossary)
    newest = sorted(archive.texts, reverse=True)
    out(f"\nWhat is found in the sample's {len(documents)} proposals, {ASKED} questions each\n\n")
    out(f"{'':20}{'asked':>6}{'ours':>8}{'wanted':>8}{'substring search':>18}\n")
    with tempfile.TemporaryDirectory() as directory:
        engine = engine_of(documents, Path(directory))
        for name, (make, wanted, at) in MAKERS.items():
            ours, plain = [], []
            for question in drawn(archive, make, ASKED):
                page = engine.search(SearchQuery(text=question.text, audience=READER, synonyms=synonyms, per_page=at))
                ours.append(recall([hit.proposal_id for hit in page.hits], question.right, at))
                terms = terms_of(fold(question.text))
                found = [key for key in newest if all(term in archive.texts[key] for term in terms)]
                plain.append(recall(found, question.right, at))
                if "-v" in sys.argv and ours[-1] < 1:
                    out(f"    {name}: {question.text!r} wants {sorted(question.right)[:5]}\n")
            score = f"{sum(ours) / len(ours):8.1%}{wanted:8.0%}{sum(plain) / len(plain):18.1%}"
            out(f"{f'{name} @{at}':20}{len(ours):6}{score}\n")


if __name__ == "__main__":
    main()
