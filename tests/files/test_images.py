"""Pictures come out upright, small enough, and with nothing in them but the picture."""

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from studio.files.images import Picture, standardise
from studio.files.refusals import FileRefused, Reason
from tests.files import samples

PIXELS = 8192 * 6144
SMALL = {image_format: samples.picture(image_format, (64, 48)) for image_format in ("JPEG", "PNG", "WEBP", "GIF")}
SECRETS = (b"Exif", b"GPS", b"PhoneMaker", b"Zhang San", b"xmpmeta", b"ICC_PROFILE", b"iCCP", b"tEXt", b"eXIf")


def standard(content: bytes, pixel_limit: int = PIXELS) -> Picture:
    return standardise(io.BytesIO(content), pixel_limit=pixel_limit)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def drawing(mode: str) -> Image.Image:
    image = Image.new("RGBA", (300, 200), (255, 255, 255, 0 if mode == "RGBA" else 255))
    ImageDraw.Draw(image).rectangle((50, 50, 150, 150), fill=(200, 40, 0, 255))
    return image.convert(mode)


def test_a_photo_loses_its_position_and_everything_else_but_the_picture():
    original = samples.photo_with_position()
    assert all(secret in original for secret in (b"PhoneMaker", b"Zhang San", b"xmpmeta"))
    assert opened(original).getexif().get_ifd(0x8825)

    picture = standard(original)

    for content in (picture.content, picture.thumbnail):
        assert not [secret for secret in SECRETS if secret in content]
        assert not opened(content).getexif()


def test_a_photo_is_turned_upright():
    picture = standard(samples.photo_with_position())

    assert (picture.width, picture.height) == (480, 640)
    assert opened(picture.content).size == (480, 640)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((5120, 3840), (2560, 1920)), ((300, 4000), (192, 2560)), ((640, 480), (640, 480)), ((1, 1), (1, 1))],
)
def test_the_longest_side_is_2560_and_small_pictures_stay_as_they_are(size, expected):
    picture = standard(samples.picture("JPEG", size))

    assert (picture.width, picture.height) == opened(picture.content).size == expected


def test_the_thumbnail_is_a_small_jpeg():
    thumbnail = opened(standard(samples.picture("PNG", (1920, 960))).thumbnail)

    assert (thumbnail.format, thumbnail.size) == ("JPEG", (480, 240))


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_jpeg(image_format: str):
    assert standard(samples.picture(image_format)).media_type == "image/jpeg"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
@pytest.mark.parametrize("image_format", ["PNG", "GIF"])
def test_a_drawing_of_few_colours_stays_exact(mode: str, image_format: str):
    original = drawing(mode)

    picture = standard(samples.encoded(original, image_format))

    assert picture.media_type == "image/png"
    assert opened(picture.content).convert("RGB").tobytes() == original.convert("RGB").tobytes()


@pytest.mark.parametrize("image_format", ["PNG", "WEBP", "GIF"])
def test_what_is_transparent_stays_so_and_gets_a_white_thumbnail(image_format: str):
    picture = standard(samples.encoded(drawing("RGBA"), image_format))

    assert picture.media_type == "image/png"
    assert opened(picture.content).getpixel((0, 0))[3] == 0  # type: ignore[index] # RGBA gives a tuple
    assert opened(picture.thumbnail).convert("RGB").getpixel((2, 2)) == (255, 255, 255)


@pytest.mark.parametrize(("mode", "clear"), [("L", 255), ("RGB", (255, 255, 255))])
def test_one_colour_said_to_be_transparent_is_so(mode: str, clear: int | tuple[int, int, int]):
    picture = standard(samples.encoded(drawing(mode), "PNG", transparency=clear))

    assert opened(picture.content).getpixel((0, 0))[3] == 0  # type: ignore[index] # RGBA gives a tuple


