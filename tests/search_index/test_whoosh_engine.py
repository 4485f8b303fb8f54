"""What the embedded engine promises beyond the port: many processes, sudden death, damage."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from search_index.bitmaps import positions
from search_index.port import IndexBusy, SearchError, SearchUnavailable
from search_index.whoosh_engine import WhooshEngine
from search_index.whoosh_engine.postings import FEW, decode, encode, numbers
from tests.search_index.documents import change, document, find, put


@pytest.mark.parametrize(
    "documents", [[0], [3, 9], list(range(FEW)), list(range(0, 900, 7)), [0, 5000, *range(6000, 6020)]]
)
def test_postings_come_back_as_they_were(documents: list[int]) -> None:
    assert list(positions(decode(encode(documents)))) == documents
    assert list(numbers(encode(documents))) == documents


def in_another_process(code: str, root: Path) -> subprocess.Popen[str]:
    """Run Python code that knows ``engine``; what it prints can be waited for line by line."""
    preamble = (
        "import itertools, pathlib, sys\n"
        "from search_index.whoosh_engine import WhooshEngine\n"
        "from tests.search_index.documents import change, document, find, put\n"
        "engine = WhooshEngine(pathlib.Path(sys.argv[1]))\n"
    )
    return subprocess.Popen([sys.executable, "-c", preamble + code, str(root)], stdout=subprocess.PIPE, text=True)


def test_a_commit_by_another_process_is_seen_by_the_next_query(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    put(engine, document(1))
    assert find(engine, "吊具") == []
    with in_another_process("change(engine, document(2, '吊具防脱'))", tmp_path) as writer:
        writer.wait()
    assert find(engine, "吊具") == [2]


def test_a_switch_by_another_process_is_seen_and_the_old_index_goes(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    put(engine, document(1))
    assert find(engine, "导卫") == [1]
    with in_another_process("put(engine, document(2), document(3))", tmp_path) as writer:
        writer.wait()
    assert find(engine, "导卫") == [3, 2]
    assert len(list(tmp_path.glob("v*-*"))) == 1


def test_searching_and_writing_go_on_during_a_rebuild(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    put(engine, document(1))
    with engine.rebuilding() as fresh:
        fresh.add([document(1)])
        change(engine, document(2))
        assert find(engine, "导卫") == [2, 1]
        with pytest.raises(IndexBusy), WhooshEngine(tmp_path).rebuilding():
            pass
    assert find(engine, "导卫") == [2, 1]


def test_only_one_writes_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_index.whoosh_engine.engine.LOCK_SECONDS", 0.05)
    engine = WhooshEngine(tmp_path)
    with engine.writing(), pytest.raises(IndexBusy), WhooshEngine(tmp_path).writing():
        pass


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
@pytest.mark.parametrize(
    "work",
    [
        "for n in itertools.count(1): change(engine, document(10, f'第{n}稿', revision=n)); print(n, flush=True)",
        "for n in itertools.count(1): put(engine, *map(document, range(1, 60))); print(n, flush=True)",
    ],
    ids=["commit", "rebuild"],
)
def test_death_in_the_middle_leaves_a_usable_index(tmp_path: Path, work: str) -> None:
    engine = WhooshEngine(tmp_path)
    put(engine, *(document(number) for number in range(1, 60)))
    for lines in (1, 2, 2, 3):
        with in_another_process(work, tmp_path) as worker:
            assert worker.stdout is not None
            for _ in range(lines):
                worker.stdout.readline()
            os.kill(worker.pid, signal.SIGKILL)  # somewhere in the next round
        assert len(find(engine, "导卫")) >= 58
        change(engine, document(77, "吊具防脱", "销子"))
        assert find(engine, "吊具") == [77]
        assert len(find(WhooshEngine(tmp_path), "2026")) == len(engine.revisions())
    put(engine, document(1))
    assert find(engine, "2026") == [1]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("v")) == [
        (tmp_path / "current").read_text()
    ]


def test_no_index_is_said_and_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "nowhere")
    with pytest.raises(SearchUnavailable):
        find(engine, "轴承")
    with pytest.raises(SearchUnavailable):
        change(engine, document(1))
    assert not engine.status().available


@pytest.mark.parametrize("victim", ["*.toc", "*.trm", "*.facts.col", "*_stored.col", "*.text.col"])
def test_a_damaged_index_is_noticed_and_can_be_made_again(tmp_path: Path, victim: str) -> None:
    put(WhooshEngine(tmp_path), document(1))
    for path in tmp_path.glob(f"v*/{victim}"):
        path.write_bytes(path.read_bytes()[:7])
    engine = WhooshEngine(tmp_path)
    with pytest.raises(SearchUnavailable):
        find(engine, "导卫轮")
    with pytest.raises(SearchUnavailable):
        change(engine, document(1))
    put(engine, document(1))
    assert find(engine, "导卫轮") == [1]


def test_a_vanished_directory_is_unavailable(tmp_path: Path) -> None:
    engine = put(WhooshEngine(tmp_path), document(1))
    for path in tmp_path.glob("v*/*"):
        path.unlink()
    with pytest.raises(SearchUnavailable):
        find(engine, "导卫")


def test_an_index_of_another_version_is_not_read(tmp_path: Path) -> None:
    engine = put(WhooshEngine(tmp_path), document(1))
    (tmp_path / "current").write_text("v0-abc")
    with pytest.raises(SearchUnavailable):
        find(engine, "导卫")


def test_parts_written_by_processes_of_their_own_make_one_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search_index.whoosh_engine.writer.PART", 3)
    engine = put(WhooshEngine(tmp_path), *(document(number, f"导卫轮第{number}号") for number in range(1, 9)))
    assert engine.status().parts == 3
    assert find(engine, "导卫轮") == [8, 7, 6, 5, 4, 3, 2, 1]
    assert find(engine, "第4号") == [4]
    change(engine, document(4, "吊具防脱"))
    assert find(engine, "第4号") == []
    assert len(engine.revisions()) == 8


def test_a_part_that_cannot_be_written_publishes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_index.whoosh_engine.writer.PART", 1)
    engine = put(WhooshEngine(tmp_path), document(1))
    broken = replace(document(2), title=None)  # type: ignore[arg-type]  # nothing can be made of it
    with pytest.raises(SearchError):
        put(engine, broken, document(3))
    assert find(engine, "2026") == [1]
    assert len(list(tmp_path.glob("v*-*"))) == 1
