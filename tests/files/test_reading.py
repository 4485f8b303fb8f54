"""The reading process: it is asked for one document after the other, and whatever it dies of, the next one is read."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models import FileTextState, Unreadable
from studio.files import kinds
from studio.files.kinds import FileKind
from studio.files.reading import Finding, Reader, ReadingLimits
from tests.files import samples

LIMITS = ReadingLimits(size=20 * 1024**2, seconds=20, memory=512 * 1024**2)
SENTENCE = "换辊时导卫板老往左边跑"
GOOD = Finding(SENTENCE)

Read = Callable[[bytes, FileKind], Finding]


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(LIMITS) as made:
        yield made


def read(reader: Reader, folder: Path, content: bytes, kind: FileKind) -> Finding:
    path = folder / "file"
    path.write_bytes(content)
    return reader.read(path, kind.media_type)


def test_one_process_reads_all_kinds(reader: Reader, tmp_path: Path):
    assert read(reader, tmp_path, samples.pdf(SENTENCE), kinds.PDF) == GOOD
    first = reader._process
    assert read(reader, tmp_path, samples.docx(SENTENCE), kinds.DOCX) == GOOD
    assert read(reader, tmp_path, samples.pptx(SENTENCE), kinds.PPTX) == GOOD
    assert read(reader, tmp_path, SENTENCE.encode("gb18030"), kinds.TEXT) == GOOD
    assert SENTENCE in read(reader, tmp_path, samples.workbook([SENTENCE]), kinds.XLSX).text
    assert reader._process is first


def test_nothing_in_it_is_no_failure(reader: Reader, tmp_path: Path):
    finding = read(reader, tmp_path, samples.pdf(""), kinds.PDF)
    assert (finding, finding.state) == (Finding(), FileTextState.EMPTY)


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (samples.locked_pdf(SENTENCE, "secret"), kinds.PDF, Unreadable.LOCKED),
        (samples.PDF[:40] + b"%%EOF", kinds.PDF, Unreadable.BROKEN),
        (samples.docx(SENTENCE)[:-40], kinds.DOCX, Unreadable.BROKEN),
        (samples.office(body=b"<w:document"), kinds.DOCX, Unreadable.BROKEN),
        (b"\0\1\2", kinds.TEXT, Unreadable.BROKEN),
    ],
)
def test_what_cannot_be_read_says_why_and_the_process_goes_on(
    reader: Reader, tmp_path: Path, content: bytes, kind: FileKind, reason: Unreadable
):
    assert read(reader, tmp_path, content, kind) == Finding(reason=reason)
    first = reader._process
    assert read(reader, tmp_path, samples.pdf(SENTENCE), kinds.PDF) == GOOD
    assert reader._process is first


@pytest.mark.parametrize("part", ["word/document.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_packed_bomb_is_not_unpacked(reader: Reader, tmp_path: Path, part: str):
    kind = kinds.DOCX if part.startswith("word") else kinds.XLSX
    bomb = bytes(200 * 1024**2)
    content = (
        samples.archive((part, bomb), ("word/_rels/x.rels", b"")) if kind is kinds.DOCX else _in_workbook(part, bomb)
    )
    assert len(content) < 1024**2
    began = time.monotonic()
    assert read(reader, tmp_path, content, kind) == Finding(reason=Unreadable.TOO_LARGE)
    assert time.monotonic() - began < LIMITS.seconds / 2


def _in_workbook(part: str, content: bytes) -> bytes:
    target = io.BytesIO(samples.workbook([SENTENCE]))
    with zipfile.ZipFile(target) as old:
        parts = [(name, old.read(name)) for name in old.namelist() if name != part]
    return samples.archive(*parts, (part, content))


def test_a_large_file_and_one_that_is_gone_start_no_process(tmp_path: Path):
    with Reader(ReadingLimits(size=100, seconds=5, memory=LIMITS.memory)) as reader:
        assert read(reader, tmp_path, b"a" * 101, kinds.TEXT) == Finding(reason=Unreadable.TOO_LARGE)
        assert reader.read(tmp_path / "gone", "text/plain") == Finding(reason=Unreadable.MISSING)
        assert reader._process is None


def test_of_a_long_document_the_beginning_is_kept(tmp_path: Path):
    with Reader(ReadingLimits(size=LIMITS.size, seconds=20, memory=LIMITS.memory, characters=50)) as reader:
        finding = read(reader, tmp_path, samples.pdf(*(f"第{n:04}页换辊" for n in range(500))), kinds.PDF)
    assert finding.text.startswith("第0000页换辊\n第0001页换辊")
    assert len(finding.text) == 50


def test_what_was_read_before_it_broke_is_kept(reader: Reader, tmp_path: Path):
    torn = samples.office(body=f"{samples.beginning_of(SENTENCE)}<w:p></w:r>".encode())
    assert read(reader, tmp_path, torn, kinds.DOCX) == GOOD


def test_a_document_without_end_is_left_and_the_next_one_is_read(tmp_path: Path):
    with Reader(ReadingLimits(size=LIMITS.size, seconds=2, memory=LIMITS.memory)) as reader:
        began = time.monotonic()
        assert read(reader, tmp_path, samples.slow_pdf(), kinds.PDF) == Finding(reason=Unreadable.TOO_LONG)
        assert time.monotonic() - began < 8
        assert read(reader, tmp_path, SENTENCE.encode(), kinds.TEXT) == GOOD


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_a_document_that_needs_too_much_memory_is_left_and_the_next_one_is_read(tmp_path: Path):
    huge = _in_workbook("xl/styles.xml", b"<x>" + b"<a/>" * 5_000_000 + b"</x>")
    with Reader(ReadingLimits(size=LIMITS.size, seconds=20, memory=128 * 1024**2)) as reader:
        assert read(reader, tmp_path, huge, kinds.XLSX) == Finding(reason=Unreadable.TOO_MUCH_MEMORY)
        assert read(reader, tmp_path, samples.pdf(SENTENCE), kinds.PDF) == GOOD


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a matter of POSIX")
def test_a_process_that_is_killed_is_told_from_one_that_is_slow(reader: Reader, tmp_path: Path):
    assert read(reader, tmp_path, samples.pdf(SENTENCE), kinds.PDF) == GOOD
    process = reader._process
    assert process is not None
    slow = samples.slow_pdf()
    threading.Timer(0.5, os.kill, (process.pid, signal.SIGKILL)).start()
    assert read(reader, tmp_path, slow, kinds.PDF) == Finding(reason=Unreadable.CRASHED)
    assert read(reader, tmp_path, samples.pdf(SENTENCE), kinds.PDF) == GOOD


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_a_process_that_died_between_two_documents_costs_none(reader: Reader, tmp_path: Path):
    assert read(reader, tmp_path, samples.pdf(SENTENCE), kinds.PDF) == GOOD
    assert reader._process is not None
    reader._process.kill()
    reader._process.wait()
    assert read(reader, tmp_path, samples.pdf(SENTENCE), kinds.PDF) == GOOD


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_the_process_may_write_no_file(tmp_path: Path):
    code = (
        "import os; from studio.files import reader; reader._stay_small(2**29);"
        f" os.write(os.open({str(tmp_path / 'made')!r}, os.O_CREAT | os.O_WRONLY), b'x')"
    )
    tried = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "File too large" in tried.stderr


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="nowhere to look")
def test_the_process_knows_no_secret(reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STUDIO_SECRET_KEY", "nobody may know")
    assert read(reader, tmp_path, samples.pdf(SENTENCE), kinds.PDF) == GOOD
    assert reader._process is not None
    assert b"nobody may know" not in Path(f"/proc/{reader._process.pid}/environ").read_bytes()


def test_the_process_ends_with_whoever_started_it(reader: Reader, tmp_path: Path):
    assert read(reader, tmp_path, samples.pdf(SENTENCE), kinds.PDF) == GOOD
    process, reader._process = reader._process, None
    assert process is not None
    with process:
        assert process.stdin is not None
        process.stdin.close()  # as when the worker is killed
        assert process.wait(10) == 0


def test_only_the_reading_process_loads_what_opens_documents():
    code = (
        "import sys, studio.app, studio.jobs.worker, views;"
        "assert not {'pypdf', 'studio.files.texts'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