def test_an_animation_becomes_its_first_frame():
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    for image_format in ("GIF", "WEBP"):
        moving = samples.encoded(frames[0], image_format, save_all=True, append_images=frames[1:])

        still = opened(standard(moving).content)

        assert getattr(still, "n_frames", 1) == 1
        red, _green, blue = still.convert("RGB").getpixel((30, 20))  # type: ignore[misc] # RGB gives a tuple
        assert red > 240
        assert blue < 20


def test_the_second_picture_in_a_phone_photo_is_dropped():
    first, second = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (60, 40), "blue")
    two_in_one = samples.encoded(first, "MPO", save_all=True, append_images=[second])

    assert opened(standard(two_in_one).content).format == "JPEG"


def test_sixteen_grey_levels_of_an_instrument_are_shown_as_eight():
    grey = Image.new("I;16", (40, 40), 0x8000)

    assert opened(standard(samples.encoded(grey, "PNG")).content).convert("L").getpixel((20, 20)) == 128


def test_a_print_photo_in_cmyk_can_be_shown():
    assert opened(standard(samples.encoded(drawing("CMYK"), "JPEG")).content).mode == "RGB"


def test_colours_are_brought_to_the_usual_profile():
    """A profile that calls red what others call green: the numbers must change so that the eye sees the same."""
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = usual.replace(b"rXYZ", b"----", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"----", b"gXYZ", 1)
    red = Image.new("RGB", (20, 20), (255, 0, 0))

    seen = opened(standard(samples.encoded(red, "PNG", icc_profile=swapped)).content)

    assert seen.convert("RGB").getpixel((10, 10)) == (0, 255, 0)


@pytest.mark.parametrize("profile", [b"rubbish", b"\x00" * 128])
def test_a_broken_profile_does_not_spoil_a_photo(profile: bytes):
    assert standard(samples.picture("JPEG", icc_profile=profile)).width == 640


def test_a_small_file_of_900_million_pixels_is_refused_unread():
    assert refusal(samples.png_bomb()).reason is Reason.IMAGE_TOO_MANY_PIXELS


@pytest.mark.parametrize(("image_format", "share"), [("JPEG", 1), ("PNG", 2), ("WEBP", 4)])
def test_formats_that_need_more_memory_may_have_fewer_pixels(image_format: str, share: int):
    content = samples.picture(image_format, (200, 100))

    assert standard(content, pixel_limit=20_000 * share).width == 200
    refused = refusal(content, pixel_limit=20_000 * share - 1)
    assert refused.reason is Reason.IMAGE_TOO_MANY_PIXELS
    assert refused.params == {"limit": (20_000 * share - 1) // share}


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_a_truncated_picture_is_refused(image_format: str, part: float):
    content = samples.picture(image_format)

    assert refusal(content[: int(len(content) * part)]).reason is Reason.IMAGE_BROKEN


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"\xff\xd8\xff" + b"\x00" * 500, b"GIF89a", samples.HTML])
def test_what_only_begins_like_a_picture_is_refused(content: bytes):
    assert refusal(content).reason is Reason.IMAGE_BROKEN


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF"])
@given(damage=st.dictionaries(st.integers(0, 1_000_000), st.integers(0, 255), min_size=1, max_size=20))
def test_damaged_pictures_are_drawn_or_refused(image_format: str, damage: dict[int, int]):
    content = bytearray(SMALL[image_format])
    for position, value in damage.items():
        content[position % len(content)] = value
    with suppress(FileRefused):
        assert standard(bytes(content)).thumbnail


def test_other_formats_that_the_decoder_knows_stay_shut():
    for image_format in ("BMP", "TIFF", "PPM", "EPS"):
        assert refusal(samples.picture(image_format)).reason is Reason.IMAGE_BROKEN


def test_bytes_hidden_behind_a_picture_are_gone():
    hidden = samples.archive(("run.sh", b"#!/bin/sh"))

    assert hidden not in standard(samples.picture("JPEG") + hidden).content


def refusal(content: bytes, pixel_limit: int = PIXELS) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        standard(content, pixel_limit)
    return refused.value
