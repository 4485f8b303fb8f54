"""What a file is, told by its content: the list of what we take is closed, and all else is refused.

A name is a claim and a signature is a fact. The signatures stand here and not in a library of guesses,
because the question is never "what could this be" but "is it one of these".
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from studio.files import office
from studio.files.refusals import FileRefused, Reason

HEAD = 64 * 1024
TAIL = 2 * 1024


class Family(StrEnum):
    """What is done with a file: each family has its own size limit and its own way onto the page."""

    IMAGE = "image"
    DOCUMENT = "document"
    RECORDING = "recording"


@dataclass(frozen=True)
class FileKind:
    """A type we take. The first extension is the one a kept file gets; the others say the same."""

    media_type: str
    extensions: tuple[str, ...]
    family: Family


JPEG = FileKind("image/jpeg", (".jpg", ".jpeg", ".jfif"), Family.IMAGE)
PNG = FileKind("image/png", (".png",), Family.IMAGE)
WEBP = FileKind("image/webp", (".webp",), Family.IMAGE)
GIF = FileKind("image/gif", (".gif",), Family.IMAGE)
PDF = FileKind("application/pdf", (".pdf",), Family.DOCUMENT)
DOCX = FileKind(office.WORD, (".docx",), Family.DOCUMENT)
XLSX = FileKind(office.EXCEL, (".xlsx",), Family.DOCUMENT)
PPTX = FileKind(office.POWERPOINT, (".pptx",), Family.DOCUMENT)
TEXT = FileKind("text/plain", (".txt", ".log", ".md", ".csv"), Family.DOCUMENT)
MP4 = FileKind("video/mp4", (".mp4", ".m4v"), Family.RECORDING)
MOV = FileKind("video/quicktime", (".mov",), Family.RECORDING)
THREE_GP = FileKind("video/3gpp", (".3gp", ".3gpp"), Family.RECORDING)
WEBM = FileKind("video/webm", (".webm",), Family.RECORDING)
M4A = FileKind("audio/mp4", (".m4a",), Family.RECORDING)
WEBM_AUDIO = FileKind("audio/webm", (".webm",), Family.RECORDING)
OGG = FileKind("audio/ogg", (".ogg", ".oga", ".opus"), Family.RECORDING)
AMR = FileKind("audio/amr", (".amr",), Family.RECORDING)
MP3 = FileKind("audio/mpeg", (".mp3",), Family.RECORDING)

OFFICE = {kind.media_type: kind for kind in (DOCX, XLSX, PPTX)}
ISO_RECORDINGS = (MP4, MOV, THREE_GP, M4A)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Legacy Office, the formats of WPS, and any modern Office file behind a password."""
PDF_END = b"%%EOF"
ID3_TAG = re.compile(rb"ID3[\x02-\x04].{2}[\x00-\x7f]{4}", re.DOTALL)
MP3_FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]")
"""Eleven set bits, layer III, and a bit rate that exists."""
WEBM_SOUND, WEBM_FILM = re.compile(rb"A_(?:OPUS|VORBIS)"), re.compile(rb"V_(?:VP|AV1|MPEG)")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def recognise(stream: BinaryIO, extension: str) -> FileKind:
    """Tell what the seekable ``stream`` holds and leave it at its start.

    ``extension`` (lower case with its dot, or empty) matters for plain text only, which has no signature: every
    script is text too. Raises FileRefused for all we do not take.
    """
    head = _read(stream, 0, HEAD)
    if not head:
        raise FileRefused(Reason.FILE_EMPTY)
    if head.startswith(OLE):
        raise FileRefused(Reason.FILE_IS_OLD_OFFICE)
    kind = next((kind for known in BY_SIGNATURE if (kind := known(head))), None)
    if head.startswith(b"PK\x03\x04"):
        kind = OFFICE.get(office.document_type(stream) or "")
    elif kind is PDF and PDF_END not in _tail(stream):
        kind = None
    elif kind is None and (not extension or extension in TEXT.extensions) and encoding_of(stream):
        kind = TEXT
    stream.seek(0)
    if kind is None:
        raise FileRefused(Reason.FILE_TYPE_NOT_ALLOWED)
    return kind


def _image(head: bytes) -> FileKind | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    return WEBP if head.startswith(b"RIFF") and head[8:12] == b"WEBP" else None


def _pdf(head: bytes) -> FileKind | None:
    """Readers forgive leading rubbish, and that is how a PDF becomes two things at once; we do not."""
    return PDF if head.startswith(b"%PDF-") else None


def _mp4(head: bytes) -> FileKind | None:
    """Read the brand after ``ftyp`` (ISO/IEC 14496-12); photos such as heic and avif have one too."""
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    if brand.startswith((b"3gp", b"3g2")):
        return THREE_GP
    if brand in {b"M4A ", b"M4B "}:
        return M4A
    if brand == b"qt  ":
        return MOV
    if not brand.startswith((b"iso", b"mp4", b"avc", b"dash", b"M4V ", b"MSNV", b"hvc1")):
        return None
    return M4A if b"soun" in head and b"vide" not in head else MP4


def _webm(head: bytes) -> FileKind | None:
    """Look for the document type in the header; Matroska of another type is refused."""
    if not (head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]):
        return None
    return WEBM_AUDIO if WEBM_SOUND.search(head) and not WEBM_FILM.search(head) else WEBM


def _ogg(head: bytes) -> FileKind | None:
    sound = (b"OpusHead", b"\x01vorbis", b"Speex   ")
    return OGG if head.startswith(b"OggS\x00") and any(codec in head[:128] for codec in sound) else None


def _amr(head: bytes) -> FileKind | None:
    return AMR if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")) else None


def _mp3(head: bytes) -> FileKind | None:
    return MP3 if ID3_TAG.match(head) or MP3_FRAME.match(head) else None


BY_SIGNATURE: tuple[Callable[[bytes], FileKind | None], ...] = (_image, _pdf, _mp4, _webm, _ogg, _amr, _mp3)


def encoding_of(stream: BinaryIO) -> str | None:
    """Return in what all of it is text without control characters: UTF-8, GB 18030, or UTF-16 with its mark."""
    stream.seek(0)
    encodings = ["utf-16"] if stream.read(2) in UTF_16 else ["utf-8", "gb18030"]
    return next((encoding for encoding in encodings if _decodes(stream, encoding)), None)


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        while chunk := stream.read(HEAD):
            if _has_controls(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _has_controls(text: str) -> bool:
    """Line ends, tabs, page feeds and the old DOS end mark are what text may hold below the space."""
    return any(sign < " " and sign not in "\t\n\r\f\x1a" for sign in set(text))


def _read(stream: BinaryIO, position: int, length: int) -> bytes:
    stream.seek(position)
    return stream.read(length)


def _tail(stream: BinaryIO) -> bytes:
    return _read(stream, max(0, stream.seek(0, 2) - TAIL), TAIL)
