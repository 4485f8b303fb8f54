"""From an upload to a file we would show: all the slow work, done before any transaction begins."""

import io
from dataclasses import dataclass
from typing import BinaryIO

from studio.files import images, kinds, names, recordings
from studio.files.kinds import Family
from studio.files.refusals import FileRefused, Reason
from studio.files.store import FileStore
from studio.settings import Settings

MEGABYTE = 1024 * 1024
KINDS_OF_PICTURES = {kind.media_type: kind for kind in (kinds.JPEG, kinds.PNG)}


@dataclass(frozen=True)
class UploadLimits:
    """How much one file may hold, in bytes by family, and how many files a proposal may have."""

    image: int = 20 * MEGABYTE
    document: int = 20 * MEGABYTE
    recording: int = 50 * MEGABYTE
    image_pixels: int = 8192 * 6144
    """What a phone's camera of 50 megapixels makes."""
    files_per_proposal: int = 12

    def bytes_of(self, family: Family) -> int:
        """Return the largest size allowed in a family."""
        return {Family.IMAGE: self.image, Family.DOCUMENT: self.document, Family.RECORDING: self.recording}[family]


def limits_of(settings: Settings) -> UploadLimits:
    """Return the limits that the settings ask for."""
    return UploadLimits(
        image=settings.image_limit,
        document=settings.document_limit,
        recording=settings.recording_limit,
        files_per_proposal=settings.attachments_per_proposal,
    )


@dataclass(frozen=True)
class PreparedUpload:
    """A checked file that lies in the store already; attaching it to a proposal is one row.

    ``size`` in bytes; ``width`` and ``height`` in pixels, and a thumbnail, for pictures only.
    """

    sha256: str
    media_type: str
    filename: str
    size: int
    width: int | None = None
    height: int | None = None
    thumbnail_sha256: str | None = None


def prepare_upload(stream: BinaryIO, filename: str, limits: UploadLimits, store: FileStore) -> PreparedUpload:
    """Check the seekable ``stream`` by its content, make it harmless and keep it.

    A file that nobody attaches afterwards is swept away a day later. Raises FileRefused.
    """
    size = stream.seek(0, io.SEEK_END)
    _refuse_above(max(map(limits.bytes_of, Family)), size)
    kind = kinds.recognise(stream, names.extension_of(filename))
    _refuse_above(limits.bytes_of(kind.family), size)
    if kind.family is Family.IMAGE:
        return _prepare_picture(stream, filename, limits, store)
    bare = recordings.without_notes(stream) if kind in kinds.ISO_RECORDINGS else stream
    kept = store.keep(bare, size)
    return PreparedUpload(kept.sha256, kind.media_type, names.display_name(filename, kind), kept.size)


def _refuse_above(limit: int, size: int) -> None:
    if size > limit:
        raise FileRefused(Reason.FILE_TOO_LARGE, limit=limit)


def _prepare_picture(stream: BinaryIO, filename: str, limits: UploadLimits, store: FileStore) -> PreparedUpload:
    picture = images.standardise(stream, pixel_limit=limits.image_pixels)
    kept = store.keep(io.BytesIO(picture.content), len(picture.content))
    thumbnail = store.thumbnails.keep(io.BytesIO(picture.thumbnail), len(picture.thumbnail))
    return PreparedUpload(
        sha256=kept.sha256,
        media_type=picture.media_type,
        filename=names.display_name(filename, KINDS_OF_PICTURES[picture.media_type]),
        size=kept.size,
        width=picture.width,
        height=picture.height,
        thumbnail_sha256=thumbnail.sha256,
    )
