"""Files reach only those who may read the proposal, and can do nothing in their browser."""

import io
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Attachment, AttachmentRole, Person, Proposal, ProposalState
from studio.files.uploads import UploadLimits
from studio.operations.attachments import attach, prepare_attachment
from studio.services import Services
from studio.transactions import writing
from tests.factories.world import World, draft
from tests.files import samples
from tests.support.people import sign_in_as


@pytest.fixture
def proposal(session: Session, world: World) -> Proposal:
    return draft(session, world)


@pytest.fixture
def attached(session: Session, world: World, proposal: Proposal, services: Services):
    """A function that attaches real bytes to the worker's draft and returns the attachment."""

    def attach_bytes(content: bytes, filename: str, role: AttachmentRole = AttachmentRole.DOCUMENT) -> Attachment:
        limits = UploadLimits()
        stream = io.BytesIO(content)
        prepared = prepare_attachment(stream, filename, limits=limits, store=services.files, field="files")
        with writing(session):
            return attach(
                session, proposal, prepared, role=role, actor=world.worker, at=world.at, files_per_proposal=12
            )

    return attach_bytes


def signed_in(app: Flask, person: Person) -> FlaskClient:
    """A browser in which the person has signed in."""
    browser = app.test_client()
    sign_in_as(browser, person)
    return browser


def address(attachment: Attachment) -> str:
    return f"/attachments/{attachment.id}/{quote(attachment.filename)}"


@pytest.mark.parametrize(
    ("content", "filename", "media_type", "disposition"),
    [
        (samples.picture(), "护罩.jpg", "image/jpeg", "inline"),
        (samples.webm(b"V_VP9"), "film.webm", "video/webm", "inline"),
        (samples.MP3, "voice.mp3", "audio/mpeg", "inline"),
        (samples.PDF, "plan.pdf", "application/pdf", "attachment"),
        (samples.xlsx(), "sheet.xlsx", f"{samples.OOXML}spreadsheetml.sheet", "attachment"),
        (samples.HTML, "page.txt", "text/plain", "attachment"),
    ],
)
def test_only_what_a_browser_shows_by_itself_opens_in_the_page(
    app: Flask, world: World, attached, *, content: bytes, filename: str, media_type: str, disposition: str
):
    attachment = attached(content, filename)

    answer = signed_in(app, world.worker).get(address(attachment))

    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert answer.headers["Content-Disposition"].startswith(disposition)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert policy[-1].startswith("sandbox")
    assert "allow-scripts" not in policy[-1]
    assert len(answer.data) == attachment.size
    answer.close()


def test_the_name_to_save_under_may_be_chinese(app: Flask, world: World, attached):
    answer = signed_in(app, world.worker).get(address(attached(samples.PDF, "护罩图纸.pdf")))

    assert f"filename*=UTF-8''{quote('护罩图纸.pdf')}" in answer.headers["Content-Disposition"]
    answer.close()


def test_a_thumbnail_is_a_small_jpeg_and_documents_have_none(app: Flask, world: World, attached):
    browser = signed_in(app, world.worker)
    photo, document = attached(samples.picture("PNG", (1000, 800)), "a.png"), attached(samples.PDF, "b.pdf")

    small = browser.get(f"/attachments/{photo.id}/thumbnail")
    assert (small.status_code, small.mimetype) == (200, "image/jpeg")
    small.close()
    assert browser.get(f"/attachments/{document.id}/thumbnail").status_code == 404


