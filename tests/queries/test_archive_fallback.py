"""Without an index the database understands the same questions: what both find of plain words is the same."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from models import Contributor, Person, Proposal
from search_index.sync import sync
from search_index.synonyms import NONE
from studio.queries import archive_fallback
from studio.queries.asked import Asked, asked_for
from studio.queries.finding import Finder
from studio.services import Services
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def filed(session: Session, world: World) -> dict[str, Proposal]:
    shares = [Contributor(person=world.worker, share=60), Contributor(person=world.mate, share=40)]
    nothing: dict[str, Any] = {"problem": "没有。", "measure": "没有。", "effect": "没有。", "location": ""}
    return {
        "crane": stories.filed(
            session, world, contributors=shares, claimed_benefit=12000,
            **{**nothing, "title": "天车轴承座漏油", "location": "总装三线"},
        ),
        "hoist": stories.filed(session, world, author=world.stranger,
                               **{**nothing, "title": "行车换油封", "problem": "轴承响。"}),
        "pit": stories.filed(session, world, at=world.at + timedelta(days=30), anonymous=True, claimed_benefit=10000,
                             **{**nothing, "title": "地坑盖板 50%_\\ PLC"}),
        "secret": stories.filed(session, world, title="天车密件", confidential=True, author=world.stranger),
    }  # fmt: skip


def found(session: Session, person: Person, asked: Asked) -> Sequence[int]:
    ids = archive_fallback.ids(session, person, asked, ZONE)
    assert archive_fallback.count(session, person, asked, ZONE) == len(ids)
    return ids


ASKED = {
    "天车": {"crane"},
    "轴承 漏油": {"crane"},
    "轴承 -油封": {"crane"},
    "天车 OR 行车": {"crane", "hoist"},
    "天车 或 plc": {"crane", "pit"},
    '"轴承座"': {"crane"},
    '"轴承 座"': set(),
    "title:轴承": {"crane"},
    "place:总装": {"crane"},
    "地点:三线": {"crane"},
    "person:于子豪": {"crane"},
    "person:000101": {"crane"},
    "person:S-CAST": {"hoist"},
    "benefit:>10000": {"crane"},
    "benefit:1万": {"pit"},
    "效益:5000..1.2万": {"crane", "pit"},
    "filed:2026-12": {"pit"},
    "filed:2026-11-16": {"crane", "hoist"},
    "year:2025": set(),
    "filed:>2026-11-16 天车": set(),
    "***": set(),
    "50%_": {"pit"},
    "a%c": set(),
    "": {"crane", "hoist", "pit"},
}


@on_both_databases
def test_questions_are_understood(session: Session, world: World, filed: dict[str, Proposal]):
    names = {proposal.id: name for name, proposal in filed.items()}
    answers = {text: {names[one] for one in found(session, world.mate, Asked(text=text))} for text in ASKED}
    assert answers == ASKED


def test_the_index_finds_the_same(session: Session, world: World, services: Services, filed: dict[str, Proposal]):
    sync(session, services.search)
    finder = Finder(session, services.search, NONE, ZONE, world.mate)
    for text in ASKED:
        by_database = set(found(session, world.mate, Asked(text=text)))
        if by_database:  # where it finds nothing, the index goes on to guess
            assert set(finder.all_ids(Asked(text=text))) == by_database, text


@on_both_databases
def test_who_is_hidden_is_not_found_by_name(session: Session, world: World, filed: dict[str, Proposal]):
    """Neither by being there nor by being missing."""
    asked = {
        "叶思琪": False,
        "person:叶思琪": False,
        "000101": False,
        "-叶思琪 盖板": True,
        "盖板 -person:000101": True,
    }
    for person in (world.stranger, world.lead, world.worker):
        answers = {text: filed["pit"].id in found(session, person, Asked(text=text)) for text in asked}
        assert answers == asked


@on_both_databases
def test_what_nobody_understands_finds_nothing_and_breaks_nothing(session: Session, world: World, filed: object):
    for address in ({"q": ["filed:9999-99 benefit:>x"]}, {"studio": ["٣", "99999999999999999999"]}, {"year": ["²"]},
                    {"unit": ["1%"]}, {"q": ["\x00%' OR 1=1 --"]}):  # fmt: skip
        assert list(found(session, world.mate, asked_for(address))) == []


@on_both_databases
def test_pages_do_not_overlap(session: Session, world: World, filed: object):
    everything = list(found(session, world.mate, Asked()))
    parts = [archive_fallback.ids(session, world.mate, Asked(), ZONE, start=at, most=1) for at in range(4)]
    assert [one for part in parts for one in part] == everything
    assert parts[3] == []
