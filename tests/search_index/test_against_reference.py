"""Random archives, readers and queries: the engine says what a slow reading of everything says."""

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_index.analysis import QUERY_EDGES, fold
from search_index.port import SearchDocument, SearchEngine, SearchPage, SearchQuery
from search_index.whoosh_engine import WhooshEngine
from tests.search_index.documents import answer_of, change, document, ids, put, slow_answer

LETTERS = "轴承座发动机油封更换导卫ＡaBb1２Φ×-./℃é，。"
TOKENS = ["all", "person:1", "studio:3"]

texts = st.text(st.sampled_from(LETTERS + " \n"), max_size=40)
values = st.sets(st.sampled_from(["a", "b", "c"]), max_size=2)


@st.composite
def archives(draw: st.DrawFn) -> list[SearchDocument]:
    return [
        document(
            number,
            draw(texts),
            draw(texts),
            names=draw(st.sampled_from(["叶思琪 000101", "于子豪 000102"])),
            audience=draw(st.sets(st.sampled_from(TOKENS), min_size=1)),
            kind=draw(values),
            unit=draw(values),
        )
        for number in range(1, draw(st.integers(1, 6)) + 1)
    ]


@st.composite
def queries(draw: st.DrawFn, documents: list[SearchDocument]) -> SearchQuery:
    pieces = [draw(st.text(st.sampled_from(LETTERS), max_size=3))]
    for _ in range(draw(st.integers(0, 2))):
        source = draw(st.sampled_from(documents))
        text = "".join(f"{source.title}{source.body}".split())
        start = draw(st.integers(0, max(0, len(text) - 2)))
        pieces.append(text[start : start + draw(st.integers(1, 6))])
    return SearchQuery(
        text=" ".join(f'"{piece}"' for piece in pieces if piece),
        audience=frozenset(draw(st.sets(st.sampled_from(TOKENS)))),
        filters={"kind": draw(values), "unit": draw(values)},
        per_page=1000,
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_answers_equal_the_slow_reference(data: st.DataObject) -> None:
    documents = data.draw(archives())
    with TemporaryDirectory() as directory:
        engine = put(WhooshEngine(Path(directory)), *documents[::2])
        change(engine, *documents[1::2])  # a second part, and replacement
        changed = data.draw(st.sampled_from(documents))
        change(engine, document(changed.proposal_id, "换过", audience=["all"], revision=2))
        now = [each for each in documents if each.proposal_id != changed.proposal_id]
        now.append(document(changed.proposal_id, "换过", audience=["all"], revision=2))
        for _ in range(8):
            query = data.draw(queries(documents))
            page = engine.search(query)
            assert answer_of(page) == slow_answer(now, query)
            assert page.total == len(page.hits)
            _holds_for_plain_words(engine, now, query, page)


def _holds_for_plain_words(
    engine: SearchEngine, documents: list[SearchDocument], query: SearchQuery, exact: SearchPage
) -> None:
    """Without quotes more may be found, in other spellings; never less, and never what the reader may not see."""
    loose = engine.search(replace(query, text=query.text.replace('"', "")))
    readable = {each.proposal_id for each in documents if each.audience & query.audience}
    assert set(ids(loose)) <= readable
    wanted = query.filters["kind"]
    assert not wanted or all(each.facets["kind"] & set(wanted) for each in documents if each.proposal_id in ids(loose))
    assert set(ids(exact)) <= set(ids(loose)) or not _plain(query.text)


def _plain(text: str) -> bool:
    """Tell whether a query means the same letters with and without its quotes: no signs that would be dropped."""
    return all(piece.strip(QUERY_EDGES) == piece for piece in re.findall('"([^"]+)"', fold(text)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.text(st.characters(codec="utf-8", exclude_categories=("Mn", "Cc")), min_size=2, max_size=60), data=st.data()
)
def test_any_piece_of_any_text_finds_it(text: str, data: st.DataObject) -> None:
    with TemporaryDirectory() as directory:
        engine = put(WhooshEngine(Path(directory)), document(1, "甲", text))
        for _ in range(10):
            start = data.draw(st.integers(0, len(text) - 2))
            piece = text[start : data.draw(st.integers(start + 2, len(text)))]
            if piece.strip():
                page = engine.search(SearchQuery(text=piece, audience=frozenset({"all"})))
                assert page.total == 1, piece
