"""A film keeps sound and picture to the byte and loses the notes beside them."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.files.recordings import without_notes
from tests.files.samples import box

PLACE = b"+31.2304+121.4737/"
FILM = box(b"mdat", bytes(range(256)) * 40)
BRAND = box(b"ftyp", b"isom" + bytes(12))


def read(content: bytes) -> bytes:
    return without_notes(io.BytesIO(content)).read()


def movie(*, long: bool) -> bytes:
    track = box(b"trak", box(b"tkhd", b"turned upright") + box(b"udta", b"named by " + PLACE))
    notes = box(b"udta", box(b"\xa9xyz", PLACE), long=long) + box(b"meta", b"place " + PLACE)
    return box(b"moov", box(b"mvhd", b"length") + track + notes, long=long)


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("movie_first", [False, True])
def test_the_place_is_gone_and_the_film_is_the_same(*, long: bool, movie_first: bool):
    parts = [movie(long=long), FILM] if movie_first else [FILM, movie(long=long)]
    original = BRAND + b"".join(parts) + box(b"uuid", PLACE)

    bare = read(original)

    assert PLACE not in bare
    assert len(bare) == len(original)
    assert bare.index(FILM) == original.index(FILM)
    assert [word in bare for word in (b"turned upright", b"length", b"udta", b"meta", b"uuid")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_film_without_notes_is_handed_on_as_it_is():
    stream = io.BytesIO(BRAND + FILM)

    assert without_notes(stream) is stream
    assert stream.tell() == 0


def test_a_box_to_the_end_of_the_file_is_understood():
    assert read(BRAND + (0).to_bytes(4) + b"udta" + PLACE) == BRAND + (0).to_bytes(4) + b"free" + bytes(len(PLACE))


def test_boxes_within_boxes_without_end_do_not_bring_it_down():
    nested = FILM
    for _ in range(3000):
        nested = box(b"moov", nested)

    assert read(nested) == nested


@given(size=st.integers(1, 300))
def test_notes_are_gone_however_the_file_is_read(size: int):
    original = BRAND + movie(long=False) + FILM
    stream = without_notes(io.BytesIO(original))

    assert b"".join(iter(lambda: stream.read(size), b"")) == read(original)


@given(st.binary())
def test_any_bytes_keep_their_length(content: bytes):
    assert len(read(BRAND + content)) == len(BRAND + content)
