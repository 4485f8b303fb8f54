"""Random archives, readers and queries: every engine says what a slow reading of everything says, and no more."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_index.analysis import fold, query_stem
from search_index.port import SearchDocument, SearchEngine, SearchHit, SearchPage, SearchQuery, Sort
from search_index.query import Query, parse
from search_index.synonyms import Synonyms
from search_index.whoosh_engine import WhooshEngine
from tests.search_index.conftest import ENGINES
from tests.search_index.documents import answer_of, change, document, ids, put, slow_answer

LETTERS = "轴承座发动机油封更换导卫位ＡaBb1２Φ×-./℃é，。"
TOKENS = ["all", "person:1", "studio:3"]
SAME = Synonyms([["轴承", "油封座"], ["发动 机", "导卫"], ["ab", "a b"]])

texts = st.text(st.sampled_from(LETTERS + " \n"), max_size=40)
values = st.sets(st.sampled_from(["a", "b", "c"]), max_size=2)
audiences = st.sets(st.sampled_from(TOKENS)).map(frozenset)
few = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
"""Each example empties the engines first, by a rebuild."""


@st.composite
def archives(draw: st.DrawFn) -> list[SearchDocument]:
    return [draw(documents(number)) for number in range(1, draw(st.integers(1, 6)) + 1)]


@st.composite
def documents(draw: st.DrawFn, number: int) -> SearchDocument:
    made = document(
        number,
        draw(texts),
        draw(texts),
        names=draw(st.sampled_from(["叶思琪 000101", "于子豪 000102"])),
        audience=draw(st.sets(st.sampled_from(TOKENS), min_size=1)),
        benefit=draw(st.sampled_from([0, 500, 90_000])),
        kind=draw(values),
        unit=draw(values),
    )
    return replace(
        made,
        place=draw(st.sampled_from(["", "导卫 座", "机"])),
        more=draw(st.sampled_from(["", "封更承1", "位卫"])),
        filed_at=made.filed_at + timedelta(days=draw(st.integers(0, 500))),
    )


@st.composite
def pieces(draw: st.DrawFn, archive: list[SearchDocument]) -> str:
    """Something that may stand in the archive, and mostly does."""
    source = draw(st.sampled_from(archive))
    text = " ".join(f"{source.title}{source.body}".split()) or "轴"
    start = draw(st.integers(0, max(0, len(text) - 2)))
    found = text[start : start + draw(st.integers(1, 6))].strip()
    return found or draw(st.text(st.sampled_from(LETTERS), min_size=1, max_size=3))


@st.composite
def questions(draw: st.DrawFn, archive: list[SearchDocument], *, literal: bool) -> str:
    """A query of all sorts of parts; if literal, all of its words are quoted."""
    parts: list[str] = []
    for _ in range(draw(st.integers(0, 3))):
        piece = draw(pieces(archive))
        word = f'"{piece}"' if literal or draw(st.booleans()) else "".join(piece.split())
        before = draw(st.sampled_from(["", "", "", "-", "title:", "地点:", "person:"]))
        parts += [*draw(st.sampled_from([[], [], ["OR"]])), f"{before}{word}"]
    parts += draw(st.sampled_from([[], [], ["benefit:>=500"], ["filed:2026-02..2026-09"], ["year:2026"]]))
    return " ".join(parts)


def queries(archive: list[SearchDocument], *, literal: bool) -> st.SearchStrategy[SearchQuery]:
    return st.builds(
        SearchQuery,
        text=questions(archive, literal=literal),
        audience=audiences,
        filters=st.fixed_dictionaries({"kind": values, "unit": values}),
        sort=st.sampled_from(list(Sort)),
        synonyms=st.just(SAME),
        per_page=st.just(1000),
    )


def grown(engine: SearchEngine, archive: list[SearchDocument], changed: SearchDocument) -> list[SearchDocument]:
    """Fill an index in several commits, one document replaced and one removed; return what is in it."""
    put(engine, *archive[::2])
    change(engine, *archive[1::2], document(99, "又没了"))
    change(engine, changed, removed=[99])
    return [each for each in archive if each.proposal_id != changed.proposal_id] + [changed]


@few
@given(data=st.data())
def test_answers_equal_the_slow_reference(engine: SearchEngine, data: st.DataObject) -> None:
    archive = data.draw(archives())
    now = grown(engine, archive, data.draw(documents(data.draw(st.sampled_from(archive)).proposal_id)))
    for _ in range(8):
        query = data.draw(queries(archive, literal=True))
        page = engine.search(query)
        assert answer_of(page) == slow_answer(now, query)
        assert page.total == len(page.hits)
        assert page.meant == ""
        _shows_its_own_words(page, now, parse(query.text))


def _shows_its_own_words(page: SearchPage, documents: list[SearchDocument], asked: Query) -> None:
    """Title and body, nothing else of the document; and in them it marks what was asked."""
    by_id = {each.proposal_id: each for each in documents}
    terms = {term.text for clause in asked.wanted for term in clause.ways}
    for hit in page.hits:
        found = by_id[hit.proposal_id]
        assert "".join(text for text, _ in hit.title) == found.title
        assert "".join(text for text, _ in hit.snippet).strip("…") in found.body.replace("\n", " ")
        assert any(flag for _, flag in hit.title) or not any(term in fold(found.title) for term in terms)
        for text, flag in hit.title:
            assert not flag or any(term in fold(text) or query_stem(term) for term in terms)


@few
@given(data=st.data())
def test_what_a_reader_may_not_see_changes_no_answer(
    engine: SearchEngine, second_engine: SearchEngine, data: st.DataObject
) -> None:
    """An archive from which everything hidden was taken out gives him the same: hits, counts, guesses, likenesses."""
    archive, audience = data.draw(archives()), data.draw(audiences)
    now = grown(engine, archive, data.draw(documents(1)))
    put(second_engine, *(each for each in now if each.audience & audience))
    for _ in range(6):
        query = replace(data.draw(queries(archive, literal=False)), audience=audience)
        assert _told(engine.search(query)) == _told(second_engine.search(query))
    text = " ".join(f"{each.title} {each.body}" for each in archive)
    alike = [
        {hit.proposal_id: (hit.title, set(hit.shared)) for hit in each.similar(text, audience, limit=50)}
        for each in (engine, second_engine)
    ]
    assert alike[0] == alike[1]


def _told(page: SearchPage) -> tuple[object, ...]:
    """All that a page tells but the scores, which tell how large the archive is."""
    return page.total, {hit.proposal_id: (hit.title, hit.snippet) for hit in page.hits}, answer_of(page), page.meant


@pytest.mark.parametrize("engine", ENGINES[1:], indirect=True)
@few
@given(data=st.data())
def test_engines_agree(engine: SearchEngine, tmp_path: Path, data: st.DataObject) -> None:
    """In everything: order, scores, snippets, counts, guesses and likenesses."""
    whoosh = WhooshEngine(tmp_path / "whoosh")
    archive = data.draw(archives())
    changed = data.draw(documents(1))
    for each in (engine, whoosh):
        grown(each, archive, changed)
    for _ in range(8):
        query = data.draw(queries(archive, literal=False))
        assert _all_of(engine.search(query)) == _all_of(whoosh.search(query))
    text = data.draw(texts)
    assert engine.similar(text, query.audience, limit=3, but=2) == whoosh.similar(text, query.audience, limit=3, but=2)
    assert engine.revisions() == whoosh.revisions()


def _all_of(page: SearchPage) -> tuple[tuple[SearchHit, ...], int, str, Mapping[str, object]]:
    return page.hits, page.total, page.meant, {name: counts for name, counts in page.facets.items() if counts}


@few
@given(
    text=st.text(st.characters(codec="utf-8", exclude_categories=("Mn", "Cc")), min_size=2, max_size=60), data=st.data()
)
def test_any_piece_of_any_text_finds_it(engine: SearchEngine, text: str, data: st.DataObject) -> None:
    put(engine, document(1, "甲", text))
    for _ in range(10):
        start = data.draw(st.integers(0, len(text) - 2))
        piece = text[start : data.draw(st.integers(start + 2, len(text)))]
        if piece.strip():
            page = engine.search(SearchQuery(text=piece, audience=frozenset({"all"})))
            assert page.total == 1, (piece, ids(page))
