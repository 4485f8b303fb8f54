"""Files are attached by those who may, once, up to the limit; and nothing unused stays."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Attachment, AttachmentRole, Event, Person, Proposal, ProposalState, Verb
from studio.domain.errors import InvalidInput, NotAllowed, Problem, WrongState
from studio.files.store import FileStore
from studio.files.uploads import PreparedUpload, UploadLimits
from studio.operations.attachments import attach, discard_unused_files, prepare_attachment, remove_attachment
from studio.services import Services
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import World, draft
from tests.files import samples

pytestmark = on_both_databases

PHOTO = PreparedUpload("a" * 64, "image/jpeg", "护罩.jpg", 1000, 640, 480, "b" * 64)
FILM = PreparedUpload("c" * 64, "video/mp4", "试车.mp4", 5000)
SHEET = PreparedUpload("d" * 64, "application/pdf", "图纸.pdf", 3000)


def add(
    session: Session,
    proposal: Proposal,
    prepared: PreparedUpload,
    actor: Person,
    *,
    role: AttachmentRole = AttachmentRole.BEFORE,
    at: datetime,
    limit: int = 12,
) -> Attachment:
    with writing(session):
        return attach(session, proposal, prepared, role=role, actor=actor, at=at, files_per_proposal=limit)


def filed(session: Session, world: World, state: ProposalState = ProposalState.UNDER_REVIEW) -> Proposal:
    decided_at = None if state is ProposalState.UNDER_REVIEW else world.at
    return draft(
        session,
        world,
        number="2026-00001",
        submitted_at=world.at,
        studio=world.studio,
        state=state,
        decided_at=decided_at,
    )


def test_a_photo_becomes_part_of_a_draft_without_a_line_on_the_timeline(session: Session, world: World):
    proposal = draft(session, world)
    later = world.at + timedelta(minutes=5)

    photo = add(session, proposal, PHOTO, world.worker, at=later)

    assert proposal.attachments == [photo]
    assert (photo.sha256, photo.thumbnail_sha256, photo.role) == ("a" * 64, "b" * 64, AttachmentRole.BEFORE)
    assert (photo.filename, photo.media_type, photo.size) == ("护罩.jpg", "image/jpeg", 1000)
    assert (photo.width, photo.height, photo.uploaded_by, photo.created_at) == (640, 480, world.worker, later)
    assert session.scalar(select(func.count(Event.id))) == 0


def test_a_photo_added_after_filing_is_on_the_timeline(session: Session, world: World):
    proposal = filed(session, world)

    add(session, proposal, PHOTO, world.worker, role=AttachmentRole.AFTER, at=world.at)

    event = session.scalars(select(Event)).one()
    assert (event.verb, event.actor, event.old_state, event.new_state) == (
        Verb.ATTACH,
        world.worker,
        ProposalState.UNDER_REVIEW,
        ProposalState.UNDER_REVIEW,
    )
    assert event.data == {"filename": "护罩.jpg", "role": "after"}


def test_the_same_file_in_the_same_role_is_attached_once(session: Session, world: World):
    proposal = filed(session, world)

    first = add(session, proposal, PHOTO, world.worker, at=world.at)
    again = add(session, proposal, replace(PHOTO, filename="other.jpg"), world.worker, at=world.at, limit=1)

    assert again is first
    assert session.scalar(select(func.count(Event.id))) == 1
    assert add(session, proposal, PHOTO, world.worker, role=AttachmentRole.AFTER, at=world.at) is not first


def test_a_form_that_a_colleague_has_open_stays_good(session: Session, world: World):
    proposal = filed(session, world)
    revision = proposal.revision

    add(session, proposal, PHOTO, world.worker, at=world.at)

    assert proposal.revision == revision


def test_a_proposal_has_a_limited_number_of_files(session: Session, world: World):
    proposal = draft(session, world)
    add(session, proposal, PHOTO, world.worker, at=world.at, limit=2)
    add(session, proposal, FILM, world.worker, at=world.at, limit=2)

    with pytest.raises(InvalidInput) as refused:
        add(session, proposal, SHEET, world.worker, at=world.at, limit=2)

    assert refused.value.problems == (Problem("too_many_files", params={"limit": 2}),)
    assert session.scalar(select(func.count(Attachment.id))) == 2


@pytest.mark.parametrize(
    ("prepared", "said", "becomes"),
    [
        (PHOTO, AttachmentRole.AFTER, AttachmentRole.AFTER),
        (PHOTO, AttachmentRole.DOCUMENT, AttachmentRole.DOCUMENT),
        (PHOTO, AttachmentRole.RECORDING, AttachmentRole.DOCUMENT),
        (FILM, AttachmentRole.BEFORE, AttachmentRole.RECORDING),
        (SHEET, AttachmentRole.BEFORE, AttachmentRole.DOCUMENT),
    ],
)
def test_only_pictures_stand_side_by_side(session: Session, world: World, prepared, said, becomes):
    assert add(session, draft(session, world), prepared, world.worker, role=said, at=world.at).role is becomes


@pytest.mark.parametrize("name", ["stranger", "mate", "lead", "coordinator", "admin"])
def test_a_draft_takes_files_from_its_author_only(session: Session, world: World, name: str):
    with pytest.raises(NotAllowed):
        add(session, draft(session, world), PHOTO, getattr(world, name), at=world.at)


@pytest.mark.parametrize(
    ("name", "may"), [("worker", True), ("lead", True), ("coordinator", True), ("stranger", False)]
)
def test_a_running_proposal_takes_files_from_whoever_gets_it_done(
    session: Session, world: World, *, name: str, may: bool
):
    proposal = filed(session, world, ProposalState.IN_IMPLEMENTATION)
    if may:
        assert add(session, proposal, PHOTO, getattr(world, name), at=world.at).proposal is proposal
    else:
        with pytest.raises(NotAllowed):
            add(session, proposal, PHOTO, getattr(world, name), at=world.at)


@pytest.mark.parametrize("state", [ProposalState.DECLINED, ProposalState.INADMISSIBLE])
def test_a_closed_proposal_takes_no_files(session: Session, world: World, state: ProposalState):
    with pytest.raises(WrongState):
        add(session, filed(session, world, state), PHOTO, world.worker, at=world.at)


def test_the_author_takes_a_file_off_a_draft(session: Session, world: World):
    proposal = draft(session, world)
    photo = add(session, proposal, PHOTO, world.worker, at=world.at)

    with writing(session):
        remove_attachment(photo, actor=world.worker)

    assert proposal.attachments == []
    assert session.scalar(select(func.count(Attachment.id))) == 0


def test_what_reviewers_have_seen_stays(session: Session, world: World):
    photo = add(session, filed(session, world), PHOTO, world.worker, at=world.at)

    with pytest.raises(WrongState), writing(session):
        remove_attachment(photo, actor=world.worker)
    with pytest.raises(NotAllowed), writing(session):
        remove_attachment(photo, actor=world.stranger)


def test_a_refused_file_names_itself_its_field_and_the_reason(services: Services):
    with pytest.raises(InvalidInput) as refused:
        prepare_attachment(
            io.BytesIO(samples.EXECUTABLE),
            "C:\\photo\u202e.jpg",
            limits=UploadLimits(),
            store=services.files,
            field="before",
        )

    assert refused.value.problems == (Problem("file_type_not_allowed", "before", {"filename": "photo.jpg"}),)


def test_files_that_nothing_names_are_discarded_after_a_while(session: Session, world: World, services: Services):
    used, unused = (prepared_photo(services.files, size) for size in ((64, 48), (48, 64)))
    add(session, draft(session, world), used, world.worker, at=world.at)
    tomorrow, yesterday = (datetime.now(UTC) + timedelta(days=days) for days in (1, -1))

    assert discard_unused_files(session, services.files, older_than=yesterday) == 0
    assert discard_unused_files(session, services.files, older_than=tomorrow) == 2, "the picture and its thumbnail"
    assert discard_unused_files(session, services.files, older_than=tomorrow) == 0

    assert list(services.files.stored()) == [used.sha256]
    assert list(services.files.thumbnails.stored()) == [used.thumbnail_sha256]
    assert not services.files.exists(unused.sha256)


def prepared_photo(store: FileStore, size: tuple[int, int]) -> PreparedUpload:
    content = io.BytesIO(samples.picture("JPEG", size))
    return prepare_attachment(content, "photo.jpg", limits=UploadLimits(), store=store, field="before")
