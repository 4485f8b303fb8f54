"""Records for showing say what the watched ones say."""

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm.exc import DetachedInstanceError

from models import Person, Proposal, Verb
from studio.operations import reviewing
from studio.queries import people, proposals
from studio.transactions import is_writing, writing
from tests.conftest import on_both_databases
from tests.factories import stories

pytestmark = on_both_databases
LISTS = {
    "themes": (),
    "contributors": ("person",),
    "attachments": (),
    "assignments": ("studio", "assigned_by"),
    "reviews": ("reviewer",),
    "information_requests": ("asked_by", "answered_by"),
    "decisions": ("decided_by",),
    "comments": ("author",),
    "events": ("actor",),
}


def facts(thing):
    return thing and {column.name: getattr(thing, column.name) for column in thing.__table__.columns}


def name(person):
    return person and (person.id, person.name, person.name_en, person.unit.name_zh)


@pytest.fixture
def story(session, world):
    """One proposal to which everything has happened."""
    proposal = stories.filed(session, world)
    stories.asked(session, world, proposal)
    with writing(session):
        it = session.get_one(Proposal, proposal.id)
        actor = session.get_one(Person, world.worker.id)
        reviewing.comment(session, it, actor=actor, at=world.at, body="谢谢")
    return proposal.number


def test_a_story_is_the_same_as_the_watched_records_tell_it(session, world, story):
    session.expire_all()  # the index counts beside the records what it has to read again
    shown = proposals.with_its_story(session, story)
    watched = session.scalars(select(Proposal).where(Proposal.number == story)).unique().one()
    assert shown is not None
    assert inspect(shown).detached
    assert facts(shown) == facts(watched)
    for related in ("unit", "kind", "studio"):
        assert facts(getattr(shown, related)) == facts(getattr(watched, related))
    for related in ("submitter", "filed_by", "reviewer", "implemented_by", "verified_by"):
        assert name(getattr(shown, related)) == name(getattr(watched, related))
    for part, links in LISTS.items():
        theirs, ours = getattr(watched, part), getattr(shown, part)
        assert [facts(one) for one in ours] == [facts(one) for one in theirs]
        for mine, other in zip(ours, theirs, strict=True):
            for link in links:
                assert getattr(getattr(mine, link), "id", None) == getattr(getattr(other, link), "id", None)
    assert shown.studio
    assert watched.studio
    members = [(member.person_id, member.role) for member in shown.studio.memberships]
    assert members == [(member.person_id, member.role) for member in watched.studio.memberships]
    assert any(event.verb is Verb.COMMENT for event in shown.events)


def test_nobody_is_found_by_a_number_that_nothing_has(session, world):
    assert proposals.with_its_story(session, "2026-99999") is None
    assert proposals.with_its_story(session, "draft-77") is None
    assert proposals.with_its_story(session, "draft-\0") is None


def test_what_was_not_read_is_an_error_and_not_nothing(session, world, story):
    shown = proposals.with_its_story(session, story)
    assert shown is not None
    assert shown.submitter is not None
    with pytest.raises(DetachedInstanceError):
        _ = shown.submitter.password_hash
    with pytest.raises(DetachedInstanceError):
        _ = shown.events[0].proposal


def test_a_reader_has_the_same_rights_as_the_watched_person(session, world):
    for person in (world.worker, world.leader, world.lead, world.reviewer, world.coordinator, world.admin):
        shown, watched = people.reader(session, person.id, "key"), session.get_one(Person, person.id)
        assert shown is not None
        assert facts(shown) == facts(watched)
        assert facts(shown.unit) == facts(watched.unit)
        assert facts(shown.preferences) == facts(watched.preferences)
        rights = [(grant.role, grant.unit.path) for grant in shown.grants]
        assert sorted(rights) == sorted((grant.role, grant.unit.path) for grant in watched.grants)
        assert shown.studio_ids() == watched.studio_ids()
    assert people.reader(session, 987654, "key") is None


def test_writing_says_so_and_only_inside(session):
    assert not is_writing(session)
    with writing(session):
        assert is_writing(session)
        with writing(session):
            assert is_writing(session)
        assert is_writing(session)
    assert not is_writing(session)
