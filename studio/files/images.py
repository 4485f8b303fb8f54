"""Pictures are drawn anew: upright, of a useful size, and with nothing in them but the picture.

What comes out was encoded by us from pixels, so neither a position nor a hidden second file survives.
"""

import io
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

from studio.files.refusals import FileRefused, Reason

LONGEST_SIDE = 2560
THUMBNAIL_SIDE = 480
QUALITY = 82
THUMBNAIL_QUALITY = 70
"""A third lighter than the photo's own, on pages that carry several of them; nobody sees it at that size."""
MAIL_SIZES = ((480, 82), (480, 65), (400, 60), (320, 55), (240, 50), (160, 40), (96, 40))
"""Longest side and quality of a photo in a mail, tried one after the other."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
FEW_COLOURS = 128
MEMORY = {"PNG": 2, "GIF": 2, "WEBP": 4}
"""How much more memory a pixel of these takes while it is decoded than one of JPEG, which needs about 4 bytes."""
OPAQUE = 255

_one_at_a_time = threading.BoundedSemaphore()
"""A large picture takes some hundred megabytes while it is decoded; two of them wait for each other."""


@dataclass(frozen=True)
class Picture:
    """A picture ready to be kept. ``content`` is JPEG or PNG, ``thumbnail`` always JPEG; sides in pixels."""

    content: bytes
    media_type: str
    width: int
    height: int
    thumbnail: bytes


def standardise(stream: BinaryIO, *, pixel_limit: int) -> Picture:
    """Decode the whole picture and encode it anew, without metadata and at most 2560 pixels long.

    An animation becomes its first frame. ``pixel_limit`` holds for JPEG; formats that cannot be read in halves may
    have a part of it. Raises FileRefused when there are more pixels, which is decided before any is decoded,
    or when the picture is damaged.
    """
    with _one_at_a_time:
        try:
            with Image.open(stream, formats=FORMATS) as opened:
                _refuse_bomb(opened, pixel_limit)
                return _draw(opened)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise FileRefused(Reason.IMAGE_TOO_MANY_PIXELS, limit=pixel_limit) from error
        except (FileRefused, MemoryError):
            raise
        except Exception as error:
            # On bad bytes the decoders raise OSError, SyntaxError, ValueError, struct.error and others.
            raise FileRefused(Reason.IMAGE_BROKEN) from error


def shrunk_to(most: int, thumbnail: bytes) -> bytes:
    """Return one of our own thumbnails as a JPEG of at most so many bytes: coarser first, then smaller."""
    with Image.open(io.BytesIO(thumbnail), formats=("JPEG",)) as image:
        image.load()
        for side, quality in MAIL_SIZES:
            small = image.copy()
            small.thumbnail((side, side), Image.Resampling.LANCZOS)
            content = _jpeg(small, quality)
            if len(content) <= most:
                break
    return content


def _refuse_bomb(image: Image.Image, pixel_limit: int) -> None:
    allowed = pixel_limit // MEMORY.get(image.format or "", 1)
    if image.width * image.height > allowed:
        raise FileRefused(Reason.IMAGE_TOO_MANY_PIXELS, limit=allowed)


def _draw(opened: Image.Image) -> Picture:
    drawing = opened.format in {"PNG", "GIF"}
    # The decoder of JPEG can halve while it reads, which saves three quarters of the memory and of the time.
    opened.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    opened.load()
    image = _in_srgb(ImageOps.exif_transpose(_shrunk(opened)))
    if _see_through(image):
        content, media_type = _png(image), "image/png"
    elif drawing and (colours := image.getcolors(FEW_COLOURS)):
        content, media_type = _png(_with_palette(image, len(colours))), "image/png"
    else:
        content, media_type = _jpeg(_opaque(image)), "image/jpeg"
    return Picture(content, media_type, image.width, image.height, _thumbnail(image))


def _shrunk(image: Image.Image) -> Image.Image:
    """Return it in a mode that can be scaled well, at most 2560 pixels long."""
    if image.mode == "I;16":
        # Instruments write more grey levels than a screen shows; the upper byte is the picture.
        image = image.point(lambda level: level / 256).convert("L")
    if image.has_transparency_data and image.mode != "RGBA":
        image = image.convert("RGBA")
    elif image.mode not in {"L", "RGB", "RGBA", "CMYK"}:
        image = image.convert("RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Apply the colour profile, which is dropped afterwards; phones with wide colours would look pale else."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image.convert("RGB") if image.mode == "CMYK" else image
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    with suppress(ImageCms.PyCMSError, OSError, ValueError):
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=target)
        return changed or image.convert(target)
    return image.convert(target)


def _see_through(image: Image.Image) -> bool:
    return image.mode == "RGBA" and image.getchannel("A").histogram()[OPAQUE] < image.width * image.height


def _opaque(image: Image.Image) -> Image.Image:
    return image if image.mode == "L" else image.convert("RGB")


def _with_palette(image: Image.Image, colours: int) -> Image.Image:
    return image.convert("RGB").quantize(colours, dither=Image.Dither.NONE)


def _thumbnail(image: Image.Image) -> bytes:
    """Draw it small, on white where it was transparent."""
    small = image.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    if small.mode == "RGBA":
        paper = Image.new("RGBA", small.size, "white")
        small = Image.alpha_composite(paper, small)
    return _jpeg(_opaque(small), THUMBNAIL_QUALITY)


def _jpeg(image: Image.Image, quality: int = QUALITY) -> bytes:
    target = io.BytesIO()
    image.info.clear()  # Comments, profiles and positions would be written again.
    image.save(target, "JPEG", quality=quality, optimize=True, progressive=True)
    return target.getvalue()


def _png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.info.clear()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()
