"""Photos in mails: embedded by content id, small, of open proposals only, and a mail stands without them."""

import io
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from models import Attachment, AttachmentRole, Person, Proposal
from studio.files.uploads import limits_of, prepare_upload
from studio.mail import outbox, pictures
from studio.mail.outbox import Parcel
from studio.mail.press import Press
from studio.mail.wire import wire
from studio.operations import digest
from studio.services import Services
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import FIRST_OF_NOVEMBER, OCTOBER, used
from tests.factories.world import World
from tests.files.samples import encoded, picture

pytestmark = on_both_databases


def show(session: Session, services: Services, proposal: Proposal, role: AttachmentRole, content: bytes) -> Attachment:
    """Attach a photo as the filing page does."""
    stored = prepare_upload(io.BytesIO(content), f"{role}.jpg", limits_of(services.settings), services.files)
    made = Attachment(
        proposal=proposal,
        role=role,
        sha256=stored.sha256,
        thumbnail_sha256=stored.thumbnail_sha256,
        filename="钟守业的照片.jpg",
        media_type=stored.media_type,
        size=stored.size,
        caption='一个人就能装"><img src="cid:x',
        created_at=proposal.created_at,
    )
    with writing(session):
        session.add(made)
    return made


def photographed(session: Session, world: World, services: Services, title: str, **facts: object) -> Proposal:
    made = used(session, world, title, 43900, **facts)
    noise = Image.effect_noise((900, 700), 120).convert("RGB")
    show(session, services, made, AttachmentRole.BEFORE, encoded(noise, "JPEG"))
    show(session, services, made, AttachmentRole.AFTER, picture())
    return made


def mail_to(session: Session, settings: Settings, person: Person) -> tuple[EmailMessage, str]:
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    mail, words = outbox.rows(*Press(edition, settings).printed(person), at=FIRST_OF_NOVEMBER, settings=settings)
    row = mail | words
    parcel = Parcel(**{name: row[name] for name in Parcel.__slots__ if name != "id"}, id=1)
    return message_from_bytes(wire(parcel, settings), policy=default), parcel.html


def photos_in(message: EmailMessage) -> dict[str, bytes]:
    return {
        str(part["Content-ID"]).strip("<>"): part.get_content()
        for part in message.walk()
        if part.get_content_maintype() == "image"
    }


def test_photos_come_with_the_mail_and_are_small(
    session: Session, world: World, settings: Settings, services: Services
):
    photographed(session, world, services, "变速箱平衡吊具")
    message, html = mail_to(session, settings, world.mate)
    photos = photos_in(message)
    assert set(re.findall(r'<img src="cid:([^"]+)"', html)) == set(photos)
    assert len(photos) == 2
    for content in photos.values():
        assert len(content) <= pictures.LARGEST
        with Image.open(io.BytesIO(content)) as image:
            assert (image.format, bool(image.getexif())) == ("JPEG", False)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/jpeg",
        "image/jpeg",
    ]
    assert not any("钟守业" in (part.get_filename() or "") for part in message.walk())
    assert 'alt="Before: 一个人就能装' in html


@pytest.mark.parametrize("secret", [{"confidential": True}, {"anonymous": True}])
def test_only_what_everybody_may_read_is_shown(
    session: Session, world: World, settings: Settings, services: Services, secret: dict[str, bool]
):
    photographed(session, world, services, "保密工装", author=world.mate, **secret)
    for person in (world.mate, world.worker, world.lead, world.coordinator):
        message, html = mail_to(session, settings, person)
        assert photos_in(message) == {}
        assert "cid:" not in html


def test_a_photo_that_is_gone_or_broken_leaves_the_words(
    session: Session, world: World, settings: Settings, services: Services
):
    made = photographed(session, world, services, "变速箱平衡吊具")
    gone, broken = (services.files.thumbnails.path(one.thumbnail_sha256 or "") for one in made.attachments)
    gone.unlink()
    broken.write_bytes(b"no picture")
    message, html = mail_to(session, settings, world.mate)
    assert photos_in(message) == {}
    assert "变速箱平衡吊具" in html


def test_nobody_s_words_make_a_photo_come_along(session: Session, world: World, settings: Settings, services: Services):
    secret = photographed(session, world, services, "保密工装", confidential=True, author=world.stranger)
    thumbnail = secret.attachments[0].thumbnail_sha256
    used(session, world, f'<img src="cid:{thumbnail}@photos">', 1000, author=world.mate)
    message, html = mail_to(session, settings, world.worker)
    assert str(thumbnail) in html
    assert photos_in(message) == {}


def test_it_can_be_looked_at_without_a_mail_program(
    session: Session, world: World, settings: Settings, services: Services
):
    photographed(session, world, services, "变速箱平衡吊具")
    _, html = mail_to(session, settings, world.mate)
    alone = pictures.standing_alone(html, settings)
    assert alone.count('src="data:image/jpeg;base64,') == 2
    assert "cid:" not in alone.replace("cid:x", "")
