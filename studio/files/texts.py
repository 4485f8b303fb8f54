"""What a document says, piece by piece, from its beginning. Imported by the reading process alone.

The libraries that open what strangers made are loaded nowhere else: see ``studio.files.reader``. Word and PowerPoint
files are read here, because what is wanted of them is the characters between two tags, and the library for the
purpose would bring a second XML parser written in C.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO
from unicodedata import normalize

from defusedxml.ElementTree import DefusedXMLParser
from openpyxl import load_workbook
from pypdf import PdfReader
from pypdf.errors import DependencyError

from studio.files import kinds

CHUNK = 64 * 1024
MOST_UNPACKED = 64 * 1024**2
"""Bytes that the parts of an Office file may claim to be once unpacked; more than that is never taken from them."""

WORD_PARTS = re.compile(r"word/(?:document|header|footer|footnotes|endnotes)\d*\.xml")
POWERPOINT_PARTS = re.compile(r"ppt/(?:slides/slide|notesSlides/notesSlide)\d+\.xml")

_HAN = "\u3001-\u301f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uff60"
_WRAPPED = re.compile(rf"(?<=[^\n]{{11}}[{_HAN}])\n(?=[{_HAN}])")
"""The end of a long line inside a Chinese sentence; short lines are cells and headings, which end where they end."""
_SPACED_OUT = re.compile(rf"(?<![{_HAN}])([{_HAN}]) +(?=[{_HAN}])")
"""A space behind a character that stands alone: headings are often set wide."""
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\xad\ud800-\udfff\ue000-\uf8ff\ufeff\ufffc-\uffff]")
"""Control characters, halves of pairs, and the private signs of symbol fonts."""


_SHAPES = "⺁⺇⺌⺒⺓⺜⺝⺟⺠⺧⺩⺫⺬⺮⺶⺻⺽⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳"
_MEANT = "厂几小巳幺日月母民牛王目示竹羊聿臼虎西见角贝车長长门雨青韦页风飞食首马骨鬼鱼鸟卤麦黄黾齐齿龙龟"
_RADICALS = {code: normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | {
    ord(shape): meant for shape, meant in zip(_SHAPES, _MEANT, strict=True)
}
"""Characters that many programs write into a PDF as the radical of the same shape, which nobody would search for."""


class Locked(Exception):  # noqa: N818 - it says what is wrong
    """A password keeps the document shut."""


class TooLarge(Exception):  # noqa: N818 - it says what is wrong
    """The document says that it would be too large once unpacked."""


def pieces(stream: BinaryIO, media_type: str) -> Iterator[str]:
    """Yield the text of a document: page by page, paragraph by paragraph, row by row.

    Raises Locked, TooLarge, and for damaged files whatever the libraries raise, which is anything.
    """
    return READERS[media_type](stream)


def tidied(text: str) -> str:
    """Return the text without what nobody sees, and without more room than one space or one line end."""
    seen = _UNSEEN.sub("", text).translate(_RADICALS)
    return "\n".join(line for line in (" ".join(line.split()) for line in seen.splitlines()) if line)


def _pdf(stream: BinaryIO) -> Iterator[str]:
    reader = PdfReader(stream)
    try:
        shut = reader.is_encrypted and not reader.decrypt("")
    except DependencyError as error:  # a cipher that would need another library
        raise Locked from error
    if shut:
        raise Locked
    for page in reader.pages:
        yield _in_sentences(tidied(page.extract_text()))


def _in_sentences(page: str) -> str:
    """Join what only the layout has torn apart: a page knows where characters stand, not where words end."""
    return _WRAPPED.sub("", _SPACED_OUT.sub(r"\1", page))


def _word(stream: BinaryIO) -> Iterator[str]:
    return _paragraphs(stream, WORD_PARTS)


def _powerpoint(stream: BinaryIO) -> Iterator[str]:
    return _paragraphs(stream, POWERPOINT_PARTS)


def _paragraphs(stream: BinaryIO, wanted: re.Pattern[str]) -> Iterator[str]:
    with zipfile.ZipFile(stream) as archive:
        names = [name for name in archive.namelist() if wanted.fullmatch(name)]
        _refuse_bomb(archive, names)
        for name in sorted(names, key=lambda name: (len(name), name)):  # the tenth slide after the ninth
            with archive.open(name) as part:
                yield from _texts_between_tags(part)


def _texts_between_tags(part: IO[bytes]) -> Iterator[str]:
    target = _Paragraphs()
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    while chunk := part.read(CHUNK):
        try:
            parser.feed(chunk)
        finally:
            yield from target.taken()  # also what stands before a mistake
    parser.close()


class _Paragraphs:
    """Takes the text as the parser comes by it and builds no tree, so that a long part needs no more room."""

    def __init__(self) -> None:
        self._ended: list[str] = []
        self._text: list[str] = []
        self._inside = ""
        self._copies = 0

    def start(self, tag: str, _attributes: object) -> None:
        self._inside = _local(tag)
        self._copies += self._inside == "Fallback"  # says once more, for old programs, what stands before it
        if self._inside in {"tab", "br", "cr"}:
            self._text.append(" ")

    def data(self, text: str) -> None:
        if self._inside == "t" and not self._copies:
            self._text.append(text)

    def end(self, tag: str) -> None:
        ended, self._inside = _local(tag), ""
        self._copies -= ended == "Fallback"
        if ended == "p":
            self._ended.append("".join(self._text))
            self._text.clear()

    def close(self) -> None:
        """The parser asks for it."""

    def taken(self) -> list[str]:
        """Give away the paragraphs that have ended."""
        ended, self._ended = self._ended, []
        return ended


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _excel(stream: BinaryIO) -> Iterator[str]:
    """Yield words and whole numbers; measured values and dates would only crowd out the words."""
    with zipfile.ZipFile(stream) as archive:
        _refuse_bomb(archive, [name for name in archive.namelist() if name.endswith((".xml", ".rels"))])
    stream.seek(0)
    for sheet in load_workbook(stream, read_only=True, data_only=True, keep_links=False).worksheets:
        yield sheet.title
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield " ".join(str(cell) for cell in row if isinstance(cell, str | int) and not isinstance(cell, bool))


def _plain(stream: BinaryIO) -> Iterator[str]:
    encoding = kinds.encoding_of(stream)
    if encoding is None:
        raise ValueError("no text in a known encoding")
    stream.seek(0)
    yield from io.TextIOWrapper(stream, encoding=encoding)


def _refuse_bomb(archive: zipfile.ZipFile, names: list[str]) -> None:
    """Add up what the parts say they are: ``zipfile`` gives out no byte more than that."""
    if sum(archive.getinfo(name).file_size for name in names) > MOST_UNPACKED:
        raise TooLarge


READERS: dict[str, Callable[[BinaryIO], Iterator[str]]] = {
    kinds.PDF.media_type: _pdf,
    kinds.DOCX.media_type: _word,
    kinds.XLSX.media_type: _excel,
    kinds.PPTX.media_type: _powerpoint,
    kinds.TEXT.media_type: _plain,
}
