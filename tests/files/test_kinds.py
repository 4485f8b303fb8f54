"""The content says what a file is; what is not on the list is refused."""

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.files.kinds import recognise
from studio.files.refusals import FileRefused, Reason
from tests.files import samples

DOCUMENT = samples.office()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (samples.picture("JPEG"), "image/jpeg"),
        (samples.picture("PNG"), "image/png"),
        (samples.picture("WEBP"), "image/webp"),
        (samples.picture("GIF"), "image/gif"),
        (samples.PDF, "application/pdf"),
        (samples.xlsx(), f"{samples.OOXML}spreadsheetml.sheet"),
        (samples.office(), f"{samples.OOXML}wordprocessingml.document"),
        (
            samples.office(f"{samples.OOXML}presentationml.presentation.main+xml"),
            f"{samples.OOXML}presentationml.presentation",
        ),
        (samples.mp4(b"isom", b"vide", b"soun"), "video/mp4"),
        (samples.mp4(b"iso5", b"soun"), "audio/mp4"),
        (samples.mp4(b"M4A "), "audio/mp4"),
        (samples.mp4(b"3gp4"), "video/3gpp"),
        (samples.mp4(b"qt  "), "video/quicktime"),
        (samples.webm(b"V_VP9", b"A_OPUS"), "video/webm"),
        (samples.webm(b"A_OPUS", b"V_ by chance in the sound"), "audio/webm"),
        (samples.OGG, "audio/ogg"),
        (samples.AMR, "audio/amr"),
        (samples.MP3, "audio/mpeg"),
        (samples.MP3_WITH_TAG, "audio/mpeg"),
    ],
)
@pytest.mark.parametrize("extension", ["", ".exe", ".jpg"])
def test_a_file_is_what_it_holds_whatever_it_is_called(content: bytes, media_type: str, extension: str):
    stream = io.BytesIO(content)

    assert recognise(stream, extension).media_type == media_type
    assert stream.tell() == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("extension", ["", ".txt", ".log", ".csv"])
def test_chinese_text_is_text_in_every_usual_encoding(encoding: str, extension: str):
    content = ("切割机护罩\t一号线\r\n" * 10_000).encode(encoding)

    assert recognise(io.BytesIO(content), extension).media_type == "text/plain"


@pytest.mark.parametrize("extension", [".html", ".svg", ".js", ".bat", ".ps1", ".vbs", ".hta", ".rtf", ".jpg"])
def test_text_by_any_other_name_is_refused(extension: str):
    assert refusal(b"echo hello", extension) is Reason.FILE_TYPE_NOT_ALLOWED


@pytest.mark.parametrize(
    "content",
    [
        samples.EXECUTABLE,
        samples.ELF,
        samples.EXECUTABLE + samples.office(),  # runs as a program and opens as an archive
        samples.PDF.replace(b"%%EOF", b""),
        samples.mp4(b"heic"),
        samples.mp4(b"avif"),
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"OggS\x00\x02" + bytes(22) + b"\x80theora" + bytes(64),
        b"\x1aE\xdf\xa3\x42\x82\x88matroska" + bytes(64),
        b"text\x00with a zero",
        b"text with an escape \x1b[31m",
        samples.archive(("a.txt", b"any archive")),
        samples.office(f"{samples.OOXML}wordprocessingml.template.main+xml"),
        samples.office("application/vnd.ms-word.document.macroEnabled.main+xml"),
        samples.office(samples.WORD_MAIN, ("word/vbaProject.bin", samples.OLD_OFFICE)),
        samples.office(samples.WORD_MAIN, ("elsewhere/VBAPROJECT.BIN", samples.OLD_OFFICE)),
        samples.office(samples.WORD_MAIN, ("word/activeX/activeX1.bin", b"x")),
        samples.office(samples.WORD_MAIN, ("xl/macrosheets/sheet1.xml", b"<x/>")),
        samples.office(contents=b"<not xml"),
        samples.office(contents=b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Types>&a;</Types>'),
        samples.office(contents=b" " * 5_000_000),
        samples.office()[:-30],
        samples.office()[:60],
    ],
    ids=lambda content: f"{len(content)}-bytes",  # an archive holds the time, and all processes have to agree on names
)
def test_what_is_not_on_the_list_is_refused(content: bytes):
    assert refusal(content, ".docx") is Reason.FILE_TYPE_NOT_ALLOWED
    assert refusal(content, "") is Reason.FILE_TYPE_NOT_ALLOWED


def test_old_office_files_get_advice_of_their_own():
    assert refusal(samples.OLD_OFFICE, ".doc") is Reason.FILE_IS_OLD_OFFICE


def test_an_empty_file_is_called_empty():
    assert refusal(b"", ".jpg") is Reason.FILE_EMPTY


def test_rubbish_before_a_pdf_is_not_forgiven_as_readers_do():
    assert refusal(b"\n" + samples.PDF, ".pdf") is Reason.FILE_TYPE_NOT_ALLOWED


@given(head=st.sampled_from([b"", b"PK\x03\x04", b"%PDF-", b"ID3", DOCUMENT[:200]]), tail=st.binary())
def test_any_bytes_are_taken_or_refused(head: bytes, tail: bytes):
    with suppress(FileRefused):
        recognise(io.BytesIO(head + tail), ".txt")


@given(position=st.integers(0, len(DOCUMENT) - 1), value=st.integers(0, 255))
def test_a_damaged_document_is_taken_or_refused(position: int, value: int):
    damaged = bytearray(DOCUMENT)
    damaged[position] = value
    with suppress(FileRefused):
        recognise(io.BytesIO(damaged), ".docx")


def refusal(content: bytes, extension: str) -> Reason:
    with pytest.raises(FileRefused) as refused:
        recognise(io.BytesIO(content), extension)
    return refused.value.reason
