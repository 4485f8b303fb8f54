"""Plain drawings that stand for the photos of a few proposals: how it was, and how it is now.

They are drawn when the sample is loaded, so that no picture files need to be shipped. The changed part is warm
orange, everything else steel, as in all drawings of the product.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from models import AttachmentRole, Proposal
from studio.files.store import FileStore
from studio.files.uploads import PreparedUpload, UploadLimits
from studio.operations.attachments import attach, prepare_attachment

Draw = ImageDraw.ImageDraw
Photos = Mapping[AttachmentRole, PreparedUpload]

SIZE: Final = (1200, 900)
SMOOTH: Final = 2
"""Drawn larger by this factor and scaled down, which makes lines smooth."""
PAPER, FLOOR = "#eef2f5", "#d3dce4"
STEEL, STEEL_2, COAT = "#8fa1b1", "#6f8294", "#c3ced8"
INK, WARM = "#33475a", "#dd5f00"


def _box(draw: Draw, left: float, top: float, right: float, bottom: float, fill: str) -> None:  # noqa: PLR0917 - as Pillow orders them
    corners = [(left * SMOOTH, top * SMOOTH), (right * SMOOTH, bottom * SMOOTH)]
    draw.rounded_rectangle(corners, radius=6 * SMOOTH, fill=fill)


def _line(draw: Draw, points: list[tuple[float, float]], fill: str, width: int = 14) -> None:
    draw.line([(x * SMOOTH, y * SMOOTH) for x, y in points], fill=fill, width=width * SMOOTH, joint="curve")


def _disc(draw: Draw, x: float, y: float, radius: float, fill: str) -> None:
    draw.ellipse([((x - radius) * SMOOTH, (y - radius) * SMOOTH), ((x + radius) * SMOOTH, (y + radius) * SMOOTH)], fill)


def _lathe(draw: Draw, *, after: bool) -> None:
    """A large lathe with a roll in its steady rest."""
    _box(draw, 120, 620, 1080, 690, STEEL_2)
    _box(draw, 140, 380, 330, 620, STEEL)
    _box(draw, 330, 440, 960, 520, COAT)
    _box(draw, 600, 400, 700, 620, STEEL)
    _disc(draw, 650, 480, 66, WARM if after else STEEL_2)
    _disc(draw, 650, 480, 40, COAT)
    if after:
        _line(draw, [(650, 400), (650, 300), (790, 300)], WARM)
    else:
        _line(draw, [(420, 460), (900, 460)], STEEL_2, 5)
        _line(draw, [(420, 492), (900, 492)], STEEL_2, 5)


def _cover(draw: Draw, *, after: bool) -> None:
    """A pit cover in the floor and the wheel of a cart."""
    _box(draw, 80, 640, 1120, 820, FLOOR)
    _box(draw, 380, 640, 820, 700, INK)
    if after:
        _box(draw, 360, 624, 840, 648, STEEL)
        for x in (372, 780):
            _line(draw, [(x, 672), (x, 640), (x + 48, 640)], WARM, 12)
    else:
        _line(draw, [(360, 632), (620, 634), (840, 576)], STEEL, 22)
    _disc(draw, 240, 580, 60, STEEL_2)
    _disc(draw, 240, 580, 22, COAT)
    _line(draw, [(240, 580), (150, 330)], STEEL_2)


def _rack(draw: Draw, *, after: bool) -> None:
    """A shelf of boxes, in disorder or with a coloured mark a month."""
    for row in range(3):
        top = 250 + row * 190
        _box(draw, 160, top + 130, 1040, top + 146, STEEL_2)
        for column in range(6):
            left = 190 + column * 140
            lean = 0 if after else (row * 5 + column * 7) % 4 * 9
            _box(draw, left + lean, top + 20 + lean, left + 104, top + 130, COAT if (row + column) % 2 else STEEL)
            if after:
                _disc(draw, left + 52, top + 74, 20, WARM if column < 2 else STEEL_2)  # noqa: PLR2004 - the oldest two stand in front


def _guard(draw: Draw, *, after: bool) -> None:
    """A running belt, open or behind a grid."""
    _box(draw, 120, 700, 1080, 740, STEEL_2)
    for x in (330, 870):
        _disc(draw, x, 520, 120, STEEL)
        _disc(draw, x, 520, 34, COAT)
    _line(draw, [(330, 400), (870, 400)], INK, 18)
    _line(draw, [(330, 640), (870, 640)], INK, 18)
    if after:
        for x in range(190, 1011, 82):
            _line(draw, [(x, 360), (x, 690)], WARM, 8)
        _line(draw, [(180, 362), (1020, 362)], WARM, 16)
        _line(draw, [(180, 690), (1020, 690)], WARM, 16)


def _hood(draw: Draw, *, after: bool) -> None:
    """A welding place, full of smoke or with a hood on an arm."""
    _box(draw, 300, 600, 900, 640, STEEL)
    _box(draw, 350, 640, 390, 740, STEEL_2)
    _box(draw, 810, 640, 850, 740, STEEL_2)
    _line(draw, [(420, 590), (780, 590)], INK, 20)
    _line(draw, [(600, 580), (680, 470)], STEEL_2)
    if after:
        _line(draw, [(1000, 740), (1000, 250), (760, 250), (640, 380)], WARM, 18)
        _line(draw, [(560, 420), (640, 370), (720, 420)], WARM, 18)
    else:
        for x, y, radius in ((560, 440, 60), (500, 330, 84), (620, 300, 72), (560, 200, 96)):
            _disc(draw, x, y, radius, COAT)


SUBJECTS: Final[Mapping[str, Callable[..., None]]] = {
    "P001": _lathe,
    "P003": _rack,
    "P024": _hood,
    "P053": _guard,
    "P159": _cover,
}
"""Which proposals have pictures; one that is only proposed shows how it is, without an after."""
ONLY_PROPOSED: Final = frozenset({"P053", "P159"})


def prepared(key: str, files: FileStore) -> Photos:
    """Draw the pictures of one proposal and keep them in the store."""
    sides = (
        {AttachmentRole.BEFORE: False}
        if key in ONLY_PROPOSED
        else {
            AttachmentRole.BEFORE: False,
            AttachmentRole.AFTER: True,
        }
    )
    return {
        role: prepare_attachment(
            _png(SUBJECTS[key], after=after), f"{key}-{role.value}.png", limits=UploadLimits(), store=files, field=role
        )
        for role, after in sides.items()
    }


def _png(subject: Callable[..., None], *, after: bool) -> BytesIO:
    picture = Image.new("RGB", (SIZE[0] * SMOOTH, SIZE[1] * SMOOTH), PAPER)
    draw = ImageDraw.Draw(picture)
    _box(draw, 0, 740, SIZE[0], SIZE[1], FLOOR)
    subject(draw, after=after)
    stream = BytesIO()
    picture.resize(SIZE, Image.Resampling.LANCZOS).save(stream, "PNG", optimize=True)
    stream.seek(0)
    return stream


def show(session: Session, proposal: Proposal, photos: Photos, role: AttachmentRole, *, at: datetime) -> None:
    """Let the submitter attach the picture of one side, if it was drawn."""
    if role in photos and proposal.submitter is not None:
        attach(
            session,
            proposal,
            photos[role],
            role=role,
            actor=proposal.submitter,
            at=at,
            files_per_proposal=UploadLimits().files_per_proposal,
        )
