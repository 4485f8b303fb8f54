"""An upload is checked and kept before any transaction, or refused without a trace."""

import io
from pathlib import Path

import pytest

from studio.files.kinds import Family
from studio.files.refusals import FileRefused, Reason
from studio.files.store import FileStore
from studio.files.uploads import PreparedUpload, UploadLimits, limits_of, prepare_upload
from studio.settings import Settings
from tests.files import samples

LIMITS = UploadLimits(image=100_000, document=50_000, recording=200_000)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path)


def prepare(store: FileStore, content: bytes, filename: str, limits: UploadLimits = LIMITS) -> PreparedUpload:
    return prepare_upload(io.BytesIO(content), filename, limits, store)


def kept_files(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_photo_is_kept_as_we_draw_it_with_a_thumbnail(store: FileStore):
    prepared = prepare(store, samples.photo_with_position(), "IMG_0042.HEIC")

    assert prepared == PreparedUpload(
        sha256=prepared.sha256,
        media_type="image/jpeg",
        filename="IMG_0042.jpg",
        size=store.path(prepared.sha256).stat().st_size,
        width=480,
        height=640,
        thumbnail_sha256=prepared.thumbnail_sha256,
    )
    assert b"GPS" not in store.path(prepared.sha256).read_bytes()
    assert prepared.thumbnail_sha256
    assert store.thumbnails.exists(prepared.thumbnail_sha256)


@pytest.mark.parametrize(
    ("content", "filename", "media_type", "shown"),
    [
        (samples.PDF, "图纸.png", "application/pdf", "图纸.pdf"),
        (samples.xlsx(), "对比.xlsx", f"{samples.OOXML}spreadsheetml.sheet", "对比.xlsx"),
        (samples.HTML, "note.txt", "text/plain", "note.txt"),
        (samples.AMR, "语音.amr", "audio/amr", "语音.amr"),
    ],
)
def test_documents_and_recordings_are_kept_byte_for_byte(
    store: FileStore, content: bytes, filename: str, media_type: str, shown: str
):
    prepared = prepare(store, content, filename)

    assert prepared == PreparedUpload(prepared.sha256, media_type, shown, len(content))
    assert store.path(prepared.sha256).read_bytes() == content


def test_a_film_is_kept_without_the_place_where_it_was_made(store: FileStore):
    place = b"+31.2304+121.4737/"
    film = samples.mp4(b"isom", b"vide")[:24] + samples.box(b"moov", samples.box(b"udta", place))

    prepared = prepare(store, film, "试车.mp4")

    assert (prepared.media_type, prepared.size) == ("video/mp4", len(film))
    assert place not in store.path(prepared.sha256).read_bytes()


def test_the_same_photo_twice_is_the_same_file(store: FileStore, tmp_path: Path):
    content = samples.picture()

    assert prepare(store, content, "a.jpg").sha256 == prepare(store, content, "b.jpg").sha256
    assert len(kept_files(tmp_path)) == 2, "the picture and its thumbnail"


@pytest.mark.parametrize(
    ("content", "filename", "reason"),
    [
        (samples.EXECUTABLE, "photo.jpg", Reason.FILE_TYPE_NOT_ALLOWED),
        (samples.HTML, "photo.jpg", Reason.FILE_TYPE_NOT_ALLOWED),
        (samples.SVG, "logo.svg", Reason.FILE_TYPE_NOT_ALLOWED),
        (samples.OLD_OFFICE, "方案.doc", Reason.FILE_IS_OLD_OFFICE),
        (b"", "photo.jpg", Reason.FILE_EMPTY),
        (samples.picture()[:2000], "photo.jpg", Reason.IMAGE_BROKEN),
        (samples.png_bomb(4000, 4000), "photo.png", Reason.IMAGE_TOO_MANY_PIXELS),
        (samples.PDF + bytes(60_000) + b"%%EOF", "plan.pdf", Reason.FILE_TOO_LARGE),
        (b"x" * 250_000, "notes.txt", Reason.FILE_TOO_LARGE),
    ],
)
def test_a_refused_file_leaves_no_trace(store: FileStore, tmp_path: Path, content, filename, reason):
    few_pixels = UploadLimits(image=100_000, document=50_000, recording=200_000, image_pixels=1_000_000)

    with pytest.raises(FileRefused) as refused:
        prepare(store, content, filename, few_pixels)

    assert refused.value.reason is reason
    assert kept_files(tmp_path) == []


def test_a_refusal_for_size_names_the_limit_of_that_family(store: FileStore):
    with pytest.raises(FileRefused) as refused:
        prepare(store, samples.PDF + bytes(60_000) + b"%%EOF", "plan.pdf")

    assert refused.value.params == {"limit": 50_000}


def test_the_limits_come_from_the_settings():
    limits = limits_of(Settings(image_limit=1, document_limit=2, recording_limit=3, attachments_per_proposal=4))

    assert [limits.bytes_of(family) for family in Family] == [1, 2, 3]
    assert limits.files_per_proposal == 4
    assert limits_of(Settings()) == UploadLimits()
