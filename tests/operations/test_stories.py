"""Telling what was put to use: who may, what it must say, and that it obeys what becomes of its proposal."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import (
    AttachmentRole,
    Contributor,
    NoticeChoice,
    NoticeGroup,
    Notification,
    OutgoingMail,
    Person,
    Preferences,
    ProposalState,
    Unit,
)
from studio.domain import permissions
from studio.domain.errors import InvalidInput, NotAllowed, Stale
from studio.files.uploads import UploadLimits
from studio.operations import stories
from studio.operations.attachments import attach, prepare_attachment
from studio.operations.stories import Telling
from studio.queries import stories as queries
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import used
from tests.files import samples

pytestmark = on_both_databases
SAID = Telling(" 盖板 不绊人了 ", "推车过去，一声不响。")


def tell(session, world, proposal, telling=SAID, actor=None):
    with writing(session):
        return stories.tell(session, proposal, telling, actor=actor or world.coordinator, at=world.at)


def photo(session, world, services, proposal, role, colour):
    made = prepare_attachment(
        io.BytesIO(samples.picture(size=(640 + colour, 480))),
        "p.jpg",
        limits=UploadLimits(),
        store=services.files,
        field="before",
    )
    with writing(session):
        return attach(session, proposal, made, role=role, actor=world.worker, at=world.at, files_per_proposal=9)


@pytest.fixture
def proposal(session, world):
    return used(session, world, "盖板重新折边", 12_000)


def read(session):
    return [(one.headline, [author.name_zh for author in one.card.authors]) for one in queries.page_of(session)[0]]


def codes(error):
    return [(one.code, one.field) for one in error.value.problems]


def test_a_coordinator_tells_changes_takes_down_and_puts_up_again(session, world, proposal):
    story = tell(session, world, proposal)
    assert read(session) == [("盖板 不绊人了", ["叶思琪"])]
    with writing(session):
        stories.retell(story, replace(SAID, headline="新标题"), actor=world.coordinator, seen=story.revision)
    for later in (0, 5):  # a second click leaves the moment as it was
        with writing(session):
            stories.take_down(session, story, actor=world.coordinator, at=world.at + timedelta(days=later))
    assert (story.taken_down_at, read(session)) == (world.at, [])
    with writing(session):
        stories.put_up_again(session, story, actor=world.coordinator, at=world.at)
    assert read(session) == [("新标题", ["叶思琪"])]


def told(session):
    """Whom the notices tell that his story is read, and whether by mail."""
    found = session.execute(
        select(Person.employee_no, Notification.mailed_at.is_not(None) | Notification.mail_at.is_not(None))
        .join(Notification, Notification.person_id == Person.id)
        .where(Notification.kind == "story_told")
        .order_by(Notification.id)
    )
    return [tuple(row) for row in found]


def test_authors_hear_of_it_once_in_the_app_and_by_mail(session, world, proposal):
    with writing(session):
        proposal.contributors[0].share = 60
        proposal.contributors.append(Contributor(person=world.mate, share=40))
    story = tell(session, world, proposal)
    tell(session, world, proposal)
    assert sorted(told(session)) == sorted([(world.worker.employee_no, True), (world.mate.employee_no, True)])
    subjects = list(session.scalars(select(OutgoingMail.subject)))
    assert len(subjects) == 2
    assert all(proposal.title in subject for subject in subjects)
    with writing(session):
        stories.take_down(session, story, actor=world.coordinator, at=world.at)
    with writing(session):
        stories.put_up_again(session, story, actor=world.coordinator, at=world.at)
    assert len(told(session)) == 2


def test_who_has_not_heard_of_a_story_that_is_taken_down_never_does(session, world, proposal):
    with writing(session):
        world.worker.preferences = Preferences(notices={NoticeGroup.WORK: NoticeChoice.DAILY})
    story = tell(session, world, proposal)
    assert told(session) == [(world.worker.employee_no, True)]
    with writing(session):
        stories.take_down(session, story, actor=world.coordinator, at=world.at)
    assert told(session) == []
    with writing(session):
        stories.put_up_again(session, story, actor=world.coordinator, at=world.at)
    assert told(session) == [(world.worker.employee_no, True)]


def test_nobody_else_does_and_no_author_praises_himself(session, world, proposal):
    story = tell(session, world, proposal)
    people = (world.worker, world.leader, world.lead, world.admin, world.finance)
    assert [permissions.tells_story_of(one, proposal) for one in (world.coordinator, *people)] == [True] + [False] * 5
    for person in people:
        for act in (
            lambda who: stories.tell(session, proposal, SAID, actor=who, at=world.at),
            lambda who: stories.retell(story, SAID, actor=who, seen=1),
            lambda who: stories.take_down(session, story, actor=who, at=world.at),
            lambda who: stories.put_up_again(session, story, actor=who, at=world.at),
            lambda who: stories.put_before(session, story, "x", actor=who),
        ):
            with pytest.raises(NotAllowed):
                act(person)
    own = used(session, world, "自己的", 1, author=world.coordinator)
    with pytest.raises(NotAllowed):
        tell(session, world, own)


def test_a_coordinator_of_one_plant_tells_what_comes_from_there(session, world, proposal):
    with writing(session):
        world.coordinator.grants[0].unit = session.get_one(Unit, world.other_plant.id)
    with pytest.raises(NotAllowed):
        tell(session, world, proposal)
    tell(session, world, used(session, world, "铸造的", 1, author=world.stranger))


def test_a_second_click_makes_no_second_story_and_other_words_are_not_lost_silently(session, world, proposal):
    first = tell(session, world, proposal)
    assert tell(session, world, proposal) is first
    with pytest.raises(InvalidInput) as error:
        tell(session, world, proposal, replace(SAID, headline="别的"))
    assert codes(error) == [("story_told_already", "")]
    with pytest.raises(Stale), writing(session):
        stories.retell(first, replace(SAID, headline="别的"), actor=world.coordinator, seen=first.revision - 1)


@pytest.mark.parametrize(
    ("state", "telling", "problem"),
    [
        ("accepted", SAID, ("story_not_in_use", "")),
        ("implemented", Telling(" "), ("headline_missing", "headline")),
        ("implemented", Telling("长" * 61), ("too_long", "headline")),
        ("implemented", Telling("好", before_id=4711), ("photo_of_another", "before")),
    ],
)
def test_what_is_wrong_is_said(session, world, proposal, state, telling, problem):
    with writing(session):
        proposal.state = ProposalState(state)
    with pytest.raises(InvalidInput) as error:
        tell(session, world, proposal, telling)
    assert codes(error) == [problem]
    assert read(session) == []


def test_photos_are_its_own_of_before_and_after(session, world, services, proposal):
    other = used(session, world, "别的", 1)
    roles = (AttachmentRole.BEFORE, AttachmentRole.AFTER)
    before, after = (photo(session, world, services, proposal, role, i) for i, role in enumerate(roles))
    foreign = photo(session, world, services, other, AttachmentRole.BEFORE, 5)
    for wrong in (replace(SAID, before_id=foreign.id), replace(SAID, before_id=after.id)):
        with pytest.raises(InvalidInput) as error:
            tell(session, world, proposal, wrong)
        assert codes(error) == [("photo_of_another", "before")]
    tell(session, world, proposal, replace(SAID, before_id=before.id, after_id=after.id))
    (told,) = queries.page_of(session)[0]
    assert [one.attachment_id for one in (told.before, told.after) if one] == [before.id, after.id]


def test_who_wishes_to_stay_unnamed_is_told_without_name_and_photo(session, world, services):
    hidden = used(session, world, "匿名的盖板", 900, anonymous=True)
    seen = photo(session, world, services, hidden, AttachmentRole.BEFORE, 1)
    for telling, problem in (
        (Telling("叶思琪的盖板"), ("story_names_author", "headline")),
        (Telling("好", "工号 000101"), ("story_names_author", "words")),
        (Telling("好", before_id=seen.id), ("photos_betray", "before")),
    ):
        with pytest.raises(InvalidInput) as error:
            tell(session, world, hidden, telling)
        assert codes(error) == [problem]
    tell(session, world, hidden, Telling("盖板不翘了"))
    assert read(session) == [("盖板不翘了", [])]
    with writing(session):
        hidden.anonymous = False
    assert read(session) == [("盖板不翘了", ["叶思琪"])]


@pytest.mark.parametrize(
    "facts",
    [{"confidential": True}, {"anonymous": True}, {"state": ProposalState.UNDER_REVIEW}],
    ids=["confidential", "anonymous", "no longer in use"],
)
def test_a_story_obeys_what_becomes_of_its_proposal(session, world, proposal, facts):
    story = tell(session, world, proposal)
    with writing(session):
        for name, value in facts.items():
            setattr(proposal, name, value)
    assert (read(session), queries.first(session), queries.one(session, story.code)) == ([], None, None)
    (kept,) = queries.kept_by(session, world.coordinator)
    assert (kept.shown, kept.taken_down) == (False, False)


def test_the_newest_stands_in_front_and_one_can_be_put_before_another(session, world):
    made = [tell(session, world, used(session, world, name, 1), Telling(name)) for name in ("甲", "乙", "丙")]
    assert [headline for headline, _ in read(session)] == ["丙", "乙", "甲"]
    for _ in range(2):  # a second click changes nothing
        with writing(session):
            stories.put_before(session, made[0], made[1].code, actor=world.coordinator)
        assert [headline for headline, _ in read(session)] == ["丙", "甲", "乙"]
    assert [one.revision for one in made] == [1, 1, 1]  # whoever writes one of them anew has not been overtaken
    with writing(session):
        stories.put_before(session, made[0], "gone", actor=world.coordinator)
    assert [headline for headline, _ in read(session)] == ["丙", "甲", "乙"]


def test_what_could_be_told_is_in_use_open_his_and_not_told_yet(session, world, services, proposal):
    tell(session, world, proposal)
    pictured = used(session, world, "有照片的", 5)
    for number, role in enumerate((AttachmentRole.BEFORE, AttachmentRole.AFTER)):
        photo(session, world, services, pictured, role, number)
    used(session, world, "钱多的", 9000)
    used(session, world, "保密的", 9, confidential=True)
    used(session, world, "自己的", 9, author=world.coordinator)
    found = [(one.title, one.pair) for one in queries.candidates(session, world.coordinator)]
    assert found == [("有照片的", True), ("钱多的", False)]