def test_a_file_is_cached_by_one_person_and_not_sent_twice(app: Flask, world: World, attached):
    browser, attachment = signed_in(app, world.worker), attached(samples.picture(), "a.jpg")

    first = browser.get(address(attachment))
    assert first.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Cookie" in first.headers["Vary"]
    assert first.headers["ETag"] == f'"{attachment.sha256}"'
    first.close()

    again = browser.get(address(attachment), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    again.close()


def test_a_film_can_be_wound_forward(app: Flask, world: World, attached):
    film = samples.webm(b"V_VP9") + bytes(range(256)) * 20
    answer = signed_in(app, world.worker).get(address(attached(film, "a.webm")), headers={"Range": "bytes=100-199"})

    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes 100-199/{len(film)}"
    assert answer.data == film[100:200]
    answer.close()


def test_a_text_is_not_packed_so_that_its_length_and_ranges_hold(app: Flask, world: World, attached):
    text = attached(b"x" * 2000, "a.txt")
    asked = {"Accept-Encoding": "br, gzip", "Range": "bytes=100-199"}
    answer = signed_in(app, world.worker).get(address(text), headers=asked)

    assert answer.status_code == 206
    assert "Content-Encoding" not in answer.headers
    assert answer.data == b"x" * 100
    answer.close()


def test_beyond_its_end_a_film_has_nothing(app: Flask, world: World, attached):
    film = attached(samples.webm(b"V_VP9"), "a.webm")
    answer = signed_in(app, world.worker).get(address(film), headers={"Range": "bytes=999999999-"})

    assert answer.status_code == 416


@pytest.mark.parametrize("name", ["mate", "stranger", "lead", "coordinator", "admin"])
def test_a_draft_s_files_do_not_exist_for_anybody_else(app: Flask, world: World, attached, name: str):
    attachment = attached(samples.picture(), "a.jpg")
    app.config["WTF_CSRF_ENABLED"] = False
    browser = signed_in(app, getattr(world, name))

    assert browser.get(address(attachment)).status_code == 404
    assert browser.get(f"/attachments/{attachment.id}/thumbnail").status_code == 404
    assert browser.post(f"/attachments/{attachment.id}/remove").status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("worker", 200), ("reviewer", 200), ("coordinator", 200), ("stranger", 404)]
)
def test_a_confidential_proposal_s_files_are_for_the_few_who_read_it(
    app: Flask, session: Session, world: World, proposal: Proposal, attached, *, name: str, status: int
):
    attachment = attached(samples.picture(), "a.jpg")
    with writing(session):
        file_it(proposal, world, confidential=True)

    answer = signed_in(app, getattr(world, name)).get(address(attachment))

    assert answer.status_code == status
    answer.close()


@pytest.mark.parametrize(
    "path",
    ["/attachments/999999/a.jpg", f"/attachments/{10**30}/a.jpg", "/attachments/0/thumbnail", "/attachments/-1/a.jpg"],
)
def test_an_unknown_file_is_not_found(app: Flask, world: World, path: str):
    assert signed_in(app, world.worker).get(path).status_code == 404


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient, attached):
    answer = client.get(address(attached(samples.picture(), "a.jpg")))

    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_bytes_that_got_lost_are_not_found(app: Flask, world: World, services: Services, attached):
    attachment = attached(samples.PDF, "a.pdf")
    services.files.path(attachment.sha256).unlink()

    assert signed_in(app, world.worker).get(address(attachment)).status_code == 404


def test_the_author_takes_a_file_off_a_draft(app: Flask, session: Session, world: World, attached, proposal: Proposal):
    attachment = attached(samples.picture(), "a.jpg")
    app.config["WTF_CSRF_ENABLED"] = False

    answer = signed_in(app, world.worker).post(f"/attachments/{attachment.id}/remove")

    assert (answer.status_code, answer.location) == (302, f"/file/draft-{proposal.id}")
    assert session.scalar(select(func.count(Attachment.id))) == 0


def test_taking_off_needs_the_page_s_own_token(app: Flask, session: Session, world: World, attached):
    attachment = attached(samples.picture(), "a.jpg")

    assert signed_in(app, world.worker).post(f"/attachments/{attachment.id}/remove").status_code == 400
    assert session.scalar(select(func.count(Attachment.id))) == 1


@pytest.mark.parametrize(("name", "status"), [("worker", 409), ("stranger", 403)])
def test_a_filed_proposal_keeps_its_files(
    app: Flask, session: Session, world: World, proposal: Proposal, attached, *, name: str, status: int
):
    attachment = attached(samples.picture(), "a.jpg")
    with writing(session):
        file_it(proposal, world)
    app.config["WTF_CSRF_ENABLED"] = False

    assert signed_in(app, getattr(world, name)).post(f"/attachments/{attachment.id}/remove").status_code == status
    assert session.scalar(select(func.count(Attachment.id))) == 1


def file_it(proposal: Proposal, world: World, *, confidential: bool = False) -> None:
    proposal.number, proposal.submitted_at = "2026-00001", world.at
    proposal.studio, proposal.state, proposal.confidential = world.studio, ProposalState.UNDER_REVIEW, confidential
