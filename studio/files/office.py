"""A look into Office files: which of the three it is, and whether a program hides in it."""

import struct
import zipfile
import zlib
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

PREFIX = "application/vnd.openxmlformats-officedocument."
WORD = f"{PREFIX}wordprocessingml.document"
EXCEL = f"{PREFIX}spreadsheetml.sheet"
POWERPOINT = f"{PREFIX}presentationml.presentation"
MAIN_PART = {f"{media_type}.main+xml": media_type for media_type in (WORD, EXCEL, POWERPOINT)}

CONTENTS = "[Content_Types].xml"
CONTENTS_LIMIT = 1024 * 1024
"""In bytes after unpacking; a workbook with a thousand sheets needs a quarter of it."""
MOST_PARTS = 10_000
PROGRAMS = ("vbaproject", "macroenabled", "macrosheet", "activex")
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    DefusedXmlException,
    NotImplementedError,  # a version of the zip format nobody uses for Office files
    RuntimeError,  # an encrypted part
    EOFError,
    ValueError,
    KeyError,
)


def document_type(stream: BinaryIO) -> str | None:
    """Return the media type of a Word, Excel or PowerPoint file without macros; None for any other archive.

    Only the table of contents is unpacked, and that with a limit, so a packed bomb does no harm.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            return _type_of(archive)
    except BROKEN:
        return None


def _type_of(archive: zipfile.ZipFile) -> str | None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or min((part.header_offset for part in parts), default=1) != 0:
        return None  # With bytes before the archive it could be something else as well.
    if archive.getinfo(CONTENTS).compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return None
    with archive.open(CONTENTS) as file:
        contents = file.read(CONTENTS_LIMIT + 1)
    if len(contents) > CONTENTS_LIMIT:
        return None
    declared = [entry.get("ContentType", "") for entry in fromstring(contents)]
    said = " ".join([*declared, *(part.filename for part in parts)]).lower()
    if any(program in said for program in PROGRAMS):
        return None
    return next((MAIN_PART[content] for content in declared if content in MAIN_PART), None)
