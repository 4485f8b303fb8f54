"""What the engine on PostgreSQL promises beyond the port: many nodes, sudden death, damage."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg.sql import SQL, Composed, Identifier

from search_index.port import IndexBusy, SearchUnavailable
from search_index.postgresql_engine import PostgresqlEngine, engine, snapshot, writer
from search_index.postgresql_engine.rows import LONGEST_LEXEME, row_of
from search_index.postgresql_engine.snapshot import unpack
from tests.search_index.documents import change, document, find, put
from tests.support.postgresql import Cluster

pytestmark = pytest.mark.postgresql


@pytest.fixture
def address(postgresql_cluster: Cluster) -> str:
    """A database of the test's own, so that whatever lies in it is the test's doing."""
    return postgresql_cluster.create(f"index_{os.urandom(4).hex()}")


@pytest.fixture
def node(address: str) -> Iterator[PostgresqlEngine]:
    made = PostgresqlEngine(address)
    yield made
    made.close()


@pytest.fixture
def other_node(address: str) -> Iterator[PostgresqlEngine]:
    made = PostgresqlEngine(address)
    yield made
    made.close()


def ask(address: str, statement: LiteralString | Composed, *values: object) -> list[tuple[str, ...]]:
    """Run a statement beside the engine."""
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        found = connection.execute(statement, values or None)
        return found.fetchall() if found.description else []


def schemas(address: str) -> list[str]:
    return [
        name
        for (name,) in ask(address, "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'studio_search_v')")
    ]


def in_another_process(code: str, address: str) -> subprocess.Popen[str]:
    """Run Python code that knows ``engine``; what it prints can be waited for line by line."""
    preamble = (
        "import itertools, sys\n"
        "from search_index.postgresql_engine import PostgresqlEngine\n"
        "from tests.search_index.documents import change, document, find, put\n"
        "engine = PostgresqlEngine(sys.argv[1])\n"
    )
    return subprocess.Popen([sys.executable, "-c", preamble + code, address], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("documents", [[0], [3, 9], [9, 10], [70, 5000, *range(6000, 6020)]])
def test_bitmaps_come_back_as_they_were(documents: list[int]) -> None:
    assert unpack(*writer.pack(documents)) == sum(1 << number for number in documents)


def test_a_commit_by_another_node_is_seen_by_the_next_query(
    node: PostgresqlEngine, other_node: PostgresqlEngine
) -> None:
    put(node, document(1, kind=["design"]))
    assert find(node, "吊具") == find(other_node, "吊具") == []
    change(other_node, document(2, "吊具防脱"), removed=[1])
    assert find(node, "吊具") == find(node, "") == [2]
    put(other_node, document(2), document(3))
    assert find(node, "导卫") == [3, 2]


def test_the_index_that_was_replaced_goes(node: PostgresqlEngine, address: str) -> None:
    put(put(node, document(1)), document(2))
    assert len(schemas(address)) == 1


def test_searching_and_writing_go_on_during_a_rebuild(node: PostgresqlEngine, other_node: PostgresqlEngine) -> None:
    put(node, document(1))
    with node.rebuilding() as fresh:
        fresh.add([document(1)])
        change(node, document(2))
        assert find(node, "导卫") == find(other_node, "导卫") == [2, 1]
        with pytest.raises(IndexBusy), other_node.rebuilding():
            pass
    assert find(node, "导卫") == [2, 1]


def test_a_query_that_a_switch_overtakes_is_answered(
    node: PostgresqlEngine, other_node: PostgresqlEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(node, document(1))
    read = snapshot.load

    def overtaken(*arguments: object) -> object:
        monkeypatch.setattr(engine, "load", read)
        put(other_node, document(2))
        return read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "load", overtaken)
    assert find(node, "导卫") == [2]


def test_only_one_writes_at_a_time(
    node: PostgresqlEngine, other_node: PostgresqlEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LOCK_SECONDS", 0.05)
    with node.writing(), pytest.raises(IndexBusy), other_node.writing():
        pass
    with other_node.writing():
        pass


def test_a_commit_that_fails_changes_nothing(node: PostgresqlEngine) -> None:
    put(node, document(1))
    broken = [document(1, "半途"), document(2, "半途", benefit=1 << 70)]
    with pytest.raises(psycopg.Error):
        change(node, *broken)
    assert (find(node, "导卫"), find(node, "半途")) == ([1], [])


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
@pytest.mark.parametrize(
    "work",
    [
        "for n in itertools.count(1): change(engine, document(10, f'第{n}稿', revision=n)); print(n, flush=True)",
        "for n in itertools.count(1): put(engine, *map(document, range(1, 60))); print(n, flush=True)",
    ],
    ids=["commit", "rebuild"],
)
def test_death_in_the_middle_leaves_a_usable_index(node: PostgresqlEngine, address: str, work: str) -> None:
    put(node, *(document(number) for number in range(1, 60)))
    for lines in (1, 2, 2, 3):
        with in_another_process(work, address) as worker:
            assert worker.stdout is not None
            for _ in range(lines):
                worker.stdout.readline()
            os.kill(worker.pid, signal.SIGKILL)  # somewhere in the next round
        assert len(find(node, "导卫")) >= 58
        change(node, document(77, "吊具防脱", "销子"))
        assert find(node, "吊具") == [77]
        assert len(find(node, "2026")) == len(node.revisions())
    put(node, document(1))
    assert find(node, "2026") == [1]
    assert len(schemas(address)) == 1


def test_no_index_is_said_and_not_taken_for_an_empty_one(node: PostgresqlEngine) -> None:
    with pytest.raises(SearchUnavailable):
        find(node, "轴承")
    with pytest.raises(SearchUnavailable):
        change(node)
    assert not node.status().available


@pytest.mark.parametrize("victim", ["documents", "texts", "frequent", "latin_words"])
def test_a_damaged_index_is_noticed_and_can_be_made_again(
    node: PostgresqlEngine, other_node: PostgresqlEngine, address: str, victim: str
) -> None:
    put(node, document(1, "导卫轮 bearing"))
    (schema,) = schemas(address)
    ask(address, SQL("DROP TABLE {}").format(Identifier(schema, victim)))
    with pytest.raises(SearchUnavailable):
        find(other_node, "导卫轮 bearnig")
    with pytest.raises(SearchUnavailable):
        change(other_node, document(1))
    put(other_node, document(1))
    assert find(node, "导卫轮") == [1]


def test_an_index_of_another_version_is_not_read(node: PostgresqlEngine, address: str) -> None:
    put(node, document(1))
    ask(address, "UPDATE studio_search.current SET schema = 'studio_search_v0_0_abc'")
    with pytest.raises(SearchUnavailable):
        find(node, "导卫")


def test_a_server_that_is_away_is_said_and_its_return_noticed(node: PostgresqlEngine, address: str) -> None:
    put(node, document(1))
    assert find(node, "导卫") == [1]
    ask(address, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()")  # fmt: skip  # noqa: E501
    assert find(node, "导卫") == [1]
    nowhere = PostgresqlEngine("postgresql+psycopg://studio@127.0.0.1:1/nowhere")
    assert not nowhere.status().available
    with pytest.raises(SearchUnavailable), nowhere.writing():
        pass
    with pytest.raises(SearchUnavailable), nowhere.rebuilding():
        pass


def test_words_too_long_for_the_server_are_left_out_and_the_rest_is_found(node: PostgresqlEngine) -> None:
    long = "x" * (LONGEST_LEXEME + 1)
    put(node, document(1, "甲", f"{long} 轴承"))
    assert find(node, "轴承") == find(node, long[:50]) == [1]


def test_more_terms_than_the_server_takes_are_cut_off_at_the_words() -> None:
    text = "".join(map(chr, range(0x4E00, 0x9FA0))) * 12
    row = row_of(document(1, "甲", text[::7] + text[::11] + text[::13]))
    assert sum(len(each.encode()) for each in row.lexemes) <= 1_000_000


def test_signs_that_mean_something_to_the_server_are_letters_like_others(node: PostgresqlEngine) -> None:
    put(node, document(1, "a'b\\c & !d:*", "50% _下划_ \\t"), document(2, "甲"))
    for piece in ("'b", "b\\c", "& !d", ":*", "0% _", "\\t", "a'b\\c"):
        assert find(node, f'"{piece}"') == [1], piece


def test_much_that_was_written_since_wears_the_index(node: PostgresqlEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "FRESH_PART", 2)
    put(node, *(document(number) for number in range(1, 60)))
    assert not node.status().worn
    change(node, *(document(number, revision=2) for number in range(1, 60)))
    assert node.status().worn
    put(node, document(1))
    assert not node.status().worn
