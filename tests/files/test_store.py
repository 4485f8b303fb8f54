"""The store keeps whole files or nothing, and every file once."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio.files.refusals import FileRefused, Reason
from studio.files.store import FileStore, StoredFile

MEGABYTE = 1024 * 1024


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path)


def files_below(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file())


def tomorrow() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


def yesterday() -> datetime:
    return datetime.now(UTC) - timedelta(days=1)


def test_a_file_lies_under_its_own_hash(store: FileStore, tmp_path: Path):
    content = b"saw guard" * 100_000
    sha256 = hashlib.sha256(content).hexdigest()

    assert store.keep(io.BytesIO(content), MEGABYTE) == StoredFile(sha256, len(content))

    assert files_below(tmp_path) == [tmp_path / "attachments" / sha256[:2] / sha256[2:4] / sha256]
    assert store.exists(sha256)
    with store.open(sha256) as file:
        assert file.read() == content


def test_the_same_file_twice_is_kept_once(store: FileStore, tmp_path: Path):
    first = store.keep(io.BytesIO(b"same"), MEGABYTE)
    inode = store.path(first.sha256).stat().st_ino

    assert store.keep(io.BytesIO(b"same"), MEGABYTE) == first
    assert store.path(first.sha256).stat().st_ino == inode
    assert len(files_below(tmp_path)) == 1


def test_thumbnails_stand_on_a_shelf_of_their_own(store: FileStore):
    kept = store.thumbnails.keep(io.BytesIO(b"small"), MEGABYTE)

    assert store.thumbnails.exists(kept.sha256)
    assert not store.exists(kept.sha256)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", Reason.FILE_EMPTY), (b"x" * (MEGABYTE + 1), Reason.FILE_TOO_LARGE)],
)
def test_an_empty_or_too_large_stream_leaves_nothing(store: FileStore, tmp_path: Path, content, reason):
    with pytest.raises(FileRefused) as refusal:
        store.keep(io.BytesIO(content), MEGABYTE)

    assert refusal.value.reason is reason
    assert files_below(tmp_path) == []


def test_a_too_large_stream_is_not_read_to_its_end(store: FileStore):
    stream = io.BytesIO(b"x" * 10 * MEGABYTE)

    with pytest.raises(FileRefused):
        store.keep(stream, MEGABYTE)

    assert stream.tell() < 2 * MEGABYTE


def test_exactly_the_limit_is_allowed(store: FileStore):
    assert store.keep(io.BytesIO(b"x" * MEGABYTE), MEGABYTE).size == MEGABYTE


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "g" * 64, "0" * 63, "0" * 64 + "\n", "٠" * 64])
def test_only_a_hash_names_a_file(store: FileStore, name: str):
    with pytest.raises(ValueError, match="SHA-256"):
        store.path(name)


def test_the_shelf_can_be_listed(store: FileStore):
    kept = {store.keep(io.BytesIO(content), MEGABYTE).sha256 for content in (b"a", b"b", b"c")}

    assert set(store.stored()) == kept


def test_an_unused_file_is_discarded_once_it_is_old(store: FileStore, tmp_path: Path):
    kept = store.keep(io.BytesIO(b"nobody wants me"), MEGABYTE)

    assert not store.discard(kept.sha256, older_than=yesterday())
    assert store.discard(kept.sha256, older_than=tomorrow())
    assert not store.discard(kept.sha256, older_than=tomorrow())
    assert files_below(tmp_path) == []


def test_keeping_a_file_again_makes_it_young(store: FileStore):
    kept = store.keep(io.BytesIO(b"wanted again"), MEGABYTE)
    long_ago = (datetime.now(UTC) - timedelta(days=30)).timestamp()
    os.utime(store.path(kept.sha256), (long_ago, long_ago))

    store.keep(io.BytesIO(b"wanted again"), MEGABYTE)

    assert not store.discard(kept.sha256, older_than=yesterday())
    assert store.exists(kept.sha256)


def test_a_file_kept_while_it_is_being_discarded_is_there_afterwards(store: FileStore):
    """Two hundred races of one who keeps the bytes with one who throws them away as unused for a month."""
    long_ago = (datetime.now(UTC) - timedelta(days=30)).timestamp()
    kept = store.keep(io.BytesIO(b"contested"), MEGABYTE)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(200):
            os.utime(store.path(kept.sha256), (long_ago, long_ago))
            thrown = pool.submit(store.discard, kept.sha256, older_than=yesterday())
            pool.submit(store.keep, io.BytesIO(b"contested"), MEGABYTE).result()
            thrown.result()

            assert store.exists(kept.sha256)


def test_what_a_killed_discard_took_aside_is_put_back(store: FileStore, tmp_path: Path):
    kept = store.keep(io.BytesIO(b"perhaps attached"), MEGABYTE)
    store.path(kept.sha256).rename(tmp_path / "attachments" / "incoming" / f"{kept.sha256}-0123")

    assert store.sweep(older_than=tomorrow()) == 0
    assert store.exists(kept.sha256)


def test_a_killed_upload_leaves_only_what_a_sweep_removes(store: FileStore, tmp_path: Path):
    """The child reports when it has written half of a large file, and is killed with SIGKILL there."""
    half_way = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from studio.files.store import FileStore

        class Slow:
            chunks = 8
            def read(self, size):
                self.chunks -= 1
                if not self.chunks:
                    print("half way", flush=True)
                    time.sleep(60)
                return b"x" * size

        FileStore(Path(sys.argv[1])).keep(Slow(), 10**9)
    """)
    with subprocess.Popen([sys.executable, "-c", half_way, str(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"half way\n"
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL

    assert list(store.stored()) == []
    assert [file.parent.name for file in files_below(tmp_path)] == ["incoming"]
    assert store.sweep(older_than=yesterday()) == 0, "an upload that is still running is left alone"
    assert store.sweep(older_than=tomorrow()) == 1
    assert files_below(tmp_path) == []


def test_a_full_disk_is_said_clearly_and_leaves_nothing(tmp_path: Path):
    """RLIMIT_FSIZE makes the kernel itself refuse the write; a smaller file still fits afterwards."""
    no_room = textwrap.dedent("""
        import io, resource, sys
        from pathlib import Path
        from studio.files.refusals import FileRefused
        from studio.files.store import FileStore

        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
        store = FileStore(Path(sys.argv[1]))
        try:
            store.keep(io.BytesIO(b"x" * 900_000), 10**9)
        except FileRefused as refusal:
            print(refusal.reason)
        store.keep(io.BytesIO(b"fits"), 10**9)
    """)
    answer = subprocess.run([sys.executable, "-c", no_room, str(tmp_path)], capture_output=True, text=True, check=True)

    assert answer.stdout == "disk_full\n"
    assert [file.read_bytes() for file in files_below(tmp_path)] == [b"fits"]
