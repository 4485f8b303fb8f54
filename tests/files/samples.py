"""Real files, made on the spot: what a shop floor sends, and what an attacker would."""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from PIL import Image
from pypdf import PdfWriter

OOXML = "application/vnd.openxmlformats-officedocument."
WORD_MAIN = f"{OOXML}wordprocessingml.document.main+xml"
WORD_TAGS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING_TAGS = "http://schemas.openxmlformats.org/drawingml/2006/main"
COMPATIBILITY_TAGS = "http://schemas.openxmlformats.org/markup-compatibility/2006"
EXECUTABLE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(500)
ELF = b"\x7fELF\x02\x01\x01" + bytes(500)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
HTML = b"<!doctype html><script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(image_format: str = "JPEG", size: tuple[int, int] = (640, 480), **options: Any) -> bytes:
    """A photo-like picture: a soft gradient in colour."""
    image = Image.merge("RGB", [Image.radial_gradient("L"), Image.linear_gradient("L"), Image.new("L", (256, 256), 90)])
    return encoded(image.resize(size), image_format, **options)


def encoded(image: Image.Image, image_format: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, image_format, **options)
    return target.getvalue()


def photo_with_position() -> bytes:
    """A phone's photo held upright: stored lying down with orientation 6, camera name, position and comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    return picture("JPEG", (640, 480), exif=exif, comment=b"owner: Zhang San", xmp=b"<x:xmpmeta>secret</x:xmpmeta>")


def png_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """Under 150 KB on the wire, 900 million pixels when decoded."""
    packer = zlib.compressobj(9)
    line = bytes(1 + width // 8)
    rows = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, content)
        for name, content in [
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
            (b"IDAT", rows),
            (b"IEND", b""),
        ]
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def xlsx() -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet["A1"] = "改善前"
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def office(
    main: str = WORD_MAIN, *extra: tuple[str, bytes], contents: bytes | None = None, body: bytes = b"<w/>"
) -> bytes:
    """An Office file with a main part of the given content type and any further parts."""
    types = _contents("/word/document.xml", main) if contents is None else contents
    return archive(("[Content_Types].xml", types), ("word/document.xml", body), *extra)


def docx(*paragraphs: str, more: str = "") -> bytes:
    """A Word file with these paragraphs, and perhaps other marks behind them."""
    return office(body=f"{beginning_of(*paragraphs)}{more}</w:body></w:document>".encode())


def beginning_of(*paragraphs: str) -> str:
    """The main part of a Word file as far as behind its last paragraph."""
    texts = "".join(f"<w:p><w:r><w:t xml:space='preserve'>{escape(each)}</w:t></w:r></w:p>" for each in paragraphs)
    names = f"xmlns:w='{WORD_TAGS}' xmlns:mc='{COMPATIBILITY_TAGS}'"
    return f"<w:document {names}><w:body>{texts}"


def pptx(*slides: str) -> bytes:
    """A PowerPoint file with a text on each slide; its parts lie in the order of their names."""
    parts = [
        (f"ppt/slides/slide{number}.xml", f"<a:p xmlns:a='{DRAWING_TAGS}'><a:t>{escape(text)}</a:t></a:p>".encode())
        for number, text in enumerate(slides, start=1)
    ]
    contents = _contents("/ppt/presentation.xml", f"{OOXML}presentationml.presentation.main+xml")
    return archive(("[Content_Types].xml", contents), *sorted(parts))


def workbook(*rows: list[Any]) -> bytes:
    """A workbook of one sheet."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def pdf(*pages: str, stream: bytes = b"") -> bytes:
    """A PDF with a line of text on each page, in a font that every reader of Chinese has; ``stream`` goes before."""
    count = len(pages)
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo 5 0 R>>",
        b"<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>",
    ]
    for number, text in enumerate(pages):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
            % (7 + 2 * number)
        )
        line = b"BT /F 12 Tf 50 700 Td <%s> Tj ET" % text.encode("utf-16-be").hex().encode() if text else b""
        packed = zlib.compress(stream + line)
        objects.append(b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed))
    return _numbered(objects)


def _numbered(objects: Sequence[bytes]) -> bytes:
    """Put a PDF together with its table of where each object stands."""
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, b"".join(places))
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(made))
    return made + table + end


def locked_pdf(text: str, password: str) -> bytes:
    """The same behind a password; an empty one only forbids printing and the like."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf(text)))
    writer.encrypt(password, owner_password="master", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def slow_pdf() -> bytes:
    """Under 100 KB on the wire, and minutes of work: five million strokes of a pen."""
    return pdf("画了很多线", stream=b"0 0 m 1 1 l S\n" * 5_000_000)


def _contents(part: str, main: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="{part}" ContentType="{main}"/></Types>'
    ).encode()


def archive(*parts: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts:
            packed.writestr(name, content)
    return target.getvalue()


def mp4(brand: bytes = b"isom", *handlers: bytes) -> bytes:
    boxes = b"".join(b"\x00\x00\x00\x21hdlr" + bytes(8) + handler + bytes(13) for handler in handlers)
    return b"\x00\x00\x00\x18ftyp" + brand + bytes(12) + boxes + bytes(64)


def box(kind: bytes, content: bytes, *, long: bool = False) -> bytes:
    """One box of an ISO film, with a short or a long size."""
    if long:
        return (1).to_bytes(4) + kind + (16 + len(content)).to_bytes(8) + content
    return (8 + len(content)).to_bytes(4) + kind + content


def webm(*codecs: bytes) -> bytes:
    return b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm" + bytes(20) + b"".join(codecs) + bytes(64)


OGG = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead" + bytes(64)
AMR = b"#!AMR\n\x3c" + bytes(64)
MP3 = b"\xff\xfb\x90\x64" + bytes(413)
MP3_WITH_TAG = b"ID3\x04\x00\x00\x00\x00\x00\x00" + MP3
