"""Real files, made on the spot: what a shop floor sends, and what an attacker would."""

import io
import struct
import zipfile
import zlib
from typing import Any

from openpyxl import Workbook
from PIL import Image

OOXML = "application/vnd.openxmlformats-officedocument."
WORD_MAIN = f"{OOXML}wordprocessingml.document.main+xml"
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


def office(main: str = WORD_MAIN, *extra: tuple[str, bytes], contents: bytes | None = None) -> bytes:
    """An Office file with a main part of the given content type and any further parts."""
    types = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    ).encode()
    return archive(
        ("[Content_Types].xml", types if contents is None else contents), ("word/document.xml", b"<w/>"), *extra
    )


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
