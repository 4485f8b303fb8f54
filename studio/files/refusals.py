"""Why a file is not taken. The rooms above turn a refusal into a sentence for people."""

from enum import StrEnum


class Reason(StrEnum):
    """The closed list of reasons; the values are public codes."""

    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_TYPE_NOT_ALLOWED = "file_type_not_allowed"
    FILE_IS_OLD_OFFICE = "file_is_old_office"
    IMAGE_BROKEN = "image_broken"
    IMAGE_TOO_MANY_PIXELS = "image_too_many_pixels"
    TOO_MANY_FILES = "too_many_files"
    DISK_FULL = "disk_full"


class FileRefused(Exception):  # noqa: N818 - a refusal is an answer, not an error of the program
    """A file that is not taken; ``params`` fill the placeholders of the sentence that says why."""

    def __init__(self, reason: Reason, **params: str | int) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.params = params
